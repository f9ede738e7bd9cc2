"""What a run over an archive is asked for: from `-a source=wayback` and its like."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from belta_spider.archives.limits import Paces, paces_of
from belta_spider.editions import Editions
from belta_spider.editions.addresses import Address
from belta_spider.live import arguments as live_arguments
from belta_spider.live.arguments import LiveArguments
from belta_spider.live.mirrors import Bases, origin
from belta_spider.sources.indexes import queries
from belta_spider.sources.indexes.captures import Capture
from belta_spider.sources.indexes.files import IndexFiles

ARGUMENTS = ("replay", "base")
KINDS = ("wayback", "commoncrawl", "cdx", "records")
SHAPES = "wayback, commoncrawl:CC-MAIN-2024-10, cdx:ADDRESS-OR-FILE or records:FILE"
_OF_LIVE = ("editions", "since", "until", "sections", "max_pages", "max_minutes")
_DATA = "https://data.commoncrawl.org"
_CRAWL = re.compile(r"CC-MAIN-[0-9][0-9-]{3,20}")
_WEB = ("http://", "https://")
_FAR = (*_WEB, "s3://")
_LOOKED_AT = 100
"""Captures of an index whose files are looked for beside it."""


@dataclass(frozen=True, slots=True)
class ArchiveArguments:
    """Where an index is, where its captures are, and which of them are asked for."""

    scope: LiveArguments
    """Editions, days and sections, and how much of them."""
    which: str
    """Of an article's captures: first, newest or all."""
    indexes: tuple[str, ...] = ()
    """Addresses of index servers, in the order in which they are asked."""
    catalogue: str = ""
    """The address of Common Crawl's list of its crawls, where all of them are asked for."""
    files: IndexFiles | None = None
    """Index files of this machine."""
    replay: str = ""
    """Where captures are replayed; else they are read out of the files below `base`."""
    base: str = ""
    folder: Path | None = None
    """Where the archive files are, if they are on this machine."""

    @property
    def editions(self) -> tuple[Any, ...]:
        return self.scope.editions

    @property
    def bases(self) -> Bases:
        """The archive's addresses: nothing else is asked."""
        return self.scope.bases

    @property
    def site_hosts(self) -> frozenset[str]:
        """None: the site itself is not asked."""
        return frozenset()

    @property
    def host(self) -> str:
        """The archive's name, for people."""
        return next((urlsplit(one).netloc for one in self.asked()), "the archive")

    def asked(self) -> Iterator[str]:
        """The addresses that may be asked."""
        yield from filter(None, (*self.indexes, self.catalogue, self.replay, self.base))

    def paces(self, asked: float | None) -> Paces:
        """How often the index and the captures may be asked for; `asked` is the user's own wish, in seconds."""
        return paces_of(next(iter(self.indexes), self.catalogue), self.replay or self.base, asked)

    def includes(self, address: Address) -> bool:
        """Whether an address's article may be one that is asked for."""
        if not address.id or not self.scope.includes_edition(address.edition.code):
            return False
        year = address.id.rpartition("-")[2] if address.id.count("-") == 2 else ""
        is_of_year = self.scope.may_include(int(year) if len(year) == 4 and year.isdecimal() else None)
        return is_of_year and self.scope.includes_section(address.section)


class _Told(NamedTuple):
    """What was typed."""

    source: str
    rest: str
    """What stands behind the source's kind."""
    replay: str
    base: str
    settings: Mapping[str, Any]


def kind_of(source: str) -> str | None:
    """Return the kind of archive that a source names; None of another source."""
    kind = source.partition(":")[0]
    return kind if kind in KINDS and (":" in source or kind in {"wayback", "commoncrawl"}) else None


def read(
    source: str,
    given: Mapping[str, str | None],
    which: str,
    editions: Editions,
    settings: Mapping[str, Any],
    today: date,
) -> ArchiveArguments:
    """Check what is asked of an archive. `settings` has the addresses of the Wayback Machine and of Common Crawl.

    Raises:
        ValueError: something is wrong: says what, and what it may be.
    """
    asked = {name: given.get(name) for name in _OF_LIVE}
    scope = live_arguments.read(asked, editions, {}, today)
    found = ArchiveArguments(scope, which)
    kind, _, rest = source.partition(":")
    replay, base = (_address(name, given.get(name) or "") for name in ARGUMENTS)
    told = _Told(source, rest.strip(), replay, base, settings)
    if told.replay and told.base:
        raise ValueError("replay= and base= together: captures are replayed, or read out of files")
    found = _READERS[kind](found, told)
    found.bases.origins |= set(_origins(found.asked()))
    return found


def _origins(addresses: Iterable[str]) -> Iterator[tuple[str, str, int]]:
    """Scheme, host and port of what may be asked, by https too where it is named by http."""
    for address in addresses:
        scheme, host, port = origin(address)
        yield scheme, host, port
        if (scheme, port) == ("http", 80):
            yield "https", host, 443


def _address(name: str, value: str) -> str:
    if "://" in value or name == "replay":
        is_known = value.startswith(_FAR if name == "base" else _WEB)
        try:
            parts = urlsplit(value)
            is_known = is_known and bool(parts.hostname) and not (parts.query or parts.fragment)
        except ValueError:
            is_known = False
        if value and not is_known:
            raise ValueError(f"{name}={value}: no address such as https://archive.example/collection")
    return value.rstrip("/") if len(value) > 1 else value


def _read_wayback(found: ArchiveArguments, told: _Told) -> ArchiveArguments:
    if ":" in told.source:
        raise ValueError(f"source={told.source}: write source=wayback, and cdx:ADDRESS for another archive's index")
    _refuse(told.source, replay=told.replay, base=told.base)
    place = told.settings["BELTA_WAYBACK_URL"].rstrip("/")
    return replace(found, indexes=(f"{place}/cdx/search/cdx",), replay=f"{place}/web")


def _read_common_crawl(found: ArchiveArguments, told: _Told) -> ArchiveArguments:
    source, rest, replay, base, settings = told
    _refuse(source, replay=replay)
    if base and not base.startswith(_FAR):
        raise ValueError(f"base={base}: Common Crawl's files are read over https or s3: base=s3://commoncrawl")
    place = settings["BELTA_COMMONCRAWL_URL"].rstrip("/")
    crawls = [one.strip() for one in rest.split(",") if one.strip()]
    for one in crawls:
        if not _CRAWL.fullmatch(one):
            raise ValueError(f"source={source}: no crawl is named like {one}; they are named like CC-MAIN-2024-10")
    if not crawls and ":" in source:
        raise ValueError(f"source={source}: names no crawl: commoncrawl:CC-MAIN-2024-10, or commoncrawl for all")
    crawls = sorted(dict.fromkeys(crawls), reverse=found.which == "newest")
    indexes = tuple(f"{place}/{one}-index" for one in crawls)
    catalogue = "" if crawls else f"{place}/collinfo.json"
    return replace(found, indexes=indexes, catalogue=catalogue, base=base or _DATA)


def _read_cdx(found: ArchiveArguments, told: _Told) -> ArchiveArguments:
    source, rest, replay, base, _ = told
    if not rest:
        raise ValueError(f"source={source}: names no index: cdx:https://archive.example/collection/cdx, or cdx:FILE")
    if not rest.startswith(_WEB):
        return _read_records(found, told)
    place = _index(source, rest)
    if base and not base.startswith(_FAR):
        raise ValueError(f"base={base}: of a server's index the files are read over https or s3")
    replay = replay or ("" if base else queries.replay_of(place) or "")
    if not replay and not base:
        raise ValueError(f"source={source}: where are its captures? -a replay=ADDRESS, or -a base=ADDRESS of the files")
    return replace(found, indexes=(place,), replay=replay, base=base)


def _index(source: str, place: str) -> str:
    try:
        parts = urlsplit(place)
        if parts.hostname and not parts.fragment and (parts.port is None or parts.port):
            return place.rstrip("?&")
    except ValueError:
        pass
    raise ValueError(f"source={source}: no address such as cdx:https://archive.example/collection/cdx")


def _read_records(found: ArchiveArguments, told: _Told) -> ArchiveArguments:
    source, rest, replay, base, _ = told
    if not rest:
        raise ValueError(f"source={source}: names no file: records:coordinates.parquet")
    if "://" in rest:
        raise ValueError(f"source={source}: an index is read from a file of this machine: fetch it first")
    files = IndexFiles(rest, source)
    found = replace(found, files=files, replay=replay, base=base)
    if replay or base.startswith(_FAR):
        return found
    if base and not Path(base).is_dir():
        raise ValueError(f"base={base}: no such folder")
    folder = _folder(files, Path(base) if base else None)
    if folder is None:
        where = f"in {base}" if base else "beside it"
        raise ValueError(
            f"source={source}: the archive files that it names are not {where}: "
            "-a base=FOLDER or https://... or s3://..., or -a replay=ADDRESS"
        )
    return replace(found, folder=folder)


def _folder(files: IndexFiles, base: Path | None) -> Path | None:
    """The folder in which the first captures' files are: the one that is named, the index's, or pywb's `archive`."""
    for number, (path, capture) in enumerate(files):
        if number >= _LOOKED_AT:
            break
        if isinstance(capture, Capture) and capture.has_record:
            for folder in [base] if base else [path.parent, path.parent.parent / "archive"]:
                if (folder / str(capture.filename)).is_file():
                    return folder
    return None


def _refuse(source: str, **given: str) -> None:
    for name, value in given.items():
        if value:
            raise ValueError(f"{name}={value}: source={source} tells where its captures are")


_READERS = {
    "wayback": _read_wayback,
    "commoncrawl": _read_common_crawl,
    "cdx": _read_cdx,
    "records": _read_records,
}
__all__ = ["ARGUMENTS", "KINDS", "SHAPES", "ArchiveArguments", "kind_of", "read"]
