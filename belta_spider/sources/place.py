"""Where a stream is, and what a run wants of it."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import msgspec

from belta_spider.editions.addresses import SITE, is_of_the_site
from belta_spider.sources.entries import Entry, Unread
from belta_spider.sources.revisits import Captures


def cells_of(columns: Mapping[str, str]) -> tuple[str, str]:
    """The columns that a table's pages stand in."""
    return columns.get("text", "text"), columns.get("html", "html")


@dataclass(frozen=True, slots=True)
class OfTheSite:
    """Whether an address is the site's, or on a host of a further edition."""

    others: tuple[str, ...] = ()
    """Hosts as they stand in an address: `//host/`."""

    def __call__(self, url: str) -> bool:
        if not self.others:
            return is_of_the_site(url)
        return is_of_the_site(url) or any(host in url for host in self.others)

    @property
    def marks(self) -> tuple[str, ...]:
        """What stands in each such address, in letters of any case, where all of it is ASCII that can be printed."""
        return (SITE, *self.others)


OF_THE_SITE = OfTheSite()


@dataclass(frozen=True, slots=True)
class Wants:
    """What a run asks of its files, and what it knows of all of them."""

    columns: Mapping[str, str]
    wanted: Callable[[str], bool]
    read: Callable[[io.BufferedReader, Place, Wants], Iterator[Entry]]
    """Reads a stream of any kind: what a container calls for its members."""
    captures: Captures = field(default_factory=Captures)

    @property
    def cells(self) -> tuple[str, str]:
        """The columns that a table's pages stand in."""
        return cells_of(self.columns)


class Place(msgspec.Struct, frozen=True):
    """Where a stream stands."""

    uri: str
    name: str
    """The path of the file or member, which speaks where the content does not."""
    member: str = ""
    """The path inside the container at `uri`; for records and messages."""
    is_listed: bool = False
    """Whether it stands among others, in a folder or container: what holds no page is passed over there."""
    depth: int = 0
    unpackings: int = 0

    def inside(self, member: str) -> Place:
        """The place of a member of the container at this one."""
        path = f"{self.member}/{member}" if self.member else member
        return Place(self.uri, member, path, True, self.depth + 1)

    def record(self, number: str) -> str:
        """The name of a row: its number, behind the member that it stands in."""
        return f"{self.member}#{number}" if self.member else number

    def unread(self, cause: str, detail: str, offset: int | None = None) -> Unread:
        """Say what could not be read here."""
        words = f"{self.member}: {detail}" if self.member else detail
        return Unread(self.uri, cause, words, self.member or None, offset)
