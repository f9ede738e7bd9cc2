"""Pages that were joined to one file, as `cat *.html` and `cat *.txt` do: where one ends and the next one starts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from belta_spider.editions.dates import read_date
from belta_spider.editions.rule_matches import RuleMatch, head_matches
from belta_spider.text.normalization import normalize

if TYPE_CHECKING:
    from belta_spider.editions import Edition

# Where `cat` joined two pages: an end, and a doctype; the comment between is the second's, and may say its address.
_SEAM = re.compile(rb"(?i)</html\s*>(?=(?:\s|<!--[^>]{0,500}-->)*+<!doctype\s+html)")
_YEAR_AT_END = re.compile(rb"20\d\d(?:[^\n:]{0,24}| \| {0,2}\d{1,2}:\d\d[^\n]{0,8})(?:\n|$)")
"""How the day of a dump's head ends, and in the old layouts the date below the title."""
_DAY_LENGTH = 120  # bytes of such a line
_LINE_CODECS = ("utf-8", "cp1251", "cp1252")
"""What a line is tried in: one that is not a word in them is in no head."""
_WITNESSES = 2
"""Lines of the chrome that stand around the day of a head."""
_UNKNOWN = 2
"""Lines in a row that no rule knows, blank ones aside: what stands above them is none of the head."""
_TITLE = 4
"""Likewise between the old layouts' head and their date, where the title stands."""
_LINES = 60
"""Lines above a day in which its head is looked for, blank ones counted."""
_TRIED, _OF_PAGES = 1000, 10
"""Lines that end in a year of which none begins a page, or so many times fewer: then no more are tried."""


def ends(body: bytearray, kind: str) -> list[int]:
    """Return where each page but the last ends; nowhere in nearly every file. `kind` is html or text."""
    return _in_html(body) if kind == "html" else _in_text(body)


def _in_html(body: bytearray) -> list[int]:
    if body.lower().count(b"<!doctype") < 2:  # as nearly every page
        return []
    return [found.end() for found in _SEAM.finditer(body)]


def _in_text(body: bytearray) -> list[int]:
    """Where a text dump ends and the head of the next one stands: not the first head, nor one right below another."""
    if len(_YEAR_AT_END.findall(body)) < 2:  # as nearly every page
        return []
    days = [found.span() for found in _YEAR_AT_END.finditer(body)]
    ends: list[int] = []
    heads = last = 0
    for tried, (year, end) in enumerate(days):
        if tried > _TRIED + _OF_PAGES * len(ends):
            break
        start = body.rfind(b"\n", 0, year) + 1
        head = _head_around(body, start, end) if end - start <= _DAY_LENGTH else None
        if head is not None:
            if heads and head - last > _DAY_LENGTH * _WITNESSES:
                ends.append(head)
            heads, last = heads + 1, end
    return ends


def _head_around(body: bytearray, start: int, end: int) -> int | None:
    """Where the head starts whose day stands in a line; None where it is no day, or chrome around it is missing."""
    from belta_spider.editions import load  # only where there may be two heads

    for codec in _LINE_CODECS:
        heads = (_head_of(edition, body, start, end, codec) for edition in load().by_code.values())
        first = min((head for head in heads if head is not None), default=None)
        if first is not None:
            return first
    return None


def _head_of(edition: Edition, body: bytearray, start: int, end: int, codec: str) -> int | None:
    place, witnesses = _anchor(edition, body, start, end, codec)
    if witnesses is None:
        return None
    unknown, most = 0, _UNKNOWN if place < len(edition.head) else _TITLE
    for above, line in _lines_above(body, start):
        places = [one.place for one in _chrome(body[above:line], edition, codec) if one.place < place]
        if places:
            start, place, witnesses, unknown, most = above, places[-1], witnesses + 1, 0, _UNKNOWN
            continue
        unknown += 1
        if unknown == most:
            break
    return start if witnesses >= _WITNESSES else None


def _lines_above(body: bytearray, start: int) -> Iterator[tuple[int, int]]:
    """Where the lines above a place start and end that are not blank, the nearest first."""
    for _ in range(_LINES):
        if not start:
            return
        above = body.rfind(b"\n", 0, start - 1) + 1
        if not body[above:start].isspace():
            yield above, start
        start = above


def _anchor(edition: Edition, body: bytearray, start: int, end: int, codec: str) -> tuple[int, int | None]:
    """The place among the head's rules of what stands in a line, and how many lines bear it out; None where it is none.

    It is the day of the head, with what stands below it, or the old layouts' section and date, which come behind all.
    """
    text = _text(body[start:end], codec)
    place = next((one.place for one in head_matches(text, edition) if one.rule.shape == "capture_day"), None)
    if place is None:
        printed = read_date(text, edition)
        is_old = printed is not None and printed.is_below_title and edition.section_slug(printed.section or "")
        return len(edition.head), 1 if is_old else None
    below = body[end : body.find(b"\n", end)]
    is_section = edition.section_slug(_text(below, codec)) is not None
    return place, int(is_section or any(one.place > place for one in _chrome(below, edition, codec)))


def _chrome(line: bytearray, edition: Edition, codec: str) -> tuple[RuleMatch, ...]:
    """The rules of an edition's head that a line may be one of."""
    return head_matches(_text(line, codec), edition) if len(line) <= _DAY_LENGTH else ()


def _text(line: bytearray, codec: str) -> str:
    return normalize(line[:_DAY_LENGTH].decode(codec, "replace"))
