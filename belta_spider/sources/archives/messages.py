"""HTTP answers saved as they came, as `curl -i` and `wget --save-headers` write them: one in a file, or several."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from belta_spider.items import Page
from belta_spider.sources.archives import http, records
from belta_spider.sources.archives.frames import BLOCK_LIMIT, Frame
from belta_spider.sources.capture_times import utc
from belta_spider.sources.entries import Entry
from belta_spider.sources.files import mirrored_from
from belta_spider.sources.unpacking import Damage, Piece

if TYPE_CHECKING:
    from belta_spider.sources.place import Place


def read(pieces: Iterable[Piece], place: Place, is_host: Callable[[str], bool]) -> Iterator[Entry]:
    """Yield what each answer holds, as of an archive's record: a page, or why it is none.

    Of several the record is the answer's number, from 1. Of a file that is damaged comes what stands before the
    damage, as a page that was cut.
    """
    for number, answer in enumerate(_answers(pieces), 1):
        if isinstance(answer, Damage):
            yield place.unread(answer.cause, answer.detail, answer.offset)
            return
        frame, is_last = answer
        is_alone = number == 1 and is_last
        record = (place.member or None) if is_alone else place.record(str(number))
        page = Page("html", place.uri, b"", record=record, captured_at=_moment_of(frame.data))
        page.truncated = frame.is_cut or frame.is_short
        for entry in records.page_in(frame, page, is_text=False):
            if isinstance(entry, Page):
                entry.kind = "html" if entry.is_html else "text"
                entry.mirrored_from = mirrored_from(place, is_host) if is_alone else None
            yield entry


def _answers(pieces: Iterable[Piece]) -> Iterator[tuple[Frame, bool] | Damage]:
    """Each answer of a file, and whether it is the last; then the damage that the file ends at."""
    data, offset = bytearray(), 0
    damage: Damage | None = None
    for piece in pieces:
        if isinstance(piece, Damage):
            damage = piece
            break
        if isinstance(piece, bytes):
            data += piece if data else piece.lstrip()
        if len(data) > BLOCK_LIMIT:
            offset = yield from _taken(data, offset)
        if len(data) > BLOCK_LIMIT:
            break
    offset = yield from _taken(data, offset)
    if data or not damage:
        is_cut = len(data) > BLOCK_LIMIT
        yield (
            Frame(offset, records.HTTP_MESSAGE, bytes(data[:BLOCK_LIMIT]), 0, is_cut, is_short=damage is not None),
            True,
        )
    if damage:
        yield damage


def _taken(data: bytearray, offset: int) -> Generator[tuple[Frame, bool], None, int]:
    """Take all answers off but the last; return where that stands."""
    while (end := http.end_of(data)) < len(data):
        yield Frame(offset, records.HTTP_MESSAGE, bytes(data[:end]), 0), False
        del data[:end]
        offset += end
    return offset


def _moment_of(answer: bytes) -> str | None:
    """When an answer was made, by its own header."""
    try:
        return utc(parsedate_to_datetime(http.date_of(answer)))
    except (ValueError, TypeError, IndexError):
        return None
