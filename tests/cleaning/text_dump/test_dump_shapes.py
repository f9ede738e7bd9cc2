"""Text dumps as other places and years gathered them: known lines in another order, unknown ones among them."""

from __future__ import annotations

import pytest

from belta_spider.cleaning import clean
from belta_spider.items import Article, Page

BODY = (
    "MINSK, 3. April (BelTA) - Elf Igel haben am Mittwoch eine Straße überquert.",
    "Der Bus hielt an, bis der letzte im Gebüsch war, sagte die Fahrerin.",
    "Im Herbst soll ein Schild folgen, teilte die Stadt Lida mit.",
)
DAY, LINK, DATE, TITLE = "flag Freitag, 19 April 2024", "Alle Nachrichten", "03 April 2024, 14:54", "Elf Igel"
HEAD = ("Projekte", "Staatsorgane", DAY, LINK, LINK, "Gesellschaft", DATE)
TAIL = ("Abonnieren Sie uns auf", "X", "Letzte Nachrichten aus Belarus")


def read(*lines: str) -> Article:
    found = clean(Page("text", "x.txt", "\n".join(lines).encode())).article
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("head", "tail", "flags"),
    [
        (HEAD, TAIL, []),
        ((DAY, "Staatsorgane", LINK, "Projekte", LINK, "Gesellschaft", DATE), TAIL, ["unknown_chrome"]),
        ((*HEAD[:5], DATE, "Gesellschaft"), TAIL, []),
        (HEAD, (TAIL[2], *TAIL[:2]), ["unknown_chrome"]),
        (HEAD, ("Teilen", "Drucken", "Kommentare", *TAIL), ["unknown_chrome"]),
        (HEAD, (TAIL[0], "Telegram", "Viber", "Instagram", "Odnoklassniki", "Rutube", TAIL[2]), ["unknown_chrome"]),
        (HEAD, (LINK, *TAIL), []),
    ],
)
def test_the_body_is_the_same_in_whatever_order_and_company(head: tuple, tail: tuple, flags: list[str]) -> None:
    found = read(*head, "", TITLE, "", *BODY, *tail)
    assert (found.title, found.section, found.date_published) == (TITLE, "society", "2024-04-03T14:54:00+03:00")
    assert found.text == "\n\n".join(BODY).removeprefix("MINSK, 3. April (BelTA) - ")
    assert found.flags == flags


def test_names_at_the_end_of_a_body_stay() -> None:
    names = ("Anna Kowal", "Maria Nowik", "Jan Hrynko")
    assert read(*HEAD, "", TITLE, "", *BODY[:2], "Die Sieger heißen:", *names, *TAIL).text.endswith("Jan Hrynko")
    assert "Maria Nowik" in read(*HEAD, "", TITLE, "", *BODY, *names, *TAIL).text


def test_a_page_without_a_title_has_none() -> None:
    assert (read(*HEAD, "", *BODY, *TAIL).title, read(*HEAD, "", *BODY, *TAIL).flags) == (None, ["no_title"])


@pytest.mark.parametrize(
    ("first", "is_title"),
    [
        ("Elf Igel liefen los.", False),
        ("Elf Igel liefen los.“", False),
        ("刺猬过了马路。", False),
        ("Elf Igel laufen los", True),
        ("Elf Igel laufen los?", True),
        ("Elf Igel laufen los ...", True),
        ("Igel kosten 5 Mrd.", True),
        ("Elf Igel haben am Mittwoch in Lida eine Straße überquert, und niemand hupte.", False),
    ],
)
def test_a_first_sentence_that_nothing_sets_apart_is_no_title_where_there_is_no_dateline(
    first: str, is_title: bool
) -> None:
    found = read(*HEAD, "", first, *BODY[1:], *TAIL)
    assert (found.title, found.text.startswith(first)) == ((first, False) if is_title else (None, True))
    assert found.flags == ([] if is_title else ["no_title"])


@pytest.mark.parametrize("title", [TITLE, None])
@pytest.mark.parametrize("head", [HEAD, ()])
def test_a_caption_that_is_glued_to_the_dateline_is_one(head: tuple[str, ...], title: str | None) -> None:
    above = [*head, title] if title else head
    found = read(*above, f"Eine Igelin. Archivfoto{BODY[0]}", *BODY[1:], *(TAIL if head else ()))
    assert (found.title, found.captions) == (title, ["Eine Igelin. Archivfoto"])
    assert found.dateline.raw == "MINSK, 3. April (BelTA) -"
    assert found.text == "\n\n".join(BODY).removeprefix("MINSK, 3. April (BelTA) - ")
    assert "unpaired_caption" in found.flags


@pytest.mark.parametrize(
    ("glued", "text", "signed"),
    [
        ("-0-Foto: BelTA", "", ["Foto: BelTA"]),
        ("-0-Fotos von Jana Kowal", "", ["Fotos von Jana Kowal"]),
        ("Jana DRABKOFotos von Jan Kowal", "Jana DRABKO", ["Fotos von Jan Kowal"]),
        ("Fotos vom Dienst der Stadt Lida", "", ["Fotos vom Dienst der Stadt Lida"]),
        (" Fotos vom Dienst der Stadt gibt es", " Fotos vom Dienst der Stadt gibt es", []),
    ],
)
def test_a_credit_may_be_glued_to_what_stands_before_it(glued: str, text: str, signed: list[str]) -> None:
    found = read(*BODY[:2], BODY[2] + glued)
    assert (found.credits, found.text.endswith(BODY[2] + text)) == (signed, True)
