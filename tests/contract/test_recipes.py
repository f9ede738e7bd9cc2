"""The recipes in docs/recipes.md run, and give each tool the right types."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import msgspec
import pyarrow as pa
import pytest

from belta_spider import arrow
from belta_spider.exporting import formats
from belta_spider.output import reading
from tests.documentation import blocks
from tests.factory import outputs

RECIPES = Path("docs/recipes.md").read_text(encoding="utf-8")
BARE, FULL = 10_000, 40
TOOLS = ("pyarrow", "pandas", "Polars", "datasets (Hugging Face)")

# How each tool shows its records as Python's own values, and the types of its columns.
AS_RECORDS = {
    "pyarrow": "articles.to_pylist()",
    "pandas": "json.loads(articles.drop(columns='published', errors='ignore').to_json(orient='records'))",
    "Polars": "articles.to_dicts()",
    "datasets (Hugging Face)": "list(articles)",
}


PYTHON = [
    pytest.param(tool, code, id=f"{tool} {n}")
    for tool in TOOLS
    for n, code in enumerate(blocks("python", RECIPES, tool))
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten thousand records without a value that may be missing, then some with all."""
    folder = tmp_path_factory.mktemp("recipes")
    made = [outputs.bare(number) for number in range(BARE)]
    outputs.write(folder / "articles.jsonl", made + [outputs.article(number) for number in range(FULL)])
    return folder


def run(command: list[str], folder: Path, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, env=env, check=False)


def records(folder: Path) -> list[dict[str, Any]]:
    lines = (folder / "articles.jsonl").read_bytes().splitlines()
    return [json.loads(line) for line in [*lines[:2], *lines[-FULL:]]]


@pytest.mark.parametrize(("tool", "code"), PYTHON)
def test_a_python_recipe_gives_every_value_with_its_type(folder: Path, tool: str, code: str) -> None:
    ask = f"\nimport json\nfound = {AS_RECORDS[tool]}\nprint('FOUND', json.dumps(found[:2] + found[-{FULL}:]))"
    offline = {"HF_HOME": str(folder / "hf"), "HF_HUB_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1"}
    env = os.environ | offline | {"PYTHONPATH": str(Path.cwd())}
    done = run([sys.executable, "-c", code + ask], folder, env)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.split("FOUND ")[1]) == records(folder)


def test_the_duckdb_recipe_gives_every_value_with_its_type(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    with duckdb.connect() as database:
        answers = [database.sql(code) for code in blocks("sql", RECIPES)]
        table = arrow.schema().empty_table()
        wanted = database.from_arrow(table).types
        assert database.sql("FROM articles").types == wanted
        found = database.sql("FROM articles").to_arrow_table().to_pylist()
        assert found[:2] + found[-FULL:] == records(folder)
        assert all(answer.fetchall() for answer in answers[1:])  # the first makes the view


def ddl(kind: pa.DataType) -> str:
    """A type in Spark's words."""
    if pa.types.is_struct(kind):
        return f"STRUCT<{', '.join(f'{one.name}: {ddl(one.type)}' for one in kind)}>"
    if pa.types.is_list(kind):
        return f"ARRAY<{ddl(kind.value_type)}>"
    return {pa.string(): "STRING", pa.int64(): "BIGINT", pa.float64(): "DOUBLE"}[kind]


def test_the_spark_recipe_names_every_key_with_its_type() -> None:
    (code,) = blocks("text", RECIPES, "Spark")
    (named,) = re.findall(r'"""(.*?)"""', code, re.DOTALL)
    assert " ".join(named.split()) == ", ".join(f"{one.name} {ddl(one.type)}" for one in arrow.schema())


@pytest.mark.skipif(not shutil.which("jq"), reason="jq is not installed")
@pytest.mark.parametrize("code", blocks("sh", RECIPES))
def test_a_jq_recipe_finds_something(folder: Path, code: str) -> None:
    done = run(["sh", "-ec", code], folder)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout


def test_the_sqlite_recipe_searches_the_texts_by_parts_of_words(tmp_path: Path) -> None:
    import sqlite3

    source = outputs.write(tmp_path / "articles.jsonl", [outputs.article(number) for number in range(FULL)])
    formats.export(reading.articles(source, []), str(tmp_path / "articles.sqlite"))
    with sqlite3.connect(tmp_path / "articles.sqlite") as database:
        (code,) = blocks("sqlite", RECIPES)
        found = {identity for identity, _ in database.execute(code)}
    wanted = {one["id"] for one in map(msgspec.json.decode, source.read_bytes().splitlines()) if "orchar" in str(one)}
    assert found == wanted


@pytest.mark.parametrize("code", blocks("python", Path("README.md").read_text(encoding="utf-8")))
def test_the_readme_s_python_runs(tmp_path: Path, code: str) -> None:
    (tmp_path / "data").mkdir()
    outputs.write(tmp_path / "data" / "articles.jsonl", [outputs.article(number) for number in range(FULL)])
    shutil.copytree("fixtures/de", tmp_path / "dumps", ignore=shutil.ignore_patterns("*.json", "*.html"))
    done = run([sys.executable, "-c", code], tmp_path, os.environ | {"PYTHONPATH": str(Path.cwd())})
    assert (done.returncode, done.stderr) == (0, "")


def test_each_python_recipe_is_run() -> None:
    assert len(PYTHON) == len(blocks("python", RECIPES))
