"""What the first bytes of a text show it to be: rows in one form or another, or letters in UTF-16."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable

import msgspec

_BLANK = b" \t\n\r\f\v\xef\xbb\xbf"
"""What may stand before the first letter of what is text."""
_SEPARATOR = b"\x1e"  # before each value of a sequence of JSON (RFC 7464)
_JSON = re.compile(rb'(?:\xef\xbb\xbf)?\s*\x1e?(?:\[\s*(?:\{|\]|"|\[\s*")|\{\s*"[^"\\\x80-\xff]{1,100}"\s*:)')
_KEY = re.compile(rb'\{\s*"[^"\\]{1,100}"\s*:')
_HAR = re.compile(
    rb'(?:\xef\xbb\xbf)?\s*\{\s*"log"\s*:\s*\{\s*"(?:version"\s*:\s*"1\.|(?:creator|browser|pages|entries)"\s*:\s*[\[{])'
)
_SQL = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:\s|--[^\n]*\n|/\*.{0,200}?\*/;?){0,100}"
    rb"(?:(?i:PRAGMA \w+ ?=|BEGIN(?: TRANSACTION)?;|(?:CREATE|DROP|LOCK) TABLES? |INSERT INTO )"
    rb"|SET [\w@ ]{1,40}=|COPY \S+ \()"
)
_ESCAPE = re.compile(rb"(?<!\\)\\(?:n|u[0-9a-fA-F]{4})")
"""A line end or a letter, as programs write them."""
_FEW = 2
"""Escapes that a page of text may hold."""
_WITHOUT_HEAD = re.compile(rb'(?:[^\r\n,;\t|]{0,40}[,;\t|]){0,3}"?https?://[^\s,;|"]{1,300}"?[,;\t|]["\w<]')
"""A row with an address among its first cells."""
_NAME = re.compile(rb"[A-Za-z_][\w .-]{0,30}")
_NAMES = {b"url", b"uri", b"link", b"href", b"text", b"html", b"body", b"content"}
"""Columns of pages, as others call them: one of them with other names beside it is a table's head."""
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def first_letter(head: bytes) -> bytes:
    """What a text starts with, behind blanks and a byte order mark: it rules most forms out."""
    return head.lstrip(_BLANK)[:1]


def as_utf8(head: bytes) -> bytes:
    """The first bytes of a text in UTF-16, which starts with its mark, in UTF-8; others as they are."""
    if head[:2] not in UTF_16 or head[2:4] == b"\0\0":
        return head
    return head.decode("utf-16", "ignore").encode()


def json_kind(head: bytes) -> str | None:
    """What JSON starts here: `har`, `table` of a row in each line, `json` of any other; None where none does."""
    if first_letter(head) not in {b"{", b"[", _SEPARATOR}:
        return None
    if _HAR.match(head):
        return "har"
    if _is_json_line(head):
        return "table"
    return "json" if _JSON.match(head) else None


def _is_json_line(head: bytes) -> bool:
    """Whether the first line is a JSON object that is a row of a table."""
    if not head.startswith(b"{"):
        return False
    try:
        row = msgspec.json.decode(head.partition(b"\n")[0])
    except RecursionError:
        return True
    except (msgspec.DecodeError, UnicodeDecodeError):  # the latter for a key that is not UTF-8
        return _KEY.match(head) is not None and b"\n" not in head
    return isinstance(row, dict)


def is_csv(head: bytes, columns: Iterable[str]) -> bool:
    """Whether the first line is a table's: names in cells, one of them of the pages' column, or a row."""
    line = head.removeprefix(b"\xef\xbb\xbf").partition(b"\n")[0].strip()
    for separator in (b",", b";", b"\t", b"|"):
        cells = [cell.strip(b' "') for cell in line.split(separator)]
        if len(cells) > 1 and (any(name.encode() in cells for name in columns) or _are_names(cells)):
            return True
    return _WITHOUT_HEAD.match(line) is not None


def _are_names(cells: list[bytes]) -> bool:
    return any(cell.lower() in _NAMES for cell in cells) and all(map(_NAME.fullmatch, cells))


def refused_kind(head: bytes) -> str | None:
    """What of text holds pages, but in a form that is not read: SQL, or strings as programs write them."""
    if _SQL.match(head):
        return "database"
    if head.count(b"\\") <= _FEW:
        return None
    escapes = len(_ESCAPE.findall(head))
    return "quoted" if escapes > max(_FEW, head.count(b"\n")) else None
