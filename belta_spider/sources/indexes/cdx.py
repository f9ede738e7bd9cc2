"""The forms in which an index (CDX) is written: lists in JSON, a JSON object a line, CDXJ, and plain lines.

The Wayback Machine writes a list of lists with its names first, or plain lines of seven fields; pywb and Common Crawl
write an object a line; files beside an archive are CDXJ (key, time, object), or CDX with a legend of letters
(https://iipc.github.io/warc-specifications/specifications/cdx-format/cdx-2015/).
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
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
_SHOWN = 80
_HEADS = ("!OpenWayback-CDXJ", "!context", "!id", "!meta", "#")


class IndexAnswer(NamedTuple):
    """What an index server answered."""

    captures: list[Capture]
    resume_key: str | None
    """What to go on with, where the server gives it."""
    is_listed: bool
    """Whether it speaks as the Wayback Machine does."""


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
        key, _, rest = line.partition(" ")
        timestamp, _, rest = rest.partition(" ")
        if rest.startswith("{"):
            return {"urlkey": key, "timestamp": timestamp, **_object(rest)}
        fields = line.split(" ")
        legend = self._legend or _BY_NUMBER.get(len(fields), "").split()
        if len(fields) != len(legend) or (not self._legend and not timestamp.isdigit()):
            raise ValueError(f"no line of an index: {line[:_SHOWN]}")
        named = zip(legend, fields, strict=True)
        return {_LETTERS[letter]: value for letter, value in named if letter in _LETTERS and value != "-"}


def read(text: str) -> IndexAnswer:
    """Read an answer of an index server.

    Raises:
        ValueError: it is no index, or not all of one: a page of HTML, say, that something between has served.
    """
    text = text.strip("\ufeff \t\r\n")
    if text in {"", "[]", "[[]]"}:
        return IndexAnswer([], None, text.startswith("["))
    if text.startswith("["):
        return _listed(text)
    body, _, rest = text.replace("\r\n", "\n").partition("\n\n")
    lines = Lines()
    found = [capture for line in body.split("\n") if (capture := lines.capture(line))]
    return IndexAnswer(found, rest.strip() or None, False)


def _listed(text: str) -> IndexAnswer:
    """A list of lists, its names first; the key to go on with stands behind an empty one."""
    rows = _json(text)
    if not all(isinstance(row, list) for row in rows) or not all(isinstance(name, str) for name in rows[0]):
        raise ValueError(f"no index: {text[:_SHOWN]}")
    names, *rows = rows
    key = rows[-1][0] if len(rows) > 1 and rows[-2] == [] and rows[-1] else None
    rows = [row for row in (rows[:-2] if key else rows) if row]
    if any(len(row) != len(names) for row in rows):
        raise ValueError("an index whose rows are longer or shorter than its names")
    return IndexAnswer([capture_of(dict(zip(names, row, strict=True))) for row in rows], key and str(key), True)


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
