"""Texts that come in several articles, and in which groups: what the report's lists show of any choice of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from heapq import nlargest
from typing import Any

from belta_spider.reporting.groups import Group
from belta_spider.reporting.statistics import TEXT, TopTexts

SHOWN = 40
"""Lines of a list: what a reader looks through."""
_OF_AN_EDITION = 100
"""Texts of each edition among which a filter chooses: all would make the page large."""
_NAMED = 2
"""Articles that are named of a group: two can be compared."""


@dataclass(slots=True)
class Place:
    """A text in a group: how often, and the first articles."""

    times: int = 0
    ids: list[str] = field(default_factory=list)

    def add(self, identity: str) -> None:
        """Count an article that has the text."""
        self.times += 1
        if len(self.ids) < _NAMED:
            self.ids.append(identity)


@dataclass(slots=True)
class Repeat:
    """A text, how often it comes, and where."""

    text: str
    times: int = 0
    places: dict[Group, Place] = field(default_factory=dict)

    def add(self, group: Group, identity: str) -> None:
        """Count an article that has the text."""
        self.times += 1
        self.places.setdefault(group, Place()).add(identity)

    @property
    def ids(self) -> list[str]:
        """The first articles that have it."""
        return [one for place in self.places.values() for one in place.ids][:_NAMED]


class Repeats:
    """Where the texts of a list stand; of one that stands once, the list itself knows the article."""

    def __init__(self, texts: TopTexts, group_of: Callable[[str], Group | None]):
        self._texts = texts
        self._group_of = group_of
        self._found: dict[str, Repeat] = {}

    def add(self, text: str, group: Group, identity: str) -> None:
        """Take a text that the list has just counted."""
        text = text[:TEXT]
        if self._texts.counts[text] > 1:
            self._found.setdefault(text, self._first(text)).add(group, identity)
        else:
            self._found.pop(text, None)  # the list had forgotten it
        if len(self._found) > self._texts.most:
            self._found = {one: found for one, found in self._found.items() if one in self._texts.counts}

    def _first(self, text: str) -> Repeat:
        found = Repeat(text)
        first = self._texts.where.get(text, "")
        group = self._group_of(first)
        if group:
            found.add(group, first)
        return found

    def of(self, ranked: Iterable[tuple[str, int, str]]) -> list[Repeat]:
        """Return those of a ranking that are shown, of all or under a filter, in its order."""
        found = [self._found.get(text) or self._first(text) for text, _, _ in ranked]
        return chosen(found)


def chosen(ranked: list[Repeat]) -> list[Repeat]:
    """Return the most frequent of all and of each edition, in their order."""
    kept = {one.text for one in ranked[:SHOWN]}
    editions: dict[str, Counter[str]] = {}
    for one in ranked:
        for group, place in one.places.items():
            editions.setdefault(group.edition, Counter())[one.text] += place.times
    for counts in editions.values():
        kept |= set(nlargest(_OF_AN_EDITION, counts, key=lambda text: (counts[text], text)))
    return [one for one in ranked if one.text in kept]


def embedded(repeats: Iterable[Repeat], places: Mapping[Group, int]) -> list[Any]:
    """The same for the page's script."""
    return [
        [one.text, one.times, [[places[group], place.times, place.ids] for group, place in one.places.items()]]
        for one in repeats
    ]
