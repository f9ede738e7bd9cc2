"""`scrapy explain` shows each line beside its rule; `scrapy golden` what a page should have become."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from belta_spider.cleaning import Options, explain
from belta_spider.items import Page
from belta_spider.reporting import golden
from tests.test_crawl import scrapy

SEED = "fixtures/de/000_30530b0d588a9a9f.txt"
FIXTURES = list(golden.pages("fixtures/de"))


def test_each_line_stands_beside_its_rule_its_field_or_text() -> None:
    done = scrapy("explain", SEED)
    assert (done.returncode, done.stderr) == (0, "")
    lines = [line.split(maxsplit=3) for line in done.stdout.splitlines()[1:-1]]
    assert ["1", "de.header.projects", "Projekte"] in lines
    assert ["3", "de.header.day", ">", "captured_on      flag Dienstag, 30 April 2024"] in lines
    assert "\x1b" not in done.stdout


def test_a_page_in_markup_is_explained_by_its_blocks() -> None:
    done = scrapy("explain", "fixtures/de/full-page.html")
    assert done.returncode == 0
    assert "de.header.title > title" in done.stdout


def test_a_line_that_no_rule_knows_is_marked() -> None:
    done = scrapy("explain", "fixtures/de/layout5-unknown-head-label.txt")
    assert [line for line in done.stdout.splitlines() if " ? de.head.unknown" in line]


@pytest.mark.parametrize("arguments", [[], ["no/such/page.txt"], ["--edition", "fr", SEED]])
def test_wrong_use_of_explain_ends_with_exit_code_2(arguments: list[str]) -> None:
    done = scrapy("explain", *arguments)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("page", FIXTURES, ids=lambda page: Path(page.uri).name)
def test_the_rows_of_a_page_are_its_lines_in_order(page: Page) -> None:
    rows, verdict = explain.explain(page, Options())
    assert [row.line for row in rows] == sorted(row.line for row in rows)
    assert verdict


def test_golden_shows_a_difference_field_by_field_and_rewrites_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "fixtures"
    folder.mkdir()
    shutil.copy(SEED, folder / "page.txt")
    monkeypatch.chdir(tmp_path)
    (page,) = golden.pages("fixtures")
    assert [name for name, _, _ in golden.differences(golden.expected(page), golden.outcome(page))] == [
        "(no expected record)"
    ]
    golden.write(page, golden.outcome(page))
    assert golden.differences(golden.expected(page), golden.outcome(page)) == []
    file = folder / "page.txt.record.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"audit": []}))
    found = golden.audit_differences(golden.expected(page), golden.outcome(page))
    assert {sign for sign, _ in found} == {"+"}


def test_golden_ends_with_exit_code_0_where_nothing_differs() -> None:
    done = scrapy("golden", "zh")
    assert (done.returncode, done.stdout.split(", ")[1]) == (0, "0 differ\n")
