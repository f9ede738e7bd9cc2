"""One page in one file: a text dump or saved HTML, compressed or not; or several that were joined to one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from belta_spider.editions.addresses import is_of_the_site
from belta_spider.items import Page
from belta_spider.sources import detection, mirrors
from belta_spider.sources.entries import Unread
from belta_spider.sources.unpacking import Damage, Piece, joined
from belta_spider.text.forms import utf_16_of

if TYPE_CHECKING:
    from belta_spider.sources.place import Place

PAGE_LIMIT = 16 * 2**20  # bytes: a bound on memory; 4 MiB of them are cleaned (cleaning/markup/hostile.py)


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
            taken = _take_joined(body, place, kind, before)
            before += len(taken)
            yield from taken
        if len(body) > PAGE_LIMIT:
            break
    body = _in_utf_8(body, kind)
    taken = _take_joined(body, place, kind, before)
    before += len(taken)
    yield from taken
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


def _in_utf_8(body: bytearray, kind: str) -> bytearray:
    """What was joined in UTF-16, as Windows' shell does, in UTF-8, to be told apart; all else as it is."""
    codec = utf_16_of(bytes(body[: detection.HEAD])) if 0 in body else None
    if codec is None:
        return body
    plain = bytearray(body.decode(codec, "replace").replace("\ufeff", "").encode())
    return plain if joined.ends(plain, kind) else body


def _take_joined(body: bytearray, place: Place, kind: str, before: int) -> list[Page]:
    """Take all pages off but the last. `before` counts those that were taken off already."""
    ends = joined.ends(body, kind)
    if not ends:  # as in nearly every file
        return []
    pages = [
        _page(bytes(body[start:end]), place, kind, number)
        for number, (start, end) in enumerate(pairwise([0, *ends]), before + 1)
    ]
    del body[: ends[-1]]
    return pages


def _page(body: bytes, place: Place, kind: str, number: int) -> Page:
    """The page of a file; or that of those that were joined to one, from 1."""
    is_html = kind == "html" and b"<" in body
    record = place.record(str(number)) if number else place.member or None
    return Page("html" if is_html else "text", place.uri, body, is_html, record)


def is_html(name: str, body: bytes) -> bool:
    """Whether a page is HTML. Its name decides only where the content does not: a fragment in a .html file."""
    return detection.kind_of(body[: detection.HEAD], name) == "html" and b"<" in body
