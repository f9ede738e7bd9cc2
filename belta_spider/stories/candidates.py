"""Which articles are worth comparing: those that share a rare fact within some days."""

from __future__ import annotations

import heapq
import math
from collections import Counter, defaultdict, deque

from belta_spider.stories.facts.figures import telling
from belta_spider.stories.facts.sounds import coarse
from belta_spider.stories.facts.weighed import Weighed

_EACH = 8
"""Candidates of each other edition."""
_MOST_POSTINGS = 400
"""A key that so many articles share within the days leads nowhere."""
_ROUNDED, _LEAST_ROUNDED = 0.8, 100.0  # a rounded figure is less sure, and a small one tells nothing when rounded
_PICTURE, _SCORE, _NAME, _SYLLABLES, _COUNTRY, _CONCEPT = 3.0, 2.0, 1.5, 0.7, 0.8, 0.8  # what each tells, set by hand
_LEAST_TELLING = 1.6  # a figure of two digits, as in stories/facts/figures.py
_PARTS = 100_000  # of one: weights have four decimals, and are multiplied by numbers of one
_HEARD_KEY, _HEARD_SAYS = "heard", round(_SYLLABLES * _PARTS)
_HEAD, _HEARD, _SHORT = 4, 3, 2  # letters of a name, consonants of its sound, fewest of these: guesses

_Key = tuple[str, object]


class Index:
    """The articles of the last days by their rare facts."""

    def __init__(self, days: float):
        self._hours = days * 24
        self._held: deque[tuple[Weighed, list[_Key]]] = deque()
        self.articles: dict[str, Weighed] = {}
        """Those of the last days, by id."""
        self._by_edition: dict[str, dict[str, Weighed]] = defaultdict(dict)
        self._postings: dict[_Key, dict[str, int]] = defaultdict(dict)

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

    def _found(self, article: Weighed, keys: dict[_Key, int]) -> list[Weighed]:
        shared = self._shared(keys)
        others = [held for edition, held in self._by_edition.items() if edition != article.facts.edition]
        return [held[identity] for held in others for identity in _best(shared, held)]

    def _shared(self, keys: dict[_Key, int]) -> dict[str, int]:
        """What each article shares with the one that has these keys."""
        heard: Counter[str] = Counter()
        others: list[tuple[int, dict[str, int]]] = []
        for key, weight in keys.items():
            postings = self._postings.get(key)
            if postings and len(postings) <= _MOST_POSTINGS:
                if key[0] == _HEARD_KEY:  # most are: they count the same for all
                    heard.update(postings.keys())
                else:
                    others.append((weight, postings))
        shared = {identity: number * _HEARD_SAYS for identity, number in heard.items()}
        for weight, postings in others:
            for identity, theirs in postings.items():
                least = weight if weight < theirs else theirs  # noqa: FURB136 (min() costs twice as much)
                shared[identity] = shared.get(identity, 0) + least
        return shared

    def _put(self, article: Weighed, keys: dict[_Key, int]) -> None:
        for key, weight in keys.items():
            self._postings[key][article.id] = weight
        self._held.append((article, list(keys)))
        self.articles[article.id] = self._by_edition[article.facts.edition][article.id] = article

    def _forget(self, article: Weighed, keys: list[_Key]) -> None:
        del self.articles[article.id], self._by_edition[article.facts.edition][article.id]
        for key in keys:
            postings = self._postings[key]
            postings.pop(article.id, None)
            if not postings:
                del self._postings[key]


def _best(shared: dict[str, int], held: dict[str, Weighed]) -> list[str]:
    """The articles of an edition that share most; of those that share as much, the first by id."""
    found = shared.keys() & held.keys()
    least = heapq.nlargest(_EACH, map(shared.__getitem__, found))[-1] if len(found) > _EACH else 0
    best = sorted((-shared[identity], identity) for identity in found if shared[identity] >= least)
    return [identity for _, identity in best[:_EACH]]


def _keys(article: Weighed) -> dict[_Key, int]:
    """The facts by which an article is found, with what each says, in whole parts so that sums are exact."""
    return {key: round(weight * _PARTS) for key, weight in _weights(article).items()}


def _weights(article: Weighed) -> dict[_Key, float]:
    facts, weights = article.facts, article.weights
    keys: dict[_Key, float] = {("picture", name): _PICTURE for name in facts.pictures}
    keys |= {("score", score): _SCORE for score in facts.scores}
    for value in facts.figures:
        if telling(value) >= _LEAST_TELLING:
            keys["figure", value] = telling(value)
            if value >= _LEAST_ROUNDED:
                keys["rounded", _two_digits(value)] = _ROUNDED
    keys |= _name_keys(article)
    keys |= {("concept", name): weights.concepts[name] * _CONCEPT for name in facts.title_concepts}
    keys |= {("country", code): weight * _COUNTRY for code, weight in weights.countries.items()}
    return keys


def _name_keys(article: Weighed) -> dict[_Key, float]:
    keys: dict[_Key, float] = {}
    for code, weight in article.weights.names.items():
        if len(code) == _SHORT:
            keys["name", code] = weight
        elif len(code) >= _HEARD:
            plain = coarse(code)
            keys["name", plain[:_HEAD]] = weight * _NAME
            keys[_HEARD_KEY, _blurred(plain)] = _SYLLABLES
    for sound in article.facts.syllables:
        if len(sound) >= _HEARD:
            keys[_HEARD_KEY, _blurred(sound)] = _SYLLABLES
    return keys


def _two_digits(value: float) -> float:
    step = 10.0 ** (math.floor(math.log10(value)) - 1)
    return math.floor(value / step) * step


def _blurred(code: str) -> str:
    """A name's first consonants, the hissing ones as one."""
    return code[:_HEARD].replace("J", "S").replace("X", "S")
