"""Revisits: records that say that a page equals an earlier capture, which must be in the input."""

from __future__ import annotations

import mimetypes
from array import array
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from belta_spider.sources.entries import Dropped, Unread

_RECENT = 2**17
"""Keys in a set before they are sorted into the array: 8 MiB of them."""
_PAGES = {None, "text/html", "text/plain", "application/xhtml+xml"}


class _Keys:
    """A set of 64-bit keys, 8 bytes for each."""

    def __init__(self) -> None:
        self._sorted = array("q")
        self._recent: set[int] = set()

    def add(self, key: int) -> None:
        self._recent.add(key)
        if len(self._recent) >= _RECENT:
            self._sorted = array("q", sorted([*self._sorted, *self._recent]))
            self._recent.clear()

    def __contains__(self, key: int) -> bool:
        if key in self._recent:
            return True
        place = bisect_left(self._sorted, key)
        return place < len(self._sorted) and self._sorted[place] == key


@dataclass(slots=True)
class Captures:
    """The captures of a run, by their record, address and digest; and the revisits that wait for theirs."""

    _known: _Keys = field(default_factory=_Keys)
    _waiting: list[tuple[frozenset[int], Dropped, int]] = field(default_factory=list)

    def add(self, *names: str | None) -> None:
        """Remember a capture by its names."""
        for name in filter(None, names):
            self._known.add(hash(name))

    def revisit(self, dropped: Dropped, offset: int, *names: str | None) -> Iterator[Dropped]:
        """Yield a revisit whose original came before it; keep any other until the end of the input."""
        keys = frozenset(hash(name) for name in names if name)
        if any(key in self._known for key in keys):
            yield dropped
        else:
            self._waiting.append((keys, dropped, offset))

    def without_original(self) -> Iterator[Dropped | Unread]:
        """Yield the revisits that waited: duplicates of what came later, or of nothing that is here."""
        for keys, dropped, offset in self._waiting:
            if any(key in self._known for key in keys):
                yield dropped
                continue
            detail = f"a revisit of {dropped.text or dropped.url}, which is not in the input: add the archive with it"
            yield Unread(dropped.uri, "no_original", detail, dropped.record, offset)
        self._waiting.clear()


def may_be_page(url: str, media: str) -> bool:
    """Whether a revisit may be one of a page: by the media type that it states, else by the address's suffix."""
    if media:
        return media.partition(";")[0].strip().lower() in _PAGES
    try:
        return mimetypes.guess_type(urlsplit(url).path)[0] in _PAGES
    except ValueError:
        return True
