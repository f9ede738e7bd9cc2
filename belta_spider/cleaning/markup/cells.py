"""Tables whose cells are not where their tags say: a browser moves what stands between cells out of the table."""

from __future__ import annotations

import re

_TAG = re.compile(rb"(?i)<(?P<end>/?)(?P<name>table|tbody|thead|tfoot|tr|t[dh])\b[^>]*>")
_NO_TEXT = re.compile(rb"(?is)<(?P<name>caption|script|style)\b.*?</(?P=name)\s*>|<!--.*?-->|<[^>]*>")

_LOOKED_AT = 10_000  # a bound on time, with the tags below
_TAGS = 100
"""Bytes and tags between two cells up to which they are looked at: each unclosed caption is looked for to the end."""


def are_loose(data: bytes) -> bool:
    """Whether a tag of a table, or text, stands where none can; false of a page that leaves out the cells' end tags."""
    if b"</td" not in data and b"</TD" not in data:
        return False
    tables: list[tuple[bool, bool]] = []  # for each open one, whether a row and a cell of it are open
    place = 0
    for found in _TAG.finditer(data):
        is_end, name = bool(found["end"]), found["name"].lower()
        if tables and not tables[-1][1] and _holds_text(data[place : found.start()]):
            return True
        place = found.end()
        if name == b"table" and not is_end:
            tables.append((False, False))
            continue
        if not tables or _is_wrong(name, *tables[-1], is_end=is_end):
            return True
        _, in_cell = tables.pop()
        if name in {b"td", b"th"}:
            tables.append((True, not is_end))
        elif name != b"table":
            tables.append((name == b"tr" and not is_end, in_cell))
    return False


def _holds_text(between: bytes) -> bool:
    """Whether text stands between two tags of a table; what is too long to be looked at counts as text."""
    if len(between) > _LOOKED_AT or between.count(b"<") > _TAGS:
        return True
    return bool(_NO_TEXT.sub(b"", between).strip())


def _is_wrong(name: bytes, in_row: bool, in_cell: bool, *, is_end: bool) -> bool:
    """Whether a tag cannot stand in a table in that state."""
    if name in {b"td", b"th"}:
        return in_cell is not is_end or not in_row
    return in_cell or (name == b"tr" and is_end and not in_row)
