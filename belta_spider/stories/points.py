"""How evidence adds up: whole points from one table, and the chance that they mean."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

import msgspec

from belta_spider.stories.evidence import MEANING, NAMES

_FILE = Path(__file__).with_name("points.toml")
_UNIT = 100
"""Points that multiply the odds by e."""
_THOUSAND = 1000  # a probability is written in thousandths
_FAR = 30 * _UNIT


class Points(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table of points: for each evidence what one of it counts."""

    base: int
    """What two articles have without any evidence: most are not one story."""
    least: int
    """The chance in thousandths from which two articles are linked."""
    least_average: int
    """The average chance of all links between two groups from which they are one story."""
    weights: dict[str, int]

    def __post_init__(self) -> None:
        if tuple(self.weights) not in {NAMES, NAMES + MEANING}:
            raise ValueError(f"points.toml: the weights are not {', '.join(NAMES)} and perhaps {', '.join(MEANING)}")

    def parts(self, values: Sequence[float]) -> Iterator[tuple[str, float, int]]:
        """Yield the name, the value and the points of each evidence."""
        for (name, weight), value in zip(self.weights.items(), values, strict=True):
            yield name, value, round(weight * value)

    def total(self, values: Sequence[float]) -> int:
        """Return the sum of the points."""
        total = self.base
        for weight, value in zip(self.weights.values(), values, strict=True):
            if weight and value:
                total += round(weight * value)
        return total

    def chance(self, values: Sequence[float]) -> int:
        """Return the chance that two articles are one story, in thousandths."""
        return chance_of(self.total(values))


def chance_of(points: int) -> int:
    """Return the chance that a sum of points means, in thousandths."""
    return round(_THOUSAND / (1 + math.exp(-max(-_FAR, min(_FAR, points)) / _UNIT)))


@lru_cache(maxsize=2)
def load(*, meaning: bool) -> Points:
    """Return the points of facts alone, or of facts and meaning."""
    tables = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return msgspec.convert(tables["facts_and_meaning" if meaning else "facts"], Points)
