"""What stands in an archive's records: the site's pages, and what became of the others."""

from __future__ import annotations

import base64
import difflib
import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from belta_spider.items import DUPLICATE, Page
from belta_spider.sources.archives import http
from belta_spider.sources.archives.frames import Frame, Frames, Header, RecordError
from belta_spider.sources.capture_times import utc
from belta_spider.sources.causes import REFUSALS
from belta_spider.sources.detection import is_markup, is_wat
from belta_spider.sources.entries import Dropped, Entry, Skipped, Unread
from belta_spider.sources.files import PAGE_LIMIT
from belta_spider.sources.revisits import Captures, may_be_page

_COUNTED = 1000  # records: then they are handed on, so that the summary moves
_PAGES = frozenset({b"response", b"resource", b"conversion", b"revisit", b"continuation"})
_OTHERS = frozenset({b"warcinfo", b"request", b"metadata"})
_SORTS = [one.decode() for one in sorted(_PAGES | _OTHERS)]
_NO_LETTER = re.compile("[\0-\x1f\ufffd]")
"""What no address holds."""
_TYPE = re.compile(rb"[a-z][a-z0-9_-]*")
_ALGORITHMS = {"sha1", "sha256", "sha512", "md5"}
_FAILED, _REDIRECT, _NOT_MODIFIED = 400, 300, 304  # HTTP's status codes
_ALIKE = 0.7
"""How alike a word must be to a type's name to be that name with a damaged letter."""
HTTP_MESSAGE = {b"content-type": b"application/http"}
"""The header of a frame whose block is an HTTP message, where no archive states one."""


class Archive(NamedTuple):
    """The archive at hand, and what is wanted of it."""

    uri: str
    kind: str
    """warc, wacz or arc."""
    wanted: Callable[[str], bool]
    inside: str
    """The member of a container, for messages."""
    captures: Captures


class Tally:
    """How many records were read, and how many of them hold no page of any site."""

    records = 0
    others = 0


def read(frames: Frames, archive: Archive) -> Iterator[Entry]:
    """Yield the pages of an archive, and what became of its other records."""
    tally = Tally()
    yield from entries(frames.frames(), archive, tally)
    yield from judged(tally, archive)


def judged(tally: Tally, archive: Archive) -> Iterator[Entry]:
    """Say of an archive whose records were all read that there is none, or none of a page."""
    if not tally.records:
        yield Unread(archive.uri, "empty", f"{archive.inside} no record in it".lstrip())
    elif tally.others == tally.records:
        yield Skipped(archive.uri, "not_a_page", tally.others)


def entries(frames: Iterable[Frame | RecordError], archive: Archive, tally: Tally) -> Iterator[Entry]:
    """Yield the pages in records, and what became of the others; count them."""
    skipped: Counter[str] = Counter()
    for frame in frames:
        tally.records += 1
        tally.others += isinstance(frame, Frame) and frame.header.get(b"warc-type", b"").lower() in _OTHERS
        for entry in _entries(frame, archive):
            if isinstance(entry, Skipped):
                skipped[entry.cause] += 1
                continue
            if isinstance(entry, Unread):
                entry.detail = f"{archive.inside} at byte {entry.offset}: {entry.detail}".lstrip()
            yield entry
        if skipped.total() >= _COUNTED:
            yield from _counts(skipped, archive.uri)
    yield from _counts(skipped, archive.uri)


def _counts(skipped: Counter[str], uri: str) -> list[Skipped]:
    counts = [Skipped(uri, cause, count) for cause, count in skipped.items()]
    skipped.clear()
    return counts


def _entries(frame: Frame | RecordError, archive: Archive) -> Iterator[Entry]:
    if isinstance(frame, RecordError):
        yield Unread(archive.uri, frame.cause, frame.detail, text(frame.header, b"warc-record-id"), frame.offset)
        if frame.block:
            yield from _salvaged(frame, archive)
        return
    sort = frame.header.get(b"warc-type", b"").lower()
    if sort in _PAGES:
        yield from _wanted(frame, archive, sort)
    elif sort in _OTHERS:
        if sort == b"metadata" and is_wat(frame.data[frame.block :]):
            yield Unread(archive.uri, "refused", REFUSALS["wat"], text(frame.header, b"warc-record-id"), frame.offset)
    elif not _TYPE.fullmatch(sort) or difflib.get_close_matches(sort.decode("latin-1"), _SORTS, 1, _ALIKE):
        name = sort.decode("utf-8", "replace")
        detail = f"no WARC-Type: {name}" if name else "the record states no WARC-Type"
        yield Unread(archive.uri, "damaged_record", detail, text(frame.header, b"warc-record-id"), frame.offset)
    else:
        yield Skipped(archive.uri, "unknown_type")


def _salvaged(broken: RecordError, archive: Archive) -> Iterator[Entry]:
    """The page in what is left of a record; none where there is too little of it."""
    sort = broken.header.get(b"warc-type", b"").lower()
    if sort not in {b"response", b"resource", b"conversion"}:
        return
    frame = Frame(broken.offset or 0, broken.header, broken.block, 0, is_short=True)
    for entry in _wanted(frame, archive, sort):
        if isinstance(entry, Page) and entry.body.strip():
            yield entry


def _wanted(frame: Frame, archive: Archive, sort: bytes) -> Iterator[Entry]:
    """What a record of the site holds."""
    header, uri = frame.header, archive.uri
    record = text(header, b"warc-record-id")
    url = (text(header, b"warc-target-uri") or "").strip("<> ")
    if not url or _is_damaged(url):
        detail = f"no address: {url}" if url else "the record states no WARC-Target-URI"
        yield Unread(uri, "damaged_record", detail, record, frame.offset)
    elif not archive.wanted(url):
        yield Skipped(uri, "other_site")
    elif sort == b"continuation":
        yield Skipped(uri, "continuation")
    elif sort == b"revisit":
        yield from _revisit(frame, archive, record, url)
    elif not (frame.is_cut or frame.is_short) and not _has_digest(frame):
        yield Unread(uri, "wrong_digest", "the block is not what its digest says", record, frame.offset)
    else:
        page = Page("wet" if sort == b"conversion" else archive.kind, uri, b"", record=record, url=url)
        page.captured_at = utc(text(header, b"warc-date"))
        page.truncated = frame.is_cut or frame.is_short
        archive.captures.add(record, url, text(header, b"warc-payload-digest"))
        yield from _as_stated(page_in(frame, page, sort == b"conversion"), frame)


def _as_stated(entries: Iterable[Entry], frame: Frame) -> Iterator[Entry]:
    """What a record holds; where its header says that this is not all, so does the page, and it counts as damaged."""
    named = text(frame.header, b"warc-truncated")
    detail = f"its archive says that it was cut: WARC-Truncated: {named}"
    if named is None and b"warc-segment-number" in frame.header:
        named = detail = "its archive says that other records hold what follows: WARC-Segment-Number"
    is_told = named is None or frame.is_short
    for entry in entries:
        if isinstance(entry, Page) and named is not None:
            entry.truncated = True
            if not is_told:
                yield Unread(entry.uri, "truncated", detail, entry.record, frame.offset)
        is_told = is_told or isinstance(entry, Unread)
        yield entry


def _is_damaged(url: str) -> bool:
    """Whether a letter of an address's scheme is wrong, or one of all is none that an address can hold."""
    scheme, colon, rest = url.partition(":")
    if _NO_LETTER.search(url):
        return True
    if scheme.lower() in {"http", "https"}:
        return not rest.startswith("//")
    return not colon or bool(difflib.get_close_matches(scheme.lower(), ["http", "https"], 1, _ALIKE))


def _revisit(frame: Frame, archive: Archive, record: str | None, url: str) -> Iterator[Entry]:
    """A capture that equals an earlier one: of a page, or of something else."""
    status, media = http.head_of(frame.data[frame.block :]) or (0, "")
    if status >= _REDIRECT and status != _NOT_MODIFIED:
        yield _failure(Page(archive.kind, archive.uri, b"", record=record, url=url), status)
    elif not may_be_page(url, media):
        yield Skipped(archive.uri, "not_a_page")
    else:
        header = frame.header
        refers = [text(header, part) for part in (b"warc-refers-to", b"warc-refers-to-target-uri")]
        named = " ".join(filter(None, (*refers, text(header, b"warc-refers-to-date"))))
        dropped = Dropped(archive.kind, archive.uri, record, url, DUPLICATE, named)
        names = (*refers, url, text(header, b"warc-payload-digest"))
        yield from archive.captures.revisit(dropped, frame.offset, *names)


def page_in(frame: Frame, page: Page, is_text: bool) -> Iterator[Entry]:
    """Read the block into the page: as text, as it stands, or as the HTTP message that it is."""
    media = (text(frame.header, b"content-type") or "").strip().lower()
    body = frame.data[frame.block :]
    if not is_text and (media.startswith("application/http") or (not media and http.is_message(body))):
        answer = http.read(body)
        if answer is None:
            detail = "no HTTP message, or its body is not encoded as its header says"
            yield Unread(page.uri, "damaged_http", detail, page.record, frame.offset)
            return
        media, page.charset, body = answer.media, answer.charset, answer.body
        if answer.status >= _REDIRECT:
            yield _failure(page, answer.status)
            return
        if answer.is_short and _is_page(media, body) and not frame.is_short:
            detail = "the body ends within its encoding, or before its Content-Length"
            yield Unread(page.uri, "truncated", detail, page.record, frame.offset)
        page.truncated = page.truncated or answer.is_short
    else:
        page.charset = http.charset_of(media)
    if not (is_text or _is_page(media, body)):
        yield Skipped(page.uri, "not_a_page")
        return
    page.is_html = not is_text and is_markup(body, media)
    if len(body) > PAGE_LIMIT or frame.is_cut:
        page.truncated = True
        detail = f"the record is larger than {PAGE_LIMIT} bytes: only its start is read"
        yield Unread(page.uri, "too_large", detail, page.record, frame.offset)
    page.body = body[:PAGE_LIMIT]
    yield page


def _is_page(media: str, body: bytes) -> bool:
    return media.startswith("text/plain") or is_markup(body, media)


def _failure(page: Page, status: int) -> Entry:
    if status < _FAILED:
        return Skipped(page.uri, "redirect")
    return Dropped(page.kind, page.uri, page.record, page.url or "", "error_page", f"HTTP status {status}")


def text(header: Header, name: bytes) -> str | None:
    """A header's value as text."""
    value = header.get(name)
    return None if value is None else value.decode("utf-8", "replace")


def _has_digest(frame: Frame) -> bool:
    """Whether the block has the digest that the header states; true where it states none that is known."""
    name, _, stated = (text(frame.header, b"warc-block-digest") or "").partition(":")
    name = name.lower().replace("-", "")
    if name not in _ALGORITHMS or not stated:
        return True
    digest = hashlib.new(name, frame.data[frame.block :], usedforsecurity=False)
    return stated.lower() == digest.hexdigest() or stated.upper() == base64.b32encode(digest.digest()).decode()
