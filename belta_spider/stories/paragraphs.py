"""Which paragraphs of two versions say the same: the best of each other by figures, names, concepts and place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from belta_spider.editions.edition import Editions
from belta_spider.items import Article
from belta_spider.stories.evidence import NAMES, compare
from belta_spider.stories.facts.article import FactReader
from belta_spider.stories.facts.rarity import unweighed
from belta_spider.stories.facts.weighed import Weighed, weigh

_COUNTS = {
    # What each evidence counts between two paragraphs of one story; set by hand on invented records (docs/stories.md).
    "figures": 1.0,
    "figures_missing": -0.5,
    "names": 1.0,
    "countries": 0.3,
    "words": 2.0,
    "concepts": 0.6,
    "length": -0.5,
}
_PLACE = 0.8
"""What it counts that both stand at the same place of their texts."""
_BOTH_FIRST = 0.6  # a guess: what it counts that both begin their texts
_ENOUGH, _LEAST_SUM = 0.85, 0.5
"""From which two paragraphs that are each other's best are said to be one; and where no figure tells them apart."""
_SURE = 1.7
"""From which nothing is left to doubt."""
_LEAST = 0.3
"""How sure a pair is that is known by its neighbours alone."""
_MOST_BETWEEN = 1
"""Paragraphs between two pairs that are known, which are paired in their order."""
_MOST_UNLIKE = 0.7
"""The logarithm of the ratio of two lengths: one is twice as long at most."""
_NEAR_PLACE = 0.34
"""How far two paragraphs may be apart, as a share of the text, to gain by their place."""


class Aligned(NamedTuple):
    """Two paragraphs that say the same."""

    one: str
    other: str
    score: float
    """How sure: 0 to 1."""


def align(one: Article, other: Article, editions: Editions) -> list[Aligned]:
    """Return the paragraphs of two versions that are each other's best, in the order of the first."""
    mine, theirs = _weighed(one, editions), _weighed(other, editions)
    sums = {
        (i, j): _sum(first, second, _apart(i, j, len(mine), len(theirs)), is_first=i == j == 0)
        for i, first in enumerate(mine)
        for j, second in enumerate(theirs)
        if first and second
    }
    best = _matched(
        {
            pair: total
            for pair, total in sorted(sums.items())
            if total >= _ENOUGH or (total >= _LEAST_SUM and _agree(pair, mine, theirs))
        }
    )
    best |= {pair: sums.get(pair, 0.0) for pair in _between(best, len(mine), len(theirs)) if _agree(pair, mine, theirs)}
    return [
        Aligned(_paragraphs(one)[i], _paragraphs(other)[j], round(min(1.0, max(_LEAST, total / _SURE)), 2))
        for (i, j), total in sorted(best.items())
    ]


def _matched(sums: dict[tuple[int, int], float]) -> dict[tuple[int, int], float]:
    """Return the pairs that are the best of both, then those that are it among what is left, and so on."""
    found: dict[tuple[int, int], float] = {}
    left = sums
    while left:
        best = {pair: total for pair, total in left.items() if _is_best(pair, left)}
        if not best:
            break
        found |= best
        rows, columns = {i for i, _ in best}, {j for _, j in best}
        left = {(i, j): total for (i, j), total in left.items() if i not in rows and j not in columns}
    return found


def _is_best(pair: tuple[int, int], sums: dict[tuple[int, int], float]) -> bool:
    i, j = pair
    return sums[pair] > max((value for (k, m), value in sums.items() if (k == i) != (m == j)), default=0.0)


def _between(known: Iterable[tuple[int, int]], mine: int, theirs: int) -> Iterator[tuple[int, int]]:
    """Yield what stands between pairs that are known, or an end, where both texts have as much there.

    Nothing where the pairs cross: then the order says nothing.
    """
    ordered = sorted([(-1, -1), *known, (mine, theirs)])
    if any(j > m for (_, j), (_, m) in pairwise(ordered)):
        return
    for (i, j), (k, m) in pairwise(ordered):
        if k - i == m - j <= _MOST_BETWEEN + 1:
            yield from ((i + step, j + step) for step in range(1, k - i))


def _agree(pair: tuple[int, int], mine: Sequence[Weighed | None], theirs: Sequence[Weighed | None]) -> bool:
    """Whether no figures tell two paragraphs apart, on one side or both, nor their lengths."""
    one, other = mine[pair[0]], theirs[pair[1]]
    if not one or not other:
        return False
    values = dict(zip(NAMES, compare(one, other).values, strict=True))
    return not _clash(one, other, values) and values["length"] < _MOST_UNLIKE


def _clash(one: Weighed, other: Weighed, values: Mapping[str, float]) -> bool:
    """Whether figures tell two paragraphs apart: they share none."""
    return bool((one.telling_figures or other.telling_figures) and not values["figures"])


def _paragraphs(article: Article) -> list[str]:
    return article.text.split("\n\n")


def _weighed(article: Article, editions: Editions) -> list[Weighed | None]:
    reader = FactReader(editions)
    found = []
    for number, paragraph in enumerate(_paragraphs(article)):
        part = Article(
            id=f"{article.id}#{number}", edition=article.edition, language=article.language,
            date_published=article.date_published, text=paragraph,
        )  # fmt: skip
        facts = reader.read(part)
        found.append(weigh(facts, unweighed(facts, editions)) if facts else None)
    return found


def _apart(i: int, j: int, mine: int, theirs: int) -> float:
    """How far two paragraphs are apart, as a share of the text."""
    return abs(i / max(1, mine - 1) - j / max(1, theirs - 1))


def _sum(one: Weighed, other: Weighed, apart: float, *, is_first: bool) -> float:
    values = dict(zip(NAMES, compare(one, other).values, strict=True))
    if _clash(one, other, values):
        values["concepts"] = 0.0  # on one thing, but not the same of it
    total = sum(count * values[name] for name, count in _COUNTS.items())
    return total + max(0.0, 1 - apart / _NEAR_PLACE) * _PLACE + _BOTH_FIRST * is_first
