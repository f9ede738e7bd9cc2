"""Pages of unknown markup: what the edition's text rules read above a body that a general extractor found."""

from __future__ import annotations

import pytest

from belta_spider.cleaning import Cleaned, Options, clean
from belta_spider.items import Page

TITLE = "Elf Igel überqueren die Straße"
PROSE = "Elf Igel haben am Mittwoch eine Straße überquert, und niemand hat gehupt, nicht einmal der Bus."
DATELINE = "MINSK, 3. April (BelTA) -"
BODY = f"<p>{DATELINE} {PROSE}</p>" + "".join(f"<p>{PROSE[:-1]} Nummer {number}.</p>" for number in range(4))
MENU = "<ul><li><a>Start</a></li><li><a>Politik</a></li><li><a>Sport</a></li></ul>"
HEAD = ("flag Freitag, 19 April 2024", "Alle Nachrichten", "Gesellschaft", "03 April 2024, 14:54")


def cleaned(inner: str, head: str = f"<title>{TITLE} | BelTA</title>") -> Cleaned:
    html = f"<html><head>{head}</head><body>{MENU}{inner}<footer>Impressum</footer></body></html>"
    return clean(Page("html", "x.html", html.encode(), is_html=True), Options("de"))


def lines(tag: str, texts: tuple[str, ...]) -> str:
    return "".join(f"<{tag}>{text}</{tag}>" for text in texts)


HEADS = {
    "above the heading": f"{lines('div', HEAD)}<h1>{TITLE}</h1>{BODY}",
    "in paragraphs": f"<main>{lines('p', HEAD)}<h2>{TITLE}</h2>{BODY}</main>",
    "below the heading": f"{lines('p', HEAD[:2])}<h1>{TITLE}</h1><p>Gesellschaft 03.04.2024 | 14:54</p>{BODY}",
    "with a tail": f"<div>{lines('p', HEAD)}<h1>{TITLE}</h1>{BODY}<p>Abonnieren Sie uns auf</p><p>X</p></div>",
}


@pytest.mark.parametrize("place", HEADS)
def test_the_head_is_read_wherever_it_stands(place: str) -> None:
    found = cleaned(HEADS[place]).article
    assert found is not None
    assert (found.title, found.section, found.section_title) == (TITLE, "society", "Gesellschaft")
    assert (found.date_published, found.captured_on) == ("2024-04-03T14:54:00+03:00", "2024-04-19")
    assert (found.dateline.raw, found.captions, found.flags) == (DATELINE, [], ["generic_extraction"])
    assert found.text.startswith(PROSE)
    assert found.text.count("\n\n") == 4
    assert found.provenance.date_published == "page"


def test_a_statement_of_the_date_goes_before_a_line_that_may_be_anothers() -> None:
    head = f'<title>{TITLE}</title><meta property="article:published_time" content="2024-04-02 09:00:00">'
    found = cleaned(HEADS["above the heading"], head).article
    assert found is not None
    assert (found.date_published, found.provenance.date_published) == ("2024-04-02T09:00:00+03:00", "meta")


def test_prose_above_the_heading_stays() -> None:
    lead = PROSE.replace("Igel", "Dachse")
    found = cleaned(f"<article><p>{lead}</p><h1>{TITLE}</h1>{BODY.replace(DATELINE, '')}</article>").article
    assert found is not None
    assert found.text.startswith(lead)


def test_a_heading_alone_shows_an_error_page() -> None:
    assert cleaned("<h1>Seite nicht gefunden</h1>", "").dropped == "error_page"
