"""Which articles a run is asked for: those of some editions, days and sections, whatever the source."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from belta_spider.editions import Editions
from belta_spider.items import Article

ARGUMENTS = ("editions", "since", "until", "sections")
OUTSIDE = "outside_"
"""How the reasons start: a page that one run left out, the next may be asked for."""
_SLUG = re.compile(r"[a-z][a-z_]{1,40}")


@dataclass(frozen=True, slots=True)
class Choice:
    """What is asked for; nothing leaves all in."""

    editions: frozenset[str] = frozenset()
    since: str = ""
    """The first day in Minsk."""
    until: str = ""
    """The last day in Minsk."""
    sections: frozenset[str] = frozenset()

    def reason_to_leave_out(self, article: Article) -> str | None:
        """Return why an article is not asked for; None where it is, or where its edition or day is not known."""
        if self.editions and article.edition and article.edition not in self.editions:
            return f"{OUTSIDE}editions"
        day = (article.date_published or "")[:10]
        if day and ((self.since and day < self.since) or (self.until and day > self.until)):
            return f"{OUTSIDE}dates"
        if self.sections and article.section not in self.sections:
            return f"{OUTSIDE}sections"
        return None


def read(arguments: Mapping[str, str | None], editions: Editions, today: date) -> Choice | None:
    """Read what a run is asked for; None where that is everything. `today` is the day in Minsk.

    Raises:
        ValueError: one of the arguments is wrong: says which, and what it may be.
    """
    given = {name: value for name in ARGUMENTS if (value := arguments.get(name))}
    if not given:
        return None
    since, until = bounds(given, today)
    return Choice(
        _codes(given.get("editions", ""), editions),
        since.isoformat() if since else "",
        until.isoformat() if until else "",
        sections(given.get("sections", ""), editions),
    )


def bounds(arguments: Mapping[str, str | None], today: date) -> tuple[date | None, date | None]:
    """Read `since` and `until`; `today` is the day in Minsk. An `until` that is still to come bounds nothing yet.

    Raises:
        ValueError: one is no day, `since` is still to come, or it is after `until`.
    """
    since, until = (_day(name, arguments.get(name)) for name in ("since", "until"))
    if since and since > today:
        raise ValueError(
            f"since={since}: is still to come; today is {today} in Minsk, and it may be that day or earlier"
        )
    if since and until and since > until:
        raise ValueError(f"since={since}: is after until={until}")
    return since, until


def _names(value: str) -> list[str]:
    return [name for name in map(str.strip, value.split(",")) if name]


def _codes(value: str, editions: Editions) -> frozenset[str]:
    for code in _names(value):
        if code not in editions.by_code:
            raise ValueError(f"unknown edition: {code} (known: {' '.join(editions.by_code)})")
    return frozenset(_names(value))


def _day(name: str, value: str | None) -> date | None:
    try:
        return date.fromisoformat(value) if value else None
    except ValueError:
        raise ValueError(f"{name}={value}: not a day; write it like 2024-04-01") from None


def sections(value: str, editions: Editions) -> frozenset[str]:
    """Read sections by their slugs; addresses have more of them than the tables of printed names.

    Raises:
        ValueError: one can be none: says which are known.
    """
    known = sorted({slug for edition in editions.by_code.values() for slug in edition.section_slugs.values()})
    for slug in _names(value):
        if not _SLUG.fullmatch(slug):
            raise ValueError(f"no section has a slug like {slug} (known: {' '.join(known)})")
    return frozenset(_names(value))
