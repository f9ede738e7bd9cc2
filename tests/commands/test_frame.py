"""Commands that read share one frame: one line, one exit code, and the editions of the settings."""

from __future__ import annotations

from pathlib import Path

import pytest

from belta_spider import editions
from tests.conftest import scrapy

BUILT_IN = Path(editions.__file__).parent
SEED = "fixtures/de/000_30530b0d588a9a9f.txt"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with an eighth edition: the German one by another code."""
    text = (BUILT_IN / "de.toml").read_text(encoding="utf-8")
    (tmp_path / "xx.toml").write_text(text.replace('edition = "de"', 'edition = "xx"', 1), encoding="utf-8")
    return tmp_path


def test_explain_heeds_the_editions_of_the_settings(folder: Path) -> None:
    done = scrapy("explain", "--edition", "xx", "-s", f"BELTA_EDITIONS={folder}", SEED)
    assert done.returncode == 0, done.stderr
    assert "xx.header.projects" in done.stdout


def test_golden_heeds_the_editions_of_the_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = (BUILT_IN / "de.toml").read_text(encoding="utf-8")
    (tmp_path / "de.toml").write_text(source.replace('name = "header.projects"', 'name = "header.others"'), "utf-8")
    assert 'name = "header.projects"' in source
    done = scrapy("golden", "de", "-s", f"BELTA_EDITIONS={tmp_path}")
    assert done.returncode == 1, done.stderr
    assert "de.header.others" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["explain", "--editon", "de", SEED], "scrapy explain: unknown option: --editon (did you mean --edition?)"),
        (["explain", "-s", "BELTA_EDITIONS=nowhere", SEED], "scrapy explain: BELTA_EDITIONS=nowhere: "),
        (["stats", "nowhere.jsonl"], "scrapy stats: nowhere.jsonl: no such file"),
        (["export", "--to"], "scrapy export: argument --to: expected one argument"),
    ],
)
def test_wrong_use_is_one_line(arguments: list[str], line: str) -> None:
    done = scrapy(*arguments)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert done.stderr.startswith(line)
