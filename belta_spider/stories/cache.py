"""What a run keeps for the next one, so that an hour's articles cost an hour's work.

The file holds the facts and links of the last days. It may be deleted at any time: then all is made anew, the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

import msgspec

from belta_spider.output.replacing import replaced
from belta_spider.stories.facts.article import Facts
from belta_spider.stories.facts.rarity import DAYS as RARITY_DAYS
from belta_spider.stories.grouping.links import Links

_DAY = 24.0
_CHANGING = 5.0
"""Days from the newest article back within which others may come late; one that comes later has all made anew."""
_MARGIN = 7.0
"""Days before the stories that are made again: what is linked to them by steps reaches no further."""


class Kept(msgspec.Struct):
    """What is kept of an article."""

    digest: int
    window: int
    """Of all articles of the ten days before it: its links hold while these are the same."""
    facts: Facts
    links: Links
    meaning: bytes


class Cache(msgspec.Struct):
    """What is kept of a run."""

    key: str
    """Program, rules and options: what is kept holds for these alone."""
    start: float
    """The articles from here on are kept."""
    remade: float
    """The stories that begin from here on are made again."""
    settled: float
    """Articles before that must be the same as they were."""
    before: int
    """Sum of the digests of these."""
    articles: dict[str, Kept]


def key_of(*parts: object) -> str:
    """Return a digest of what the kept articles depend on."""
    return hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()


def read(path: Path, key: str, times: Iterable[tuple[float, int]]) -> Cache | None:
    """Return what the last run kept; None where there is nothing, or it holds no longer."""
    try:
        cache = msgspec.msgpack.decode(path.read_bytes(), type=Cache)
    except (OSError, msgspec.DecodeError):
        return None
    if cache.key != key or cache.before != _sum(times, cache.settled):
        return None
    return cache


def horizon(days: float) -> float:
    """Return how many hours back from the newest article are kept, where versions are so many days apart at most."""
    return (_CHANGING + max(RARITY_DAYS, days + _MARGIN)) * _DAY


def write(path: Path, key: str, times: Iterable[tuple[float, int]], articles: dict[str, Kept], days: float) -> None:
    """Keep the articles of the last days.

    Raises:
        OSError: it cannot be written.
    """
    known = list(times)
    newest = max((hours for hours, _ in known), default=0.0)
    settled = newest - _CHANGING * _DAY
    remade = settled - days * _DAY
    start = newest - horizon(days)
    held = {identity: kept for identity, kept in articles.items() if kept.facts.hours >= start}
    cache = Cache(key, start, remade, settled, _sum(known, settled), held)
    with replaced(path) as new:
        new.write_bytes(msgspec.msgpack.encode(cache))


def _sum(times: Iterable[tuple[float, int]], until: float) -> int:
    return sum(digest for hours, digest in times if hours < until) % 2**64
