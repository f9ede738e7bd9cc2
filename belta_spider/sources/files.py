"""One page in one file: a text dump or saved HTML, compressed or not; or several that were joined to one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from belta_spider.editions.addresses import is_of_the_site
from belta_spider.items import Page
from belta_spider.sources import detection, mirrors
from belta_spider.sources.entries import Unread
from belta_spider.sources.unpacking import Damage, Piece

if TYPE_CHECKING:
    from belta_spider.sources.place import Place

PAGE_LIMIT = 16 * 2**20  # bytes: a bound on memory; 4 MiB of them are cleaned (cleaning/markup/hostile.py)
# Where `cat` joined two pages: an end, and a doctype; the comment between is the second's, and may say its address.
_SEAM = re.compile(rb"(?i)</html\s*>(?=(?:\s|<!--[^>]{0,500}-->)*+<!doctype\s+html)")


def read(
    pieces: Iterable[Piece], place: Place, kind: str, is_host: Callable[[str], bool] = is_of_the_site
) -> Iterator[Page | Unread]:
    """Yield the one page of a file, or why it could not be read. `kind` is html or text.

    Pages that were joined to one file are told apart. Of a file that is damaged comes what stands before the damage, as
    a page that was cut.
    """
    body = bytearray()
    is_damaged = False
    before = 0
    for piece in pieces:
        if isinstance(piece, Damage):
            is_damaged = True
            yield place.unread(piece.cause, piece.detail, piece.offset)
            break
        if isinstance(piece, bytes):
            body += piece
        if len(body) > PAGE_LIMIT:
            joined = _take_joined(body, place, kind, before)
            before += len(joined)
            yield from joined
        if len(body) > PAGE_LIMIT:
            break
    joined = _take_joined(body, place, kind, before)
    before += len(joined)
    yield from joined
    if not is_damaged or body.strip():
        page = _page(bytes(body[:PAGE_LIMIT]), place, kind, before and before + 1)
        page.truncated = is_damaged or len(body) > PAGE_LIMIT
        if not before:
            page.mirrored_from = mirrored_from(place, is_host)
        yield page


def mirrored_from(place: Place, is_host: Callable[[str], bool]) -> str | None:
    """The address that a file's path tells; without a host of the site on it, none."""
    path = f"{place.uri}/{place.member}" if place.member else place.uri
    return mirrors.address_of(path, is_of_the_site if is_host is bool else is_host)


def _take_joined(body: bytearray, place: Place, kind: str, before: int) -> list[Page]:
    """Take all pages off but the last. `before` counts those that were taken off already."""
    if kind != "html" or body.lower().count(b"<!doctype") < 2:  # as nearly every page
        return []
    ends = [found.end() for found in _SEAM.finditer(body)]
    pages = [
        _page(bytes(body[start:end]), place, kind, number)
        for number, (start, end) in enumerate(pairwise([0, *ends]), before + 1)
    ]
    del body[: ends[-1] if ends else 0]
    return pages


def _page(body: bytes, place: Place, kind: str, number: int) -> Page:
    """The page of a file; or that of those that were joined to one, from 1."""
    is_html = kind == "html" and b"<" in body
    record = place.record(str(number)) if number else place.member or None
    return Page("html" if is_html else "text", place.uri, body, is_html, record)


def is_html(name: str, body: bytes) -> bool:
    """Whether a page is HTML. Its name decides only where the content does not: a fragment in a .html file."""
    return detection.kind_of(body[: detection.HEAD], name) == "html" and b"<" in body
