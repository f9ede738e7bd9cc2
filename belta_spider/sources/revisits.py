"""Revisits: records that say that a page equals an earlier capture, which must be in the input."""

from __future__ import annotations

import mimetypes
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from belta_spider.sources.entries import Dropped, Unread
from belta_spider.text.keys import Keys, key_of

_PAGES = {None, "text/html", "text/plain", "application/xhtml+xml"}


@dataclass(slots=True)
class Captures:
    """The captures of a run, by their record, address and digest; and the revisits that wait for theirs."""

    known: Keys = field(default_factory=Keys)
    """Of all names that a capture may be referred to by."""
    waiting: list[tuple[frozenset[int], Dropped, int]] = field(default_factory=list)
    """Revisits with the names of their originals, and where in the file they stand."""

    def add(self, *names: str | None) -> None:
        """Remember a capture by its names."""
        for name in filter(None, names):
            self.known.add(key_of(name))

    def revisit(self, dropped: Dropped, offset: int, *names: str | None) -> Iterator[Dropped]:
        """Yield a revisit whose original came before it; keep any other until the end of the input."""
        keys = frozenset(key_of(name) for name in names if name)
        if any(key in self.known for key in keys):
            yield dropped
        else:
            self.waiting.append((keys, dropped, offset))

    def without_original(self) -> Iterator[Dropped | Unread]:
        """Yield the revisits that waited: duplicates of what came later, or of nothing that is here."""
        for keys, dropped, offset in self.waiting:
            if any(key in self.known for key in keys):
                yield dropped
                continue
            yield lost(dropped, offset)
        self.waiting.clear()


def lost(dropped: Dropped, offset: int) -> Unread:
    """Say of a revisit that its original is not in the input."""
    detail = f"a revisit of {dropped.text or dropped.url}, which is not in the input: add the archive with it"
    return Unread(dropped.uri, "no_original", detail, dropped.record, offset)


def may_be_page(url: str, media: str) -> bool:
    """Whether a revisit may be one of a page: by the media type that it states, else by the address's suffix."""
    if media:
        return media.partition(";")[0].strip().lower() in _PAGES
    try:
        return mimetypes.guess_type(urlsplit(url).path)[0] in _PAGES
    except ValueError:
        return True
