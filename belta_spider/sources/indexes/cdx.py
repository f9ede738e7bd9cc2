"""The forms in which an index (CDX) is written: lists in JSON, a JSON object a line, CDXJ, and plain lines.

The Wayback Machine writes a list of lists with its names first, or plain lines of seven fields; pywb and Common Crawl
write an object a line; files beside an archive are CDXJ (key, time, object), or CDX with a legend of letters
(https://iipc.github.io/warc-specifications/specifications/cdx-format/cdx-2015/).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from belta_spider.sources.indexes.captures import Capture, capture_of

_LETTERS = {
    "N": "urlkey",
    "b": "timestamp",
    "a": "url",
    "m": "mime",
    "s": "status",
    "k": "digest",
    "S": "length",
    "V": "offset",
    "g": "filename",
}
_LEGEND = re.compile(r" ?CDX((?: [A-Za-z])+)\s*")
_BY_NUMBER = {
    6: "N b a m s k",
    7: "N b a m s k S",
    9: "N b a m s k r V g",
    10: "N b a m s k r M V g",
    11: "N b a m s k r M S V g",
}
"""What plain lines without a legend hold, by the number of their fields: servers' 6 and 7, files' 9, 10 and 11."""
_NAMES = frozenset({"url", "original", "timestamp"})
"""Of which a head has at least one."""
_SHOWN = 80  # characters of a line that a message quotes
_HEADS = ("!OpenWayback-CDXJ", "!context", "!id", "!meta", "#")
_NONE = re.compile(r"\bno (?:captures?|results?|records?|matches|resources?)\b|\bnot (?:in|found in) (?:the )?archive")
_KEY_LIMIT = 4096  # characters of a resume key, or of a sentence that there is nothing: more is neither


class IndexAnswer(NamedTuple):
    """What an index server answered."""

    captures: list[Capture]
    resume_key: str | None = None
    """What to go on with, where the server gives it."""
    damaged: Sequence[str] = ()
    """What is wrong with each line or row that names no capture."""


class Lines:
    """Reads an index line by line; a legend tells what stands in the lines behind it."""

    def __init__(self) -> None:
        self._legend: Sequence[str] = ()

    def capture(self, line: str) -> Capture | None:
        """Return the capture of a line; None of a legend, a head or a blank line.

        Raises:
            ValueError: the line is none of an index.
        """
        line = line.strip("\r\n")
        legend = _LEGEND.fullmatch(line)
        if legend:
            self._legend = legend[1].split()
            return None
        if not line.strip() or line.startswith(_HEADS):
            return None
        return capture_of(self._row(line))

    def _row(self, line: str) -> dict[str, object]:
        if line.startswith("{"):
            return _object(line)
        key, timestamp, rest = (*line.split(None, 2), "", "", "")[:3]
        if rest.startswith("{"):
            return {"urlkey": key, "timestamp": timestamp, **_object(rest)}
        fields = line.split(" ") if "\t" not in line else line.split("\t")
        legend = self._legend or _BY_NUMBER.get(len(fields), "").split()
        if len(fields) != len(legend) or (not self._legend and not timestamp.isdigit()):
            raise ValueError(f"no line of an index: {line[:_SHOWN]}")
        named = zip(legend, fields, strict=True)
        return {_LETTERS[letter]: value for letter, value in named if letter in _LETTERS}


def says_none(text: str) -> bool:
    """Whether a server says in words that it has no such capture, as Common Crawl's does: `No Captures found`."""
    return len(text) < _KEY_LIMIT and _NONE.search(text.lower()) is not None


def read(text: str, *, is_settled: bool = False) -> IndexAnswer:
    """Read an answer of an index server.

    Lines that name no capture are told, the others read. Where the last line is one of them, the answer may be cut: it
    is refused, unless `is_settled` that it comes so each time.

    Raises:
        ValueError: it is no index, or not all of one: a page of HTML, say, that something between has served.
    """
    text = text.strip("\ufeff \t\r\n")
    if not text:
        return IndexAnswer([])
    if text.startswith("["):
        return _listed(text)
    lines, found, damaged = Lines(), list[Capture](), list[str]()
    rows = text.replace("\r\n", "\n").split("\n")
    key = _resume_key(rows)
    last = None
    for row in rows[:-2] if key else rows:
        last = _add(lambda row=row: lines.capture(row), found, damaged)  # type: ignore[misc] # bound at once
    if damaged and not found and says_none(text):
        return IndexAnswer([])
    if damaged and (not found or (last is not None and not is_settled)):
        raise last or ValueError(damaged[0])
    return IndexAnswer(found, key, damaged)


def _resume_key(rows: Sequence[str]) -> str | None:
    """What stands behind an empty line at the end, and is no capture."""
    if len(rows) < 3 or rows[-2].strip() or rows[-1].startswith(("{", "<")) or len(rows[-1]) > _KEY_LIMIT:
        return None
    return rows[-1].strip() if _add(lambda: Lines().capture(rows[-1]), [], []) else None


def _add(one: Callable[[], Capture | None], found: list[Capture], damaged: list[str]) -> ValueError | None:
    """Take a capture in, or what is wrong with it."""
    try:
        capture = one()
    except ValueError as error:
        damaged.append(str(error))
        return error
    if capture:
        found.append(capture)
    return None


def _listed(text: str) -> IndexAnswer:
    """A list of objects, or of lists with their names first; a key to go on with stands behind an empty one."""
    rows = _json(text)
    rows = rows if any(rows) else []
    key = rows[-1][0] if len(rows) > 1 and rows[-2] == [] and isinstance(rows[-1], list) and rows[-1] else None
    rows = [row for row in (rows[:-2] if key else rows) if row]
    names: list[Any] = []
    if rows and isinstance(rows[0], list) and _NAMES & {str(name) for name in rows[0]}:
        names = rows.pop(0)
    found, damaged = list[Capture](), list[str]()
    for row in rows:
        _add(lambda row=row: capture_of(_cells(row, names)), found, damaged)  # type: ignore[misc] # bound at once
    if damaged and not found:
        raise ValueError(damaged[0])
    return IndexAnswer(found, key and str(key), damaged)


def _cells(row: Any, names: Sequence[Any]) -> dict[str, object]:
    """A row by its names; of a list without a head, by their number."""
    if isinstance(row, dict):
        return row
    if not isinstance(row, list):
        raise ValueError(f"no row of an index: {str(row)[:_SHOWN]}")
    known = names or [_LETTERS.get(letter, letter) for letter in _BY_NUMBER.get(len(row), "").split()]
    if len(row) != len(known):
        raise ValueError(f"a row of an index of {len(row)} fields: {str(row)[:_SHOWN]}")
    return dict(zip(map(str, known), row, strict=True))


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except RecursionError as error:
        raise ValueError("JSON that is nested too deeply") from error


def _object(text: str) -> dict[str, object]:
    found = _json(text)
    if not isinstance(found, dict):
        raise ValueError(f"no line of an index: {text[:_SHOWN]}")
    if "url" not in found and ("message" in found or "error" in found):
        raise ValueError(str(found.get("message") or found.get("error"))[:200])
    return found
