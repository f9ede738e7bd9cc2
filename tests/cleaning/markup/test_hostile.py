"""Hostile markup is tamed before it is parsed, and loses no text; any markup keeps the cleaner's promises."""

from __future__ import annotations

import hashlib
import re
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from belta_spider.cleaning import Options, clean
from belta_spider.cleaning.markup import hostile
from belta_spider.cleaning.markup.blocks import MOST
from belta_spider.cleaning.markup.reading import read as read_markup
from belta_spider.cleaning.markup.unclosed import close_raw
from belta_spider.editions import load
from belta_spider.items import Page
from belta_spider.text.normalization import normalize

PROSE = "Elf Igel haben am Mittwoch eine Straße überquert, und niemand hat gehupt, nicht einmal der Bus."
HEAD = '<div class="content_margin"><h1>Elf Igel</h1><div class="date_full">03 April 2024, 14:54</div>'
BODY = f'{HEAD}<div class="js-mediator-article">'
HOSTILE = {
    "nested": "<div>" * 30_000 + PROSE,
    "unclosed": "<b>" * 3_000 + PROSE + "<p>x" * 10,
    "attributes": "<div " + " ".join(f'a{index}="x>"' for index in range(11_000)) + f">{PROSE}</div>",
    "names": "<div " + " ".join(f"a{index}" for index in range(11_000)) + f">{PROSE}</div>",
    "names and quoted ends": "<div "
    + " ".join(f"{index:x}" + ' b=">"' * (index % 300 == 0) for index in range(9_000))
    + f">{PROSE}</div>",
    "names in many tags": ("<i " + " ".join(f"{index:x}" for index in range(999)) + "></i>") * 20 + PROSE,
    "a quote that none opens": '<div ="' + " ".join(f"{index:x}" for index in range(9_000)) + f'">{PROSE}</div>',
    "a quote in a bare value": '<div a=b="' + " ".join(f"{index:x}" for index in range(9_000)) + f'">{PROSE}</div>',
    "links": "<a href=x>" * 25_000 + PROSE,
    "tags": "<i></i>" * 15_000 + PROSE,
}


def depth(html: str) -> int:
    node = LexborHTMLParser(html).root
    assert node is not None
    deepest, stack = 0, [(node, 1)]
    while stack:
        one, level = stack.pop()
        deepest = max(deepest, level)
        stack += [(child, level + 1) for child in one.iter()]
    return deepest


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_markup_is_tamed_without_loss_of_text(name: str) -> None:
    html = f"{BODY}{HOSTILE[name]}"
    assert hostile.is_hostile(html.encode())
    tamed = hostile.tame(html.encode()).decode()
    assert len(tamed) < 1_000_000
    assert depth(tamed) < 600
    found = clean(Page("html", "x.html", html.encode(), is_html=True), Options("de")).article
    assert found is not None
    assert PROSE in found.text


ORDINARY = {
    "picture": f'<img src="data:image/png;base64,{"a/b+" * 30_000}">',
    "quote": f"<div title='{'Igel, ' * 9_000}'>",
    "data": "<script>window.page = {" + '"a b": 1, ' * 9_000 + "}</script>",
    "drawing": f'<svg><path d="{"M1 2 L 3 4 " * 9_000}"/></svg>',
    "markup in data": f"<script>x = '{'<b> a <i class=c>' * 90}{'a b c ' * 900}'</script>",
    "style": f"<style>{'p a b ' * 9_000}</style>",
    "comment": f"<!-- {'a b c ' * 9_000} -->",
    "text": "Igel " * 9_000,
    "less than": f"{'a < b ' * 900}{'Igel ' * 9_000}",
    "ends in quotes": '<p title="a > b">x</p>' * 3_000,
}


@pytest.mark.parametrize("name", ORDINARY)
def test_a_page_with_a_long_stretch_of_no_tags_is_not_hostile(name: str) -> None:
    assert not hostile.is_hostile(f"{BODY}{ORDINARY[name]}<p>{PROSE}</p></div></div>".encode())


def test_a_page_is_hostile_by_its_scripts_alone_only_until_they_are_left_out() -> None:
    page = f"{BODY}<script>{'a = b < c; ' * 21_000}</script><p>{PROSE}</p></div></div>".encode()
    assert hostile.is_hostile(page)
    assert hostile.safe(page) == f"{BODY}<script></script><p>{PROSE}</p></div></div>".encode()


@given(st.text(alphabet="ab =\"'>/\n<", max_size=30))
def test_a_tag_and_its_attributes_are_those_that_the_parser_sees(inside: str) -> None:
    html = f"<i {inside}"
    tag = next(hostile._WHOLE_TAG.finditer(html.encode()))
    node = LexborHTMLParser(f"<p>{html}").css_first("i")
    if node is None:  # its end is none of the tag's, or within a quote
        assert tag.end() == len(html)
    else:
        names = [
            re.split(rb"[ \n=]", found[:1].replace(b"=", b"\1") + found[1:])[0]
            for found in hostile._ATTRIBUTE.findall(tag[0][3:-1])
        ]
        assert {name.replace(b"\1", b"=").decode() for name in names} == set(node.attributes)


@pytest.mark.parametrize("name", ["<p>a" * 400, "<ul><li>a</ul>" * 300, '<img src="a" alt="b">' * 900, "x < y" * 1_000])
def test_a_plain_page_is_not_hostile(name: str) -> None:
    assert not hostile.is_hostile(name.encode())


@pytest.mark.parametrize("shift", range(8))
def test_every_end_tag_counts_wherever_the_page_is_divided(shift: int) -> None:
    page = " " * shift + "<b>Igel</b>" * 4_000
    assert not hostile.is_hostile((page + "<b>" * 2_000).encode())
    assert hostile.is_hostile((page + "<b>" * 2_001).encode())


BULK = {
    "picture": f"<img src='data:image/png;base64,{'A' * hostile.CLEANED}'>",
    "comment": f"<!-- <p> {'-' * hostile.CLEANED} -->",
    "script": f"<script>{'if (a<b) ' * (hostile.CLEANED // 9)}</script>",
    "style": f"<STYLE media=all>{'a{}' * (hostile.CLEANED // 3)}</STYLE>",
}


@pytest.mark.parametrize("name", BULK)
def test_what_is_no_text_may_fill_a_page_of_any_size(name: str) -> None:
    html = f"{BODY}{BULK[name]}<p>{PROSE}</p></div></div>"
    found = clean(Page("html", "x.html", html.encode(), is_html=True), Options("de")).article
    assert found is not None
    assert PROSE in found.text
    assert "truncated" not in found.flags


@pytest.mark.parametrize("is_html", [True, False])
def test_text_beyond_the_limit_is_cut_between_letters_and_flagged(is_html: bool) -> None:
    text = (BODY if is_html else "") + PROSE + "ü" * hostile.CLEANED
    page = Page("html", "x.html", text.encode(), is_html=is_html)
    found = clean(page, Options("de")).article
    assert found is not None
    assert found.flags.count("truncated") == 1
    assert "encoding_repaired" not in found.flags
    assert found.text.rstrip("ü") == PROSE
    assert found.source.digest == f"sha256:{hashlib.sha256(page.body).hexdigest()}"


def test_blocks_beyond_the_limit_are_one() -> None:
    texts = [f"<p>{index}." for index in range(MOST + 10)]
    found = clean(Page("html", "x.html", (BODY + "".join(texts)).encode(), is_html=True), Options("de"))
    assert found.article is not None
    assert found.article.text.count("\n\n") < MOST
    assert found.article.text.split() == [f"{index}." for index in range(MOST + 10)]


PIECES = [
    "<p>", "</p>", "<div>", "</div>", "<br>", "<br/>", "<b>", "</b>", "<i>", "</table>", "<table>", "<tr>",
    "<td>", "</tr>", "<ul>", "<li>", "</ul>", "<h1>", "</h1>", "<!--", "-->", "<script>", "</script>",
    "<p hidden>", "<span style='display:none'>", '<div class="main_img">', '<img src="a.jpg" alt="Igel">',
    '<div class="img_doc_title">', '<div class="news_accent_block">', '<div class="js-mediator-article">',
    '<div class="content_margin">', '<a class="rubric">', '<div class="date_full">',
    '<blockquote class="twitter-tweet">', "</blockquote>", "<figure>", "<select>", "</select>", "<noscript>",
    "&nbsp;", "&amp;", "\n", " ", "Igel ", "Bus.", "über;", "03 April 2024, 14:54",
    "MINSK, 3. April (BelTA) - ", "-0-", "Foto: BelTA", "Politik", "Elf Igel", "Igel am Zaun", "\u00ad",
    "e\u0301", "\x00", "<", ">", "|", '"', "Letzte Nachrichten aus Belarus",
]  # fmt: skip
markup = st.lists(st.sampled_from(PIECES), max_size=60).map("".join)


def words(text: str) -> Counter[str]:
    return Counter("".join(text.replace("|", "").split()))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(markup)
def test_any_markup_is_cleaned_without_loss(body: str) -> None:
    """What the article's container shows is in the text or in the audit, each character as often as it stands."""
    page = Page("html", "x.html", f"{BODY}{body}".encode(), is_html=True)
    found = clean(page, Options("de"))
    unaudited = clean(page, Options("de", audit=False))
    assert (found.article, found.dropped) == (unaudited.article, unaudited.dropped)
    if found.article:
        reading = read_markup(close_raw(f"{BODY}{body}".encode())[0], load())
        inside = "".join(block.line.text for block in reading.reader.blocks)
        numbers = {block.line.number for block in reading.reader.blocks}
        cut = "".join(entry.text for entry in found.audit if entry.line in numbers)
        assert words(normalize(cut) + found.article.text) == words(inside)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_an_article_or_a_typed_drop(data: bytes) -> None:
    found = clean(Page("html", "x.html", b"<p>" + data, is_html=True))
    assert (found.article is None) is (found.dropped is not None)
