"""How lines become paragraphs, clause by clause of the contract."""

import pytest

from belta_spider.editions import load
from belta_spider.text.lines import paragraphs, split_lines

EDITION = load().by_code["de"]
MARKS, WRAPPING = EDITION.punctuation, EDITION.wrapping
WIDE = "ein Satz von ganz gewöhnlicher Länge, der weit über die hundert Zeichen einer gebrochenen Zeile hinausreicht."


def joined(text: str) -> list[str]:
    return [paragraph.text for paragraph in paragraphs(split_lines(text), MARKS, WRAPPING)]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("a\nb", ["a", "b"]),
        ("a\r\nb", ["a", "b"]),
        ("a\rb", ["a", "b"]),
        ("a\n\rb", ["a", "b"]),
        ("a\u2028b\u2029c\x0bd\x0ce\x85f", ["a b c d e f"]),
        ("a\n\n\nb\n", ["a", "b"]),
        ("a\n \t\u00a0\u200b\ufeff\nb", ["a", "b"]),
    ],
)
def test_lines_end_at_line_feed_and_carriage_return_only(text: str, lines: list[str]) -> None:
    assert [line.text for line in split_lines(text)] == lines


def test_blank_lines_are_counted_and_remembered() -> None:
    assert [(line.number, line.gap) for line in split_lines("\n\na\r\nb\r\n\u00a0\r\nc")] == [
        (3, True),
        (4, False),
        (6, True),
    ]


@pytest.mark.parametrize(
    "end", [".", "!", "?", "…", ":", ";", "。", "！", "？", "：", "；", ".“", "!»)", "?”", ";)", "：】"]
)
def test_finished_line_does_not_go_on(end: str) -> None:
    assert len(joined(f"{WIDE}\nEin Satz{end}\nund noch einer.")) == 3


@pytest.mark.parametrize("end", ["", ",", "“", " (so)", "-", "–", "„", "0", "，"])
def test_unfinished_line_goes_on_before_a_lower_case_letter(end: str) -> None:
    assert joined(f"{WIDE}\nEin Satz{end}\nund sein Ende.") == [WIDE, f"Ein Satz{end} und sein Ende."]


@pytest.mark.parametrize(
    ("following", "goes_on"),
    [
        ("und", True),
        ("ähnlich", True),
        ("что", True),
        (", und", True),
        (". Und", True),
        ("; und", True),
        (") und", True),
        ("– und", True),
        ("Und", False),
        ("- und", False),
        ("— und", False),
        ("„und", False),
        ("(und", False),
        ("1998", False),
        (": und", False),
        ("和", False),
    ],
)
def test_next_line_shows_whether_a_paragraph_goes_on(following: str, goes_on: bool) -> None:
    found = joined(f"{WIDE}\nEin Anfang\n{following}")
    assert found[1:] == ([f"Ein Anfang {following}"] if goes_on else ["Ein Anfang", following])


def test_blank_line_parts_whatever_follows() -> None:
    assert joined("Ein Anfang\n\nund ein Ende") == ["Ein Anfang", "und ein Ende"]


WRAPPED = ["Am Morgen kam der", "Zug der Kraniche von", "Süden. Am Abend zog", "Er weiter."]


@pytest.mark.parametrize(
    ("lines", "number"),
    [
        (WRAPPED, 1),  # four lines, three of them unfinished
        (WRAPPED[:3], 3),  # three lines
        ([*["Ab " * 33 + "A"] * 3, "Uhr."], 1),  # exactly 100 characters
        ([*["Ab " * 33 + "Ab"] * 3, "Uhr."], 4),  # over 100
        ([*WRAPPED, "x" * 29 + "."], 2),  # one stands out by ten characters
        ([*WRAPPED, "x" * 99 + "."], 5),  # by more: nothing is full
        (["Der Zug.", "Am Abend", "Zog er weiter, und die Kraniche.", "Kein", "Ton von ihm, den ganzen Tag."], 5),
        (["Der", "Zug.", "Die", "Uhr."], 2),  # half of them unfinished
        (["Der", "Zug.", "Uhr.", "Tor."], 4),  # less than half
    ],
)
def test_hard_wrapped_body_goes_on_at_each_unfinished_line(lines: list[str], number: int) -> None:
    assert len(joined("\n".join(lines))) == number


def test_blank_line_parts_a_hard_wrapped_body_too() -> None:
    assert joined("Der Zug\nKam an\n\n1998\n\nDie Uhr\nBlieb stehen.") == [
        "Der Zug Kam an",
        "1998",
        "Die Uhr Blieb stehen.",
    ]


def test_pieces_of_a_paragraph_divide_where_its_text_does() -> None:
    (paragraph,) = paragraphs(split_lines("MINSK\u00a0 –  Der \nzug kam."), MARKS, WRAPPING)
    cut = paragraph.cut_start(len("MINSK – "))
    assert ([piece.raw for piece in cut], paragraph.text) == (["MINSK\u00a0 –  "], "Der zug kam.")
    cut = paragraph.cut_end(len("Der zug"))
    assert ([piece.raw for piece in cut], paragraph.text) == (["kam."], "Der zug")
