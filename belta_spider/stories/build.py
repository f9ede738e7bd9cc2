"""One pass over articles in the order of their publication: facts, candidates, evidence, doubles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from belta_spider.editions.edition import Editions
from belta_spider.items import Article
from belta_spider.stories import meaning as meanings
from belta_spider.stories.candidates import Index
from belta_spider.stories.doubles import Double, Doubles
from belta_spider.stories.evidence import Evidence, compare
from belta_spider.stories.facts.article import FactReader, Facts
from belta_spider.stories.facts.rarity import Window
from belta_spider.stories.facts.weighed import Weighed, weigh

DAYS = 3.0
"""Between the first and the last version of a story at most, by default: the longest lag seen was two days."""


class Taken(NamedTuple):
    """An article, and what it has in common with those before it."""

    article: Weighed
    compared: list[tuple[Weighed, Evidence]]
    doubles: list[Double]


class Sweep:
    """The articles of the last days; takes them in the order of their publication, then by id."""

    def __init__(self, editions: Editions, days: float = DAYS, encoder: meanings.Encoder | None = None):
        self._window = Window(editions)
        self._index = Index(days)
        self._doubles = Doubles(days)
        self._encoder = encoder
        self._neighbours = meanings.Neighbours(days)
        self._meanings: dict[str, meanings.Meaning] = {}

    def enter(self, facts: Facts, digest: int = 0) -> int:
        """Count the next article; return the sum of the digests of the ten days up to it."""
        return self._window.enter(facts, digest)

    def add(self, facts: Facts, article: Article, meaning: bytes) -> None:
        """Take the article that was entered, whose links and meaning are known."""
        self._index.add(weigh(facts, self._window.weights(facts)))
        self._doubles.of(facts, article.text)
        if self._encoder:
            self._remember(facts, meanings.unpacked(meaning))

    def meaning(self, identity: str) -> bytes:
        """Return the meaning of the article that was taken last, to be kept; nothing without a model."""
        return meanings.packed(self._meanings[identity]) if self._encoder else b""

    def take(self, facts: Facts, article: Article) -> Taken:
        """Compare the article that was entered with those before it."""
        one = weigh(facts, self._window.weights(facts))
        others = {other.id: other for other in self._index.candidates(one)}
        if self._encoder:
            others |= self._near_in_meaning(one, self._encoder.read(article))
        compared = [(others[identity], self._compare(others[identity], one)) for identity in sorted(others)]
        return Taken(one, compared, self._doubles.of(facts, article.text))

    def _compare(self, earlier: Weighed, later: Weighed) -> Evidence:
        evidence = compare(earlier, later)
        if not self._encoder:
            return evidence
        return evidence._replace(
            values=evidence.values + meanings.compare(self._meanings[earlier.id], self._meanings[later.id])
        )

    def _near_in_meaning(self, one: Weighed, meaning: meanings.Meaning) -> dict[str, Weighed]:
        held = {other.id: other for other in self._index}
        self._meanings = {identity: known for identity, known in self._meanings.items() if identity in held}
        nearest = self._remember(one.facts, meaning)
        return {identity: held[identity] for identity in nearest if identity in held}

    def _remember(self, facts: Facts, meaning: meanings.Meaning) -> list[str]:
        """Take a meaning; return the ids of the nearest ones before it."""
        self._meanings[facts.id] = meaning
        return self._neighbours.nearest(facts.order, facts.edition, meaning)


def compared(
    articles: Iterable[Article], editions: Editions, *, meaning: bool = False, days: float = DAYS
) -> Iterator[tuple[str, str, Evidence]]:
    """Yield the ids and the evidence of all pairs that are worth comparing, the earlier article first."""
    reader = FactReader(editions)
    read = [(facts, article) for article in articles if (facts := reader.read(article))]
    sweep = Sweep(editions, days, meanings.Encoder(editions) if meaning else None)
    for facts, article in sorted(read, key=lambda one: one[0].order):
        sweep.enter(facts)
        for other, evidence in sweep.take(facts, article).compared:
            yield other.id, facts.id, evidence
