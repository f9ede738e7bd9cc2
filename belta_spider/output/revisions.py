"""What a revision of an article is, and which captures in an output are of one article.

This is the one notion of a change: a crawl that looks again, `scrapy diff`, `scrapy changes`, the
counts and the exports all go by it.
"""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from copy import copy
from itertools import groupby, pairwise
from pathlib import Path
from typing import NamedTuple, TypeVar

import msgspec

from belta_spider.items import Article
from belta_spider.output.reading import BadLine, articles, lines, numbered_articles
from belta_spider.output.stores.fetching import fetched
from belta_spider.remote import is_remote
from belta_spider.text.keys import key_of

OF_A_CAPTURE = frozenset(
    {
        # when, where and in what surroundings the page was seen
        "captured_at",
        "captured_on",
        "source",
        "weather",
        # how it was read, by which program
        "provenance",
        "flags",
        "language_confidence",
        "producer",
        "schema_version",
    }
)
"""Keys that tell of one capture and its reading: the article can say the same where they differ."""
CONTENT = tuple(name for name in Article.__dataclass_fields__ if name not in OF_A_CAPTURE)
"""Keys in which a revision differs from the one before it."""
_Capture = TypeVar("_Capture")
NEWEST, ALL = "newest", "all"
REVISIONS = (NEWEST, ALL)


def content(article: Article) -> bytes:
    """Return a digest of what the article says, whenever it was captured."""
    values = [getattr(article, name) for name in CONTENT]
    return hashlib.blake2b(msgspec.json.encode(values), digest_size=16).digest()


class Reading(NamedTuple):
    """A state of an article, from the first of its captures that says so to the last."""

    article: Article
    """The first capture's record."""
    first: str | None
    """When it was seen first; null where no capture time is known."""
    last: str | None
    captures: int


def readings(captures: Iterable[Article]) -> list[Reading]:
    """Return the states that an article had, in order of time; one that came back counts anew."""
    found = []
    for _, run in groupby(in_order(captures), key=content):
        same = list(run)
        found.append(Reading(same[0], _moment(same[0]), _moment(same[-1]), len(same)))
    return found


def in_order(captures: Iterable[Article]) -> list[Article]:
    """Return an article's captures by their times; one without a time stays behind the one before it."""
    return ordered(list(captures), _moment)


def ordered(captures: Sequence[_Capture], moment_of: Callable[[_Capture], str | None]) -> list[_Capture]:
    """Return captures in the order of their times; one without a time stays behind the one before it."""
    moments = [_second(moment_of(one)) for one in captures]
    return [captures[place] for place in _by_time(range(len(captures)), moments)]


def _moment(article: Article) -> str | None:
    return article.captured_at or article.captured_on


def records(path: str | Path, revisions: str = NEWEST) -> Iterator[Article]:
    """Yield the records of an output, here or elsewhere: the `newest` capture of each article, or `all`.

    Raises:
        OSError: it is not there.
        ValueError: a line is no record, or the file cannot be read; the records before it were yielded.
    """
    bad: list[BadLine] = []
    here = fetched(str(path)) if is_remote(str(path)) else Path(path)
    for article in Captures(here, bad).of(revisions):
        if bad:
            break
        yield article
    if bad:
        raise ValueError(str(bad[0]))


class _Seen(msgspec.Struct):
    id: str
    captured_at: str | None = None
    captured_on: str | None = None


_seen = msgspec.json.Decoder(_Seen).decode
_SECOND = len("20240430100000")


class Captures:
    """The captures of an output, and which of them is the newest of its article: 24 bytes a capture."""

    def __init__(self, path: Path, bad: list[BadLine]):
        self.path = path
        self.articles = 0
        """How many different articles there are."""
        self.captures = 0
        self._bad = bad
        self._older: frozenset[int] = frozenset()
        self._several: frozenset[int] = frozenset()
        self._learn()

    def _learn(self) -> None:
        """Find the newest capture of each article; what is damaged is told when the records are read."""
        numbers, keys, moments = array("Q"), array("Q"), array("Q")
        for number, line in lines(self.path, []):
            seen = _decoded(line)
            if seen:
                numbers.append(number)
                keys.append(key_of(seen.id))
                moments.append(_second(seen.captured_at or seen.captured_on))
        repeated = {one for one, other in pairwise(sorted(keys)) if one == other}
        places: dict[int, list[int]] = {key: [] for key in repeated}
        for place, key in enumerate(keys):
            if key in places:
                places[key].append(place)
        self._several = frozenset(repeated)
        self._older = frozenset(
            numbers[place] for of_one in places.values() for place in _by_time(of_one, moments)[:-1]
        )
        self.captures = len(keys)
        self.articles = len(keys) - len(self._older)

    def again(self) -> Captures:
        """Return the same for a further reading, which does not tell again what is damaged."""
        same = copy(self)
        same._bad = []  # noqa: SLF001 (one of our own kind)
        return same

    def of(self, which: str) -> Iterator[Article]:
        """Yield every capture (`all`) or the `newest` of each article, in the order of the file."""
        return articles(self.path, self._bad) if which == ALL else self.newest()

    def newest(self) -> Iterator[Article]:
        """Yield the newest capture of each article, in the order of the file."""
        return (article for article, is_newest in self.marked() if is_newest)

    def histories(self) -> Iterator[list[Article]]:
        """Yield the captures of each article in the order of their times, those of articles with several at the end."""
        several: dict[str, list[Article]] = {}
        for article in articles(self.path, self._bad):
            if key_of(article.id) in self._several:
                several.setdefault(article.id, []).append(article)
            else:
                yield [article]
        yield from (in_order(captures) for captures in several.values())

    def marked(self) -> Iterator[tuple[Article, bool]]:
        """Yield every capture, and whether it is the newest of its article."""
        for number, article in numbered_articles(self.path, self._bad):
            yield article, number not in self._older


def _decoded(line: bytes) -> _Seen | None:
    try:
        return _seen(line)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def _second(moment: str | None) -> int:
    """A time as a number that sorts alike; 0 for none."""
    digits = "".join(one for one in moment or "" if one in "0123456789")[:_SECOND]
    return int(digits.ljust(_SECOND, "0")) if digits else 0


def _by_time(places: Sequence[int], moments: Sequence[int]) -> list[int]:
    """The places of an article's captures by their times; one without a time stays behind the one before it."""
    timed: list[tuple[int, int]] = []
    for place in places:
        timed.append((moments[place] or (timed[-1][0] if timed else 0), place))
    return [place for _, place in sorted(timed)]
