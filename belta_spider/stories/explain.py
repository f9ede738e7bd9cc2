"""Why two articles are one story, or are not: the sum of the points, and what decided."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from belta_spider.editions.edition import Editions
from belta_spider.output.reading import BadLine
from belta_spider.output.revisions import Captures
from belta_spider.stories import meaning as meanings
from belta_spider.stories import points
from belta_spider.stories.build import Sweep
from belta_spider.stories.evidence import compare
from belta_spider.stories.facts.article import FactReader
from belta_spider.stories.facts.rarity import Window
from belta_spider.stories.facts.weighed import Weighed, weigh
from belta_spider.stories.ordering import Ordered
from belta_spider.stories.record import stories_path
from belta_spider.stories.write import Options, of_article


class UnknownArticleError(ValueError):
    """An article that was asked for is not there, or has no date: says which."""


class Row(NamedTuple):
    """One term of the sum."""

    name: str
    value: float
    points: int


class Explained(NamedTuple):
    """The comparison of two articles."""

    titles: tuple[str, str]
    rows: list[Row]
    total: int
    chance: int
    least: int
    figures: list[tuple[str, str]]
    names: list[tuple[str, str]]
    reasons: list[str]


class _Pair(NamedTuple):
    articles: list[Weighed]
    meaning: tuple[float, ...]
    candidates: set[str]
    """Ids of the articles with which the later one was compared."""


def explain(path: Path, editions: Editions, options: Options, ids: Sequence[str], bad: list[BadLine]) -> Explained:
    """Compare two articles of an output as a run does.

    Raises:
        UnknownArticleError: one is not there or has no date.
    """
    pair = _swept(path, editions, options, ids, bad)
    first, second = pair.articles
    table = points.load(meaning=options.meaning)
    evidence = compare(first, second)
    values = evidence.values + pair.meaning
    rows = [Row("base", 0.0, table.base), *(Row(*part) for part in table.parts(values))]
    return Explained(
        titles=(f"{first.id}  {first.facts.title}", f"{second.id}  {second.facts.title}"),
        rows=[row for row in rows if row.points],
        total=table.total(values),
        chance=table.chance(values),
        least=table.least,
        figures=evidence.figures,
        names=evidence.names,
        reasons=list(_reasons(path, options, pair)),
    )


def _swept(path: Path, editions: Editions, options: Options, ids: Sequence[str], bad: list[BadLine]) -> _Pair:
    """Sweep over the articles up to the later one, so that the facts have the weights that they had in the run."""
    encoder = meanings.Encoder(editions) if options.meaning else None
    reader, sweep, window = FactReader(editions), Sweep(editions, options.days), Window(editions)
    found: dict[str, Weighed] = {}
    vectors: list[meanings.Meaning] = []
    candidates: set[str] = set()
    with Ordered(Captures(path, bad), options.since) as articles:
        for article, _ in articles.since(float("-inf")):
            facts = reader.read(article)
            if facts is None or len(found) == len(set(ids)):
                continue
            window.enter(facts)
            sweep.enter(facts)
            taken = sweep.take(facts, article)
            if article.id in ids:
                found[article.id] = weigh(facts, window.weights(facts))
                vectors += [encoder.read(article)] if encoder else []
                candidates = {other.id for other, _ in taken.compared} | {double.earlier for double in taken.doubles}
    missing = [identity for identity in ids if identity not in found]
    if missing or len(found) < 2:
        raise UnknownArticleError(f"not two articles of {path} with a date: {' '.join(missing or ids)}")
    meaning = meanings.compare(vectors[0], vectors[1]) if encoder else ()
    return _Pair(list(found.values()), meaning, candidates)


def _reasons(path: Path, options: Options, pair: _Pair) -> Iterator[str]:
    """What beside the sum decides."""
    first, second = pair.articles
    hours = abs(second.facts.hours - first.facts.hours)
    if hours > options.days * 24:
        yield f"They are {hours:.0f} hours apart: over --days {options.days:g}, and so never compared"
    elif first.facts.edition == second.facts.edition:
        yield "They are of one edition: only near-doubles of one are one story, whatever the sum"
    elif first.id not in pair.candidates:
        yield "They share no rare fact by which they would be found, or share less than others do"
    stories = stories_path(path)
    held = of_article(stories, (first.id, second.id)) if stories.is_file() else {}
    mine, theirs = (held.get(one.id) for one in (first, second))
    if mine and theirs and mine.story_id == theirs.story_id:
        yield f"One story in {stories.name}: {mine.story_id}"
    elif mine or theirs:
        names = " and ".join(story.story_id if story else "no story" for story in (mine, theirs))
        yield f"Not one story in {stories.name}: {names}; each takes the best of an edition, and all links on average"
