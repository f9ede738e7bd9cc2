"""Input that could not be read."""

from __future__ import annotations

from dataclasses import dataclass


class SourceError(ValueError):
    """A source that the run was told to read is not there: wrong use."""


@dataclass(slots=True)
class Unread:
    """A file or a record that could not be read: counted by cause and named; the rest goes on."""

    uri: str
    cause: str
    """A word to count by: `unreadable`, `truncated`, `unknown_format`, ..."""
    detail: str
    """One line for people: what happened, and where."""
    record: str | None = None
