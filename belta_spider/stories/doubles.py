"""Near-doubles within an edition: issued again, edited, or quoted whole; a daily series is none.

MinHash finds what is worth comparing, the exact overlap of the words decides, and other figures, names or dates on
both sides show a series.
"""

from __future__ import annotations

from array import array
from collections import defaultdict, deque
from functools import cached_property, lru_cache
from typing import NamedTuple

import regex
from rensa import RMinHash

from belta_spider.stories.facts.article import Facts
from belta_spider.stories.facts.figures import TELLING, telling

_PERMUTATIONS, _SEED = 128, 1
"""With 64 bands of two values, texts that share three tenths meet in 99.8 % of the cases."""
_SHINGLE = 3  # words, as usual for near-doubles: two are in any text
_WORD = regex.compile(r"\p{Han}|\w+")
_LEAST_SHARED, _LEAST_CONTAINED, _LEAST_SHARED_OF_CONTAINED = 0.5, 0.8, 0.4
"""Overlap of word triples: of both together, or of the shorter one. What holds another whole and more than
twice as much beside it is a digest. Set on invented records (docs/stories.md)."""
_SLIPS = 1
"""Figures that may differ where title and dates are the same: a slip of the pen put right."""

REISSUE, QUOTES = "reissue", "quotes"
_Band = tuple[int, int]
"""Where in the sketch, and its two values there."""


class Double(NamedTuple):
    """Two articles of an edition that are one, but for edits."""

    earlier: str
    later: str
    role: str
    """reissue, or quotes where one holds the other whole and much beside it."""
    shared: float
    """0 to 1: the word triples of both together that both have."""


class _Text:
    """A text that may be compared: most never are."""

    def __init__(self, facts: Facts, text: str):
        self.facts = facts
        self._text = text

    @cached_property
    def shingles(self) -> frozenset[str]:
        return _shingles(self._text)


class Doubles:
    """The articles of the last days by their words."""

    def __init__(self, days: float):
        self._hours = days * 24
        self._held: deque[tuple[_Text, list[_Band]]] = deque()
        self._buckets: dict[tuple[str, _Band], list[_Text]] = defaultdict(list)

    def of(self, facts: Facts, text: str, sketch: bytes) -> list[Double]:
        """Take the next article in the order of publication; return its doubles among those before it."""
        self._forget_before(facts.hours - self._hours)
        one, bands = _Text(facts, text), _bands(sketch)
        buckets = [self._buckets[facts.edition, band] for band in bands]
        met = {other.facts.id: other for bucket in buckets for other in bucket}
        self._put(one, bands)
        return [double for identity in sorted(met) if (double := _double(met[identity], one))]

    def add(self, facts: Facts, text: str, sketch: bytes) -> None:
        """Take an article whose doubles are known."""
        self._put(_Text(facts, text), _bands(sketch))

    def _put(self, one: _Text, bands: list[_Band]) -> None:
        for band in bands:
            self._buckets[one.facts.edition, band].append(one)
        self._held.append((one, bands))

    def _forget_before(self, hours: float) -> None:
        while self._held and self._held[0][0].facts.hours < hours:
            self._forget(*self._held.popleft())

    def _forget(self, text: _Text, bands: list[_Band]) -> None:
        for band in bands:
            bucket = self._buckets[text.facts.edition, band]
            bucket.remove(text)
            if not bucket:
                del self._buckets[text.facts.edition, band]


@lru_cache(maxsize=1)  # an article's words are asked for by its sketch, and then where it meets others
def _shingles(text: str) -> frozenset[str]:
    words = _WORD.findall(text.lower())
    return frozenset(" ".join(words[start : start + _SHINGLE]) for start in range(max(1, len(words) - _SHINGLE + 1)))


def sketch_of(text: str) -> bytes:
    """Return a text's MinHash, to be kept; nothing where it has no words."""
    shingles = _shingles(text)
    if not any(shingles):
        return b""
    sketch = RMinHash(num_perm=_PERMUTATIONS, seed=_SEED)
    sketch.update(sorted(shingles))
    return array("I", sketch.digest()).tobytes()


def _bands(sketch: bytes) -> list[_Band]:
    return list(enumerate(memoryview(sketch).cast("Q"))) if sketch else []


def _double(earlier: _Text, later: _Text) -> Double | None:
    both, lengths = len(later.shingles & earlier.shingles), (len(later.shingles), len(earlier.shingles))
    shared = both / (sum(lengths) - both)
    contained = both / min(lengths)
    is_quoted = contained > _LEAST_CONTAINED and shared > _LEAST_SHARED_OF_CONTAINED
    if not (shared > _LEAST_SHARED or is_quoted) or _is_series(earlier.facts, later.facts):
        return None
    role = REISSUE if shared > _LEAST_SHARED else QUOTES
    return Double(earlier.facts.id, later.facts.id, role, round(shared, 2))


def _is_series(one: Facts, other: Facts) -> bool:
    """Whether figures, names or dates differ on both sides, or what the titles are about."""
    if one.title_concepts and other.title_concepts and one.title_concepts.isdisjoint(other.title_concepts):
        return True
    mine, theirs = _figures(one) - _figures(other), _figures(other) - _figures(one)
    if one.title == other.title and one.dates == other.dates and max(len(mine), len(theirs)) <= _SLIPS:
        return False
    names, others = set(one.names) | set(one.runs), set(other.names) | set(other.runs)
    differ = [(mine, theirs), (one.dates - other.dates, other.dates - one.dates), (names - others, others - names)]
    return any(left and right for left, right in differ)


def _figures(facts: Facts) -> set[object]:
    return {value for value in facts.figures if telling(value) >= TELLING} | facts.scores
