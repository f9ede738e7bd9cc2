"""Which paragraphs of two versions say the same: the best of each other by figures, names and place in the text."""

from __future__ import annotations

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
    "length": -0.5,
}
_PLACE = 0.8
"""What it counts that both stand at the same place of their texts."""
_BOTH_FIRST = 0.6
_SURE = 1.0
"""The sum from which two paragraphs are said to be one."""
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
    found = []
    for (i, j), total in sorted(sums.items()):
        rivals = [value for (k, m), value in sums.items() if (k == i) != (m == j)]
        if total >= _SURE and total > max(rivals, default=0.0):
            found.append(Aligned(_paragraphs(one)[i], _paragraphs(other)[j], round(min(1.0, total / (2 * _SURE)), 2)))
    return found


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
    total = sum(count * values[name] for name, count in _COUNTS.items())
    return total + max(0.0, 1 - apart / _NEAR_PLACE) * _PLACE + _BOTH_FIRST * is_first
