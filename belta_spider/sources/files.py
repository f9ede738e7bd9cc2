"""One page in one file: a text dump or saved HTML, compressed or not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from belta_spider.items import Page
from belta_spider.sources import detection
from belta_spider.sources.entries import Unread
from belta_spider.sources.unpacking import Damage, Piece

PAGE_LIMIT = 16 * 2**20


def read(pieces: Iterable[Piece], uri: str, kind: str) -> Iterator[Page | Unread]:
    """Yield the one page of a file, or why it could not be read. `kind` is html or text."""
    body = bytearray()
    for piece in pieces:
        if isinstance(piece, Damage):
            yield Unread(uri, piece.cause, piece.detail, offset=piece.offset)
            return
        if isinstance(piece, bytes):
            body += piece
        if len(body) > PAGE_LIMIT:
            break
    is_html = kind == "html" and b"<" in body
    yield Page("html" if is_html else "text", uri, bytes(body[:PAGE_LIMIT]), is_html, truncated=len(body) > PAGE_LIMIT)


def is_html(name: str, body: bytes) -> bool:
    """Whether a page is HTML. Its name decides only where the content does not: a fragment in a .html file."""
    return detection.kind_of(body[: detection.HEAD], name) == "html" and b"<" in body
