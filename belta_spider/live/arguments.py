"""What a live crawl is asked for, from the spider's arguments."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from belta_spider.cleaning import choice
from belta_spider.editions import Edition, Editions
from belta_spider.live.mirrors import Bases

ARGUMENTS = ("editions", "since", "until", "sections", "refresh", "max_pages", "max_minutes", "missing")
_SPAN = re.compile(r"([0-9]{1,5})([dh])")
_CONTACT = re.compile(r"[^\s@<>()]+@[^\s@<>()]+\.[^\s@<>()]+|https?://[^\s<>()]+\.[^\s<>()]+")


@dataclass(frozen=True, slots=True)
class LiveArguments:
    """Which editions, days and sections, and how much of them."""

    editions: tuple[Edition, ...]
    bases: Bases
    since: date | None = None
    """The first day in Minsk."""
    until: date | None = None
    """The last day in Minsk."""
    sections: frozenset[str] = frozenset()
    """Slugs; all where none is named."""
    refresh: timedelta | None = None
    """Articles younger than this are looked at again."""
    max_pages: int = 0
    max_minutes: int = 0
    missing: bool = False
    """Whether to fetch nothing but what earlier runs missed."""

    @property
    def site_hosts(self) -> frozenset[str]:
        """The site's own hosts that may be asked: those for which no base stands in."""
        return frozenset(host for edition in self.editions for host in edition.hosts) - self.bases.hosts

    def includes_edition(self, code: str) -> bool:
        """Whether the run asks for an edition."""
        return any(edition.code == code for edition in self.editions)

    def includes_section(self, section: str | None) -> bool:
        """Whether the run asks for a section; one that the address does not tell may be it."""
        return not self.sections or section is None or section in self.sections

    def includes(self, day: str | None) -> bool:
        """Whether a day stands within the bounds; one that is not known may."""
        if day is None:
            return True
        after = self.since is None or day >= self.since.isoformat()
        return after and (self.until is None or day <= self.until.isoformat())

    @property
    def first_day(self) -> str:
        """`since` as it is compared with days; empty without one."""
        return self.since.isoformat() if self.since else ""

    def is_before(self, days: set[str]) -> bool:
        """Whether days are known, and all of them before `since`."""
        return bool(self.since and days and max(days) < self.first_day)

    def may_include(self, year: int | None) -> bool:
        """Whether some day of the year stands within the bounds."""
        if year is None:
            return True
        # The address of an article of New Year's Eve may bear either year.
        after = self.since is None or year >= self.since.year - (self.since.month == 1 and self.since.day == 1)
        return after and (self.until is None or year <= self.until.year)


def read(
    arguments: Mapping[str, str | None], editions: Editions, bases: Mapping[str, str], today: date
) -> LiveArguments:
    """Check the arguments of a live crawl; `today` is the day in Minsk.

    Raises:
        ValueError: one is wrong: says which, and what it may be.
    """
    wanted = _editions(arguments.get("editions"), editions)
    since, until = choice.bounds(arguments, today)
    return LiveArguments(
        editions=wanted,
        bases=_bases(editions, bases, wanted),
        since=since,
        until=until,
        sections=choice.sections(arguments.get("sections") or "", editions),
        refresh=_span(arguments.get("refresh")),
        max_pages=_number("max_pages", arguments.get("max_pages")),
        max_minutes=_number("max_minutes", arguments.get("max_minutes")),
        missing=_switch("missing", arguments.get("missing")),
    )


def check_contact(contact: str | None, run: str = "a live crawl") -> str:
    """Return the contact for the user agent of a run, which is named for messages.

    Raises:
        ValueError: it is missing, or neither a mail address nor a web page's.
    """
    if not contact:
        raise ValueError(f"{run} needs -s BELTA_CONTACT=mail-or-address, for the site's operators to reach you")
    if not contact.isascii() or not _CONTACT.fullmatch(contact):
        raise ValueError(f"BELTA_CONTACT={contact}: neither a mail address nor one of a web page")
    return contact


def _editions(codes: str | None, editions: Editions) -> tuple[Edition, ...]:
    wanted = dict.fromkeys(filter(None, (code.strip() for code in (codes or "").split(",")))) or editions.by_code
    for code in wanted:
        if code not in editions.by_code:
            raise ValueError(f"unknown edition: {code} (known: {' '.join(editions.by_code)})")
    return tuple(editions.by_code[code] for code in wanted)


def _bases(editions: Editions, bases: Mapping[str, str], wanted: tuple[Edition, ...]) -> Bases:
    """Check all bases; return those of the editions that are wanted, as one server may stand in for several."""
    try:
        Bases(editions, bases)
        chosen = {one.code: bases[one.code] for one in wanted if one.code in bases}
        if len({base.rstrip("/") for base in chosen.values()}) < len(chosen):
            raise ValueError("two editions at one base: give each a path or a port of its own")
        return Bases(editions, chosen)
    except ValueError as error:
        raise ValueError(f"BELTA_BASE_URLS: {error}") from error


def _span(value: str | None) -> timedelta | None:
    if not value:
        return None
    found = _SPAN.fullmatch(value)
    if not found or not int(found[1]):
        raise ValueError(f"refresh={value}: no span of time; write it like 3d or 12h")
    return timedelta(**{{"d": "days", "h": "hours"}[found[2]]: int(found[1])})


def _number(name: str, value: str | None) -> int:
    if not value:
        return 0
    if not (value.isascii() and value.isdigit() and len(value) < 10 and int(value)):
        raise ValueError(f"{name}={value}: no whole number above 0")
    return int(value)


def _switch(name: str, value: str | None) -> bool:
    if (value or "0") not in {"0", "1"}:
        raise ValueError(f"{name}={value}: neither 0 nor 1")
    return value == "1"
