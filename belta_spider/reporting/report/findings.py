"""What is odd in an output, in words, from its counts alone.

Each check looks for one kind of oddity and names its threshold with the reason for it. The kinds have one order: what
may be missing first, then what may be wrong, then what may be there twice.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from statistics import median
from typing import NamedTuple

MOST = 5
"""More than five things are a table, and tables stand below."""
_DAYS_TO_JUDGE = 10
"""An edition with fewer days with articles has no habit that it could break."""
_SILENCE, _LEAST_SILENCE = 2, 3
"""Silent for over twice its longest gap so far, and over a long weekend."""
_WEEKS = 4
"""A day is compared with the same weekday four weeks before and after: news has a week, and seasons."""
_USUAL = 3
"""Below three articles a day any number is chance."""
_SPREADS = 6
"""Six usual spreads away from the middle: by chance one day in some million."""
_MAD = 1.4826
"""Makes the median deviation a standard deviation, where counts are normal."""
_JUMP, _ENOUGH = 0.2, 20
"""A flag's share that rises by a fifth in a month, both sides with 20 articles: what a new layout does."""
_MANY = {"truncated": 0.02, "language_differs": 0.02, "no_date": 0.05, "unknown_chrome": 0.05}
"""Shares of articles from which on a flag is no chance find; cut texts and wrong languages spoil a corpus sooner."""
_FEW = 3
"""Of anything counted, two may be chance."""
_DROPPED = 0.05
"""A reason that takes more than one page in twenty."""
_USUAL_DROPS = frozenset({"duplicate.capture", "front_page", "list_page", "search_page", "print_view", "other_site"})
"""Pages that every dump holds and that are no lost articles."""
_OFTEN, _LEAST_OFTEN = 0.01, 5
"""A line or a title in one article of a hundred, and in five at least."""
_DOUBLES = 0.02
"""Articles that have a near-double in their edition: below, agencies repeat themselves."""


class Finding(NamedTuple):
    """Something odd: what, where on the page it is shown, and for which edition and year."""

    words: str
    anchor: str
    edition: str = ""
    year: str = ""


@dataclass
class Seen:
    """What the checks are told."""

    articles: int = 0
    pages: int = 0
    days: Mapping[tuple[str, str], int] = field(default_factory=dict)
    """Articles by day and edition."""
    flags: Mapping[str, int] = field(default_factory=dict)
    monthly: Mapping[tuple[str, str], Counter[str]] = field(default_factory=dict)
    """Flags by edition and month of the capture, or of the publication; all articles as ``."""
    drops: Mapping[str, int] = field(default_factory=dict)
    unknown: Sequence[tuple[str, int]] = ()
    """Lines cut that no rule knows, the most frequent first; so too titles and edges."""
    titles: Sequence[tuple[str, int]] = ()
    edges: Sequence[tuple[str, int]] = ()
    doubles: int = 0
    """Articles that share their longest paragraph with another one of their edition."""
    edited: int = 0
    silent: int = 0
    unread: int = 0
    """Inputs, or lines of the output, that could not be read."""
    producers: int = 1


def findings(seen: Seen) -> list[Finding]:
    """Return what is odd, the weightiest kind first; one finding of a kind. Empty where nothing is."""
    checks = (_unread, _stopped, _dropped, _layouts, _odd_days, _flagged, _titles, _edges, _silent, _doubled, _rules)
    return [found for check in checks for found in check(seen)]


def _unread(seen: Seen) -> Iterator[Finding]:
    if seen.unread:
        yield Finding(f"{_number(seen.unread, 'input or line', 'inputs or lines')} could not be read.", "made")


def _stopped(seen: Seen) -> Iterator[Finding]:
    by_edition = _by_edition(seen.days)
    last = max((max(days) for days in by_edition.values()), default=date.min)
    found = []
    for edition, days in by_edition.items():
        ordered = sorted(days)
        longest = max((_gap(one, other) for one, other in pairwise(ordered)), default=0)
        silence = _gap(ordered[-1], last)
        if len(ordered) >= _DAYS_TO_JUDGE and silence > max(_SILENCE * longest, _LEAST_SILENCE):
            found.append((silence, edition, ordered[-1]))
    if found:
        silence, edition, day = max(found)
        others = f"; so do {_listed(name for _, name, _ in sorted(found)[:-1])}" if len(found) > 1 else ""
        yield Finding(
            f"{edition} stops on {day}: no article in the {silence} days after it, while others go on{others}.",
            "time",
            edition,
        )


def _odd_days(seen: Seen) -> Iterator[Finding]:
    found = [
        (abs(number - usual) / spread, edition, day, number, usual)
        for edition, days in _by_edition(seen.days).items()
        for day, number, usual, spread in _compared(days)
        if abs(number - usual) >= _SPREADS * spread
    ]
    if found:
        _, edition, day, number, usual = max(found)
        others = f" {_number(len(found) - 1, 'further day is', 'further days are')} as odd." if len(found) > 1 else ""
        words = f"{edition} has {_number(number, 'article', 'articles')} on {day}; {usual:g} are usual on that weekday."
        yield Finding(words + others, "time", edition, str(day.year))


def _compared(days: Mapping[date, int]) -> Iterator[tuple[date, int, float, float]]:
    """Yield each inner day with its count, what is usual, and the usual spread: Poisson's, or what is seen."""
    first, last = min(days), max(days)
    weeks = [timedelta(weeks=number) for number in range(-_WEEKS, _WEEKS + 1) if number]
    for number in range(1, (last - first).days):
        day = first + timedelta(number)
        around = [days.get(day + week, 0) for week in weeks if first < day + week < last]
        if len(around) < _WEEKS:
            continue
        usual = median(around)
        if usual >= _USUAL:
            spread = max(_MAD * median(abs(one - usual) for one in around), usual**0.5)
            yield day, days.get(day, 0), usual, spread


def _layouts(seen: Seen) -> Iterator[Finding]:
    found = []
    editions: defaultdict[str, list[tuple[str, Counter[str]]]] = defaultdict(list)
    for (edition, month), counts in sorted(seen.monthly.items()):
        editions[edition].append((month, counts))
    for edition, months in editions.items():
        before: Counter[str] = Counter()
        for month, counts in months:
            if before[""] >= _ENOUGH and counts[""] >= _ENOUGH:
                shares = [(flag, counts[flag] / counts[""], before[flag] / before[""]) for flag in counts if flag]
                found += [(now - then, flag, edition, month, now, then) for flag, now, then in shares]
            before += counts
    if found and max(found)[0] >= _JUMP:
        _, flag, edition, month, now, then = max(found)
        words = f"In {month} {now:.0%} of the articles of {edition} have the flag {flag}, before {then:.0%}"
        yield Finding(f"{words}: the layout may have changed.", "flags", edition)


def _dropped(seen: Seen) -> Iterator[Finding]:
    drops = {reason: number for reason, number in seen.drops.items() if reason not in _USUAL_DROPS}
    reason = max(drops, key=lambda one: (drops[one], one), default="")
    if reason and drops[reason] >= max(_LEAST_OFTEN, _DROPPED * seen.pages):
        share = drops[reason] / seen.pages
        yield Finding(f"{_number(drops[reason], 'page', 'pages')} ({share:.0%}) dropped as {reason}.", "dropped")


_WORDS = {
    "truncated": "are cut off",
    "language_differs": "are not in their edition's language",
    "no_date": "have no date",
    "unknown_chrome": "have a line at the edge that no rule knows",
}


def _flagged(seen: Seen) -> Iterator[Finding]:
    for flag, share in _MANY.items():
        number = seen.flags.get(flag, 0)
        if number < max(_FEW, share * seen.articles):
            continue
        words, anchor = f"{number:,} of {seen.articles:,} articles {_WORDS[flag]}", "flags"
        if flag == "unknown_chrome" and seen.unknown:
            text, times = seen.unknown[0]
            words, anchor = f"{words}; “{_short(text)}” comes most often, {times:,}×", "unknown"
        yield Finding(f"{words}.", anchor)


def _titles(seen: Seen) -> Iterator[Finding]:
    yield from _often(seen, seen.titles, "stands over", "titles")


def _edges(seen: Seen) -> Iterator[Finding]:
    yield from _often(seen, seen.edges, "is kept near the edge of", "edges")


def _often(seen: Seen, texts: Sequence[tuple[str, int]], does: str, anchor: str) -> Iterator[Finding]:
    if texts and texts[0][1] >= max(_LEAST_OFTEN, _OFTEN * seen.articles):
        text, number = texts[0]
        yield Finding(f"“{_short(text)}” {does} {number:,} articles: a line of the site, perhaps.", anchor)


def _silent(seen: Seen) -> Iterator[Finding]:
    if seen.silent:
        does = "is" if seen.silent == 1 else "are"
        words = f"{seen.silent:,} of {_number(seen.edited, 'edit', 'edits')} {does} silent"
        yield Finding(f"{words}: the article changed, its date of change did not.", "edits")


def _doubled(seen: Seen) -> Iterator[Finding]:
    if seen.doubles >= max(_LEAST_OFTEN, _DOUBLES * seen.articles):
        words = f"{seen.doubles:,} articles share their longest paragraph with another one of their edition."
        yield Finding(words, "doubles")


def _rules(seen: Seen) -> Iterator[Finding]:
    if seen.producers > 1:
        words = f"{seen.producers} versions of the program or its rules made these articles: -O makes all anew."
        yield Finding(words, "made")


def _by_edition(days: Mapping[tuple[str, str], int]) -> dict[str, dict[date, int]]:
    found: dict[str, dict[date, int]] = {}
    for (day, edition), number in days.items():
        found.setdefault(edition, {})[date.fromisoformat(day)] = number
    return found


def _gap(one: date, other: date) -> int:
    return (other - one).days


def _number(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)


def _short(text: str, most: int = 60) -> str:
    text = " ".join(text.split())
    return text if len(text) <= most else f"{text[: most - 1]}…"
