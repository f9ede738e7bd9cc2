"""WARC 0.17 to 1.1 (ISO 28500) and WET: where a record starts and ends."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from belta_spider.sources.archives import records
from belta_spider.sources.archives.frames import HEADER_LIMIT, Frames, Header, RecordError
from belta_spider.sources.entries import Entry
from belta_spider.sources.revisits import Captures
from belta_spider.sources.unpacking import Piece

_WORD = rb"WARC[ \t]{0,3}/[ \t]{0,3}"
_START = re.compile(_WORD + rb"(\d{1,3}\.\d{1,3})[ \t]*\r?\n", re.IGNORECASE)
_KNOWN = re.compile(rb"[01]\.")
"""Versions that are written alike: 0.17 and 0.18 of the first Heritrix, 1.0, 1.1, and what may follow them."""
_START_LENGTH = 20  # bytes: `WARC/1.1` and a line feed, and a version to come
_END = re.compile(rb"\r\n\r\n|\n\n|(?:\r?\n)?" + _WORD + rb"\d", re.IGNORECASE)
_HEADER_END = re.compile(rb"\r?\n\r?\n")
_NEXT = re.compile(_WORD + rb"\d{1,3}\.\d{1,3}[ \t]*\r?\n(?=[A-Za-z][A-Za-z-]{2,40}[ \t]*:)", re.IGNORECASE)
"""A version with a field below it: what a page that quotes a version has not."""
_AFTER_DAMAGE = re.compile(
    rb"(?:(?<=\n\r\n)|(?<=\n\n))[^\n]{1,60}\n(?:[^\n]{1,120}\n)?(?=WARC-[A-Z][A-Za-z-]{2,30}[ \t]*:)|" + _NEXT.pattern,
    re.IGNORECASE,
)
"""Fields of WARC behind a blank line, and a line or two that may be damaged: a record, or one that was."""
_FIELD = re.compile(rb"^([A-Za-z-]+)[ \t]*:([^\r\n]*(?:\r?\n[ \t]+[^\r\n]*)*)", re.MULTILINE)
"""A value may go on in lines that start with a space."""


def read(
    pieces: Iterable[Piece],
    uri: str,
    kind: str,
    wanted: Callable[[str], bool],
    inside: str = "",
    captures: Captures | None = None,
) -> Iterator[Entry]:
    """Yield the pages of an archive whose addresses are `wanted`, and what became of its other records.

    `kind` is warc or wacz (a conversion record is wet in any case); `inside` the member of a
    container, for messages; `captures` knows the captures of the whole run, for revisits.
    """
    own = captures if captures is not None else Captures()
    yield from records.read(Warc(pieces), records.Archive(uri, kind, wanted, inside, own))
    if captures is None:
        yield from own.without_original()


class Warc(Frames):
    """Cuts a stream of WARC into records."""

    next_start = _NEXT
    after_damage = _AFTER_DAMAGE

    def read_header(self) -> tuple[Header, int, int | None]:
        self.fill(_START_LENGTH)
        start = _START.match(self.buffer)
        if not start:
            raise RecordError("damaged_record", "no WARC record starts here")
        if not _KNOWN.match(start[1]):
            raise RecordError("damaged_record", f"no known version of WARC: {start[1].decode()}")
        block = self._header_end()
        header: Header = {}
        for name, value in _FIELD.findall(self.buffer, 0, block):
            header.setdefault(name.lower(), b" ".join(value.split()) if b"\n" in value else value.strip())
        length = header.get(b"content-length", b"")
        return header, block, int(length) if re.fullmatch(rb"\d{1,18}", length) else None

    def _header_end(self) -> int:
        """Where the record's block starts."""
        while True:
            found = _HEADER_END.search(self.buffer, 0, HEADER_LIMIT)
            if found:
                return found.end()
            if len(self.buffer) >= HEADER_LIMIT:
                raise RecordError("damaged_record", "the record's header has no end")
            if not self.pull():
                raise self.short({})

    def may_end(self, rest: bytes, *, is_last: bool) -> bool:
        """Lenient with writers that leave line ends out."""
        return _END.match(rest) is not None or (is_last and not rest.strip(b"\r\n"))
