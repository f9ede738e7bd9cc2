"""What schema.org says of the versions of a story: the work, and which may be a translation of which."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from belta_spider.items import Article
from belta_spider.stories import write
from belta_spider.stories.record import VERSION, Story, StoryMember, stories_path

_LEAST = 0.9
"""The score from which a later version is said to be a translation of the earliest."""
_RATIO = 2.0
"""Letters of one version to those of another, from which one is a digest of the other."""
_CHARACTER = 3
"""Letters for which a Chinese character stands."""
_CHINESE = "zh"

Works = dict[str, dict[str, Any]]
"""Properties of schema.org by an article's id."""


def works_of(source: Path, articles: Iterable[Article]) -> Works:
    """Return what the stories beside an output say of each article; nothing where there are none.

    `exampleOfWork` is sure: all versions are of one story. `translationOfWork` needs a direction, which time alone
    tells: it is said of a version at a high score, as long as the story's earliest article.
    """
    path = stories_path(source)
    if not path.is_file():
        return {}
    members = {member.id for story in write.read(path) for member in story.members}
    known = {article.id: (article.url, _length(article)) for article in articles if article.id in members}
    return {identity: work for story in write.read(path) for identity, work in _works(story, known)}


def _works(story: Story, known: dict[str, tuple[str | None, int]]) -> Iterator[tuple[str, dict[str, Any]]]:
    first = story.members[0].id
    for member in story.members:
        work: dict[str, Any] = {"exampleOfWork": {"@type": "CreativeWork", "@id": f"#{story.story_id}"}}
        if _is_translation(member, first, known):
            work["translationOfWork"] = {"@type": "NewsArticle", "@id": known[first][0] or f"#{first}"}
        yield member.id, work


def _is_translation(member: StoryMember, first: str, known: dict[str, tuple[str | None, int]]) -> bool:
    if member.role != VERSION or member.linked_to != first or (member.score or 0.0) < _LEAST:
        return False
    lengths = [known[identity][1] for identity in (first, member.id) if identity in known]
    return len(lengths) == 2 and max(lengths) <= _RATIO * max(1, min(lengths))


def _length(article: Article) -> int:
    return len(article.text) * (_CHARACTER if article.language == _CHINESE else 1)
