"""A page's lines in order: each cut at its place, each paragraph of the text between the right ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from belta_spider.cleaning import clean
from belta_spider.items import Article, Page, Removal
from belta_spider.reporting.report.alignment import Row, align, kind_of
from tests.factory import outputs


def cut(line: int, rule: str, field: str | None = None, column: int = 0) -> Removal:
    return Removal("en-1-2024", "a.txt", None, line, column, f"en.{rule}", field, rule)


HEAD = [cut(1, "header.projects"), cut(2, "header.title", "title")]
TAIL = [cut(30, "tail.subscribe"), cut(31, "tail.recent")]


def order(text: str, cuts: list[Removal]) -> tuple[list[str], bool]:
    lines = align(Article(text=text), cuts)
    return [row.text for row in lines.rows], lines.is_reckoned


@pytest.mark.parametrize(
    ("amid", "wanted"),
    [
        ([], "A B C D"),
        ([cut(4, "body.dateline", "dateline")], "body.dateline A B C D"),
        (
            [cut(4, "body.caption", "captions"), cut(6, "body.dateline", "dateline")],
            "body.caption body.dateline A B C D",
        ),
        ([cut(4, "body.caption", "captions")], "body.caption A B C D"),
        ([cut(20, "body.end_mark", None, 12), cut(21, "body.credit", "credits")], "A B C D body.end_mark body.credit"),
        ([cut(20, "body.related"), cut(21, "body.repeat")], "A B C D body.related body.repeat"),
    ],
)  # fmt: skip
def test_the_text_stands_behind_the_head_and_before_what_came_off_its_end(amid: list[Removal], wanted: str) -> None:
    found = order("A\n\nB\n\nC\n\nD", [*HEAD, *amid, *TAIL])
    assert found == (["header.projects", "header.title", *wanted.split(), "tail.subscribe", "tail.recent"], False)


def test_with_a_line_for_each_paragraph_a_cut_amid_the_text_stands_where_it_was() -> None:
    cuts = [cut(1, "header.title", "title"), cut(4, "body.embed"), cut(6, "body.embed"), cut(7, "tail.recent")]
    assert order("A\n\nB\n\nC", cuts) == (
        ["header.title", "A", "B", "body.embed", "C", "body.embed", "tail.recent"],
        False,
    )


def test_with_blank_lines_between_the_place_is_reckoned_and_said_to_be() -> None:
    cuts = [cut(1, "header.title", "title"), cut(7, "body.embed"), cut(12, "tail.recent")]
    assert order("A\n\nB\n\nC\n\nD\n\nE", cuts) == (
        ["header.title", "A", "B", "C", "body.embed", "D", "E", "tail.recent"],
        True,
    )


@pytest.mark.parametrize("text", ["", "A", "A\n\nB\n\nC"])
@pytest.mark.parametrize(
    "cuts", [[], [cut(1, "body.embed")], [cut(9, "body.embed"), cut(1, "x.y"), cut(1, "z", None, 5)], HEAD, TAIL]
)
def test_no_line_is_lost_and_none_comes_twice(text: str, cuts: list[Removal]) -> None:
    found, _ = order(text, cuts)
    assert sorted(found) == sorted([one.text for one in cuts] + [one for one in text.split("\n\n") if one])


def test_a_later_capture_s_entry_is_no_line_of_the_page() -> None:
    again = Removal("en-1-2024", "b.txt", None, 1, 0, "duplicate.capture", None, "A title")
    assert order("A", [again]) == (["A"], False)


@pytest.mark.parametrize(
    ("rule", "into", "kind"),
    [
        ("de.header.projects", None, "head"),
        ("de.header.date", "date_published", "field"),
        ("de.head.unknown", None, "unknown"),
        ("de.tail.unknown", None, "unknown"),
        ("de.tail.recent", None, "tail"),
        ("de.body.repeat", None, "body"),
        ("de.html.outside", None, "other"),
        ("body.embed", None, "body"),
        ("nonsense", None, "other"),
    ],
)
def test_a_rule_s_name_tells_its_kind(rule: str, into: str | None, kind: str) -> None:
    assert kind_of(rule, into) == kind


@pytest.mark.parametrize("name", ["000_30530b0d588a9a9f", "002_a725bc5e62d4edbd"])
def test_a_seed_s_lines_come_back_in_the_page_s_order(name: str) -> None:
    body = Path(f"fixtures/de/{name}.txt").read_bytes()
    cleaned = clean(Page("text", name, body))
    assert cleaned.article
    lines = align(cleaned.article, cleaned.audit)
    page = " ".join(body.decode().split())
    assert " ".join(" ".join(row.text for row in lines.rows).split()) == page
    assert not lines.is_reckoned


def test_a_row_tells_line_kind_rule_and_field() -> None:
    made = outputs.article(1)
    rows = align(made, outputs.removals(made)).rows
    assert rows[0] == Row(1, "head", "be.header.projects", "", "Projects")
    assert Row(0, "kept", "", "", made.text.split("\n\n")[0]) in rows
