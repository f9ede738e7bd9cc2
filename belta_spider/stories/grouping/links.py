"""What one article has in common with those before it: all that grouping asks for, so that it can be kept."""

from __future__ import annotations

import msgspec

from belta_spider.stories.build import Taken
from belta_spider.stories.doubles import Double
from belta_spider.stories.evidence import Evidence
from belta_spider.stories.facts.weighed import Weighed
from belta_spider.stories.points import Points
from belta_spider.stories.record import Proof

_SHOWN = 12
"""Figures and names of a proof at most."""
_AGAINST = -50
"""Points from which evidence is told that spoke against."""


class Links(msgspec.Struct):
    """An article's links to earlier ones."""

    id: str
    edition: str
    hours: float
    published: str
    is_plain: bool
    """Whether it has no figures to be found by."""
    chances: dict[str, int]
    """In thousandths, of all that it was compared with: those below the bar count in averages."""
    proofs: dict[str, Proof]
    """Of those above the bar."""
    doubles: list[Double]


def links_of(taken: Taken, published: str, points: Points) -> Links:
    """Return the links of an article that a sweep has taken."""
    article = taken.article
    chances = {other.id: points.chance(evidence.values) for other, evidence in taken.compared}
    proofs = {
        other.id: _proof(other, article, evidence, points)
        for other, evidence in taken.compared
        if chances[other.id] >= points.least
    }
    return Links(
        id=article.id,
        edition=article.facts.edition,
        hours=article.facts.hours,
        published=published,
        is_plain=not article.telling_figures,
        chances=chances,
        proofs=proofs,
        doubles=taken.doubles,
    )


def _proof(earlier: Weighed, later: Weighed, evidence: Evidence, points: Points) -> Proof:
    parts = list(points.parts(evidence.values))
    meanings = [value for name, value, _ in parts if name == "meaning"]
    return Proof(
        figures=[(second, first) for first, second in evidence.figures[:_SHOWN]],
        names=[(second, first) for first, second in evidence.names[:_SHOWN]],
        countries=sorted(earlier.facts.countries & later.facts.countries),
        hours=round(later.facts.hours - earlier.facts.hours, 2),
        meaning=meanings[0] if meanings else None,
        against=[name for name, _, summed in parts if summed <= _AGAINST],
    )
