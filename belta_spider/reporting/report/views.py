"""What the report shows of a corpus: edits, the matrix of editions, and the versions of a story side by side."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import permutations
from pathlib import Path
from statistics import median

from belta_spider.changes.edits import Edit, edits
from belta_spider.editions.edition import Editions
from belta_spider.items import Article
from belta_spider.output.revisions import Captures
from belta_spider.reporting.groups import in_order
from belta_spider.stories import write
from belta_spider.stories.record import Proof, Story, stories_path

_EDITS, _STORIES = 100, 30
"""How many are shown: the newest edits, the stories of most editions."""
_EXCERPT = 1_500
"""Letters of a version that are shown."""

Piece = tuple[str, bool]
"""A piece of text, and whether it is evidence."""


@dataclass
class Version:
    """A member of a story, as it is shown."""

    id: str
    edition: str
    role: str
    published: str
    score: float | None
    title: list[Piece] = field(default_factory=list)
    text: list[Piece] = field(default_factory=list)
    against: list[str] = field(default_factory=list)


@dataclass
class Cell:
    """What two editions have in common."""

    shared: int = 0
    """Stories that both have."""
    missing: int = 0
    """Stories that the first has and the second has not."""
    lag: float | None = None
    """Hours by which the second is later: the middle one of all stories."""


@dataclass
class Views:
    """What a report shows beside counts and cleaning; all empty where nothing is known."""

    edits: list[Edit] = field(default_factory=list)
    edited: int = 0
    silent: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    stories: int = 0
    editions: list[str] = field(default_factory=list)
    matrix: dict[tuple[str, str], Cell] = field(default_factory=dict)
    shown: list[tuple[Story, list[Version]]] = field(default_factory=list)


def views_of(source: Path, captures: Captures, editions: Editions) -> Views:
    """Return what is to be shown of an output, and of the stories beside it."""
    found = Views()
    if captures.captures > captures.articles:
        _take_edits(found, captures, editions)
    stories = stories_path(source)
    if stories.is_file():
        _take_stories(found, stories, captures)
    return found


def _take_edits(found: Views, captures: Captures, editions: Editions) -> None:
    all_edits = [edit for history in captures.histories() if len(history) > 1 for edit in edits(history, editions)]
    all_edits.sort(key=lambda edit: (edit.after.first or "", edit.id), reverse=True)
    found.edits, found.edited = all_edits[:_EDITS], len(all_edits)
    found.silent = sum(edit.silent for edit in all_edits)
    found.kinds = Counter(kind for edit in all_edits for kind in edit.kinds)


def _take_stories(found: Views, path: Path, captures: Captures) -> None:
    chosen: list[tuple[int, int, Story]] = []
    published = {member.id for story in write.read(path) for member in story.members}
    times = {article.id: _hours(article) for article in captures.newest() if article.id in published}
    matrix = _Matrix()
    for number, story in enumerate(write.read(path)):
        found.stories += 1
        matrix.take(story, times)
        chosen.append((-len(story.editions), number, story))
        if len(chosen) > 2 * _STORIES:
            chosen = sorted(chosen, key=lambda one: one[:2])[:_STORIES]
    shown = [story for *_, story in sorted(chosen, key=lambda one: one[:2])[:_STORIES]]
    wanted = {member.id for story in shown for member in story.members}
    articles = {article.id: article for article in captures.newest() if article.id in wanted}
    found.editions, found.matrix = matrix.editions(), matrix.cells()
    found.shown = [(story, list(_versions(story, articles))) for story in shown]


class _Matrix:
    """Counts which editions have a story, and how much later each is."""

    def __init__(self) -> None:
        self._having: Counter[str] = Counter()
        self._lags: dict[tuple[str, str], list[float]] = defaultdict(list)

    def take(self, story: Story, times: Mapping[str, float]) -> None:
        first = {member.edition: times.get(member.id, 0.0) for member in reversed(story.members)}
        self._having.update(first.keys())
        for one, other in permutations(first, 2):
            self._lags[one, other].append(first[other] - first[one])

    def editions(self) -> list[str]:
        return in_order(self._having)

    def cells(self) -> dict[tuple[str, str], Cell]:
        found = {}
        for one, other in permutations(self._having, 2):
            lags = self._lags[one, other]
            lag = round(median(lags), 1) if lags else None
            found[one, other] = Cell(len(lags), self._having[one] - len(lags), lag)
        return found


def _hours(article: Article) -> float:
    try:
        return datetime.fromisoformat(article.date_published or "").timestamp() / 3600
    except ValueError:
        return 0.0


def _versions(story: Story, articles: Mapping[str, Article]) -> Iterator[Version]:
    for member in story.members:
        article = articles.get(member.id)
        if article is None:
            continue
        marks = _marks(story, member.id)
        text = article.text if len(article.text) <= _EXCERPT else f"{article.text[:_EXCERPT]} …"
        yield Version(
            id=member.id,
            edition=member.edition,
            role=member.role,
            published=article.date_published or "",
            score=member.score,
            title=marked(article.title or "", marks),
            text=marked(text, marks),
            against=[name.replace("_", " ") for name in (member.evidence or Proof()).against],
        )


def _marks(story: Story, identity: str) -> set[str]:
    """The words of an article that are evidence, its own or another member's."""
    found: set[str] = set()
    for member in story.members:
        proof = member.evidence or Proof()
        pairs = [*proof.figures, *proof.names]
        if member.id == identity:
            found |= {own for own, _ in pairs}
        if member.linked_to == identity:
            found |= {other for _, other in pairs}
    return {word for word in found if word}


def marked(text: str, words: Iterable[str]) -> list[Piece]:
    """Return a text in pieces, with those marked that are one of the words."""
    choices = "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word)))
    if not choices:
        return [(text, False)]
    parts = re.split(rf"(?<!\w)({choices})(?!\w)|((?<=[^\x00-\u2e7f])(?:{choices}))", text)
    pieces = [(part, number % 3 != 0) for number, part in enumerate(parts) if part]
    return pieces or [(text, False)]
