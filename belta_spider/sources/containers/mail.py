"""MHTML and EML: one page, as a browser saves it with its pictures, or as a mail holds it."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Iterable, Iterator
from email.message import Message
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from belta_spider.items import Page
from belta_spider.sources.capture_times import utc
from belta_spider.sources.entries import Unread
from belta_spider.sources.files import PAGE_LIMIT
from belta_spider.sources.unpacking import Damage, Piece

if TYPE_CHECKING:
    from belta_spider.sources.place import Place

_LIMIT = 12 * 2**20
"""Bytes of a mail that are read: the parser holds some eight copies. The page comes first, pictures behind it."""
_HEAD_LIMIT = 2**20  # bytes: a bound on time; a head is some kilobytes
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_ADDRESSES = ("Snapshot-Content-Location", "Content-Location", "Content-Base", "X-Original-URL", "X-URL")
_HEADS = ("MIME-Version", "Content-Type", "From", "Date", "Subject")
"""Fields of which any mail has one."""
_DEEPEST = 20  # parts within parts: a bound on recursion; browsers nest two
_CUT = {"CloseBoundaryNotFoundDefect", "InvalidBase64PaddingDefect", "InvalidBase64LengthDefect"}
_PAGES = ("text/html", "application/xhtml+xml", "text/plain")
"""The types of a part that may be the page, the best first."""


def read(pieces: Iterable[Piece], place: Place) -> Iterator[Page | Unread]:
    """Yield the one page of a mail, with the address that its header states."""
    data, damage = _start(pieces)
    if damage:
        yield place.unread(damage.cause, damage.detail, damage.offset)
    try:
        mail = email.message_from_bytes(data, policy=email.policy.compat32)
        part = _page_of(mail)
        body = _body_of(part) if part is not None else b""
    except (ValueError, LookupError, RecursionError, AttributeError, TypeError) as error:
        yield place.unread("damaged_mail", f"{type(error).__name__}: {error}", 0)
        return
    if part is None or not body.strip() or not any(mail.get(name) for name in _HEADS):
        yield place.unread("damaged_mail", "no part of it holds a page: text/html or text/plain", 0)
        return
    cut = None if damage else _cut(mail, part, len(data), place)
    yield from filter(None, [cut])
    page = Page("mhtml", place.uri, body[:PAGE_LIMIT], part.get_content_type() != "text/plain", place.member or None)
    page.url = _address_of(mail, part)
    page.captured_at = _moment_of(mail)
    page.charset = _text(part.get_param("charset")) or None
    page.truncated = cut is not None or damage is not None or len(body) > PAGE_LIMIT
    yield page


def _start(pieces: Iterable[Piece]) -> tuple[bytes, Damage | None]:
    """The first bytes of a mail; none where its head has no end."""
    data = bytearray()
    for piece in pieces:
        if isinstance(piece, Damage):
            return bytes(data), piece
        if isinstance(piece, bytes):
            data += piece
        if len(data) > _LIMIT:
            break
    return bytes(data[:_LIMIT]) if _HEAD_END.search(data, 0, _HEAD_LIMIT) else b"", None


def _cut(mail: Message, part: Message, size: int, place: Place) -> Unread | None:
    """Say where the page has no end: not where only the pictures behind it are left out."""
    if size >= _LIMIT:
        is_last = [one for one, _ in _parts(mail)][-1] is part
        detail = f"larger than {_LIMIT} bytes: only its start is read"
        return place.unread("too_large", detail, _LIMIT) if is_last else None
    return place.unread("truncated", "the last part has no end", size) if _is_cut(mail) else None


def _page_of(mail: Message) -> Message | None:
    """The part that holds the page: the one at the mail's own address, else the first of the best type."""
    parts = [part for part, depth in _parts(mail) if not part.is_multipart() and not _is_attached(part)]
    address = _text(mail.get("Snapshot-Content-Location")).strip()
    named = [part for part in parts if address and _text(part.get("Content-Location")).strip() == address]
    for kind in _PAGES:
        for part in (*named, *parts):
            if part.get_content_type() == kind:
                return part
    return None


def _parts(mail: Message) -> Iterator[tuple[Message, int]]:
    """All parts, in their order; none deeper than any program writes them."""
    pending: list[tuple[Message, int]] = [(mail, 0)]
    while pending:
        part, depth = pending.pop(0)
        yield part, depth
        inner = part.get_payload()
        if depth < _DEEPEST and isinstance(inner, list):
            pending[:0] = [(one, depth + 1) for one in inner if isinstance(one, Message)]


def _is_attached(part: Message) -> bool:
    return part.get_content_disposition() == "attachment"


def _body_of(part: Message) -> bytes:
    body = part.get_payload(decode=True)
    return body if isinstance(body, bytes) else b""


def _is_cut(mail: Message) -> bool:
    """Whether a part has no boundary behind it, or its last letters of base64 are missing."""
    names = {type(defect).__name__ for part, _ in _parts(mail) for defect in part.defects}
    return bool(names & _CUT)


def _address_of(mail: Message, part: Message) -> str | None:
    found = (_text(one.get(name)).strip().strip("<>") for name in _ADDRESSES for one in (mail, part))
    return next(("".join(url.split()) for url in found if url.lower().startswith(("http://", "https://"))), None)


def _moment_of(mail: Message) -> str | None:
    """When it was saved or sent."""
    try:
        return utc(parsedate_to_datetime(_text(mail.get("Date"))))
    except (ValueError, TypeError, IndexError):
        return None


def _text(value: object) -> str:
    return str(value) if value is not None else ""
