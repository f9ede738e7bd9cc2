"""ARC 1 and 2, the Internet Archive's format before WARC: where a record starts and ends."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from belta_spider.sources.archives import http, records
from belta_spider.sources.archives.frames import Frames, Header, RecordError
from belta_spider.sources.entries import Entry
from belta_spider.sources.revisits import Captures
from belta_spider.sources.unpacking import Piece

_SCHEME = rb"(?:https?|filedesc|dns|ftp|gopher|whois|urn|news|mailto|data):"
_LINE = re.compile(
    rb"(?P<url>" + _SCHEME + rb"[^\r\n]{1,8192}?)"
    rb" (?P<ip>[0-9a-f.:-]{1,45}) (?P<date>\d{8,17})"
    rb" (?P<media>[^\s]{1,200}(?:; ?[^\s]{1,80})?)"
    rb"(?: \S{1,9} \S{1,200} \S{1,8192} \d{1,18} \S{1,1024})?"  # of ARC 2: status, checksum, location, offset, file
    rb" (?P<length>\d{1,18})[ \t]*\r?\n",
    re.IGNORECASE,
)
_NEXT = re.compile(
    rb"(?:https?|filedesc|dns|ftp)://[^\s]{1,8192} [0-9a-f.:-]{1,45} \d{8,17} [^\s]{1,200}"
    rb" (?:[^\r\n]{1,9000} )?\d{1,18}\r?\n",
    re.IGNORECASE,
)
"""The same as it is searched for after damage: no address with spaces, which would be looked for at each place."""
_END = re.compile(rb"\r?\n|" + _SCHEME, re.IGNORECASE)
"""What stands behind a record: a line end, which some writers leave out; no field of the next one's answer."""
_LINE_LIMIT = 20_000
"""Bytes of a record's line: two addresses, and what stands beside them."""


def read(
    pieces: Iterable[Piece], uri: str, wanted: Callable[[str], bool], inside: str, captures: Captures
) -> Iterator[Entry]:
    """Yield the pages of an archive whose addresses are `wanted`; a page's record is where it starts, unpacked."""
    yield from records.read(_Arc(pieces, inside), records.Archive(uri, "arc", wanted, inside, captures))


class _Arc(Frames):
    next_start = after_damage = _NEXT

    def __init__(self, pieces: Iterable[Piece], inside: str):
        super().__init__(pieces)
        self.inside = inside

    def read_header(self) -> tuple[Header, int, int | None]:
        while b"\n" not in self.buffer[:_LINE_LIMIT] and len(self.buffer) < _LINE_LIMIT and self.pull():
            pass
        line = _LINE.match(self.buffer)
        if line is None:
            raise RecordError("damaged_record", "no ARC record starts here")
        found = {name: bytes(value) for name, value in line.groupdict().items()}
        block = line.end()
        self.fill(block + _LINE_LIMIT)
        place = str(self.position)
        header: Header = {
            b"warc-record-id": (f"{self.inside}#{place}" if self.inside else place).encode(),
            b"warc-target-uri": found["url"],
            b"warc-date": found["date"],
            b"warc-type": b"warcinfo" if found["url"].lower().startswith(b"filedesc:") else b"response",
        }
        if not http.is_message(bytes(self.buffer[block : block + _LINE_LIMIT])):
            header[b"content-type"] = found["media"]
        return header, block, int(found["length"])

    def may_end(self, rest: bytes, *, is_last: bool) -> bool:
        return _END.match(rest) is not None or (is_last and not rest.strip(b"\r\n"))
