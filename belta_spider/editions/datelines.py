"""Datelines: where, when and by whom, at the start of the body's first line; a caption may be glued to it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from belta_spider.editions.edition import Edition
from belta_spider.text.lines import Line
from belta_spider.text.lookalikes import as_it_looks

_MEMORY = 64
"""Lines whose dateline is remembered: as many as two pages ask for."""
_SMALL, _CAPITAL = (
    "".join(
        char for char in map(chr, (*range(0x530), *range(0x1E00, 0x1F00))) if unicodedata.category(char) == category
    )
    for category in ("Ll", "Lu")
)
"""Latin, Greek and Cyrillic letters."""
# What ends one thing and begins another without a space: `photoMINSK`, `photo.MINSK`. Capitals first, as they are few;
# and sets of letters, not regex's properties: nearly every line is asked, and this is found in a sixteenth of the time.
_SEAM = re.compile(rf"[{_CAPITAL}0-9](?<=[{_SMALL}.!?)»”\"].)")


class DatelineMatch(NamedTuple):
    """A dateline at the start of a line."""

    end: int
    """Where the text begins, in characters of the normalised line."""
    raw: str
    place: str | None
    day: int | None
    month: int | None
    """None where the dateline states no day."""
    agency: str | None
    reporter: str | None


def match(text: str, edition: Edition) -> DatelineMatch | None:
    """Return the dateline that a normalised line starts with."""
    return _match(text[: edition.limits.dateline_length], edition)


@lru_cache(_MEMORY)
def _match(head: str, edition: Edition) -> DatelineMatch | None:
    """Remembered: several stages ask for the same few lines of a page."""
    looks = as_it_looks(head)
    bare = looks.casefold().replace(" ", "")
    if not any(signature in bare for signature in edition.signatures):
        return None
    found = edition.datelines.match(looks)
    if found is None:
        return None
    parts = found.groupdict()
    number = parts.get("month_number")
    month = int(number) if number else edition.month(parts.get("month") or "")
    if looks is not head:  # what goes into the record is as printed
        parts = {name: head[slice(*found.span(name))] if value else value for name, value in parts.items()}
    place, reporter = parts.get("place"), parts.get("reporter")
    return DatelineMatch(
        found.end(),
        head[: found.end()].strip(" "),
        place.strip(" ") if place else None,
        int(parts["day"]) if parts.get("day") else None,
        month,
        parts.get("agency"),
        reporter.strip(" ") if reporter else None,
    )


def glued(text: str, edition: Edition) -> int:
    """Return how many characters of a caption stand before a line's dateline without a space; 0 where none do."""
    return _start(text, edition) or 0


def search(lines: Sequence[Line], edition: Edition) -> int | None:
    """Return the index of the first line that starts with a dateline, or holds one that is glued to a caption."""
    most = edition.limits.dateline_lines
    return next((index for index, line in enumerate(lines[:most]) if _start(line.text, edition) is not None), None)


def _start(text: str, edition: Edition) -> int | None:
    """Where a line's dateline starts: where a caption without a space before it ends, else at its beginning."""
    length, caption = edition.limits.dateline_length, edition.limits.dateline_caption
    starts = [seam.start() for seam in _SEAM.finditer(text, 0, caption)]
    for start in [*starts, 0]:
        if _match(text[start : start + length], edition):
            return start
    return None
