"""HAR 1.2, in which browsers save what they asked for and what came: each answer that is a page."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from belta_spider.items import Page
from belta_spider.sources.archives import records
from belta_spider.sources.archives.frames import Frame
from belta_spider.sources.capture_times import utc
from belta_spider.sources.entries import Entry, Skipped, Unread
from belta_spider.sources.tables.values import Values
from belta_spider.sources.unpacking import Damage, Piece

if TYPE_CHECKING:
    from belta_spider.sources.place import Place

_ENTRIES = re.compile(rb'"entries"\s*:\s*(?=\[)')
_HEAD_LIMIT = 2**20
"""Bytes before the entries, a bound on memory: browsers put the pages' titles there."""
_STATUS = range(200, 600)
"""Others are no answers: browsers write 0 for what was not asked for in the end."""


def read(pieces: Iterable[Piece], place: Place, wanted: Callable[[str], bool]) -> Iterator[Entry]:
    """Yield the page in each answer, or why it is none, as of an archive's record; its record is its number, from 1."""
    found = Values(_entries_alone(pieces))
    for number, value in enumerate(found.values(), 1):
        if not found.is_array:  # what stands behind the entries
            return
        record = place.record(str(number))
        if isinstance(value, Damage):
            detail = f"entry {number}, byte {value.offset}: {value.detail}"
            yield Unread(place.uri, value.cause, detail, record, value.offset)
        elif _inside(value, "request") and _inside(value, "response"):  # behind damage, anything may stand
            yield from _entries(value, place, record, wanted)


def _entries_alone(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """The pieces with blanks in the place of what stands before the entries: so offsets stay."""
    rest, head = iter(pieces), bytearray()
    for piece in rest:
        if isinstance(piece, bytes):
            head += piece
        elif isinstance(piece, Damage):
            rest = iter((piece,))
            break
        else:
            yield piece
        if found := _ENTRIES.search(head):
            head[: found.end()] = b" " * found.end()
            break
        if len(head) > _HEAD_LIMIT:
            rest = iter((Damage("too_large", f"no entries within {_HEAD_LIMIT} bytes", 0),))
            break
    yield bytes(head) if head.startswith(b" ") else b"["
    yield from rest


def _inside(value: Any, name: str) -> dict[str, Any]:
    """An object within an object; an empty one where there is none."""
    found = value.get(name) if isinstance(value, dict) else None
    return found if isinstance(found, dict) else {}


def _entries(entry: Mapping[str, Any], place: Place, record: str, wanted: Callable[[str], bool]) -> Iterator[Entry]:
    response = _inside(entry, "response")
    url, status, content = _inside(entry, "request").get("url"), response.get("status"), _inside(response, "content")
    if not isinstance(url, str) or status not in _STATUS:
        yield Skipped(place.uri, "not_a_page")
        return
    if not wanted(url):
        yield Skipped(place.uri, "other_site")
        return
    page = Page("table", place.uri, b"", record=record, url=url, captured_at=utc(entry.get("startedDateTime")))
    try:
        body = _body_of(content)
    except ValueError as error:
        yield Unread(place.uri, "damaged_http", f"entry {record}: {error}", record)
        return
    media = " ".join(str(content.get("mimeType") or "").split())
    message = f"HTTP/1.1 {status}\r\nContent-Type: {media}\r\n\r\n".encode() + (body or b"")
    for one in records.page_in(Frame(0, records.HTTP_MESSAGE, message, 0), page, is_text=False):
        if isinstance(one, Page) and body is None:
            detail = f"entry {record}: its text was not saved: save it as HAR with content"
            yield Unread(place.uri, "truncated", detail, record)
            continue
        if isinstance(one, Page) and content.get("encoding") != "base64":
            one.charset = "utf-8"  # as it is written here, whatever it came in
        yield one


def _body_of(content: Mapping[str, Any]) -> bytes | None:
    """The bytes of an answer; None where there were some that were not saved."""
    text = content.get("text")
    if not isinstance(text, str):
        return None if content.get("size") else b""
    if content.get("encoding") == "base64":
        return base64.b64decode(text)
    return text.encode("utf-8", "replace")
