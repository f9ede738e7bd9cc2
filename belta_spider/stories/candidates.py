"""Which articles are worth comparing: those that share a rare fact within some days."""

from __future__ import annotations

import heapq
import math
from collections import defaultdict, deque
from collections.abc import Iterator

from belta_spider.stories.facts.figures import telling
from belta_spider.stories.facts.sounds import coarse
from belta_spider.stories.facts.weighed import Weighed

_EACH = 8
"""Candidates of each other edition."""
_MOST_POSTINGS = 400
"""A key that so many articles share within the days leads nowhere."""
_ROUNDED, _LEAST_ROUNDED = 0.8, 100.0
_PICTURE, _SCORE, _NAME, _SYLLABLES, _COUNTRY = 3.0, 2.0, 1.5, 0.7, 0.8
_LEAST_TELLING = 1.6
_HEAD, _HEARD = 4, 3

_Key = tuple[str, object]


class Index:
    """The articles of the last days by their rare facts."""

    def __init__(self, days: float):
        self._hours = days * 24
        self._held: deque[tuple[Weighed, list[_Key]]] = deque()
        self._postings: dict[_Key, dict[str, tuple[Weighed, float]]] = defaultdict(dict)

    def candidates(self, article: Weighed) -> list[Weighed]:
        """Take the next article in the order of publication; return those before it that it is to be compared with."""
        while self._held and self._held[0][0].facts.hours < article.facts.hours - self._hours:
            self._forget(*self._held.popleft())
        keys = _keys(article)
        found = self._found(article, keys)
        self._put(article, keys)
        return found

    def add(self, article: Weighed) -> None:
        """Take an article whose candidates are known."""
        self._put(article, _keys(article))

    def _found(self, article: Weighed, keys: dict[_Key, float]) -> list[Weighed]:
        shared: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
        found: dict[str, Weighed] = {}
        for key, weight in keys.items():
            postings = self._postings.get(key, {})
            if len(postings) <= _MOST_POSTINGS:
                for identity, (other, their_weight) in postings.items():
                    if other.facts.edition != article.facts.edition:
                        shared[other.facts.edition][identity] += min(weight, their_weight)
                        found[identity] = other
        return [found[identity] for of_one in shared.values() for identity in _best(of_one)]

    def _put(self, article: Weighed, keys: dict[_Key, float]) -> None:
        for key, weight in keys.items():
            self._postings[key][article.id] = (article, weight)
        self._held.append((article, list(keys)))

    def _forget(self, article: Weighed, keys: list[_Key]) -> None:
        for key in keys:
            postings = self._postings[key]
            postings.pop(article.id, None)
            if not postings:
                del self._postings[key]

    def __iter__(self) -> Iterator[Weighed]:
        return (article for article, _ in self._held)


def _best(shared: dict[str, float]) -> list[str]:
    return heapq.nsmallest(_EACH, shared, key=lambda identity: (-round(shared[identity], 6), identity))


def _keys(article: Weighed) -> dict[_Key, float]:
    """The facts by which an article is found, with what each says."""
    facts, weights = article.facts, article.weights
    keys: dict[_Key, float] = {("picture", name): _PICTURE for name in facts.pictures}
    keys |= {("score", score): _SCORE for score in facts.scores}
    for value in facts.figures:
        if telling(value) >= _LEAST_TELLING:
            keys["figure", value] = telling(value)
            if value >= _LEAST_ROUNDED:
                keys["rounded", _two_digits(value)] = _ROUNDED
    for code, word_weight in weights.names.items():
        if len(code) >= _HEARD:
            plain = coarse(code)
            keys["name", plain[:_HEAD]] = word_weight * _NAME
            keys["heard", _blurred(plain)] = _SYLLABLES
    for sound in facts.syllables:
        if len(sound) >= _HEARD:
            keys["heard", _blurred(sound)] = _SYLLABLES
    keys |= {("country", code): weight * _COUNTRY for code, weight in weights.countries.items()}
    return keys


def _two_digits(value: float) -> float:
    step = 10.0 ** (math.floor(math.log10(value)) - 1)
    return math.floor(value / step) * step


def _blurred(code: str) -> str:
    """A name's first consonants, the hissing ones as one."""
    return code[:_HEARD].replace("J", "S").replace("X", "S")
