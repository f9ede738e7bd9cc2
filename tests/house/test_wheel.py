"""The wheel holds all that the package needs, and works where nothing else of the project is."""

from __future__ import annotations

import json
import subprocess
import zipfile
from pathlib import Path

import pytest

from tests import installed
from tests.installed import ROOT

PAGES = sorted((ROOT / "fixtures/de").glob("00*.txt"))


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return installed.once(tmp_path_factory).wheel


def test_the_wheel_is_pure_and_holds_all_but_tests(wheel: Path) -> None:
    assert wheel.name.endswith("-py3-none-any.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    editions = {f"belta_spider/editions/{path.name}" for path in (ROOT / "belta_spider/editions").glob("*.toml")}
    assert editions | {"belta_spider/py.typed", "belta_spider/completion/belta.bash"} <= names
    assert not [name for name in names if name.startswith(("tests", "fixtures"))]
    shared = {name.partition(".data/data/")[2] for name in names if ".data/data/" in name}
    assert shared == {
        "share/bash-completion/completions/belta",
        "share/fish/vendor_completions.d/belta.fish",
        "share/zsh/site-functions/_belta",
        "share/man/man1/belta.1",
    }


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return installed.once(tmp_path_factory).programs


def type_(programs: Path, folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [programs / command[0], *command[1:]],
        cwd=folder, env=installed.clean(), capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip


def test_a_user_crawls_a_folder_and_looks_at_the_report(programs: Path, tmp_path: Path) -> None:
    """On a bare machine: a wheel in an empty environment, pages in a folder, nothing else of the project."""
    (tmp_path / "dumps").mkdir()
    for page in PAGES:
        (tmp_path / "dumps" / page.name).write_bytes(page.read_bytes())
    where = type_(programs, tmp_path, "python", "-c", "import belta_spider; print(belta_spider.__file__)")
    assert str(programs.parent) in where.stdout
    assert type_(programs, tmp_path, "belta", "--version").stdout.startswith("belta ")
    done = type_(programs, tmp_path, "belta", "crawl", "-a", "source=dumps/", "-o", "x.jsonl")
    assert done.returncode == 0, done.stderr
    records = [json.loads(line) for line in (tmp_path / "x.jsonl").read_bytes().splitlines()]
    wanted = [json.loads(path.with_name(f"{path.name}.record.json").read_bytes())["record"] for path in PAGES]
    assert [one["id"] for one in records] == [one["id"] for one in wanted]
    done = type_(programs, tmp_path, "belta", "report", "x.jsonl")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "x.report.html").stat().st_size
    done = type_(programs, tmp_path, "belta", "crawl")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "name what to read, -a source=PATH" in done.stderr
    done = type_(programs, tmp_path, "python", "-m", "belta_spider", "golden")
    assert (done.returncode, "fixtures" in done.stderr) == (2, True)
