"""The body: captions, dateline, what comes off its end, clause by clause of the contract."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from belta_spider.cleaning.body import _repeat_size
from tests.cleaning.one_dump import (
    BODY,
    DATED,
    LINE,
    TAIL,
    TEXT,
    TITLE,
    cleaned,
    field,
    rules_of,
    text_of,
)

OTHER = "Teekannen am Ufer"
THIRD = "Der Steg im Abendlicht."
NUMBERS = ["Der erste Ton", "Der zweite Ton", "Der dritte Ton", "Der vierte Ton", "Der fünfte Ton", "Feierabend"]


def page(*body: str) -> list[str]:
    return [*DATED, TITLE, "", *body, "", *TAIL]


# Captions


@pytest.mark.parametrize(
    ("lines", "captions", "flags"),
    [
        ([LINE, LINE], [LINE], []),
        ([LINE, LINE, OTHER, OTHER], [LINE, OTHER], []),
        ([LINE, OTHER, LINE, OTHER], [LINE, OTHER], []),
        ([LINE, OTHER, THIRD, "Archivfoto"] * 2, [LINE, OTHER, THIRD, "Archivfoto"], []),
        ([LINE], [LINE], ["unpaired_caption"]),
        ([LINE, LINE, OTHER], [LINE, OTHER], ["unpaired_caption"]),
        ([LINE, OTHER, OTHER], [LINE, OTHER], ["unpaired_caption"]),
        (["Foto: Jana Kowal"] * 2, ["Foto: Jana Kowal"], []),
        (list(NUMBERS), list(NUMBERS), ["unpaired_caption"]),
    ],
)
def test_lines_between_title_and_dateline_are_captions(lines: list[str], captions: list[str], flags: list[str]) -> None:
    assert field("captions", *page(*lines, *BODY)) == captions
    assert field("flags", *page(*lines, *BODY)) == flags
    assert field("credits", *page(*lines, *BODY)) == []
    assert text_of(*page(*lines, *BODY)) == TEXT


@pytest.mark.parametrize(
    ("lines", "captions"),
    [
        ([LINE, LINE], [LINE]),
        ([LINE, OTHER, LINE, OTHER], [LINE, OTHER]),
        ([LINE, LINE, OTHER], [LINE]),
        ([LINE], []),
        ([LINE, OTHER], []),
    ],
)
def test_only_doubled_runs_are_captions_where_no_dateline_follows(lines: list[str], captions: list[str]) -> None:
    found = field("captions", *page(*lines, *TEXT))
    assert found == captions
    assert text_of(*page(*lines, *TEXT)) == [*(line for line in dict.fromkeys(lines) if line not in captions), *TEXT]
    assert field("flags", *page(*lines, *TEXT)) == []


def test_doubled_lines_further_down_stay_without_a_dateline() -> None:
    assert text_of(*page(TEXT[0], LINE, LINE, *TEXT[1:])) == [TEXT[0], LINE, LINE, *TEXT[1:]]


# Pages without chrome


def test_first_line_above_a_dateline_is_the_title_where_no_chrome_is() -> None:
    lines = [TITLE, LINE, LINE, OTHER, *BODY]
    assert (field("title", *lines), field("captions", *lines)) == (TITLE, [LINE, OTHER])
    assert field("flags", *lines) == ["no_date", "unpaired_caption"]
    assert text_of(*lines) == TEXT


def test_dateline_below_prose_is_text() -> None:
    prose = [f"{text} {' '.join(TEXT)}" for text in TEXT]
    assert text_of(*page(*prose, *BODY)) == [*prose, *BODY]


def test_all_is_text_with_neither_chrome_nor_dateline() -> None:
    lines = [TITLE, *TEXT]
    assert (field("title", *lines), text_of(*lines)) == (None, lines)
    assert field("flags", *lines) == ["no_date", "no_title"]


# Dateline


@pytest.mark.parametrize("space", ["", " ", "\u00a0 "])
@pytest.mark.parametrize("dash", ["-", "–", "—"])
def test_dateline_stands_within_the_first_line(space: str, dash: str) -> None:
    first = f" MINSK, 18. April (BelTA) {dash}{space}{TEXT[0]}"
    found = field("dateline", *page(first, *BODY[1:]))
    assert (found.raw, found.place, found.date, found.agency) == (
        f"MINSK, 18. April (BelTA) {dash}",
        "MINSK",
        "2024-04-18",
        "BelTA",
    )
    assert text_of(*page(first, *BODY[1:])) == TEXT


def test_dash_may_be_missing() -> None:
    first = f"MINSK, 18. April (BelTA) {TEXT[0]}"
    assert field("dateline", *page(first, *BODY[1:])).raw == "MINSK, 18. April (BelTA)"
    assert text_of(*page(first, *BODY[1:])) == TEXT


@pytest.mark.parametrize(
    "first",
    ["Am 18. April fanden Proben am Ufer statt, teilte die Schule mit.", "Minsk, 18. April: Proben am Ufer begannen."],
)
def test_first_sentence_with_a_date_is_text(first: str) -> None:
    assert text_of(*page(first, *TEXT)) == [first, *TEXT]
    assert field("dateline", *page(first, *TEXT)).raw is None


@pytest.mark.parametrize(
    ("printed", "dateline", "date", "flags"),
    [
        ("01 Januar 2024, 00:35", "31. Dezember", "2023-12-31", []),
        ("31 Dezember 2023, 23:50", "1. Januar", "2024-01-01", []),
        ("18 April 2024, 10:05", "16. April", "2024-04-16", []),
        ("18 April 2024, 10:05", "15. April", "2024-04-15", ["dateline_date_differs"]),
        ("01 März 2024, 10:05", "29. Februar", "2024-02-29", []),
    ],
)
def test_dateline_takes_the_year_that_is_nearest(printed: str, dateline: str, date: str, flags: list[str]) -> None:
    head = [*DATED[:2], "flag Mittwoch, 15 Mai 2024", *DATED[3:-1], printed]
    lines = [*head, TITLE, f"MINSK, {dateline} (BelTA) - {TEXT[0]}", *BODY[1:], *TAIL]
    assert field("dateline", *lines).date == date
    assert field("flags", *lines) == flags


# The end


@pytest.mark.parametrize(
    ("end", "signed"),
    [
        (["-0-"], []),
        (["-0-", "Foto: Jana Kowal"], ["Foto: Jana Kowal"]),
        (["Foto: Jana Kowal", "-0-"], ["Foto: Jana Kowal"]),
        (["-0-", "Foto: Jana Kowal", "-0-"], ["Foto: Jana Kowal"]),
        (["-0- Foto: Jana Kowal"], ["Foto: Jana Kowal"]),
        (["Foto: BelTA", "Foto: Jana Kowal"], ["Foto: BelTA", "Foto: Jana Kowal"]),
        (["Foto: BelTA", "Foto: BelTA"], ["Foto: BelTA"]),
    ],
)
@pytest.mark.parametrize("glue", ["\n", "\n\n", " ", ""])
def test_end_marks_and_credits_come_off_in_any_order(end: list[str], signed: list[str], glue: str) -> None:
    last = f"{BODY[2]}{glue}{end[0]}"
    lines = page(*BODY[:2], *last.split("\n"), *end[1:])
    assert text_of(*lines) == TEXT
    assert field("credits", *lines) == signed


def test_end_marks_and_credits_do_not_make_a_body_hard_wrapped() -> None:
    lines = page("Der Zug kam an.", "Die Uhr blieb stehen.", "-0-", "Foto: Jana Kowal", "Foto: BelTA")
    assert field("credits", *lines) == ["Foto: Jana Kowal", "Foto: BelTA"]
    assert text_of(*lines) == ["Der Zug kam an.", "Die Uhr blieb stehen."]


@pytest.mark.parametrize(
    "headline", [["Der Bahnhof bekommt eine neue Uhr"] * 2, ["Der Bahnhof bekommt eine neue Uhr" * 2]]
)
def test_read_also_block_does_not_make_a_body_hard_wrapped(headline: list[str]) -> None:
    lines = page("Der Zug kam an.", "Die Uhr blieb stehen.", "-0-", "Foto: BelTA", *headline, "Die Uhr geht nach.")
    assert field("credits", *lines) == ["Foto: BelTA"]
    assert text_of(*lines) == ["Der Zug kam an.", "Die Uhr blieb stehen."]


@pytest.mark.parametrize("last", ["Das Spiel endete 3-0-1.", "Auf dem Plakat stand: Foto der Woche im Museum."])
def test_last_sentence_that_only_resembles_an_end_mark_stays(last: str) -> None:
    assert text_of(*page(*BODY, last))[-1] == last


@pytest.mark.parametrize("size", [1, 2, 3])
def test_repeated_end_is_taken_off(size: int) -> None:
    lines = page(*BODY, *TEXT[-size:]) if size < 3 else page(*TEXT, *TEXT)
    assert text_of(*lines) == TEXT
    assert field("flags", *lines) == ["repeated_text"]
    assert [entry.rule for entry in cleaned(*lines).audit if "repeat" in entry.rule] == ["de.body.repeat"] * size


@pytest.mark.parametrize("end", [["-0-"], ["Foto: Jana Kowal"]])
def test_repeated_end_is_taken_off_with_its_end_mark(end: list[str]) -> None:
    assert text_of(*page(*BODY, *end, *TEXT[1:], *end)) == TEXT
    assert text_of(*page(*BODY, *TEXT[1:], *end)) == TEXT


@pytest.mark.parametrize(
    ("last", "taken"), [("Es war ein schöner Abend, sagten sie dann.", True), ("Ein Abend.", False)]
)
def test_repeat_has_forty_characters(last: str, taken: bool) -> None:
    assert (text_of(*page(*BODY, last, last))[-2] == last) is not taken


HEADLINE = "Storch landet auf dem Rathaus von Lida"
LEAD = "Der Vogel blieb bis zum Mittag auf dem Turm sitzen."


@pytest.mark.parametrize(
    "block",
    [
        [HEADLINE * 2, LEAD],
        [f"{HEADLINE} {HEADLINE}", LEAD],
        [HEADLINE, HEADLINE, LEAD],
        [HEADLINE * 2],
        [HEADLINE * 2, LEAD, "Neue Fähre auf der Düna" * 2, "Sie fährt auch im Winter, teilte die Werft mit."],
    ],
)
@pytest.mark.parametrize("end", [[], ["-0-"]])
def test_read_also_blocks_go_to_the_audit(block: list[str], end: list[str]) -> None:
    for lines in (page(*BODY, *end, *block), page(*BODY, *block, *end)):
        assert text_of(*lines) == TEXT
        assert {entry.rule for entry in cleaned(*lines).audit if entry.text in block} == {"de.body.related"}


def test_headline_twice_in_the_middle_stays() -> None:
    body = [BODY[0], HEADLINE * 2, *BODY[1:]]
    assert HEADLINE * 2 in text_of(*page(*body))


@pytest.mark.parametrize(
    ("line", "taken"),
    [
        ("https://www.youtube.com/embed/Zw3sAmple", True),
        ("//www.youtube.com/embed/Zw3sAmple?start=5", True),
        ("Das Video: https://www.youtube.com/embed/Zw3sAmple", False),
        ("https://www.example.org/Zw3sAmple", False),
    ],
)
def test_line_that_is_an_embed_address_goes_to_the_audit(line: str, taken: bool) -> None:
    lines = page(*BODY[:2], line, BODY[2])
    assert (line not in text_of(*lines)) is taken
    assert rules_of(line, *lines) == (["body.embed"] if taken else [])


# What a page is


@pytest.mark.parametrize(
    ("lines", "dropped"),
    [
        ([], "empty"),
        (["", " \u00a0", "\u200b"], "empty"),
        ([*DATED, TITLE, *TAIL], "no_text"),
        (["Ein kurzer Satz."], "no_text"),
        ([BODY[0]], None),  # a dateline
        ([*DATED, TITLE, "Ein kurzer Satz.", *TAIL], None),
        (TEXT, None),  # 200 letters and a language
        (["123 456 789."] * 40, "no_text"),
    ],
)
def test_page_is_an_article_if_it_has_text_and_a_witness(lines: list[str], dropped: str | None) -> None:
    assert cleaned(*lines).dropped == dropped


CHRONICLE = [line for day, text in enumerate(TEXT, 8) for line in (f"{day:02} April 2024, 09:00", text)]
QUESTIONS = [
    line for number, text in enumerate(TEXT * 2, 1) for line in (f"Was geschah im {number}. Jahr danach", text)
]
HOURS = [line for hour, text in enumerate(TEXT * 2, 18) for line in (f"{hour}:00", text)]
ITEMS = [line for day, text in enumerate(TEXT, 8) for line in (f"{day:02} April 2024, 09:00", LINE, text)]


@pytest.mark.parametrize(
    ("lines", "dropped"),
    [
        (page(TEXT[0], *CHRONICLE), None),
        ([*DATED[:-1], TITLE, "", *QUESTIONS, *TAIL], None),
        ([TEXT[0], *HOURS], None),
        ([*DATED[:-2], TITLE, *ITEMS, *TAIL], "list_page"),
        ([*DATED[:-2], *QUESTIONS, *TAIL], "front_page"),
    ],
)
def test_dates_and_headings_among_sentences_make_no_list(lines: list[str], dropped: str | None) -> None:
    assert cleaned(*lines).dropped == dropped


def test_dropped_page_has_one_entry() -> None:
    found: list[Any] = cleaned("Ein kurzer Satz.").audit
    assert [(entry.id, entry.rule, entry.field, entry.text) for entry in found] == [
        (None, "drop.no_text", None, "Ein kurzer Satz.")
    ]


def test_appointments_are_text() -> None:
    listed = ["Ernannt wurden:", "Lawrenti Moschewelnik zum Leiter;", "Maryna Ryl zur Gärtnerin;", "Tichon Zwirk."]
    assert text_of(*page(*BODY, *listed)) == [*TEXT, *listed]


@given(st.lists(st.sampled_from("abc"), min_size=1, max_size=14))
def test_the_longest_repeat_at_the_end_is_found(texts: list[str]) -> None:
    sizes = [size for size in range(1, len(texts) // 2 + 1) if texts[-size:] == texts[-2 * size : -size]]
    assert _repeat_size(texts) == max(sizes, default=0)
