"""Where a capture is fetched: its raw replay at an archive, or its record's bytes in an archive's file."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import urljoin

from belta_spider.sources.indexes.captures import Capture

_REPLAY = re.compile(r"/(?P<timestamp>\d{4,14})(?:[a-z]{2}_)?/(?P<url>(?:https?:)?/{0,2}[^/].*)$", re.DOTALL)
_RANGE = re.compile(r"bytes (?P<start>\d{1,18})-(?P<end>\d{1,18})/(?:\d{1,18}|\*)")
_UNKNOWN = 2 * 2**20
"""Bytes that are asked for where the index states no length: BelTA's largest pages have a fourth of that, packed."""


class Replay(NamedTuple):
    """What an address of an archive names."""

    timestamp: str
    url: str


def address_of(base: str, capture: Capture) -> str:
    """Return the address of a capture as it came (`id_`), without what the archive adds for browsers."""
    return f"{base.rstrip('/')}/{capture.timestamp}id_/{capture.url}"


def replay_at(address: str, base: str) -> Replay | None:
    """Return what an address below the archive's base names, over http or https; None of another.

    >>> replay_at("https://web.archive.org/web/20190401000000id_/https://deu.belta.by/x", "https://web.archive.org/web")
    Replay(timestamp='20190401000000', url='https://deu.belta.by/x')
    """
    found = _REPLAY.fullmatch(_below(address, base))
    if not found:
        return None
    url = found["url"]
    return Replay(found["timestamp"], url if url.lower().startswith("http") else f"http://{url.lstrip('/')}")


def _below(address: str, base: str) -> str:
    """What stands behind the archive's base; nothing of another address."""
    host, slash, path = base.rstrip("/").partition("://")[2].partition("/")
    place = re.escape(host.removesuffix(":80").removesuffix(":443"))
    found = re.match(rf"https?://{place}(?::80|:443)?{re.escape(slash + path)}(?=/)", address, re.IGNORECASE)
    return address[found.end() :] if found else ""


def raw(address: str, base: str) -> str:
    """Return the address of the capture as it came, for one that shows it in the archive's frame."""
    found = replay_at(address, base)
    if not found:
        return address
    return f"{address[: len(address) - len(_below(address, base))]}/{found.timestamp}id_/{found.url}"


def target(location: str, address: str) -> str:
    """Return where a redirect leads; nothing where that is no address."""
    try:
        return urljoin(address, location.strip())
    except ValueError:
        return ""


def file_of(base: str, capture: Capture) -> str:
    """Return the address of the archive file that holds a capture's record."""
    name = capture.filename or ""
    return name if "://" in name else f"{base.rstrip('/')}/{name.lstrip('/')}"


def range_of(capture: Capture) -> tuple[int, int]:
    """Return the first byte of a capture's record, and the one behind it."""
    start = capture.offset or 0
    return start, start + (capture.length or _UNKNOWN)


def part_of(body: bytes, status: int, content_range: str, span: tuple[int, int]) -> bytes | None:
    """Return the bytes that were asked for, of an answer with a part of a file (206), or with all of it (200).

    None where they are not what was asked for; fewer, where the answer ends before them.
    """
    start, end = span
    if status == 200:
        return body[start:end]
    found = _RANGE.fullmatch(content_range.strip())
    return body[: end - start] if found and int(found["start"]) == start else None
