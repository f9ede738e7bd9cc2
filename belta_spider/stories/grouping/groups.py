"""Links between articles to stories: reciprocal best, best first, an edition once, by the average of all links."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

_SLACK = 20
"""Thousandths by which a link may be worse than the best one: two reissues are equally good."""

Scores = Mapping[tuple[str, str], int]
"""The chance that two articles are one story, in thousandths, by their ids in the order of publication."""


class Member(NamedTuple):
    """An article that may be of a story."""

    order: tuple[float, str]
    """Publication and id."""
    edition: str

    @property
    def id(self) -> str:
        return self.order[1]


class Grouping:
    """Groups the articles of one component: those that links hold together."""

    def __init__(
        self, members: Iterable[Member], scores: Scores, doubles: Iterable[tuple[str, str]], bars: tuple[int, int]
    ):
        self._members = {member.id: member for member in sorted(members)}
        self._scores = scores
        self._least, self._least_average = bars
        self._group = {identity: {identity} for identity in self._members}
        for earlier, later in doubles:
            if earlier in self._members and later in self._members:
                self._join(self._group[earlier], self._group[later])
        self._text = {identity: min(group) for identity, group in self._group.items()}
        """Doubles are one text."""

    def stories(self) -> list[list[str]]:
        """Return the groups of two and more, each in the order of publication."""
        for _, one, other in self._links():
            mine, theirs = self._group[one], self._group[other]
            if mine is not theirs and self._may_join(mine, theirs):
                self._join(mine, theirs)
        found = {id(group): group for group in self._group.values() if len(group) > 1}
        ordered = [sorted(group, key=lambda identity: self._members[identity].order) for group in found.values()]
        return sorted(ordered, key=lambda group: self._members[group[0]].order)

    def _links(self) -> list[tuple[int, str, str]]:
        """The links that are the best ones of both ends for the other's edition, the best first."""
        best: dict[tuple[str, str], int] = defaultdict(int)
        known = {pair: score for pair, score in self._scores.items() if self._knows(*pair) and score >= self._least}
        for (one, other), score in known.items():
            for mine, theirs in ((one, other), (other, one)):
                place = (mine, self._members[theirs].edition)
                best[place] = max(best[place], score)
        links = [
            (-score, one, other)
            for (one, other), score in known.items()
            if score >= best[one, self._members[other].edition] - _SLACK
            and score >= best[other, self._members[one].edition] - _SLACK
        ]
        return sorted(links)

    def _knows(self, one: str, other: str) -> bool:
        return one in self._members and other in self._members

    def _may_join(self, mine: set[str], theirs: set[str]) -> bool:
        texts: dict[str, set[str]] = defaultdict(set)
        for identity in mine | theirs:
            texts[self._members[identity].edition].add(self._text[identity])
        if any(len(of_one) > 1 for of_one in texts.values()):
            return False
        scores = [
            self.score(one, other)
            for one in mine
            for other in theirs
            if self._members[one].edition != self._members[other].edition
        ]
        return sum(scores) >= self._least_average * len(scores)

    def score(self, one: str, other: str) -> int:
        """Return the chance of a pair; 0 for one that was not worth comparing."""
        return self._scores.get((one, other), self._scores.get((other, one), 0))

    def _join(self, mine: set[str], theirs: set[str]) -> None:
        if mine is theirs:
            return
        mine |= theirs
        for identity in theirs:
            self._group[identity] = mine
