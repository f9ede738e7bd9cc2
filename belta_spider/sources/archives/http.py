"""HTTP messages as archives hold them: status, headers, and the body without its encodings.

Archives hold bodies that were decoded before they were stored, under headers that still name the
encoding: what cannot be decoded is taken as it is, if it looks like text.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from belta_spider.sources.archives.codings import DECODERS, CodingError
from belta_spider.sources.archives.frames import HEADER_LIMIT
from belta_spider.sources.detection import MESSAGE, looks_like_markup
from belta_spider.sources.files import PAGE_LIMIT

_STATUS = re.compile(rb"(?:HTTP/\d{1,2}(?:\.\d{1,2})?|ICY)[ \t]+(\d{3,4})(?!\d)[^\r\n]*\r?\n?", re.IGNORECASE)
_HEADER_END = re.compile(rb"\r?\n\r?\n")
_FIELD = re.compile(rb"^([^\s:()<>@,;]+)[ \t]*:[ \t]*((?:[^\r\n]*)(?:\r?\n[ \t]+[^\r\n]*)*)", re.MULTILINE)
_CHUNK = re.compile(rb"(?:\r?\n)?[ \t]*([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]{0,4096})?\r?\n")
_BLANK = re.compile(rb"\s*")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_NONE = frozenset({"identity", "none", "chunked", "utf-8", "8bit", "7bit", "binary"})
"""Words for no coding, and what servers write in the place of one."""
_SNIFFED = 4096  # bytes in which markup shows itself, as in sources/detection.py
_HEADS = 50
"""Heads that may come before the real one: as many redirects as curl follows."""
_FINAL = 200  # status codes below it come before the real answer (RFC 9110, 15.2)
_PAGE_END = re.compile(rb"(?i)</html\s*+>\s*+(?=HTTP/\d)")


class Answer(NamedTuple):
    """A response, read."""

    status: int
    media: str
    charset: str | None
    body: bytes
    is_short: bool
    """Whether the body was cut: within its encoding, or before its Content-Length."""


class _Head(NamedTuple):
    status: int
    fields: dict[bytes, bytes]
    end: int


def is_message(block: bytes) -> bool:
    """Whether a block starts as a response does."""
    return _STATUS.match(block) is not None


def read(block: bytes) -> Answer | None:
    """Read a response; None where it is none, or its body is neither encoded as its header says nor text."""
    head = _final_head(block)
    if head is None:
        return Answer(_FINAL, "text/html", None, block, False) if looks_like_markup(block) else None  # HTTP/0.9
    media = head.fields.get(b"content-type", b"").decode("latin-1").strip()
    found = _decoded(block[head.end :], head.fields)
    if found is None:
        return None
    return Answer(head.status, media.lower(), charset_of(media), *found)


def head_of(block: bytes) -> tuple[int, str] | None:
    """Return the status and media type alone, None where the block is no response."""
    head = _final_head(block)
    return (head.status, head.fields.get(b"content-type", b"").decode("latin-1").strip().lower()) if head else None


def end_of(data: bytes | bytearray) -> int:
    """Return where a response ends that others follow: where its header says, or its page ends, and one starts."""
    head = _final_head(data)
    length = head.fields.get(b"content-length", b"").strip() if head else b""
    start = head.end if head else 0
    if length.isdigit() and len(length) < 19:
        line_ends = _BLANK.match(data, start + int(length))
        if line_ends and MESSAGE.match(data, line_ends.end()):
            return line_ends.end()
    for found in _PAGE_END.finditer(data, start):
        if MESSAGE.match(data, found.end()):
            return found.end()
    return len(data)


def date_of(data: bytes) -> str:
    """When a response was made, as its header says; empty where that says nothing."""
    head = _final_head(data)
    return head.fields.get(b"date", b"").decode("latin-1").strip() if head else ""


def charset_of(media: str) -> str | None:
    """The encoding that a media type names."""
    found = _CHARSET.search(media)
    return found[1] if found else None


def _final_head(block: bytes | bytearray) -> _Head | None:
    """The head of the answer itself, behind those that have no body: of 100 Continue, of redirects and proxies."""
    place, head = 0, None
    for _ in range(_HEADS):
        found = _head(block, place)
        if found is None:
            break
        head, place = found, found.end
        if head.status >= _FINAL and not MESSAGE.match(block, place):
            break
    return head


def _head(block: bytes | bytearray, start: int) -> _Head | None:
    status = _STATUS.match(block, start)
    if status is None:
        return None
    end = _HEADER_END.search(block, max(start, status.end() - 2), start + HEADER_LIMIT)
    first, last = status.end(), end.end() if end else len(block)
    fields: dict[bytes, bytes] = {}
    for name, value in _FIELD.findall(block[first:last]):
        key = name.lower()
        if key in {b"content-encoding", b"transfer-encoding"} and key in fields:
            fields[key] += b"," + value
        fields.setdefault(key, value)
    return _Head(int(status[1]), fields, last)


def _decoded(body: bytes, fields: dict[bytes, bytes]) -> tuple[bytes, bool] | None:
    """The body without its encodings, and whether it was cut."""
    transfer, content = (_codings(fields.get(name, b"")) for name in (b"transfer-encoding", b"content-encoding"))
    is_short, is_chunked = False, False
    if "chunked" in transfer:
        body, is_short, is_chunked = _without_chunks(body)
    codings = [one for one in (*content, *transfer) if one in DECODERS]
    if not codings:
        if not _NONE.issuperset((*content, *transfer)) and not _is_text(body):
            return None
        return body[: PAGE_LIMIT + 1], (is_short or (not is_chunked and _is_below_length(body, fields)))
    data = body
    try:
        for coding in reversed(codings):
            data, was_cut = DECODERS[coding](data)
            is_short = is_short or was_cut
    except CodingError:
        return None if not _is_text(body) else (body[: PAGE_LIMIT + 1], is_short)
    return data, is_short


def _is_text(body: bytes) -> bool:
    """Whether bytes are text rather than what a compression makes: no zero, few of the control characters."""
    sample = body[:_SNIFFED]
    return b"\0" not in sample and 20 * sum(byte < 0x20 and byte not in b"\t\n\r\f\x1b" for byte in sample) <= len(
        sample
    )


def _codings(value: bytes) -> list[str]:
    return [one.strip().lower() for one in value.decode("latin-1").split(",") if one.strip()]


def _is_below_length(body: bytes, fields: dict[bytes, bytes]) -> bool:
    length = fields.get(b"content-length", b"").strip()
    return length.isdigit() and len(length) < 19 and len(body) < min(int(length), PAGE_LIMIT)


def _without_chunks(body: bytes) -> tuple[bytes, bool, bool]:
    """The body with its chunks joined (RFC 9112, 7.1), whether the last is missing, and whether there were any."""
    chunks, place, size = [], 0, 1
    while size and (found := _CHUNK.match(body, place)):
        size, place = int(found[1], 16), found.end()
        chunks.append(body[place : place + size])
        place += size
    return (b"".join(chunks), size > 0, True) if chunks else (body, False, False)
