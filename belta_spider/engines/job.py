"""What a job is asked for: the arguments of `scrapy crawl belta`, and the parts that its input is divided into."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from belta_spider import cleaning, sources
from belta_spider.cleaning import choice
from belta_spider.editions import load
from belta_spider.editions.dates import MINSK
from belta_spider.sources.archives import parts
from belta_spider.sources.entries import Entry
from belta_spider.sources.finding import STDIN
from belta_spider.text.printable import nearest

CAPTURES = ("first", "newest", "all")
ARGUMENTS = ("source", "edition", "any_site", "captures", "columns", *choice.ARGUMENTS, "audit", "part")
"""Those of a crawl over saved pages; `audit=0` writes none; `part` is how many bytes of a .warc.gz one task reads."""


@dataclass(frozen=True)
class Part:
    """What one task reads."""

    shard: int
    """The file's place in reading order."""
    path: Any
    uri: str
    is_listed: bool = False
    """Whether it stands in a folder, where what holds no page is passed over."""
    span: parts.Span | None = None
    """A range of its bytes; None for the whole file."""
    entries: tuple[Entry, ...] = field(default=(), repr=False)
    """In place of a file: what was left out on the way to the files."""

    @property
    def name(self) -> str:
        """Sorted by it, parts are in reading order."""
        return f"{self.shard + 1:07d}-{self.span[0] if self.span else 0:015d}"


class Job:
    """The arguments of a job, checked; small enough to be sent to each task.

    Raises:
        ValueError: one is wrong; says which, and what it may be.
    """

    def __init__(self, given: Mapping[str, str]):
        for name, value in given.items():
            if name not in ARGUMENTS:
                raise ValueError(
                    f"unknown argument: {name}={value}{nearest(name, ARGUMENTS)}; known: {' '.join(ARGUMENTS)}"
                )
        self.given = dict(given)
        self.source = given.get("source", "")
        if not self.source.strip():
            raise ValueError("source= names nothing to read")
        self.captures = given.get("captures") or CAPTURES[0]
        if self.captures not in CAPTURES:
            raise ValueError(f"unknown captures: {self.captures} (known: {' '.join(CAPTURES)})")
        for name in ("any_site", "audit"):
            if given.get(name, "0") not in {"0", "1"}:
                raise ValueError(f"{name}={given[name]}: 0 or 1")
        if not given.get("part", "1").isdecimal() or given.get("part") == "0":
            raise ValueError(f"part={given['part']}: not a number of bytes")
        self.columns = sources.columns_of(given["columns"]) if given.get("columns") else {}
        options_of(given.get("edition"), self.given.get("any_site"), self.given.get("audit"))
        self.choice = choice.read(self.given, load(), datetime.now(MINSK).date())

    @property
    def options(self) -> cleaning.Options:
        """What the cleaner is told."""
        return options_of(self.given.get("edition"), self.given.get("any_site"), self.given.get("audit"))

    def parts(self) -> Iterator[Part]:
        """Yield what the tasks read, in reading order.

        Raises:
            SourceError: no such path, or nothing in it to read.
        """
        found = sources.find(self.source)
        if any(uri == STDIN for _, uri in found):
            raise ValueError("a job cannot read standard input")
        if found.left_out:
            yield Part(-1, None, "", entries=tuple(sources.left_out(found)))
        size = int(self.given.get("part", parts.SIZE))
        for shard, (path, uri) in enumerate(found):
            for span in (*parts.spans(path, _size(path), size),) or (None,):
                yield Part(shard, path, uri, uri in found.listed, span)


def _size(path: Any) -> int:
    try:
        return int(path.stat().st_size)
    except OSError:
        return 0


@lru_cache
def options_of(edition: str | None, any_site: str | None, audit: str | None) -> cleaning.Options:
    """Return what the cleaner is told, made once in a process.

    Raises:
        ValueError: an unknown edition.
    """
    editions = load()
    if edition and edition not in editions.by_code:
        raise ValueError(f"unknown edition: {edition} (known: {' '.join(editions.by_code)})")
    return cleaning.Options(edition or None, audit != "0", editions, any_site == "1")
