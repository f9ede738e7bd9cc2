"""The form of an expected record's file: for `git diff`, a paragraph or an entry of the audit has a line of its own."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

Outcome = dict[str, Any]
"""`{"record": {...}, "audit": [...]}`, or `{"dropped": "empty"}`."""

_PLACE = ("id", "uri", "record")
"""Keys of an entry that are the same in the whole file: the record has them."""
_ROW = ("line", "column", "rule", "field", "text")
_PARTING = "\n\n"
_DEEPEST = 2
"""Down to the values of the record, a list's elements have a line each; below, a value is one line."""


def encode(found: Outcome) -> str:
    """Return an outcome as its file's text."""
    shaped = dict(found)
    record = found.get("record")
    if record is not None:
        shaped["record"] = record | {"text": record["text"].split(_PARTING)}
        place = _place(record)
        shaped["audit"] = [_row(entry, place) for entry in found["audit"]]
    return _spread(shaped) + "\n"


def decode(data: bytes) -> Outcome:
    """Return the outcome in a file: of this form, or as JSON of the record and the audit as they are written.

    Raises:
        ValueError: it is no JSON, or not an expected record.
    """
    found = json.loads(data)
    try:
        return _filled(found)
    except (AttributeError, TypeError) as error:
        raise ValueError(f"not of its form: {error}") from None


def _filled(found: Outcome) -> Outcome:
    record = found.get("record", {})
    if isinstance(record.get("text"), list):
        record["text"] = _PARTING.join(record["text"])
    if any(isinstance(entry, list) for entry in found.get("audit", [])):
        place = _place(record)
        found["audit"] = [_entry(entry, place) for entry in found["audit"]]
    return found


def _place(record: Mapping[str, Any]) -> dict[str, Any]:
    source = record.get("source", {})
    return dict(zip(_PLACE, (record.get("id"), source.get("uri"), source.get("record")), strict=True))


def _row(entry: Mapping[str, Any], place: Mapping[str, Any]) -> Any:
    """An entry as a row; as it is where it names another place."""
    row = [entry.get(key) for key in _ROW]
    return row if _entry(row, place) == entry else entry


def _entry(row: Any, place: Mapping[str, Any]) -> Any:
    return {**place, **dict(zip(_ROW, row, strict=True))} if isinstance(row, list) else row


def _spread(value: Any, depth: int = 0) -> str:
    if isinstance(value, dict) and value and depth < _DEEPEST:
        lines = [f"{_line(key)}: {_spread(one, depth + 1)}" for key, one in value.items()]
    elif isinstance(value, list) and value:
        lines = [_line(one) for one in value]
    else:
        return _line(value)
    first, last = "{}" if isinstance(value, dict) else "[]"
    indent = " " * depth
    return f"{first}\n{indent} " + f",\n{indent} ".join(lines) + f"\n{indent}{last}"


def _line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
