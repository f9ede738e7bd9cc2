"""Pages as they come: titles that name the agency, a stated base, a live ticker, an answer without a tag."""

from __future__ import annotations

import logging

import pytest

from belta_spider.cleaning import Cleaned, clean
from belta_spider.editions import load
from belta_spider.items import Page
from belta_spider.live.discovery import Reader
from belta_spider.live.mirrors import Bases

URL = "https://deu.belta.by/society/view/igel-65342-2024"
PROSE = "MINSK, 3. April (BelTA) - Elf Igel haben am Mittwoch eine Straße überquert, und niemand hat gehupt."
PAGE = """<html><head><title>{title}</title>{head}</head><body><div class="content_margin">
<div class="date_full">03 April 2024, 14:54</div>{heading}<div class="js-mediator-article">{body}</div>
</div></body></html>"""


def cleaned(title: str = "Igel", head: str = "", heading: str = "", body: str = f"<p>{PROSE}</p>") -> Cleaned:
    page = PAGE.format(title=title, head=head, heading=heading, body=body)
    return clean(Page("html", "x.html", page.encode(), is_html=True, url=URL))


@pytest.mark.parametrize(
    ("stated", "title"),
    [
        ("Elf Igel | BelTA", "Elf Igel"),
        ("Elf Igel - BelTA - Nachrichten", "Elf Igel"),
        ("Elf Igel | deu.belta.by", "Elf Igel"),
        ("Elf Igel - BelTA zählt mit", "Elf Igel - BelTA zählt mit"),
        ("Igel – ein Besuch bei BelTA | BelTA", "Igel – ein Besuch bei BelTA"),
    ],
)
def test_a_title_loses_the_agency_s_name_and_nothing_else(stated: str, title: str) -> None:
    found = cleaned(stated).article
    assert found is not None
    assert found.title == title


def test_pictures_are_relative_to_the_stated_base() -> None:
    body = f'<div class="main_img"><img src="a/b.jpg" alt="Igel"></div><p>{PROSE}</p>'
    found = cleaned(head='<base href="https://img.belta.by/x/">', body=body).article
    assert found is not None
    assert [image.url for image in found.images] == ["https://img.belta.by/x/a/b.jpg"]


def test_a_live_ticker_below_its_dateline_is_an_article() -> None:
    items = "".join(
        f"<p>03 April 2024, 1{n}:20</p><p>Der {n}. Igel ist drüben</p><p>Er lief schnell.</p>" for n in range(5)
    )
    found = cleaned(heading="<h1>Igel im Liveticker</h1>", body=f"<p>{PROSE}</p>{items}")
    assert found.dropped is None
    assert found.article is not None
    assert "Der 4. Igel ist drüben" in found.article.text


def test_an_answer_without_a_tag_is_a_counted_drop(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        page = Page("warc", "a.warc", b"Error establishing a database connection", is_html=True, url=URL)
        assert clean(page).dropped == "notice"
    assert caplog.records == []


def test_links_of_feeds_and_lists_are_resolved() -> None:
    reader = Reader(load(), Bases(load(), {}))
    feed = b"<rss><channel><item><link>/society/view/igel-65342-2024/</link></item></channel></rss>"
    assert [one.address.url for one in reader.read_feed(feed, "https://deu.belta.by/rss")] == [URL]
    link = b'<a href="../society/view/igel-65342-2024">x</a>'
    page = b'<base href="/x/"><div class="news_item">%b</div>' % link
    assert [one.address.url for one in reader.read_list(page, "https://deu.belta.by/all_news/").items] == [URL]
