"""The changes of an output: which articles are new, edited or gone, since when."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import msgspec
import regex

from belta_spider.changes.edits import Edit, edits
from belta_spider.editions.dates import MINSK
from belta_spider.editions.edition import Editions
from belta_spider.items import Article
from belta_spider.output.reading import BadLine, lines
from belta_spider.output.revisions import Captures

_SPAN = regex.compile(r"(?P<number>[1-9][0-9]{0,4})(?P<unit>[hdw])")
_UNITS = {"h": "hours", "d": "days", "w": "weeks"}
GONE_OUTCOMES = frozenset({"error_page", "moved", "front_page", "list_page", "other_site", "robots"})
"""What a visit notes of an article that was held: the site shows something else at its address, or nothing to us."""


class New(msgspec.Struct):
    """An article that was captured for the first time."""

    id: str
    edition: str
    url: str | None
    title: str
    date_published: str | None
    first: str | None


class Gone(msgspec.Struct):
    """An article that the site no longer shows."""

    id: str
    edition: str
    url: str | None
    title: str
    why: str
    last: str | None
    """The last capture that showed it."""


@dataclass
class Changes:
    """What changed in an output."""

    since: str | None
    articles: int = 0
    captures: int = 0
    new: list[New] = field(default_factory=list)
    edited: list[Edit] = field(default_factory=list)
    gone: list[Gone] = field(default_factory=list)

    @property
    def kinds(self) -> Counter[str]:
        """How many edits there are of each kind."""
        return Counter(kind for edit in self.edited for kind in edit.kinds)

    @property
    def silent(self) -> int:
        return sum(edit.silent for edit in self.edited)


class _Visit(msgspec.Struct):
    id: str
    outcome: str = ""


def moment_of(since: str, now: datetime) -> str:
    """Return a span back from now (`1d`, `12h`, `2w`) or a day as RFC 3339 in UTC.

    Raises:
        ValueError: it is neither.
    """
    span = _SPAN.fullmatch(since)
    if span:
        moment = now - timedelta(**{_UNITS[span["unit"]]: int(span["number"])})
    else:
        try:
            day = date.fromisoformat(since)
        except ValueError:
            raise ValueError(
                f"--since {since}: neither a span of time nor a day; write it like 1d or 12h, or 2024-04-01"
            ) from None
        moment = datetime(day.year, day.month, day.day, tzinfo=MINSK)
        if moment > now:
            raise ValueError(f"--since {since}: is still to come")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def collect(
    path: Path, visits: Path, editions: Editions, *, since: str | None, chosen: Iterable[str], bad: list[BadLine]
) -> Changes:
    """Return the changes of an output since a moment in UTC; `visits` need not be there."""
    found = Changes(since)
    captures = Captures(path, bad)
    wanted, outcomes = frozenset(chosen), dict(_gone(visits))
    for history in captures.histories():
        first, last = history[0], history[-1]
        if wanted and last.edition not in wanted:
            continue
        found.articles += 1
        found.captures += len(history)
        if _is_since(_first_seen(first), since):
            found.new.append(_new(first))
        if len(history) > 1:
            found.edited += [one for one in edits(history, editions) if _is_since(one.after.first, since)]
        if last.id in outcomes:
            found.gone.append(_of_gone(last, outcomes[last.id]))
    found.new.sort(key=lambda one: (one.first or "", one.id))
    found.edited.sort(key=lambda one: (one.after.first or "", one.id))
    found.gone.sort(key=lambda one: one.id)
    return found


def _first_seen(article: Article) -> str | None:
    return article.captured_at or article.captured_on


def _is_since(moment: str | None, since: str | None) -> bool:
    return since is None or bool(moment and moment >= since)


def _new(article: Article) -> New:
    title = article.title or ""
    return New(article.id, article.edition, article.url, title, article.date_published, _first_seen(article))


def _of_gone(article: Article, why: str) -> Gone:
    return Gone(article.id, article.edition, article.url, article.title or "", why, _first_seen(article))


def _gone(visits: Path) -> Iterator[tuple[str, str]]:
    """Yield the articles of which a visit notes that they are gone, each by its last visit, and why."""
    outcomes: dict[str, str] = {}
    for _, line in lines(visits, []) if visits.is_file() else ():
        try:
            visit = msgspec.json.decode(line, type=_Visit)
        except (msgspec.DecodeError, UnicodeDecodeError):
            continue  # another kind of line
        outcomes[visit.id] = visit.outcome
    for identity, outcome in outcomes.items():
        kind, _, why = outcome.partition("/")
        if kind in {"dropped", "held"} and why in GONE_OUTCOMES:
            yield identity, why or kind
