"""`scrapy explain` shows each line beside its rule; `scrapy golden` what a page should have become."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from belta_spider.cleaning import Options, explain
from belta_spider.items import Page
from belta_spider.reporting import golden
from tests.conftest import scrapy
from tests.factory import outputs
from tests.factory.small_pages import PAGE
from tests.typed import Typist, typist

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
    rows, verdict, _ = explain.explain(page, Options())
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


# Many pages in one file


@pytest.fixture(scope="module")
def typed() -> Iterator[Typist]:
    with typist() as one:
        yield one


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A table of three pages and the output of it; the third bears a section's name where its title should be."""
    folder = tmp_path_factory.mktemp("many")
    page = PAGE.format(n=1)
    pages = [page, PAGE.format(n=2), PAGE.format(n=3).replace("Chor Nummer 3 singt auf dem Markt", "Kultur")]
    rows = [{"text": one, "url": f"https://deu.belta.by/culture/view/chor-{n}-2024/"} for n, one in enumerate(pages, 1)]
    rows.append(rows[0] | {"url": "https://deu.belta.by/culture/view/chor-9-2024/"})
    (folder / "pages.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    done = scrapy("crawl", "belta", "-a", f"source={folder}/pages.jsonl", "-o", str(folder / "own.jsonl"))
    assert done.returncode == 0, done.stderr
    live = outputs.article(1)
    live.source.kind, live.source.uri = "live", "https://deu.belta.by/x"
    outputs.write(folder / "live.jsonl", [live])
    return folder


@pytest.mark.parametrize(
    ("chosen", "found"),
    [
        ("pages.jsonl", [1, 2, 3, 9]),
        ("pages.jsonl --url https://deu.belta.by/culture/view/chor-2-2024", [2]),
        ("pages.jsonl --url http://www.deu.belta.by//culture/view/chor-2-2024/?utm_source=x#top", [2]),
        ("pages.jsonl --record 3", [3]),
        ("pages.jsonl --id de-9-2024", [9]),
        ("pages.jsonl --id de-9-2024 --record 1", []),
        ("pages.jsonl --url https://deu.belta.by/culture/view/chor-7-2024", []),
        ("pages.jsonl --record 17", []),
        ("own.jsonl --id de-2-2024", [2]),
        ("own.jsonl --id de-7-2024", []),
        ("live.jsonl --id ru-1-2019", []),
    ],
)
def test_a_page_of_many_is_chosen_and_named(chosen: str, found: list[int], many: Path, typed: Typist) -> None:
    said = typed.type("explain", *chosen.split(), cwd=many)
    heads = [line for line in said.out.splitlines() if "pages.jsonl  " in line]
    assert [int(re.findall(r"chor-(\d+)-2024", line)[0]) for line in heads] == found
    assert (said.code, said.err.count("\n")) == ((0, 0) if found else (2, 1)), said.err


def test_titles_that_repeat_or_are_a_section_s_name_are_marked(many: Path, typed: Typist) -> None:
    said = typed.type("explain", "pages.jsonl", cwd=many)
    assert re.search(r"\? \S*title > title +Kultur$", said.out, re.MULTILINE), said.out
    assert said.out.splitlines()[-1] == "? a title on 2 of 4 pages: Chor Nummer 1 singt auf dem Markt"
    assert "a title on" not in typed.type("explain", "pages.jsonl", "--record", "1", cwd=many).out
