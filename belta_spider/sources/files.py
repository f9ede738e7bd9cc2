"""One page in one file: a text dump or saved HTML, compressed or not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from belta_spider.editions.addresses import is_of_the_site
from belta_spider.items import Page
from belta_spider.sources import detection, mirrors
from belta_spider.sources.entries import Unread
from belta_spider.sources.unpacking import Damage, Piece

if TYPE_CHECKING:
    from belta_spider.sources.place import Place

PAGE_LIMIT = 16 * 2**20  # bytes: a bound on memory; 4 MiB of them are cleaned (cleaning/markup/hostile.py)


def read(
    pieces: Iterable[Piece], place: Place, kind: str, is_host: Callable[[str], bool] = is_of_the_site
) -> Iterator[Page | Unread]:
    """Yield the one page of a file, or why it could not be read. `kind` is html or text.

    Of a file that is damaged comes what stands before the damage, as a page that was cut.
    """
    body = bytearray()
    damage = None
    for piece in pieces:
        if isinstance(piece, Damage):
            damage = piece
            yield place.unread(piece.cause, piece.detail, piece.offset)
            break
        if isinstance(piece, bytes):
            body += piece
        if len(body) > PAGE_LIMIT:
            break
    if damage and not body.strip():
        return
    is_html = kind == "html" and b"<" in body
    page = Page("html" if is_html else "text", place.uri, bytes(body[:PAGE_LIMIT]), is_html, place.member or None)
    page.truncated = len(body) > PAGE_LIMIT or damage is not None
    path = f"{place.uri}/{place.member}" if place.member else place.uri
    page.mirrored_from = mirrors.address_of(path, is_of_the_site if is_host is bool else is_host)
    yield page


def is_html(name: str, body: bytes) -> bool:
    """Whether a page is HTML. Its name decides only where the content does not: a fragment in a .html file."""
    return detection.kind_of(body[: detection.HEAD], name) == "html" and b"<" in body
