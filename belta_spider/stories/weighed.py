"""An article's facts with their weights, arranged so that comparing it with another is cheap."""

from __future__ import annotations

import math
from collections import defaultdict

from belta_spider.stories.facts import Facts
from belta_spider.stories.figures import OF_A_SCORE, TELLING, telling
from belta_spider.stories.rarity import HEAD, Weights
from belta_spider.stories.sounds import coarse

_LONGEST = 1.5
"""What the longest name counts; one of four consonants counts 1."""
_UNSURE = 0.6
"""What a name counts that only opens a sentence: it may be any word."""
_PREFIX = 3
_MOST_NAMES = 12
"""Names that are looked for among characters: the most telling ones, as each look costs much."""
_RUN = 0.7
"""What a run of characters counts as a name: many are none."""


class Weighed:
    """One article, ready to be compared."""

    __slots__ = (
        "by_prefix", "coarse_names", "facts", "figures", "has_characters", "id", "name_weights", "named", "norm",
        "telling_figures", "telling_top", "title_by_prefix", "weights",
    )  # fmt: skip

    def __init__(self, facts: Facts, weights: Weights):
        self.facts = facts
        self.id = facts.id
        self.weights = weights
        self.has_characters = bool(facts.runs)
        self.figures = sorted(facts.figures, key=lambda value: (-telling(value), value))
        self.telling_figures = _telling(set(facts.figures), facts.scores)
        self.telling_top = _telling(facts.top_figures, facts.top_scores)
        self.name_weights = {code: self._weight(code) for code in facts.names}
        self.named = math.fsum(weight for code, weight in self.name_weights.items() if len(code) >= _PREFIX)
        if facts.runs:
            self.named = max(1, len(facts.runs)) * _RUN
        self.by_prefix: dict[str, list[str]] = defaultdict(list)
        for code in facts.names:
            self.by_prefix[code[:_PREFIX]].append(code)
        self.title_by_prefix: dict[str, list[str]] = defaultdict(list)
        for code in sorted(facts.title_words):
            self.title_by_prefix[code[:_PREFIX]].append(code)
        self.coarse_names = self._most_telling()
        self.norm = math.sqrt(math.fsum(weight * weight for weight in weights.words.values()))

    def _weight(self, code: str) -> float:
        sure = _UNSURE if code in self.facts.openers else 1.0
        return self.weights.names[code] * min(_LONGEST, len(code) / HEAD) * sure

    def _most_telling(self) -> list[tuple[str, str, float]]:
        """The names to look for among characters: code, coarse code, weight."""
        long = [(code, coarse(code), weight) for code, weight in self.name_weights.items() if len(code) >= _PREFIX]
        return sorted(long, key=lambda one: (-one[2], one[0]))[:_MOST_NAMES]


def _telling(figures: set[float], scores: set[str]) -> float:
    return math.fsum(telling(value) for value in figures if telling(value) >= TELLING) + OF_A_SCORE * len(scores)
