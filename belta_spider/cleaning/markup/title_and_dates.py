"""Title and dates of a page in markup: each has its sources in order, and a flag where they disagree."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache

import regex

from belta_spider.cleaning.draft import Draft
from belta_spider.cleaning.markup.metadata import Metadata, Time
from belta_spider.editions import Editions, dates

_MINUTE = timedelta(minutes=1)
_SEPARATOR = regex.compile(r" ?[|–—-] ")


def read_title(draft: Draft, meta: Metadata, heading: str | None) -> None:
    """The heading, og:title, `<title>`, JSON-LD: the first there is."""
    agencies = _agencies(draft.editions)
    sources = ([(heading, "h1")] if heading else []) + meta.titles
    if not sources:
        return
    title, draft.provenance["title"] = sources[0]
    draft.header.title = title if heading else _bare(title, agencies)
    chosen = _key(_bare(draft.header.title, agencies))
    for value, origin in sources[1:2]:
        other = _key(_bare(value, agencies))
        if chosen != other and not (origin == "title" and other.startswith(chosen)):
            draft.flag("title_sources_differ")


@cache
def _agencies(editions: Editions) -> tuple[str, ...]:
    """The agency's name as any edition prints it, and its host's."""
    names = {name.casefold() for edition in editions.by_code.values() for name in edition.agencies}
    hosts = {host for edition in editions.by_code.values() for host in edition.hosts}
    return (*names, *hosts, "belta")


def _bare(title: str, agencies: Iterable[str]) -> str:
    """A title without the agency's suffix: ` | BelTA`, ` - BelTA - News`; one that speaks of the agency stays whole."""
    for found in _SEPARATOR.finditer(title):
        suffix = _SEPARATOR.split(title[found.end() :].casefold(), 1)[0].strip()
        if found.start() and suffix in agencies:
            return title[: found.start()]
    return title


def _key(title: str) -> str:
    return "".join(title.casefold().split())


def read_dates(draft: Draft, meta: Metadata, printed: str | None, *, is_element: bool = True) -> datetime | None:
    """The printed date, the meta tags, JSON-LD: the first there is, returned; and the time of the last change.

    `is_element` tells whether the date is printed in an element of its own.
    """
    times = _stated(draft, meta, printed, "date_full" if is_element else "page")
    if not times:
        return None
    certain = {_minute(time.moment) for time in times if time.moment == time.otherwise}
    published = times[0].otherwise if _is_mislabelled(times[0], certain) else times[0].moment
    draft.header.published = published
    draft.provenance["date_published"] = times[0].origin
    if any(_differ(time, published) for time in times[1:]):
        draft.flag("date_sources_differ")
    draft.header.modified = _modified(meta, times, certain)
    return published


def _stated(draft: Draft, meta: Metadata, printed: str | None, origin: str) -> list[Time]:
    """All times of publication that the page states, the printed one first."""
    times = _zoned(meta.published) if draft.is_foreign else list(meta.published)
    found = dates.read_date(printed, draft.edition) if printed else None
    if found and found.moment:
        times.insert(0, Time(found.moment, origin, found.moment))
    return times


def _modified(meta: Metadata, times: list[Time], certain: set[datetime]) -> datetime | None:
    """When the page was changed last, None where that is a time of publication."""
    is_mislabelled = any(_is_mislabelled(time, certain) for time in times)
    modified = next((time.otherwise if is_mislabelled else time.moment for time in meta.modified), None)
    return None if modified in {moment for time in times for moment in (time.moment, time.otherwise)} else modified


def _zoned(times: list[Time]) -> list[Time]:
    """Another site's times without those that state no zone, where one does: Minsk's is not theirs."""
    return [time for time in times if time.moment != time.otherwise] or times


def _minute(moment: datetime) -> datetime:
    return moment - timedelta(seconds=moment.second) if moment.second else moment


def _is_mislabelled(time: Time, certain: set[datetime]) -> bool:
    """Whether a time is right only without its zone: so it agrees with one that needs none."""
    return _minute(time.moment) not in certain and _minute(time.otherwise) in certain


def _differ(time: Time, published: datetime) -> bool:
    return abs(time.moment - published) >= _MINUTE and abs(time.otherwise - published) >= _MINUTE
