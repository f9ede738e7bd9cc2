"""What a reader yields beside pages: nothing that comes in is passed over in silence."""

from __future__ import annotations

from dataclasses import dataclass

from belta_spider.items import Page


class SourceError(ValueError):
    """A source that the run was told to read is not there, or is no source: wrong use."""


@dataclass(slots=True)
class Unread:
    """A file or a record that could not be read: counted by cause and named; the rest goes on."""

    uri: str
    cause: str
    """A word to count by, one of `causes.UNREAD`: `unreadable`, `truncated`, `wrong_length`, ..."""
    detail: str
    """One line for people: what happened, and where."""
    record: str | None = None
    offset: int | None = None
    """Where in the file the damage begins, in bytes, as far as that is known."""


@dataclass(slots=True)
class Skipped:
    """Records that hold no page of the site: only counted, since there may be millions of them."""

    uri: str
    cause: str
    """`other_site`, `not_a_page`, `redirect`, `continuation`, `unknown_type`."""
    count: int = 1


@dataclass(slots=True)
class PassedOver:
    """A file in a folder, or a member of an archive of files, that holds no page: only counted."""

    uri: str
    reason: str
    """A word to count by, one of `causes.PASSED_OVER`: `image`, `linked_folder`, ..."""
    count: int = 1


@dataclass(slots=True)
class Dropped:
    """A capture of the site that is told to be no article before it is cleaned."""

    kind: str
    uri: str
    record: str | None
    url: str
    reason: str
    """`error_page`, or `duplicate.capture`: a revisit, which equals an earlier capture."""
    text: str
    """What the audit quotes: the status, or which capture holds the page."""


def offset_in_container(offset: int | None, start: int, *, is_plain: bool) -> int:
    """Where in a container damage of a member stands that starts there: at its start, where it is compressed."""
    return start + (offset or 0) if is_plain else start


Entry = Page | Unread | Skipped | PassedOver | Dropped
