"""A line of `articles.stories.jsonl`: one story, its members, and why they are one."""

from __future__ import annotations

from pathlib import Path

import msgspec

from belta_spider.output.beside import beside

FIRST, VERSION = "first", "version"


class Proof(msgspec.Struct):
    """Why a member is of the story, in words that a reader can check."""

    figures: list[tuple[str, str]] = []
    """As the member prints each, and as the other article does."""
    names: list[tuple[str, str]] = []
    countries: list[str] = []
    hours: float = 0.0
    """After the other one."""
    meaning: float | None = None
    """The cosine of both articles; null without a model."""
    shared_words: float | None = None
    """Of two articles of one edition: how much of their words both have."""
    against: list[str] = []
    """Evidence that spoke against it."""


class StoryMember(msgspec.Struct):
    """An article of a story."""

    id: str
    edition: str
    role: str
    """first, version, reissue or quotes."""
    linked_to: str | None
    """The earlier member that it was found by; null for the first."""
    score: float | None
    """The chance that both are one story; null for the first."""
    evidence: Proof | None


class Story(msgspec.Struct):
    """Versions of one article."""

    story_id: str
    first_published: str
    editions: list[str]
    """In the order in which they published it."""
    members: list[StoryMember]
    was: list[str]
    """Ids of stories that became part of it."""


def stories_path(output: Path) -> Path:
    """`articles.stories.jsonl` beside `articles.jsonl.gz`."""
    return beside(output, "stories.jsonl")
