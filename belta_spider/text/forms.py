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
_YAML = re.compile(
    rb"(?:%YAML[^\n]*\n)?(?:---[ \t]*\r?\n)?(?:#[^\n]*\n)*"
    rb"-[ ]+[\w\"']{1,40}:[ \t][^\n]*\n(?:[ ][^\n]*\n)*?[ ]+[\w\"']{1,40}:[ \t\r\n]"
)
"""A list of objects with two keys or more."""
_ESCAPE = re.compile(rb"(?<!\\)\\(?:n|u[0-9a-fA-F]{4})")
"""A line end or a letter, as programs write them."""
_FEW = 2
"""Escapes that a page of text may hold."""
_WITHOUT_HEAD = re.compile(rb'(?:[^\r\n,;\t|]{0,40}[,;\t|]){0,3}"?https?://[^\s,;|"]{1,300}"?[,;\t|]["\w<]')
"""A row with an address among its first cells."""
_NAME = re.compile(rb"[A-Za-z_][\w .-]{0,30}")
_NAMES = {b"url", b"uri", b"link", b"href", b"text", b"html", b"body", b"content"}
"""Columns of pages, as others call them: one of them with other names beside it is a table's head."""
_MARKS = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_CONTROL = bytes([*range(0x09), *range(0x0E, 0x1B), *range(0x1C, 0x20)])
_SAMPLE = 4096  # bytes in which letters in UTF-16 show themselves; an even number
_SIDE_BY_SIDE = re.compile(rb"[\x20-\x7e]{24}")
"""ASCII without a zero between, longer than bytes of Chinese in UTF-16 happen to be such."""
_PLAIN, _ASCII = 0.97, 0.01
"""The share of printable characters in a text, and of line ends, digits and the like in one of any script. Hangul and
what stands before it is none of the editions': pairs of bytes of Cyrillic in UTF-8 or KOI8 would be such."""


def first_letter(head: bytes) -> bytes:
    """What a text starts with, behind blanks and a byte order mark: it rules most forms out."""
    return head.lstrip(_BLANK)[:1]


def utf_16_of(head: bytes) -> str | None:
    """The codec of a text in UTF-16, with its mark or without; None for what is none, UTF-32 too."""
    if b"\0" not in head:  # as in nearly every text
        return _MARKS.get(head[:2])
    if head[:2] in _MARKS:
        return None if head[2:4] == b"\0\0" else _MARKS[head[:2]]
    head = head[: min(len(head) // 2 * 2, _SAMPLE)]
    if _SIDE_BY_SIDE.search(head) or (not is_binary(head) and _is_utf_8(head)):  # with a zero that is damage
        return None
    return next((codec for codec in _MARKS.values() if _is_text(head, codec)), None)


def _is_utf_8(head: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return True


def _is_text(head: bytes, codec: str) -> bool:
    """Whether these bytes are letters in that codec: in the other order of bytes, blanks and line ends are none."""
    text = head.decode(codec, "replace")
    printable = (one for one in text if (one.isprintable() or one.isspace()) and one != "\ufffd")
    plain = sum(not "\ua000" <= one <= "\ud7ff" for one in printable)
    blanks = sum(map(text.count, " \n"))
    return (
        plain >= _PLAIN * len(text)
        and sum(map(str.isascii, text)) >= _ASCII * len(text)
        and blanks > sum(map(text.count, "\u2000\u0a00"))
    )


def is_binary(head: bytes) -> bool:
    """Whether there are more control characters than a text holds."""
    return 10 * _count(head, _CONTROL) > len(head)


def _count(data: bytes, marks: bytes) -> int:
    """How many of the marks there are: to take them out is ten times as fast as to look for them."""
    return len(data) - len(data.translate(None, marks))


def as_utf8(head: bytes) -> bytes:
    """The first bytes of a text in UTF-16 in UTF-8; others as they are."""
    codec = utf_16_of(head)
    return head.decode(codec, "ignore").removeprefix("\ufeff").encode() if codec else head


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
    """What of text holds pages, but in a form that is not read: SQL, YAML, or strings as programs write them."""
    if _SQL.match(head):
        return "database"
    if _YAML.match(head):
        return "rows"
    if head.count(b"\\") <= _FEW:
        return None
    escapes = len(_ESCAPE.findall(head))
    return "quoted" if escapes > max(_FEW, head.count(b"\n")) else None
