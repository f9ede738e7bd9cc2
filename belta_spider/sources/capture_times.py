"""Capture times, from the forms that archives and tables write them in."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time

_CDX = re.compile(r"(\d{14})\d*")
_UNIX = re.compile(r"\d{10}(?:\d{3})?")
_OURS = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
_SECONDS = 100_000_000_000  # the year 5138: a larger number counts milliseconds


def utc(value: object) -> str | None:
    """Return RFC 3339 in UTC, to the second; None where the value is no time.

    Takes RFC 3339 or ISO 8601 (UTC where it names no zone, or says so by name), the 14 digits of CDX,
    a date or datetime, and Unix time in seconds, or in the thousandths, millionths or billionths of one.

    >>> utc("2024-04-30T10:00:00.25+03:00"), utc("20240430070000"), utc(1714460400000)
    ('2024-04-30T07:00:00Z', '2024-04-30T07:00:00Z', '2024-04-30T07:00:00Z')
    """
    try:
        if isinstance(value, str) and _OURS.fullmatch(value):
            datetime.fromisoformat(value)  # whether there is such a moment
            return value
        moment = _moment(value)
        if moment is None:
            return None
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return moment.replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def _moment(value: object) -> datetime | None:
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime.combine(value, time(), UTC)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        for _ in range(3):
            value = value // 1000 if abs(value) >= _SECONDS else value
        return datetime.fromtimestamp(value, UTC)
    if isinstance(value, str):
        return _printed(value.strip().removesuffix(" UTC"))
    return None


def _printed(value: str) -> datetime | None:
    if _UNIX.fullmatch(value):
        return _moment(int(value))
    digits = _CDX.fullmatch(value)
    return datetime.strptime(digits[1], "%Y%m%d%H%M%S") if digits else datetime.fromisoformat(value)  # noqa: DTZ007 (UTC is added)
