"""What an answer with a capture holds: the page, or why there is none."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple

from scrapy.http import Response

from belta_spider.archives.warc import record_of
from belta_spider.extensions.page_item import PageItem
from belta_spider.items import Page
from belta_spider.live.responses import header_of
from belta_spider.live.state import ArticleState
from belta_spider.sources.capture_times import utc
from belta_spider.sources.entries import Dropped, Entry
from belta_spider.sources.indexes import replays
from belta_spider.sources.indexes.captures import Capture, moment_of
from belta_spider.sources.indexes.records import entries_of

ARCHIVE = "archive"
"""The kind of source of what was asked of an archive."""


@dataclass(slots=True)
class Chain:
    """An article's captures in the order of asking; the first that is whole is wanted."""

    known: ArticleState
    captures: list[Capture]
    cut: PageItem | None = field(default=None, repr=False)
    """The first that was cut off, where none is whole."""

    @property
    def capture(self) -> Capture:
        """The one that is asked for."""
        return self.captures[0]


class Came(NamedTuple):
    """An answer, read."""

    record: bytes
    """Its WARC record, gzipped if the archive has it so."""
    entries: list[Entry]
    page: Page | None
    is_sure: bool
    """Whether it is the capture that was asked for, by the archive's own word or by the digest."""
    digest: str
    """`same` or `other` than the index's; nothing where that states none."""


def read_replay(response: Response, chain: Chain, base: str, *, is_cut: bool) -> Came:
    """Read the raw replay of a capture; one that `is_cut` has a body that ends too early."""
    capture = chain.capture
    found = replays.replay_at(response.url, base)
    moment = _memento(response) or moment_of(found.timestamp if found else capture.timestamp) or capture.moment
    url = found.url if found else capture.url
    record = record_of(response, url, moment or "1970-01-01T00:00:00Z", is_cut=is_cut)
    return _came(record, response, chain, is_own="Memento-Datetime" in response.headers, keeps_record=False)


def read_range(response: Response, chain: Chain) -> Came | None:
    """Read the record in a part of an archive's file; None where that is not what was asked for, or not all of it."""
    span = replays.range_of(chain.capture)
    data = replays.part_of(response.body, response.status, header_of(response, "Content-Range") or "", span)
    if data is None or (chain.capture.length and len(data) < span[1] - span[0]):
        return None
    return _came(data, response, chain, is_own=True, keeps_record=True)


def _came(record: bytes, response: Response, chain: Chain, *, is_own: bool, keeps_record: bool) -> Came:
    entries = list(_of_the_archive(entries_of(record, response.url), response.url, keeps_record=keeps_record))
    if keeps_record and not chain.capture.length:
        entries = entries[:1]
    page = next((entry for entry in entries if isinstance(entry, Page)), None)
    bodies = [response.body] + ([page.body] if page else [])
    digest = _compared(chain.capture.digest, bodies)
    return Came(record, entries, page, is_own or digest != "other", digest)


def _of_the_archive(entries: Iterator[Entry], address: str, *, keeps_record: bool) -> Iterator[Entry]:
    """The entries under the archive's address; a record that was made here has a name that means nothing."""
    for entry in entries:
        if isinstance(entry, (Page, Dropped)):
            entry.kind, entry.uri = ARCHIVE, address
            entry.record = entry.record if keeps_record else None
        yield entry


def _compared(stated: str, bodies: list[bytes]) -> str:
    """Whether a body has the digest that the index states: as it came, or unpacked."""
    if not stated:
        return ""
    found: set[Any] = set()
    for body in bodies:
        digest = hashlib.sha1(body, usedforsecurity=False)
        found |= {base64.b32encode(digest.digest()).decode(), digest.hexdigest().upper()}
    return "same" if stated.upper() in found else "other"


def _memento(response: Response) -> str | None:
    """The capture's time, as the archive states it (RFC 7089, 2.1.1)."""
    try:
        return utc(parsedate_to_datetime(header_of(response, "Memento-Datetime") or ""))
    except (TypeError, ValueError):
        return None
