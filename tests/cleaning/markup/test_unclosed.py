"""Markup as it comes: tags that are missing, doubled or out of place cost no paragraph without a word."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from belta_spider.cleaning import Cleaned, clean
from belta_spider.cleaning.markup.cells import are_loose
from belta_spider.cleaning.markup.unclosed import FLAG, close_raw
from belta_spider.editions import load
from belta_spider.items import Article, Page

FIXTURES = sorted(path for path in Path("fixtures").glob("*/*.html") if not path.name.startswith("dropped"))
TAG = re.compile(rb"</?[a-zA-Z][a-zA-Z0-9]*\b[^>]*>")
PROSE = [
    "Elf Igel haben am Mittwoch in Lida eine Straße überquert, und niemand hat gehupt.",
    "Der Bus hielt an, bis der letzte von ihnen im Gebüsch verschwunden war, sagte die Fahrerin.",
    "Für den Herbst plant die Stadt an dieser Stelle ein Schild.",
]
PAGE = """<html><head><meta charset="utf-8"><title>Elf Igel | BelTA</title></head><body>
<div class="main"><div class="content_margin"><a class="rubric" href="/society/">Gesellschaft</a>
<div class="date_full">03 April 2024, 14:54</div><h1>Elf Igel</h1>
<div class="inner_content"><div class="text"><div class="js-mediator-article">
{}
</div></div></div><div class="news_tags_block"><a title="Igel">Igel</a></div></div></div></body></html>"""
BOXES = [
    name
    for rule in load().elements.all
    for name in sorted(rule.classes)
    if rule.name not in {"body.article", "header.day"}
]
BOXES = [name for name in BOXES if name not in {"rubric", "twitter-tweet", "instagram-media", "date_full"}]


def cleaned(data: bytes) -> Cleaned:
    return clean(Page("html", "x.html", data, is_html=True))


def article(inner: str) -> Article:
    found = cleaned(PAGE.format(inner).encode()).article
    assert found is not None
    return found


def paragraphs(*texts: str) -> str:
    return "\n".join(f"<p>{text}</p>" for text in texts)


@pytest.mark.parametrize("place", [0, 1, 2])
@pytest.mark.parametrize("name", BOXES)
def test_a_box_that_is_never_closed_costs_no_paragraph(name: str, place: int) -> None:
    box = f'<div class="{name}"><p>Kasten</p>'
    found = article(paragraphs(*PROSE[:place]) + box + paragraphs(*PROSE[place:]))
    assert [text for text in PROSE if text not in found.text] == []
    assert found.flags == [FLAG] or place == len(PROSE) - 1
    assert (found.authors, found.title) == ([], "Elf Igel") or name == "person_fio"


@pytest.mark.parametrize("name", BOXES)
def test_a_box_that_is_closed_keeps_what_is_its_own(name: str) -> None:
    box = f'<div class="{name}"><p>Kasten</p></div>'
    found = article(paragraphs(PROSE[0]) + box + paragraphs(*PROSE[1:]))
    assert (found.text, found.flags) == ("\n\n".join(PROSE), [])


def test_a_tag_s_link_that_is_never_closed_costs_no_paragraph() -> None:
    found = article(paragraphs(PROSE[0]) + '<p><a class="tag_item" href="/tags/0">' + paragraphs(*PROSE[1:]))
    assert (found.text, found.flags, found.tags) == ("\n\n".join(PROSE), [FLAG], ["Igel"])


def test_a_tag_with_an_abbreviation_stays_a_tag() -> None:
    name = "Jahr des Igels und seiner Kinder, gewidmet A. S. Igelmann zum Jubiläum"
    found = article(paragraphs(*PROSE) + f'<a class="tag_item" title="{name}">{name}</a>')
    assert (found.text, found.flags, found.tags) == ("\n\n".join(PROSE), [], [name, "Igel"])


def test_a_hidden_element_that_is_never_closed_is_read() -> None:
    found = article(paragraphs(PROSE[0]) + '<div style="display:none">' + paragraphs(*PROSE[1:]))
    assert (found.text, found.flags) == ("\n\n".join(PROSE), [FLAG])


@pytest.mark.parametrize("tag", ["title", "style", "script", "noscript", "iframe", "textarea"])
def test_an_element_without_markup_in_it_is_closed_where_markup_begins(tag: str) -> None:
    page = PAGE.format(paragraphs(*PROSE))
    at = page.index("<meta") if tag == "title" else page.index('<div class="date_full')
    found = cleaned(f"{page[:at]}<{tag}>x\n{page[at:]}".encode()).article
    assert found is not None
    assert found.text == "\n\n".join(PROSE)
    assert FLAG in found.flags


@pytest.mark.parametrize("times", [2, 3, 7])
@pytest.mark.parametrize("tag", ["title", "style", "noscript", "iframe", "textarea"])
def test_elements_that_are_never_closed_hide_none_of_the_others(tag: str, times: int) -> None:
    page = f"<p>Vorher</p>{f'<{tag}><p>' * times}<div class=main><p>Igel</p></div>".encode()
    closed, was_missing = close_raw(page)
    assert was_missing
    assert closed.count(f"</{tag}>".encode()) == times
    assert close_raw(closed) == (closed, False)


def test_scripts_that_write_markup_stay_as_they_are() -> None:
    page = b"<script>document.write('<div><script src=x><\\/script><p>x</p>')</script><p>Igel</p>"
    assert close_raw(page) == (page, False)


@cache
def expected(path: Path) -> tuple[bytes, tuple[str, ...]]:
    data = path.read_bytes()
    found = cleaned(data).article
    assert found is not None
    return data, tuple(found.text.split("\n\n"))


@st.composite
def broken(draw: st.DrawFn, paths: list[Path] = FIXTURES, pattern: re.Pattern[bytes] = TAG) -> tuple[Path, bytes]:
    """A fixture with one tag of its head or article taken out, doubled or moved."""
    path = draw(st.sampled_from(paths))
    data = expected(path)[0]
    end = data.find(b"one_right_col") % len(data)
    tags = list(TAG.finditer(data, 0, end))
    tag, other = draw(st.sampled_from(list(pattern.finditer(data, 0, end)))), draw(st.sampled_from(tags))
    how = draw(st.sampled_from(["out", "double", "move"]))
    without = data[: tag.start()] + data[tag.end() :]
    if how == "double":
        return path, data[: tag.end()] + tag[0] + data[tag.end() :]
    if how == "out" or tag.start() == other.start():
        return path, without
    at = other.end() - (len(tag[0]) if other.start() > tag.start() else 0)
    return path, without[:at] + tag[0] + without[at:]


@settings(max_examples=200, derandomize=True, deadline=None)
@given(broken())
def test_no_tag_out_of_place_costs_a_paragraph_without_a_flag(found: tuple[Path, bytes]) -> None:
    loses_nothing_in_silence(*found)


def loses_nothing_in_silence(path: Path, data: bytes) -> None:
    result = cleaned(data)
    assert result.dropped in {None, "no_text", "front_page"}
    if result.article is not None and not result.article.flags:
        text = "".join(result.article.text.split())  # a tag within a paragraph may part it
        assert [one for one in expected(path)[1] if "".join(one.split()) not in text] == []


@settings(max_examples=150, derandomize=True, deadline=None)
@given(
    broken([path for path in FIXTURES if path.name == "table.html"], re.compile(rb"</?t(?:[dhr]|able|body)\b[^>]*>"))
)
def test_no_tag_of_a_table_out_of_place_costs_a_row_without_a_flag(found: tuple[Path, bytes]) -> None:
    loses_nothing_in_silence(*found)


@pytest.mark.parametrize(
    ("markup", "is_loose"),
    [
        ("<table><tr><td>1</td><td>2</td></tr></table>", False),
        ("<table><caption>x</caption><col><tbody>\n<!-- x --><tr><th>1</th></tr></tbody></table>", False),
        ("<table><tr><td><table><tr><td>a</td></tr></table></td></tr></table>", False),
        ("<table><tr><td>1</td><tr><td>2</td></table>", False),
        ("<table><tr><td>1<td>2</table>", False),
        ("<table><tr>1</td><td>2</td></tr></table>", True),
        ("<table><tr><td><td>1</td></tr></table>", True),
        ("<table><tr><td>1</td></tr><td>2</td></table>", True),
        ("<table><p>x</p><tr><td>1</td></tr></table>", True),
        ("<table><tr><td>1<tbody></td></tr></table>", True),
        ("<p><td>x</td></p>", True),
    ],
)
def test_cells_out_of_place_are_told(markup: str, is_loose: bool) -> None:
    assert are_loose(markup.encode()) is is_loose
    assert (FLAG in article(markup).flags) is is_loose
