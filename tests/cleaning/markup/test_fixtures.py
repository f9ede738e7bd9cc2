"""The pages in markup of all editions, as the factory makes them."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import msgspec
import pytest
from lxml import html

from belta_spider.cleaning import Cleaned, Options, clean
from belta_spider.items import Article, Page
from tests.factory.html_page import CODEC, OLD_CHARSET, HtmlPage, as_text, pages
from tests.factory.sample_articles import EDITIONS

PAGES = [page for edition in EDITIONS for page in pages(edition)]
# What text can't hold, or holds otherwise.
ONLY_MARKUP = {
    "id", "url", "date_modified", "captured_at", "captured_on", "weather", "tags", "authors", "images", "source",
    "provenance", "producer",
}  # fmt: skip
FLAGS_OF_MARKUP = {
    "captured_before_published", "date_sources_differ", "encoding_repaired", "generic_extraction",
    "photo_date_differs", "title_sources_differ",
}  # fmt: skip

every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.uri.removeprefix("fixtures/"))


def cleaned(page: HtmlPage, **options: Any) -> Cleaned:
    return clean(Page("html", page.uri, page.data, is_html=True), Options(**options))


def comparable(article: Article | None, left_out: set[str]) -> dict[str, Any]:
    assert article is not None
    record = msgspec.to_builtins(article)
    flags = [flag for flag in record["flags"] if flag not in FLAGS_OF_MARKUP]
    return {key: value for key, value in record.items() if key not in left_out} | {"flags": flags}


@every_page
def test_a_fixture_is_what_the_factory_makes(page: HtmlPage) -> None:
    assert Path(page.uri).read_bytes() == page.data


@every_page
def test_markup_gives_the_record_of_its_text_form(page: HtmlPage) -> None:
    left_out = set(ONLY_MARKUP)
    if page.expected["record"]["section_title"] is None:
        left_out |= {"section"}  # from the address alone
    if page.look.minutes_apart:
        left_out |= {"date_published"}
    dump = clean(Page("text", "page.txt", as_text(page)), Options(edition=page.story.edition)).article
    assert comparable(cleaned(page).article, left_out) == comparable(dump, left_out)


@every_page
def test_the_audit_changes_nothing_in_the_record(page: HtmlPage) -> None:
    assert cleaned(page, audit=False).article == cleaned(page).article


@every_page
def test_nothing_of_the_container_is_lost(page: HtmlPage) -> None:
    """Each character of the article's container stands in the text or in the audit, exactly once."""
    found = cleaned(page)
    assert found.article is not None
    outside = tuple(f"{page.story.edition}.markup.{name}" for name in ("outside", "right_column"))
    inside = [entry.text for entry in found.audit if entry.rule not in outside]
    assert characters(" ".join([*inside, found.article.text])) == characters(container_text(page))


@every_page
def test_an_element_outside_the_container_has_one_entry(page: HtmlPage) -> None:
    entries = [entry for entry in cleaned(page).audit if entry.rule.endswith((".outside", ".right_column"))]
    assert len(entries) == (0 if page.look.markup == "foreign" else 3)
    assert all(0 < len(entry.text) <= 200 for entry in entries)


def characters(text: str) -> Counter[str]:
    return Counter("".join(text.replace("|", "").replace("\u00ad", "").split()))


def container_text(page: HtmlPage) -> str:
    """The visible text of `.content_margin`, of the page in other markup; read by another parser."""
    charset = OLD_CHARSET[page.story.edition] if page.look.charset == "old" else "utf-8"
    shallow = page.data.decode(CODEC.get(charset, charset)).replace("<div>" * page.look.depth, "")
    tree = html.document_fromstring(shallow).find("body")
    for element in tree.xpath("//script|//style|//noscript|//iframe|//*[@hidden]|//*[contains(@style, 'none')]"):
        element.drop_tree()
    return "".join(one.text_content() for one in tree.xpath("//div[@class='content_margin']") or [tree])
