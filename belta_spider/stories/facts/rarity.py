"""How rare a fact is: what half of the articles of an edition say tells no story from another.

An article's facts are weighed once, by the ten days before its publication. So their weight does not
depend on what is published later, nor on how far the corpus reaches back.
"""

from __future__ import annotations

import math
from collections import Counter, deque
from collections.abc import Iterator
from functools import lru_cache

from belta_spider.editions.edition import Editions
from belta_spider.stories.facts.article import Facts
from belta_spider.stories.facts.sounds import ear_of

DAYS = 10  # a guess: what is rare now was common a month ago
_HOURS = 24.0 * DAYS
_FEWEST = 20
"""An edition counts as having published so many articles at least: in a small corpus everything would be common."""
_COMMON = 0.05
"""What a name says that BelTA prints everywhere."""
HEAD = 4
"""Consonants of a name that are counted, so that its cases count together."""

_Key = tuple[str, object]


class Weights:
    """How much each fact of one article says: 0 for what everyone says, 1 for what nobody else does."""

    __slots__ = ("concepts", "countries", "figures", "names", "scores", "words")

    def __init__(self, facts: Facts, rare: _Rare):
        self.figures = {value: rare("figure", value) for value in facts.figures}
        self.scores = {score: rare("figure", score) for score in facts.scores}
        self.names = {code: rare("name", code[:HEAD]) for code in facts.names}
        self.words = {code: rare("word", code) for code in facts.words}
        self.concepts = {name: rare("concept", name) for name in facts.concepts}
        self.countries = {code: rare("country", code) for code in facts.countries}


class _Rare:
    """The rarity of a key within an edition's last ten days."""

    def __init__(self, counts: Counter[_Key], number: int, common: frozenset[str]):
        self._counts, self._number, self._common = counts, max(_FEWEST, number), common

    def __call__(self, kind: str, key: object) -> float:
        if kind == "name" and key in self._common:
            return _COMMON
        return _rarity(self._number, max(1, self._counts[kind, key]))


@lru_cache(maxsize=20_000)
def _rarity(number: int, times: int) -> float:
    return round(math.log(number / times) / math.log(number), 4) if times < number else 0.0


class Window:
    """The articles of the last ten days, in the order of their publication."""

    def __init__(self, editions: Editions):
        self._held: deque[Facts] = deque()
        self._counts: dict[str, Counter[_Key]] = {}
        self._numbers: Counter[str] = Counter()
        self._common = _common_names(editions)

    def enter(self, facts: Facts) -> None:
        """Take the next article."""
        while self._held and self._held[0].hours <= facts.hours - _HOURS:
            self._leave(self._held.popleft())
        self._held.append(facts)
        self._numbers[facts.edition] += 1
        self._counts.setdefault(facts.edition, Counter()).update(_keys(facts))

    def weights(self, facts: Facts) -> Weights:
        """Return the weights of the facts of the article that was taken last."""
        return Weights(facts, _Rare(self._counts[facts.edition], self._numbers[facts.edition], self._common))

    def _leave(self, facts: Facts) -> None:
        counts = self._counts[facts.edition]
        self._numbers[facts.edition] -= 1
        for key in _keys(facts):
            counts[key] -= 1
            if not counts[key]:
                del counts[key]


def unweighed(facts: Facts, editions: Editions) -> Weights:
    """Return weights by which each fact is rare, but for what BelTA prints everywhere: for parts of one article."""
    return Weights(facts, _Rare(Counter(), 0, _common_names(editions)))


def _keys(facts: Facts) -> Iterator[_Key]:
    yield from (("figure", value) for value in facts.figures)
    yield from (("figure", score) for score in facts.scores)
    yield from (("name", head) for head in {code[:HEAD] for code in facts.names})
    yield from (("word", code) for code in facts.words)
    yield from (("concept", name) for name in facts.concepts)
    yield from (("country", code) for code in facts.countries)


@lru_cache(maxsize=8)
def _common_names(editions: Editions) -> frozenset[str]:
    """The heads of the names that each edition prints everywhere."""
    return frozenset(
        ear_of(edition).code(stem)[:HEAD]
        for edition in editions.by_code.values()
        if edition.stories.sounds
        for stem in edition.stories.common
    )
