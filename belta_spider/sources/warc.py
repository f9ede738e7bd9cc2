"""WARC 1.0 and 1.1 (ISO 28500) and WET: the site's pages, and on after damage.

Where a record starts and ends is told here, as a reader that stops at the first wrong byte would
lose the rest of the file; what stands in it is read by FastWARC.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from fastwarc.warc import WarcRecord

from belta_spider.items import DUPLICATE, Page
from belta_spider.sources.capture_times import utc
from belta_spider.sources.detection import is_markup
from belta_spider.sources.entries import Dropped, Skipped, Unread
from belta_spider.sources.files import PAGE_LIMIT
from belta_spider.sources.unpacking import Damage, Member, Piece

_HEADER_LIMIT = 64 * 2**10
_BLOCK_LIMIT = PAGE_LIMIT + _HEADER_LIMIT
_COUNTED = 1000
_SNIFFED = 4096
_SORTS = frozenset({b"response", b"resource", b"conversion", b"revisit", b"continuation"})
_START = re.compile(rb"WARC/\d\.\d\r?\n")
_START_LENGTH = 16
_END = re.compile(rb"\r\n\r\n|\n\n|(?:\r?\n)?WARC/\d")
_HEADER_END = re.compile(rb"\r?\n\r?\n")
_NEXT = re.compile(rb"\nWARC/\d\.\d\r?\n")
_CHUNKED = re.compile(rb"(?im)^transfer-encoding:[ \t]*chunked[ \t]*\r?\n")
_CHUNK = re.compile(rb"(?:\r?\n)?[ \t]*([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]{0,4096})?\r?\n")
_FIELD = re.compile(rb"^([A-Za-z-]+):[ \t]*(.*?)[ \t]*\r?$", re.MULTILINE)
_ALGORITHMS = {"sha1", "sha256", "sha512", "md5"}
_FAILED, _REDIRECT = 400, 300


Entry = Page | Unread | Skipped | Dropped
Header = dict[bytes, bytes]


@dataclass(slots=True)
class _Frame:
    """A record as it stands in the file."""

    offset: int
    header: Header
    data: bytes
    """Header and block, up to the limit."""
    block: int
    """Where in the data the block starts."""
    is_cut: bool = False
    """Whether the block is longer than what was read of it."""


@dataclass(slots=True)
class _RecordError(Exception):
    """The record at hand is none, or not whole."""

    cause: str
    detail: str
    header: Header = field(default_factory=dict)
    offset: int = 0


def read(
    pieces: Iterable[Piece], uri: str, kind: str, wanted: Callable[[str], bool], inside: str = ""
) -> Iterator[Entry]:
    """Yield the pages of an archive whose addresses are `wanted`, and what became of its other records.

    `kind` is warc or wacz (a conversion record is wet in any case); `inside` the member of a
    WACZ, for messages.
    """
    skipped: Counter[str] = Counter()
    frame = None
    for frame in _Frames(pieces).frames():
        for entry in _entries(frame, uri, kind, wanted):
            if isinstance(entry, Skipped):
                skipped[entry.cause] += 1
                continue
            if isinstance(entry, Unread):
                entry.detail = f"{inside} at byte {entry.offset}: {entry.detail}".lstrip()
            yield entry
        if skipped.total() >= _COUNTED:
            yield from _counts(skipped, uri)
    yield from _counts(skipped, uri)
    if frame is None:
        yield Unread(uri, "empty", f"{inside} no record in it".lstrip())


def _counts(skipped: Counter[str], uri: str) -> list[Skipped]:
    counts = [Skipped(uri, cause, count) for cause, count in skipped.items()]
    skipped.clear()
    return counts


# Where records start and end


class _Frames:
    """Cuts a stream of bytes into records."""

    def __init__(self, pieces: Iterable[Piece]):
        self.pieces = iter(pieces)
        self.buffer = bytearray()
        self.position = 0
        """Of the buffer's first byte, without the compression."""
        self.members: deque[tuple[int, Member]] = deque()
        """Where members start, by position: to say where in the file a record stands."""
        self.wall: Damage | None = None
        """What comes after the buffer does not go on from it."""

    def frames(self) -> Iterator[_Frame | _RecordError]:
        while self._skip_blank() or self.wall:
            if not self.buffer and self.wall:
                wall, self.wall = self.wall, None
                yield _RecordError(wall.cause, wall.detail, offset=wall.offset)
                continue
            offset = self._offset()
            try:
                frame = self._frame(offset)
            except _RecordError as broken:
                broken.offset = offset
                yield broken
                self._find_next()
            else:
                yield frame

    def _pull(self) -> bool:
        """Take one more piece of data into the buffer; return False at the end, or at damage."""
        while self.wall is None:
            piece = next(self.pieces, None)
            if isinstance(piece, bytes):
                self.buffer += piece
                return True
            if piece is None:
                return False
            if isinstance(piece, Member):
                self.members.append((self.position + len(self.buffer), piece))
            else:
                self.wall = piece
        return False

    def _fill(self, size: int) -> bool:
        while len(self.buffer) < size:
            if not self._pull():
                return False
        return True

    def _drop(self, size: int) -> None:
        del self.buffer[:size]
        self.position += size
        while len(self.members) > 1 and self.members[1][0] <= self.position:
            self.members.popleft()

    def _offset(self) -> int:
        """Where in the file the buffer starts: the byte, or the compressed member around it."""
        start, member = self.members[0]
        return member.offset + (self.position - start if member.is_plain else 0)

    def _skip_blank(self) -> bool:
        """Move to the next byte that is no line end; return whether there is one."""
        while self._fill(1):
            blank = len(self.buffer) - len(self.buffer.lstrip(b"\r\n"))
            self._drop(blank)
            if self.buffer:
                return True
        return False

    def _frame(self, offset: int) -> _Frame:
        block = self._header_end()
        header = {name.lower(): value for name, value in _FIELD.findall(self.buffer, 0, block)}
        length = header.get(b"content-length", b"")
        if not re.fullmatch(rb"\d{1,18}", length):
            raise _RecordError("wrong_length", "the record states no Content-Length", header)
        size = block + int(length)
        kept = min(size, block + _BLOCK_LIMIT)
        if not self._fill(kept):
            raise self._short(header)
        if size > kept:
            return self._oversized(offset, header, block, size)
        if not self._ends_at(size):
            raise _RecordError("wrong_length", "the record does not end where its Content-Length says", header)
        if self.wall and self.wall.cause == "damaged_compression" and self.wall.offset == offset:
            raise self._short(header)
        data = bytes(self.buffer[:size])
        self._drop(size)
        return _Frame(offset, header, data, block)

    def _header_end(self) -> int:
        """Where the record's block starts."""
        self._fill(_START_LENGTH)
        if not _START.match(self.buffer):
            raise _RecordError("damaged_record", "no WARC record starts here")
        while True:
            found = _HEADER_END.search(self.buffer, 0, _HEADER_LIMIT)
            if found:
                return found.end()
            if len(self.buffer) >= _HEADER_LIMIT:
                raise _RecordError("damaged_record", "the record's header has no end")
            if not self._pull():
                raise self._short({})

    def _short(self, header: Header) -> _RecordError:
        """Why the record ends before its Content-Length."""
        if self.wall:
            wall, self.wall = self.wall, None
            self._drop(len(self.buffer))
            return _RecordError(wall.cause, wall.detail, header)
        if _NEXT.search(self.buffer, 1):
            return _RecordError("wrong_length", "the Content-Length reaches over the next record", header)
        return _RecordError("truncated", "the file ends within the record", header)

    def _ends_at(self, size: int) -> bool:
        """Whether the block ends where a record may: lenient with writers that leave line ends out."""
        is_more = self._fill(size + _START_LENGTH)
        rest = bytes(self.buffer[size : size + _START_LENGTH])
        return _END.match(rest) is not None or (not is_more and not rest.strip(b"\r\n"))

    def _oversized(self, offset: int, header: Header, block: int, size: int) -> _Frame:
        """The start of a huge record; go on after it, or at a record that seems to start within it."""
        kept = block + _BLOCK_LIMIT
        if _NEXT.search(self.buffer, 1, kept):
            raise _RecordError("wrong_length", "the Content-Length reaches over the next record", header)
        frame = _Frame(offset, header, bytes(self.buffer[:kept]), block, is_cut=True)
        self._drop(kept)
        size -= kept
        while size > 0 and self._fill(1):
            found = _NEXT.search(self.buffer, 0, size)
            step = found.start() + 1 if found else min(size, max(1, len(self.buffer) - _START_LENGTH))
            self._drop(step)
            size = 0 if found else size - step
        return frame

    def _find_next(self) -> None:
        """Move to where the next record starts."""
        if not self.buffer:
            return
        start = 1
        while True:
            found = _NEXT.search(self.buffer, start - 1)
            if found:
                self._drop(found.start() + 1)
                return
            self._drop(max(start, len(self.buffer) - _START_LENGTH))
            start = 1
            if not self._pull():
                self._drop(len(self.buffer))
                return


# What stands in them


def _entries(frame: _Frame | _RecordError, uri: str, kind: str, wanted: Callable[[str], bool]) -> Iterator[Entry]:
    header = frame.header
    record = _text(header, b"warc-record-id")
    if isinstance(frame, _RecordError):
        yield Unread(uri, frame.cause, frame.detail, record, frame.offset)
        return
    sort = header.get(b"warc-type", b"").lower()
    if sort not in _SORTS:
        return
    url = (_text(header, b"warc-target-uri") or "").strip("<> ")
    if not wanted(url):
        yield Skipped(uri, "other_site")
    elif sort == b"continuation":
        yield Skipped(uri, "continuation")
    elif sort == b"revisit":
        yield Dropped(kind, uri, record, url, DUPLICATE, _refers_to(header))
    elif not frame.is_cut and not _has_digest(frame):
        yield Unread(uri, "wrong_digest", "the block is not what its digest says", record, frame.offset)
    else:
        page = Page("wet" if sort == b"conversion" else kind, uri, b"", record=record, url=url)
        page.captured_at = utc(_text(header, b"warc-date"))
        page.truncated = frame.is_cut or b"warc-truncated" in header or b"warc-segment-number" in header
        yield from _page(frame, page, sort == b"conversion")


def _page(frame: _Frame, page: Page, is_text: bool) -> Iterator[Entry]:
    """Read the block into the page: as text, as it stands, or as the HTTP message that it is."""
    media = _text(frame.header, b"content-type") or ""
    body = frame.data[frame.block :]
    if media.startswith("application/http") and not is_text:
        answer = _http(frame)
        if answer is None:
            yield Unread(
                page.uri,
                "damaged_http",
                "no HTTP message, or its body is not encoded as its header says",
                page.record,
                frame.offset,
            )
            return
        status, media, page.charset, body, is_short = answer
        page.truncated = page.truncated or is_short
        if status >= _REDIRECT:
            yield _failure(page, status)
            return
    else:
        page.charset = _charset(media)
    page.is_html = not is_text and is_markup(body, media)
    if not (page.is_html or is_text or media.startswith("text/plain")):
        yield Skipped(page.uri, "not_a_page")
        return
    if len(body) > PAGE_LIMIT or frame.is_cut:
        page.truncated = True
        detail = f"the record is larger than {PAGE_LIMIT} bytes: only its start is read"
        yield Unread(page.uri, "too_large", detail, page.record, frame.offset)
    page.body = body[:PAGE_LIMIT]
    yield page


def _failure(page: Page, status: int) -> Entry:
    if status < _FAILED:
        return Skipped(page.uri, "redirect")
    return Dropped(page.kind, page.uri, page.record, page.url or "", "error_page", f"HTTP status {status}")


def _http(frame: _Frame) -> tuple[int, str, str | None, bytes, bool] | None:
    """Status, media type, charset, decoded body, and whether that is short of its Content-Length.

    Archives hold bodies that were decoded before they were stored, under headers that still name
    the encoding: what cannot be decoded is taken as it is, if it looks like text. Else None.
    """
    data, is_short = frame.data, False
    for mode in ("all", "content", "transfer", "none"):
        if mode == "content":  # decoding all has failed
            data, is_short = _without_chunks(frame)
        record: Any = WarcRecord.from_bytes(data)
        try:
            record.parse_http(auto_decode=mode)
            body = record.reader.read(PAGE_LIMIT + 1)
        except OSError:
            continue
        if mode in {"transfer", "none"} and b"\0" in body[:_SNIFFED]:
            return None
        headers = record.http_headers
        if headers is None:
            return None
        length = headers.get("Content-Length") or ""
        if length.isdigit() and not headers.get("Content-Encoding"):
            is_short = is_short or len(body) < min(int(length), PAGE_LIMIT)
        return headers.status_code or 0, record.http_content_type or "", record.http_charset, body, is_short
    return None


def _without_chunks(frame: _Frame) -> tuple[bytes, bool]:
    """The record with the chunks of its body joined (RFC 9112, 7.1), and whether the last is missing.

    FastWARC refuses chunks with extensions and bodies that end within one.
    """
    data = frame.data
    head = _HEADER_END.search(data, frame.block)
    coding = _CHUNKED.search(data, frame.block, head.end()) if head else None
    if not head or not coding:
        return data, False
    chunks, place, size = [], head.end(), 1
    while size and (found := _CHUNK.match(data, place)):
        size, place = int(found[1], 16), found.end()
        chunks.append(data[place : place + size])
        place += size
    if not chunks:
        return data, False
    body = b"".join(chunks)
    return data[: coding.start()] + data[coding.end() : head.end()] + body, size > 0


def _charset(media: str) -> str | None:
    found = re.search(r"charset=[\"']?([\w-]+)", media, re.IGNORECASE)
    return found[1] if found else None


def _text(header: Header, name: bytes) -> str | None:
    value = header.get(name)
    return None if value is None else value.decode("utf-8", "replace")


def _refers_to(header: Header) -> str:
    parts = (b"warc-refers-to", b"warc-refers-to-target-uri", b"warc-refers-to-date")
    return " ".join(filter(None, (_text(header, part) for part in parts)))


def _has_digest(frame: _Frame) -> bool:
    """Whether the block has the digest that the header states; true where it states none that is known."""
    name, _, stated = (_text(frame.header, b"warc-block-digest") or "").partition(":")
    name = name.lower().replace("-", "")
    if name not in _ALGORITHMS or not stated:
        return True
    digest = hashlib.new(name, frame.data[frame.block :], usedforsecurity=False)
    return stated.lower() == digest.hexdigest() or stated.upper() == base64.b32encode(digest.digest()).decode()
