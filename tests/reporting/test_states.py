"""The report of whatever an output may be, in a browser: console, requests, width, axe-core, light and dark."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from belta_spider.items import Removal
from belta_spider.output.ledger import audit_path
from belta_spider.reporting.report import write
from tests import browsing, chromium
from tests.factory import outputs

NEWS = (
    "明斯克的果园今年收成很好，市场上的苹果比去年多了三成，农民们说明年还要种更多的树，孩子们在节日里采摘水果并参观了博物馆。"
    * 3
)


def nothing(folder: Path) -> Path:
    return outputs.write(folder / "a.jsonl", [])


def drops_only(folder: Path) -> Path:
    source = nothing(folder)
    for number in range(9):
        outputs.note(source, Removal(None, f"{number}.txt", None, 1, 0, "drop.empty", None, ""))
    return source


def one_article(folder: Path) -> Path:
    return outputs.write(folder / "a.jsonl", [outputs.article(1)])


def no_date(folder: Path) -> Path:
    return outputs.write(folder / "a.jsonl", [outputs.bare(1)])


def no_audit(folder: Path) -> Path:
    source = outputs.write(folder / "a.jsonl", [outputs.article(number) for number in range(30)])
    audit_path(source).unlink()
    return source


def one_edition(folder: Path) -> Path:
    return outputs.write(folder / "a.jsonl", [outputs.article(7 * number) for number in range(80)])


def seven_editions(folder: Path) -> Path:
    return outputs.write(folder / "a.jsonl", [outputs.article(number) for number in range(300)])


def chinese(folder: Path) -> Path:
    made = [outputs.article(7 * number + 6) for number in range(40)]
    return outputs.write(
        folder / "a.jsonl", [replace(one, title=NEWS[:40], text=f"{NEWS}\n\n{NEWS}", section="政治") for one in made]
    )


def huge_words(folder: Path) -> Path:
    made = replace(outputs.article(1), title="x" * 3_000, section="y" * 300, text="z" * 9_000, flags=["w" * 200])
    return outputs.write(folder / "a.jsonl", [made, *(outputs.article(number) for number in range(2, 9))])


def hostile(folder: Path) -> Path:
    return outputs.write(folder / "a.jsonl", [outputs.hostile(), outputs.article(2)])


STATES = [
    nothing, drops_only, one_article, no_date, no_audit, one_edition, seven_editions, chinese, huge_words, hostile,
]  # fmt: skip
HONEST = {
    nothing: "There is nothing to look at.",
    drops_only: "9 pages (100%) dropped as empty.",
    one_article: "Nothing odd was found",
    no_audit: "Not known without an audit.",
    chinese: "40 articles share their longest paragraph",
}


@pytest.fixture(scope="module")
def browser() -> Iterator[chromium.Browser]:
    with chromium.Browser() as started:
        yield started


@pytest.mark.parametrize(("state", "words"), HONEST.items(), ids=lambda one: getattr(one, "__name__", ""))
def test_it_says_what_is_there_and_what_is_not(tmp_path: Path, state: Callable[[Path], Path], words: str) -> None:
    write.write(state(tmp_path), tmp_path / "a.html")
    assert words in (tmp_path / "a.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("state", STATES, ids=lambda one: str(one.__name__))
class TestInABrowser:
    pytestmark = browsing.in_browser

    @pytest.mark.parametrize("width", [390, 1280])
    def test_no_error_no_request_nothing_beside_the_page(
        self, browser: chromium.Browser, tmp_path: Path, state: Callable[[Path], Path], width: int
    ) -> None:
        write.write(state(tmp_path), tmp_path / "a.html")
        tab = browser.open(tmp_path / "a.html", width=width)
        assert (browsing.complaints(tab), browsing.requests(tab), browsing.wider_than(tab, width)) == ([], [], [])
        links = "[...document.querySelectorAll('a[href^=\"#\"]')].map((one) => one.hash.slice(1))"
        missing = f"{links}.filter((one) => !one.startsWith('article=') && !document.getElementById(one))"
        assert tab.run(missing) == []

    @browsing.needs_axe
    @pytest.mark.parametrize("dark", [False, pytest.param(True, marks=pytest.mark.faults)])
    def test_axe_finds_no_violation(
        self, browser: chromium.Browser, tmp_path: Path, state: Callable[[Path], Path], dark: bool
    ) -> None:
        write.write(state(tmp_path), tmp_path / "a.html")
        assert browsing.violations(browser.open(tmp_path / "a.html", dark=dark)) == []
