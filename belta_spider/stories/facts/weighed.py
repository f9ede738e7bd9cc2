"""An article's facts with their weights, arranged so that comparing it with another is cheap."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from belta_spider.stories.facts.article import Facts
from belta_spider.stories.facts.figures import OF_A_SCORE, TELLING, telling
from belta_spider.stories.facts.rarity import HEAD, Weights
from belta_spider.stories.facts.sounds import Near, coarse

_LONGEST = 1.5
"""What the longest name counts; one of four consonants counts 1."""
_UNSURE = 0.6
"""What a name counts that only opens a sentence: it may be any word."""
_PREFIX = 3  # consonants by which a name is looked up before it is compared
_MOST_NAMES = 12
"""Names that are looked for among characters: the most telling ones, as each look costs much."""
_RUN = 0.7
"""What a run of characters counts as a name: many are none."""


@dataclass(slots=True, eq=False)
class Weighed:
    """One article, ready to be compared."""

    facts: Facts
    weights: Weights
    figures: list[float]
    """The most telling first."""
    top_figures: list[float]
    """Those of title and first paragraph, the least first."""
    telling_figures: float
    """What all telling figures and scores say together."""
    telling_top: float
    """Likewise those of title and first paragraph."""
    name_weights: dict[str, float]
    named: float
    """What all names say together."""
    by_prefix: dict[str, list[str]]
    """The names by their first consonants."""
    places: dict[str, int]
    """The names in the order of the text."""
    title_by_prefix: dict[str, list[str]]
    """Likewise the longer words of the title."""
    coarse_names: list[tuple[str, str, float]]
    """The names to look for among characters: code, coarse code, weight."""
    norm: float
    """The length of the vector of words."""
    known: dict[str, Near | None] = field(default_factory=dict)
    """What its characters write of the names, by coarse code, that were looked for."""

    @property
    def id(self) -> str:
        return self.facts.id

    @property
    def has_characters(self) -> bool:
        """Whether characters may write names in it."""
        return bool(self.facts.runs)


def weigh(facts: Facts, weights: Weights) -> Weighed:
    """Arrange an article's facts with their weights."""
    names = {code: _name_weight(code, facts, weights) for code in facts.names}
    named = math.fsum(weight for code, weight in names.items() if len(code) >= _PREFIX)
    return Weighed(
        facts=facts,
        weights=weights,
        figures=sorted(facts.figures, key=lambda value: (-telling(value), value)),
        top_figures=sorted(facts.top_figures),
        telling_figures=_telling(set(facts.figures), facts.scores),
        telling_top=_telling(facts.top_figures, facts.top_scores),
        name_weights=names,
        named=max(1, len(facts.runs)) * _RUN if facts.runs else named,
        by_prefix=_by_prefix(facts.names),
        places={code: place for place, code in enumerate(facts.names)},
        title_by_prefix=_by_prefix(sorted(facts.title_words)),
        coarse_names=_most_telling(names),
        norm=math.sqrt(math.fsum(weight * weight for weight in weights.words.values())),
    )


def _name_weight(code: str, facts: Facts, weights: Weights) -> float:
    sure = _UNSURE if code in facts.openers else 1.0
    return weights.names[code] * min(_LONGEST, len(code) / HEAD) * sure


def _by_prefix(codes: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for code in codes:
        found[code[:_PREFIX]].append(code)
    return found


def _most_telling(names: dict[str, float]) -> list[tuple[str, str, float]]:
    long = [(code, coarse(code), weight) for code, weight in names.items() if len(code) >= _PREFIX]
    return sorted(long, key=lambda one: (-one[2], one[0]))[:_MOST_NAMES]


def _telling(figures: set[float], scores: set[str]) -> float:
    return math.fsum(telling(value) for value in figures if telling(value) >= TELLING) + OF_A_SCORE * len(scores)
