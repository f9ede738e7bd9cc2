"""Counts by edition, section and year: what can be added up for any choice of them."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from belta_spider.items import Article
from belta_spider.text import words

ORDER = ("ru", "be", "en", "de", "es", "pl", "zh")
"""The one order of the editions, in every table and chart; further ones follow by their names."""
LENGTHS = (0, 250, 500, 1_000, 2_000, 4_000, 8_000, 16_000)
"""Where the classes of lengths begin, in characters: each is twice as long as the one before it."""
_DAY, _MONTH, _YEAR = len("2024-04-03"), len("2024-04"), len("2024")
_MOST_CELLS = 20_000
"""Days by group that are counted; where there are more, months are."""
_BY_DAY, _BY_MONTH = 62, 12
"""Days, and years, up to which days and months are drawn."""
_MOST_SECTIONS, _OTHERS = 40, "(others)"
"""Sections that are told apart; a crawl of other sites may have any number."""


class Group(NamedTuple):
    """Articles that a filter takes or leaves together."""

    edition: str
    section: str
    """Empty where there is none."""
    year: str
    """Of the publication; empty where no date is known."""


@dataclass
class Counts:
    """What a group holds; all but `captured` and `cuts` is of the newest capture of each article."""

    articles: int = 0
    words: int = 0
    """By Unicode's rules; in Chinese each character counts (`text/words.py`)."""
    characters: int = 0
    flagged: int = 0
    captured: int = 0
    """Characters of the texts of all captures: beside them stand what the audit cut from them."""
    languages: Counter[str] = field(default_factory=Counter)
    flags: Counter[str] = field(default_factory=Counter)
    lengths: Counter[int] = field(default_factory=Counter)
    """Articles by their class in `LENGTHS`."""
    shapes: Counter[tuple[str, ...]] = field(default_factory=Counter)
    """Articles by which keys of theirs have a value."""
    cuts: dict[str, list[int]] = field(default_factory=dict)
    """Lines and characters that each rule cut."""

    @property
    def filled(self) -> Counter[str]:
        """Articles by each key that has a value."""
        found: Counter[str] = Counter()
        for names, number in self.shapes.items():
            found.update(dict.fromkeys(names, number))
        return found


class Groups(defaultdict[Group, Counts]):
    """The groups of an output, and when their articles were published."""

    def __init__(self) -> None:
        super().__init__(Counts)
        self.days: Counter[tuple[Group, str]] = Counter()
        """Articles by group and day (or month, where there are too many); without those that have no date."""
        self._sections: set[str] = set()
        self._length = _DAY

    def of(self, article: Article, day: str) -> Group:
        """The group of an article that was published on that day, or on none."""
        section = article.section or ""
        if section not in self._sections:
            if len(self._sections) >= _MOST_SECTIONS:
                section = _OTHERS
            self._sections.add(section)
        return Group(article.edition, section, day[:_YEAR])

    def add(self, article: Article, day: str, filled: tuple[str, ...]) -> None:
        """Count the newest capture of an article."""
        group = self.of(article, day)
        counts = self[group]
        counts.articles += 1
        counts.words += words.count(article.text)
        counts.characters += len(article.text)
        counts.flagged += bool(article.flags)
        counts.languages[article.language] += 1
        counts.flags.update(article.flags)
        counts.lengths[bisect_right(LENGTHS, len(article.text)) - 1] += 1
        counts.shapes[filled] += 1
        if day:
            self._add_day(group, day)

    def _add_day(self, group: Group, day: str) -> None:
        self.days[group, day[: self._length]] += 1
        if self._length == _DAY and len(self.days) > _MOST_CELLS:
            self._length = _MONTH
            self.days = _shorter(self.days, _MONTH)

    def periods(self) -> Counter[tuple[Group, str]]:
        """Articles by group and day, month or year, as is fit to be drawn: some dozens to a decade's months."""
        span = {day for _, day in self.days}
        if not span or (len(min(span)) == _DAY and _days(min(span), max(span)) <= _BY_DAY):
            return self.days
        months = _shorter(self.days, _MONTH)
        return months if int(max(span)[:_YEAR]) - int(min(span)[:_YEAR]) < _BY_MONTH else _shorter(months, _YEAR)


def _days(first: str, last: str) -> int:
    return (date.fromisoformat(last) - date.fromisoformat(first)).days + 1


def _shorter(days: Counter[tuple[Group, str]], length: int) -> Counter[tuple[Group, str]]:
    found: Counter[tuple[Group, str]] = Counter()
    for (group, day), number in days.items():
        found[group, day[:length]] += number
    return found


def by_year(group: Group) -> tuple[int, str, bool, str]:
    """The key that sorts groups by edition, in the one order, and year, those without a date last."""
    return *_place(group.edition), not group.year, group.year


def in_order(editions: Iterable[str]) -> list[str]:
    """Return editions in the order that they have everywhere."""
    return sorted(set(editions), key=_place)


def _place(edition: str) -> tuple[int, str]:
    return ORDER.index(edition) if edition in ORDER else len(ORDER), edition
