"""The report in a browser: nothing is fetched, nothing runs that is not ours, and it can be used."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from belta_spider.items import Article, Removal
from belta_spider.reporting.report import page
from belta_spider.reporting.report import write as reporting
from tests import chromium
from tests.factory import outputs

NUMBER = 700
MADE = [outputs.article(51 * number) for number in range(NUMBER)]
"""Of all editions and sections, over six years."""
in_browser = [
    pytest.mark.browser,
    pytest.mark.skipif(not chromium.PATH, reason="chromium is not installed: the report is not opened in a browser"),
]
SELECTED = "document.querySelector('[aria-selected=\"true\"]').id"


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    made = [*MADE, outputs.hostile()]
    source = outputs.write(folder / "articles.jsonl", made)
    outputs.note(source, Removal(None, outputs.HOSTILE, None, 1, 0, f"drop.{outputs.HOSTILE}", None, outputs.HOSTILE))
    written = reporting.write(source, folder / "report.html", [outputs.hostile().id])
    assert (written.counts.articles, written.bad, written.missing) == (NUMBER + 1, [], [])
    return folder / "report.html"


class Elements(HTMLParser):
    """Which elements a page has, and which attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str | None]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value) for name, value in attrs]


def test_the_page_has_our_elements_alone_and_points_nowhere(report: Path) -> None:
    page = Elements(report.read_text(encoding="utf-8"))
    assert (page.tags.count("script"), page.tags.count("style")) == (2, 1)
    assert not {"img", "iframe", "object", "embed", "form", "base"} & set(page.tags)
    names = {name for _, name, _ in page.attributes}
    assert not {name for name in names if name.startswith("on") or name in {"style", "src", "srcset", "action"}}
    links = [value or "" for tag, name, value in page.attributes if name == "href"]
    assert {re.sub("=.*", "", link) for link in links if link.startswith("#article")} == {"#article"}
    assert all(link.startswith("#") or link == "data:," for link in links)


def test_the_policy_forbids_everything_else(report: Path) -> None:
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', report.read_text())
    directives = dict(part.split(" ", 1) for part in policy.replace("&#39;", "'").split("; "))
    assert directives["default-src"] == "'none'"
    assert all(re.fullmatch(r"'sha256-[\w+/=]{44}'", directives[kind]) for kind in ("style-src", "script-src"))
    assert "unsafe" not in policy


def test_the_same_output_gives_the_same_page(tmp_path: Path) -> None:
    source = outputs.write(tmp_path / "a.jsonl", [outputs.article(number) for number in range(30)])
    pages = []
    for name in ("a.html", "b.html"):
        reporting.write(source, tmp_path / name)
        pages.append((tmp_path / name).read_bytes())
    assert pages[0] == pages[1]


@pytest.mark.parametrize("number", [0, 1])
def test_an_output_with_next_to_nothing_in_it_has_a_report_too(tmp_path: Path, number: int) -> None:
    source = tmp_path / "a.jsonl"
    outputs.write(source, [outputs.bare(n) for n in range(number)])
    (tmp_path / "a.audit.jsonl").unlink()
    reporting.write(source, tmp_path / "a.html")
    text = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert "No audit stands beside this file" in text
    assert ("This output holds no article." in text) == (not number)
    assert f"All {number} articles" in text


def test_a_sample_is_said_to_be_one(report: Path) -> None:
    text = report.read_text(encoding="utf-8")
    shown = len(json.loads(re.findall(r'id="data">(.*?)</script>', text)[0])["articles"])
    assert f"A sample: {shown} of {NUMBER + 1} articles" in text


@pytest.mark.parametrize(
    ("start", "seen"),
    [
        ("404 Page not found", "404 Page not found"),
        ("\n \xa0\n\u200b", "(empty)"),
        ("<!DOCTYPE html><html><head><TITLE lang=de>Orte &amp; Leute</TITLE>", "Orte & Leute"),
        ("<html><head><script>var a = 1", "(markup)"),
    ],
)
def test_of_a_dropped_page_there_stands_what_a_reader_would_see(start: str, seen: str) -> None:
    assert page._seen(start) == seen


# In a browser


@pytest.fixture(scope="module")
def browser() -> Iterator[chromium.Browser]:
    with chromium.Browser() as started:
        yield started


def faults(tab: Any) -> list[Any]:
    """What a console would show: errors, and whatever the policy stopped."""
    told = [entry["entry"]["text"] for entry in tab.events("Log.entryAdded")]
    return [*told, *tab.events("Runtime.exceptionThrown"), *tab.events("Runtime.consoleAPICalled")]


CHOICES = [
    {"edition": "zh"},
    {"section": "sport"},
    {"section": ""},
    {"year": "2020"},
    {"edition": "de", "section": "sport", "year": "2021"},
]
ROWS = """[...document.querySelectorAll('[data-list] tr')].map((one) =>
    [one.parentNode.dataset.list, one.cells[0].textContent, one.cells[1].textContent])"""


def choose(key: str, value: str) -> str:
    """A script that sets a filter as a reader does."""
    return (
        f"(() => {{ const one = document.getElementById('by-{key}'); one.value = '{value}';"
        "one.dispatchEvent(new Event('change', {bubbles: true})); })()"
    )


def takes(choice: dict[str, str], one: Article) -> bool:
    found = {"edition": one.edition, "section": one.section or "", "year": str(one.date_published)[:4]}
    return all(found[key] == value for key, value in choice.items())


class TestInABrowser:
    pytestmark = in_browser

    @pytest.mark.parametrize("dark", [False, True])
    @pytest.mark.parametrize("width", [1280, 390])
    def test_it_shows_without_an_error_or_a_request(
        self, browser: chromium.Browser, report: Path, width: int, dark: bool
    ) -> None:
        tab = browser.open(report, width=width, dark=dark)
        requests = [event["request"]["url"] for event in tab.events("Network.requestWillBeSent")]
        assert (faults(tab), requests) == ([], [report.as_uri()])
        assert tab.run("document.documentElement.scrollWidth") == width
        assert tab.run("document.title") == "Report on articles.jsonl"
        boxes = "[...document.querySelectorAll(':has(> table)')].map((one) => getComputedStyle(one).overflowX)"
        assert set(tab.run(boxes)) == {"visible"}
        ground = tab.run("getComputedStyle(document.body).backgroundColor")
        assert ground == ("rgb(20, 23, 27)" if dark else "rgb(255, 255, 255)")

    def test_each_edition_has_its_colour_in_chart_and_table(self, browser: chromium.Browser, report: Path) -> None:
        tab = browser.open(report)
        for edition in outputs.EDITIONS:
            chart = f"getComputedStyle(document.querySelector('svg[data-edition={edition}] rect')).fill"
            chips = f"[...document.querySelectorAll('.chip')].filter((one) => one.textContent === '{edition}')"
            colours = tab.run(f"{chips}.map((one) => getComputedStyle(one, '::before').backgroundColor)")
            assert set(colours) == {tab.run(chart)}

    def test_numbers_and_charts_follow_the_filters(self, browser: chromium.Browser, report: Path) -> None:
        tab = browser.open(report)
        year = MADE[0].date_published[:4]  # type: ignore[index]
        wanted = [one for one in MADE if one.edition == "de" and str(one.date_published).startswith(year)]
        for key, value in (("edition", "de"), ("year", year)):
            tab.run(choose(key, value))
        assert tab.run("document.getElementById('chosen').textContent") == f"{len(wanted)} articles"
        cell = "document.querySelector('#cut td[data-of=captured]').textContent"
        assert tab.run(cell) == f"{sum(len(one.text) for one in wanted):,}"
        words = "document.querySelector('#time tr:not([hidden]) td[data-of=words][data-e=de]').textContent"
        assert tab.run("document.querySelectorAll('figure:not([hidden])').length") == 1
        assert tab.run(words)
        bars = (
            "[...document.querySelectorAll('svg[data-edition=de] rect')].filter((one) => +one.getAttribute('height'))"
        )
        assert set(tab.run(f"{bars}.map((one) => one.dataset.period.slice(0, 4))")) == {year}
        tab.click("#all")
        assert tab.run("document.getElementById('chosen').textContent") == f"{NUMBER + 1} articles"
        assert not faults(tab)

    @pytest.mark.parametrize("choice", CHOICES, ids=str)
    def test_lists_and_browser_follow_edition_section_and_year(
        self, browser: chromium.Browser, report: Path, choice: dict[str, str]
    ) -> None:
        tab = browser.open(report)
        before = tab.run(ROWS)
        for key, value in choice.items():
            tab.run(choose(key, value))
        wanted = [one for one in MADE if takes(choice, one)]
        titles = Counter(one.title for one in MADE)
        left = Counter(one.title for one in wanted if titles[one.title] > 1)
        flagged = sum(bool(one.flags) for one in wanted)
        rows = tab.run(ROWS)
        assert [row[1:] for row in rows if row[0] == "unknown"] == [
            [f"{flagged}", "Top stories"] if flagged else ["", "None under this filter."]
        ]
        shown = {row[2]: int(row[1]) for row in rows if row[0] == "titles" and row[1]}
        assert shown == dict(sorted(left.items(), key=lambda one: -one[1])[:40])
        ids = {one.id for one in wanted}
        assert set(tab.run("[...document.querySelectorAll('[data-list] .id div')].map((o) => o.textContent)")) <= ids
        listed = tab.run("[...document.querySelectorAll('#list small')].map((one) => one.textContent)")
        assert listed
        assert all(one.startswith(choice.get("edition", "")) for one in listed)
        tab.click("#all")
        assert tab.run(ROWS) == before
        assert not faults(tab)

    def test_the_browser_of_the_cleaning_works_by_keyboard(self, browser: chromium.Browser, report: Path) -> None:
        tab = browser.open(report)
        tab.run("document.getElementById('list').focus()")
        assert tab.run(SELECTED) == "option-0"
        for key, place in [("ArrowDown", 1), ("PageDown", 11), ("ArrowUp", 10), ("PageUp", 0), ("ArrowUp", 0)]:
            tab.press(key)
            assert tab.run(SELECTED) == f"option-{place}"
        tab.press("End")
        assert tab.run("document.getElementById('place').textContent.split(' ')[0] * 1") >= 600
        shown = tab.run(f"document.querySelector('#' + {SELECTED}).firstChild.textContent")
        assert tab.run("document.getElementById('shown-title').textContent") == shown
        box = "((one, list) => one.top >= list.top - 1 && one.bottom <= list.bottom + 1)"
        boxes = f"document.getElementById({SELECTED}).getBoundingClientRect(), document.getElementById('list').getBoundingClientRect()"  # noqa: E501
        assert tab.run(f"{box}({boxes})")

    def test_the_browser_of_the_cleaning_works_by_mouse(self, browser: chromium.Browser, report: Path) -> None:
        tab = browser.open(report, width=390)
        tab.click("#next")
        assert tab.run(SELECTED) == "option-1"
        tab.click("#option-3")
        assert tab.run(SELECTED) == "option-3"
        tab.click("#filter")
        tab.type("unknown_chrome")
        found = tab.run("document.querySelectorAll('[role=option]').length")
        assert 0 < found < 600
        kinds = tab.run("[...document.querySelectorAll('#lines li')].map((one) => one.className)")
        assert {"k-head", "k-field", "k-kept", "k-tail", "k-unknown"} == set(kinds)
        rules = tab.run("[...document.querySelectorAll('#lines .rule')].map((one) => one.textContent)")
        assert any(rule.endswith(".tail.unknown (cut, but no rule knows it)") for rule in rules)
        assert not faults(tab)

    @pytest.mark.parametrize("link", [".glance:nth-of-type(2) a", "#repeats .id a"])
    def test_a_link_opens_an_article(self, browser: chromium.Browser, report: Path, link: str) -> None:
        tab = browser.open(report)
        tab.click(link)
        wanted = f"decodeURIComponent(document.querySelector('{link}').hash.slice('#article='.length))"
        shown = "document.querySelector('#record dt:nth-of-type(2) + dd').textContent"
        tab.await_true(f"{shown} === {wanted}")

    def test_a_hostile_article_shows_as_text(self, browser: chromium.Browser, report: Path) -> None:
        tab = browser.open(report)
        assert tab.run("document.getElementById('shown-title').textContent") == outputs.HOSTILE
        lines = tab.run("[...document.querySelectorAll('#lines .text')].map((one) => one.textContent)")
        assert f"</script>{outputs.HOSTILE}" in lines
        assert tab.run("document.querySelectorAll('img, [onmouseover], [onerror], a[href^=javascript]').length") == 0
        assert tab.run("document.title") == "Report on articles.jsonl"
        assert not faults(tab)

    def test_it_prints(self, browser: chromium.Browser, report: Path) -> None:
        assert browser.open(report).call("Page.printToPDF")["data"]
