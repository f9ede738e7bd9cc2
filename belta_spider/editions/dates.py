"""Days and times of the site: Minsk wall time, in RFC 3339."""

import re
from datetime import UTC, date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from belta_spider.editions.edition import Edition
from belta_spider.editions.rules import Parts, remembered

MINSK = ZoneInfo("Europe/Minsk")
"""UTC+3 since 2011, with summer time before: from the tz database."""

_WIDE_DIGIT = re.compile("[\uff10-\uff19]")
_YEAR = re.compile("(?:[1\uff11][9\uff19]|[2\uff12][0\uff10])[0-9\uff10-\uff19]{2}")
"""In digits of either width."""


def rfc3339(moment: datetime) -> str:
    """Return a Minsk wall time with the offset of its day: `2024-04-03T14:54:00+03:00`."""
    return moment.replace(tzinfo=MINSK).isoformat(timespec="seconds")


def minsk_day(captured_at: str) -> str | None:
    """Return the day in Minsk of an RFC 3339 time, None where it is not one.

    >>> minsk_day("2024-04-30T22:15:00Z")
    '2024-05-01'
    """
    try:
        moment = datetime.fromisoformat(captured_at)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return moment.astimezone(MINSK).date().isoformat()


def wall_times(stated: str) -> tuple[datetime, datetime] | None:
    """Return the Minsk wall time of an ISO 8601 time, and the time as printed, whatever its zone; None of any other.

    Without a zone both are the same.

    >>> [moment.isoformat() for moment in wall_times("2024-04-03T11:54:00Z")]
    ['2024-04-03T14:54:00', '2024-04-03T11:54:00']
    """
    try:
        moment = datetime.fromisoformat(stated.strip())
        printed = moment.replace(tzinfo=None, microsecond=0)
        if moment.tzinfo is None:
            return printed, printed
        return moment.astimezone(MINSK).replace(tzinfo=None, microsecond=0), printed
    except (ValueError, OverflowError):
        return None


def valid(year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0) -> datetime | None:
    """Return the moment, None where the calendar or the clock has none such."""
    try:
        return datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 (wall time; rfc3339 adds the zone)
    except ValueError:
        return None


class PrintedDate(NamedTuple):
    """A line that is a publication date, with its section or not, and nothing else."""

    moment: datetime | None
    """Minsk wall time; None where the calendar has no such day, or no edition knows the month."""
    month: str | None
    """The month's word, as printed."""
    section: str | None
    """The section's title, in the same line in the old layouts."""
    is_below_title: bool
    """In the old layouts, and on AMP pages."""


def read_date(text: str, edition: Edition) -> PrintedDate | None:
    """Return the publication date that a line is, None where it is none."""
    if len(text) > edition.limits.date_length:
        return None
    # Most lines have no year, which this says soonest: each line of a page is asked.
    if "20" not in text and "19" not in text and (text.isascii() or not _WIDE_DIGIT.search(text)):
        return None
    return _read(text, edition) if _YEAR.search(text) else None


@remembered
def _read(text: str, edition: Edition) -> PrintedDate | None:
    parts = edition.shaped("date").match(text)
    if parts is None:
        return None
    is_below_title = parts.get("below_title") is not None
    return PrintedDate(moment_of(parts, edition), parts.get("month"), parts.get("section"), is_below_title)


def moment_of(parts: Parts, edition: Edition) -> datetime | None:
    """Return the wall time that the parts of a date state, None where there is none such."""
    month = parts.get("month_number")
    number = int(month) if month else edition.month(parts.get("month") or "") or 0
    day, hour, minute, second = (int(parts.get(name) or 0) for name in ("day", "hour", "minute", "second"))
    return valid(int(parts.get("year") or 0), number, day, hour, minute, second)


def nearest(day: int, month: int, published: date) -> date | None:
    """Return that day in the year (before, same, after) that brings it nearest to `published`."""
    years = (published.year - 1, published.year, published.year + 1)
    moments = (valid(year, month, day) for year in years)
    days = [moment.date() for moment in moments if moment]
    return min(days, key=lambda one: abs((one - published).days), default=None)
