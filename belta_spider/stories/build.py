"""One pass over articles in the order of their publication: facts, candidates, evidence, doubles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from belta_spider.editions.edition import Editions
from belta_spider.items import Article
from belta_spider.stories import meaning as meanings
from belta_spider.stories.candidates import Index
from belta_spider.stories.doubles import Double, Doubles, sketch_of
from belta_spider.stories.evidence import Evidence, compare
from belta_spider.stories.facts.article import FactReader, Facts
from belta_spider.stories.facts.rarity import Window
from belta_spider.stories.facts.weighed import Weighed, weigh

DAYS = 3.0
"""Between the first and the last version of a story at most, by default: the longest lag seen was two days."""


class Known(NamedTuple):
    """What costs much to make of an article, so that it is kept."""

    sketch: bytes
    """Its words, to find doubles by."""
    meaning: bytes
    """Nothing without a model."""


class Taken(NamedTuple):
    """An article, and what it has in common with those before it."""

    article: Weighed
    compared: list[tuple[Weighed, Evidence]]
    doubles: list[Double]
    known: Known


class Sweep:
    """The articles of the last days; takes them in the order of their publication, then by id."""

    def __init__(self, editions: Editions, days: float = DAYS, encoder: meanings.Encoder | None = None):
        self._window = Window(editions)
        self._index = Index(days)
        self._doubles = Doubles(days)
        self._encoder = encoder
        self._neighbours = meanings.Neighbours(days)
        self._meanings: dict[str, meanings.Meaning] = {}

    def enter(self, facts: Facts) -> None:
        """Count the next article."""
        self._window.enter(facts)

    def add(self, facts: Facts, text: str, kept: Known) -> None:
        """Take the article that was entered, whose links are known."""
        self._index.add(weigh(facts, self._window.weights(facts)))
        self._doubles.add(facts, text, kept.sketch)
        if self._encoder:
            self._meanings[facts.id] = meanings.unpacked(kept.meaning)
            self._neighbours.add(facts.order, facts.edition, self._meanings[facts.id])

    def take(self, facts: Facts, article: Article, kept: Known | None = None) -> Taken:
        """Compare the article that was entered with those before it."""
        one = weigh(facts, self._window.weights(facts))
        sketch = kept.sketch if kept else sketch_of(article.text)
        others = {other.id: other for other in self._index.candidates(one)}
        meaning = b""
        if self._encoder:
            known = meanings.unpacked(kept.meaning) if kept else self._encoder.read(article)
            others |= self._near_in_meaning(one, known)
            meaning = meanings.packed(known)
        compared = [(others[identity], self._compare(others[identity], one)) for identity in sorted(others)]
        return Taken(one, compared, self._doubles.of(facts, article.text, sketch), Known(sketch, meaning))

    def _compare(self, earlier: Weighed, later: Weighed) -> Evidence:
        evidence = compare(earlier, later)
        if not self._encoder:
            return evidence
        return evidence._replace(
            values=evidence.values + meanings.compare(self._meanings[earlier.id], self._meanings[later.id])
        )

    def _near_in_meaning(self, one: Weighed, meaning: meanings.Meaning) -> dict[str, Weighed]:
        nearest = self._neighbours.nearest(one.facts.order, one.facts.edition, meaning)
        for identity in self._meanings.keys() - self._index.articles.keys():
            del self._meanings[identity]
        self._meanings[one.id] = meaning
        return {identity: self._index.articles[identity] for identity in nearest}


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
