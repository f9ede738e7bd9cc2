"""What a run keeps for the next one, so that an hour's articles cost an hour's work.

The file holds the facts of the last days and the links of what may still change. It may be deleted at any time: then
all is made anew, the same.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

import msgspec

from belta_spider.output.replacing import replaced
from belta_spider.stories.build import Known
from belta_spider.stories.facts.article import Facts
from belta_spider.stories.facts.rarity import DAYS as RARITY_DAYS
from belta_spider.stories.grouping.links import Links

_encode = msgspec.msgpack.Encoder().encode
_facts, _known = msgspec.msgpack.Decoder(Facts).decode, msgspec.msgpack.Decoder(Known).decode
DIGEST = 16
"""Bytes at the start of the file that tell whether the rest is as it was written."""
_DAY = 24.0  # hours, in which times are counted here
_CHANGING = 5.0
"""Days from the newest article back within which others may come late; one that comes later has all made anew."""

Time = tuple[float, int]
"""The publication of an article, and the digest of what it says."""


class Kept(msgspec.Struct):
    """What is kept of an article, packed: unpacked it takes five times as much memory, and few are asked for."""

    digest: int
    hours: float
    facts: msgspec.Raw
    known: msgspec.Raw


class Cache(msgspec.Struct):
    """What is kept of a run."""

    key: str
    """Program, rules and options: what is kept holds for these alone."""
    settled: float
    """Articles before that moment must be the same as they were."""
    before: int
    """Sum of the digests of these."""
    recent: list[Time]
    """All others."""
    left_alone: int
    """Articles without figures that nothing can bring into a story any more."""
    articles: dict[str, Kept]
    """Those of the last days, by id."""
    links: list[Links]
    """Those of the articles whose stories may still change, by publication and id."""

    def changed(self, times: Iterable[Time]) -> float:
        """Return the moment before which no article has come, gone or been edited since."""
        if self.settled == -math.inf:
            return -math.inf
        now, was = Counter(one for one in times if one[0] >= self.settled), Counter(self.recent)
        return min((hours for hours, _ in [*(now - was), *(was - now)]), default=math.inf)


NOTHING = Cache("", -math.inf, 0, [], 0, {}, [])
"""What is kept where there was no run before, or what it kept holds no longer."""


class Spans(NamedTuple):
    """Moments, in hours since 1970."""

    changed: float
    """Before that one no article has come, gone or been edited since the last run."""
    settled: float
    """From this one on others may come late."""
    stories: float
    """What is linked to nothing from here on is done with."""
    facts: float


def spans(times: Callable[[], Iterable[Time]], days: float, before: Cache) -> Spans:
    """Return from where on what is made anew and kept, where versions are so many days apart at most."""
    newest = max((hours for hours, _ in times()), default=0.0)
    settled = max(newest - _CHANGING * _DAY, before.settled)
    return Spans(before.changed(times()), settled, settled - days * _DAY, settled - reach(days))


def reach(days: float) -> float:
    """Return how many hours back the facts are asked for that an article's links depend on."""
    return (days + RARITY_DAYS) * _DAY


def key_of(*parts: object) -> str:
    """Return a digest of what the kept articles depend on."""
    return hashlib.sha256("\x1f".join(map(str, (*parts, Facts.__struct_fields__))).encode()).hexdigest()


def read(path: Path, key: str, times: Iterable[Time]) -> Cache:
    """Return what the last run kept; nothing where it holds no longer."""
    try:
        with path.open("rb") as file:
            digest, kept = file.read(DIGEST), file.read()
        cache = msgspec.msgpack.decode(kept, type=Cache)
    except (OSError, msgspec.DecodeError):
        return NOTHING
    if digest != _digest(kept) or cache.key != key or cache.before != sum_before(times, cache.settled):
        return NOTHING
    return cache


def packed(digest: int, facts: Facts, known: Known) -> Kept:
    """Return what is to be kept of an article."""
    return Kept(digest, facts.hours, msgspec.Raw(_encode(facts)), msgspec.Raw(_encode(known)))


def unpacked(kept: Kept) -> tuple[Facts, Known]:
    """Return what is kept of an article."""
    return _facts(kept.facts), _known(kept.known)


def write(path: Path, cache: Cache) -> None:
    """Keep it for the next run.

    Raises:
        OSError: it cannot be written.
    """
    with replaced(path) as new:
        kept = _encode(cache)
        with new.open("wb") as file:
            file.write(_digest(kept))
            file.write(kept)


def _digest(kept: bytes) -> bytes:
    """A damaged file is as good as none."""
    return hashlib.blake2b(kept, digest_size=DIGEST).digest()


def sum_before(times: Iterable[Time], moment: float) -> int:
    """Return the sum of the digests of all articles before a moment."""
    return sum(digest for hours, digest in times if hours < moment) % 2**64
