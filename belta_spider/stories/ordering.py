"""The articles of an output in the order of their publication, in whatever order they stand."""

from __future__ import annotations

import hashlib
import tempfile
from array import array
from collections.abc import Iterator
from itertools import groupby
from typing import Self

import msgspec

from belta_spider.items import Article
from belta_spider.output.revisions import CONTENT, Captures
from belta_spider.stories.facts.article import hours_of

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Article).decode
_BITS = 64  # of a hash by which records are sorted, not told apart


class Ordered:
    """The newest captures of an output by their publication; a context manager, as it keeps a copy on disk."""

    def __init__(self, captures: Captures, since: float | None = None):
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 (closed in __exit__)
        self._hours = array("d")
        self._offsets = array("Q")
        self.digests: array[int] = array("Q")
        """What each article says, its id with it."""
        self.undated = 0
        for article in captures.newest():
            hours = hours_of(article)
            if hours is None:
                self.undated += 1
            elif since is None or hours >= since:
                self._put(article, hours)
        self._places = array("Q", sorted(range(len(self._hours)), key=self._hours.__getitem__))

    def _put(self, article: Article, hours: float) -> None:
        self._hours.append(hours)
        self._offsets.append(self._file.tell())
        self.digests.append(digest_of(article))
        self._file.write(_encode(article) + b"\n")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def __len__(self) -> int:
        return len(self._hours)

    def times(self) -> Iterator[tuple[float, int]]:
        """Yield the publication and the digest of each article."""
        return zip(self._hours, self.digests, strict=True)

    def since(self, start: float) -> Iterator[tuple[Article, int]]:
        """Yield the articles from a moment on, with their digests, by publication and id."""
        later = (place for place in self._places if self._hours[place] >= start)
        for _, same in groupby(later, key=self._hours.__getitem__):
            yield from sorted(((self._read(place), self.digests[place]) for place in same), key=lambda one: one[0].id)

    def _read(self, place: int) -> Article:
        self._file.seek(self._offsets[place])
        return _decode(self._file.readline())


def digest_of(article: Article) -> int:
    """Return a digest of what an article says."""
    values = [getattr(article, name) for name in CONTENT]
    return int.from_bytes(hashlib.blake2b(_encode(values), digest_size=_BITS // 8).digest(), "big")
