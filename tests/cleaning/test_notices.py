"""Notices: pages that stand at an article's address, and are neither the article nor a page of the site."""

from __future__ import annotations

import tomllib
from itertools import product
from pathlib import Path

import pytest

from belta_spider.cleaning import Cleaned, clean
from belta_spider.editions import load
from belta_spider.editions.notices import Notice
from belta_spider.items import Page
from tests.conftest import Crawl
from tests.factory import archives

NOTICES = [
    (language, *one)
    for language, all_of_one in tomllib.loads(Path("tests/factory/notices.toml").read_text(encoding="utf-8")).items()
    for one in all_of_one
]
ARTICLE = (
    '<div class="main"><div class="content_margin"><a class="rubric" href="/society/">Gesellschaft</a>'
    '<div class="date_full">03 April 2024, 14:54</div><h1>Elf Igel überqueren die Straße</h1>'
    '<div class="js-mediator-article"><p>MINSK, 3. April (BelTA) - Elf Igel haben am Mittwoch Seite {} überquert.</p>'
    "</div></div></div>"
)


def notice(heading: str, text: str, tag: str = "h1", head: str = "") -> str:
    title = f"<title>{heading}</title>" if tag == "h1" else ""
    body = f"<{tag}>{heading}</{tag}><p>{text}</p>"
    return f"<html><head><meta charset='utf-8'>{title}{head}</head><body>{body}</body></html>"


def cleaned(text: str, url: str | None = archives.url(1), *, is_html: bool = True) -> Cleaned:
    return clean(Page("warc", "a.warc", text.encode(), is_html=is_html, url=url))


@pytest.mark.parametrize("tag", ["h1", "h2", "div"])
@pytest.mark.parametrize(("language", "heading", "text"), NOTICES, ids=[f"{one[0]}-{one[1]}" for one in NOTICES])
def test_what_bears_no_mark_at_an_articles_address_is_a_notice(
    language: str, heading: str, text: str, tag: str
) -> None:
    found = cleaned(notice(heading, text, tag))
    assert (found.article, found.dropped) == (None, "notice"), language
    assert [(entry.id, entry.rule) for entry in found.audit] == [(None, "drop.notice")]


@pytest.mark.parametrize(("language", "heading", "text"), NOTICES, ids=[f"{one[0]}-{one[1]}" for one in NOTICES])
def test_a_text_dump_of_a_notice_is_one_too(language: str, heading: str, text: str) -> None:
    assert cleaned(f"{heading}\n\n{text}\n", is_html=False).dropped == "notice", language


def test_there_are_thirty_in_ten_languages() -> None:
    assert (len(NOTICES), len({one[0] for one in NOTICES})) == (30, 10)


@pytest.mark.parametrize(
    "mark",
    [
        '<div class="date_full">03 April 2024, 14:54</div>',
        "<p>03 April 2024, 14:54</p>",
        "<p>MINSK, 3. April (BelTA) - Elf Igel haben eine Straße überquert.</p>",
        '<div class="news_tags_block"><a title="Igel">Igel</a></div>',
        "<ul><li>Alle Nachrichten</li><li>Staatsorgane</li></ul>",
    ],
)
def test_any_mark_of_the_site_or_of_an_article_shows_that_a_short_page_is_none(mark: str) -> None:
    page = notice(
        "Elf Igel überqueren die Straße", "Elf Igel haben am Mittwoch eine Straße überquert, und niemand hupte."
    )
    assert cleaned(page).dropped == "notice"
    assert cleaned(page.replace("<p>", f"{mark}<p>", 1)).dropped is None


def test_a_page_that_states_its_title_or_address_is_a_notice_by_its_words_alone() -> None:
    head = '<meta property="og:title" content="Kurze Pause">'
    assert (
        cleaned(notice("Kurze Pause", "Elf Igel haben am Mittwoch eine Straße überquert.", head=head)).dropped is None
    )
    assert cleaned(notice("Kurze Pause", "Die Website wird gewartet.", head=head)).dropped == "notice"


def test_a_long_text_without_any_mark_is_an_article_unless_two_words_of_notices_stand_in_it() -> None:
    prose = "Elf Igel haben am Mittwoch eine Straße überquert, und niemand hat gehupt, nicht einmal der Bus. " * 6
    assert cleaned(notice("Elf Igel", prose)).dropped is None
    assert cleaned(notice("Elf Igel", f"{prose} Ein Captcha gab es nicht.")).dropped is None
    assert cleaned(notice("Elf Igel", f"{prose} Alle akzeptieren. Cookies sind nötig.")).dropped == "notice"
    assert cleaned(notice("Elf Igel", f"{prose * 7} Alle akzeptieren. Cookies sind nötig.")).dropped is None


@pytest.mark.parametrize("kind", load().notices.kinds, ids=lambda kind: kind.name)
def test_the_words_of_a_kind_take_its_examples_and_leave_the_others(kind: Notice) -> None:
    words = load().notices
    assert kind.takes, "what they take"
    assert [text for text in kind.takes if not words.found([text]) & set(kind.words)] == []
    assert [text for text in kind.leaves if words.found([text])] == []


@pytest.mark.parametrize("captures", ["first", "newest", "all"])
async def test_a_notice_beside_its_article_in_either_order_never_wins(
    crawl: Crawl, captures: str, tmp_path: Path
) -> None:
    records = []
    for number, ((_, heading, text), is_first) in enumerate(product(NOTICES, [True, False])):
        pair = [notice(heading, text), ARTICLE.format(number)]
        for place, page in enumerate(pair if is_first else pair[::-1]):
            date = f"2024-04-30T1{place}:00:00Z"
            records.append(archives.record(number, archives.http(page.encode()), WARC_Date=date))
    (tmp_path / "a.warc.gz").write_bytes(archives.packed(records))
    items, stats = await crawl(source=str(tmp_path / "a.warc.gz"), captures=captures)
    assert [item.text for item in items] == [
        f"Elf Igel haben am Mittwoch Seite {number} überquert." for number in range(2 * len(NOTICES))
    ]
    assert stats["belta/drop/notice"] == 2 * len(NOTICES)
