"""What the report counts beside the summary's counts: cuts by group, near-doubles, flags by month."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import NamedTuple

from belta_spider.items import DUPLICATE, Article, Removal
from belta_spider.reporting.groups import Counts, Groups
from belta_spider.reporting.report.alignment import kind_of, place_of
from belta_spider.reporting.statistics import day_of
from belta_spider.text.keys import key_of

_LEAST = 60
"""Characters of a paragraph that two articles do not share by chance."""
_MONTH = len("2024-04")
_MOST_DOUBLES = 500_000
"""Articles among which near-doubles are looked for: 100 bytes each."""


class Made(NamedTuple):
    """Of what a report is made."""

    name: str
    has_audit: bool
    written: str
    size: int
    """Bytes."""
    first: str
    """The first and the last capture; empty where no time is known."""
    last: str
    doubles: list[list[str]]
    """Ids of articles that share their longest paragraph."""


class Census:
    """Takes each record, then each entry of the audit."""

    def __init__(self, groups: Groups) -> None:
        self.groups = groups
        self.monthly: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        self.double: dict[int, list[str]] = {}
        """Ids of the articles that share their longest paragraph with others of their edition."""
        self.captured: tuple[str, str] = ("", "")
        self._first: dict[int, str] = {}
        self._group_of: dict[int, Counts] = {}

    def add(self, article: Article, *, is_newest: bool) -> None:
        """Count a record."""
        counts = self.groups[self.groups.of(article, day_of(article))]
        counts.captured += len(article.text)
        moment = article.captured_at or article.captured_on or ""
        if moment:
            first, last = self.captured
            self.captured = (min(first or moment, moment), max(last, moment))
        if is_newest:
            self._group_of[key_of(article.id)] = counts
            month = self.monthly[article.edition, (moment or article.date_published or "")[:_MONTH]]
            month[""] += 1
            month.update(article.flags)
            self._compare(article)

    def _compare(self, article: Article) -> None:
        longest = max(article.text.split("\n\n"), key=len)
        if len(longest) < _LEAST or len(self._first) >= _MOST_DOUBLES:
            return
        key = key_of(article.edition, longest)
        first = self._first.setdefault(key, article.id)
        if first != article.id:
            self.double.setdefault(key, [first]).append(article.id)

    def add_removal(self, removal: Removal) -> None:
        """Count a line that was cut from a page that became an article."""
        if removal.rule == DUPLICATE or removal.rule.startswith("drop.") or not removal.id:
            return
        counts = self._group_of.get(key_of(removal.id))
        if counts is not None:
            name = f"{kind_of(removal.rule, removal.field)} {place_of(removal.rule)}"
            cut = counts.cuts.setdefault(name, [0, 0])
            cut[0] += 1
            cut[1] += len(removal.text)
