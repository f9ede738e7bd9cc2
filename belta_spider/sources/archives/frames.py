"""A stream of bytes cut into an archive's records, and on after damage.

Where a record starts and ends is told here, as a reader that stops at the first wrong byte would
lose the rest of the file.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from belta_spider.sources.files import PAGE_LIMIT
from belta_spider.sources.unpacking import Damage, Member, Piece

HEADER_LIMIT = 128 * 2**10
"""Bytes of a header, WARC's or HTTP's: sites send cookies of 64 KiB."""
BLOCK_LIMIT = PAGE_LIMIT + HEADER_LIMIT
START_LENGTH = 256
"""Bytes that tell whether a record starts, or may end."""

_LINE_ENDS = re.compile(rb"[\r\n]*")

Header = dict[bytes, bytes]


@dataclass(slots=True)
class Frame:
    """A record as it stands in the file."""

    offset: int
    header: Header
    data: bytes
    """Header and block, up to the limit."""
    block: int
    """Where in the data the block starts."""
    is_cut: bool = False
    """Whether the block is longer than what was read of it."""
    is_short: bool = False
    """Whether the block is what is left of a damaged record."""


@dataclass(slots=True)
class RecordError(Exception):
    """The record at hand is none, or not whole."""

    cause: str
    detail: str
    header: Header = field(default_factory=dict)
    offset: int | None = 0
    block: bytes = b""
    """What there is of the block, where the header is known."""


class Frames:
    """Cuts a stream into records; a format tells where one starts, and reads its header."""

    next_start: re.Pattern[bytes]
    """How a record starts."""
    after_damage: re.Pattern[bytes]
    """Likewise, also a damaged one as far as it still shows itself: searched for after damage."""

    def __init__(self, pieces: Iterable[Piece]):
        self.pieces = iter(pieces)
        self.buffer = bytearray()
        self.position = 0
        """Of the buffer's first byte, without the compression."""
        self.members: deque[tuple[int, Member]] = deque()
        """Where members start, by position: to say where in the file a record stands."""
        self.wall: Damage | None = None
        """What comes after the buffer does not go on from it."""

    def read_header(self) -> tuple[Header, int, int | None]:
        """Return the header, where the block starts, and its length; None where the header states none.

        Raises:
            RecordError: no record starts here.
        """
        raise NotImplementedError

    def may_end(self, rest: bytes, *, is_last: bool) -> bool:
        """Whether a record may end before these bytes."""
        raise NotImplementedError

    def frames(self) -> Iterator[Frame | RecordError]:
        while self._skip_blank() or self.wall:
            if not self.buffer and self.wall:
                wall, self.wall = self.wall, None
                yield RecordError(wall.cause, wall.detail, offset=wall.offset)
                continue
            offset = self.offset()
            try:
                frame = self._frame(offset)
            except RecordError as broken:
                broken.offset = offset
                self._find_next()
                yield broken
            else:
                yield frame

    def pull(self) -> bool:
        """Take one more piece of data into the buffer; return False at the end, or at damage."""
        while self.wall is None:
            piece = next(self.pieces, None)
            if isinstance(piece, bytes):
                self.buffer += piece
                return True
            if piece is None:
                return False
            if isinstance(piece, Member):
                self.members.append((self.position + len(self.buffer), piece))
            else:
                self.wall = piece
        return False

    def fill(self, size: int) -> bool:
        """Hold at least `size` bytes; return whether there are so many."""
        while len(self.buffer) < size:
            if not self.pull():
                return False
        return True

    def _drop(self, size: int) -> None:
        del self.buffer[:size]
        self.position += size
        while len(self.members) > 1 and self.members[1][0] <= self.position:
            self.members.popleft()

    def offset(self) -> int:
        """Where in the file the buffer starts: the byte, or the compressed member around it."""
        if not self.members:
            return self.position
        start, member = self.members[0]
        return member.offset + (self.position - start if member.is_plain else 0)

    def _skip_blank(self) -> bool:
        """Move to the next byte that is no line end; return whether there is one."""
        while self.fill(1):
            blank = len(self.buffer) - len(self.buffer.lstrip(b"\r\n"))
            self._drop(blank)
            if self.buffer:
                return True
        return False

    def _frame(self, offset: int) -> Frame:
        header, block, length = self.read_header()
        if length is None:
            raise RecordError("wrong_length", "the record states no Content-Length", header, block=self._block(block))
        size = block + length
        kept = min(size, block + BLOCK_LIMIT)
        if not self.fill(kept):
            raise self.short(header, block)
        if size > kept:
            return self._oversized(offset, header, block, size)
        is_more = self.fill(size + START_LENGTH)
        is_end = self.may_end(bytes(self.buffer[size : size + START_LENGTH]), is_last=not is_more)
        if not is_end or _reaches_over(self.buffer, block, size, self.next_start):
            detail = "the record does not end where its Content-Length says"
            raise RecordError("wrong_length", detail, header, block=self._block(block))
        if self.wall and self.wall.cause == "damaged_compression" and self.wall.offset == offset:
            raise self.short(header, block)
        data = bytes(self.buffer[:size])
        self._drop(size)
        return Frame(offset, header, data, block)

    def _block(self, block: int) -> bytes:
        """What stands between a header and the next record that is in sight: the block, where its length is wrong."""
        self.fill(block + START_LENGTH)
        found = self.after_damage.search(self.buffer, block)
        while found is None and len(self.buffer) < block + BLOCK_LIMIT and self.pull():
            found = self.after_damage.search(self.buffer, max(block, len(self.buffer) - BLOCK_LIMIT // 8))
        return bytes(self.buffer[block : found.start() if found else block + BLOCK_LIMIT]).rstrip(b"\r\n")

    def short(self, header: Header, block: int | None = None) -> RecordError:
        """Why the record ends before its Content-Length."""
        if self.wall:
            wall, self.wall = self.wall, None
            is_whole = block is not None and wall.cause == "truncated"
            data = bytes(self.buffer[block:]) if is_whole else b""
            self._drop(len(self.buffer))
            return RecordError(wall.cause, wall.detail, header, block=data)
        found = self.after_damage.search(self.buffer, 1)
        data = bytes(self.buffer[block : found.start() if found else None]).rstrip(b"\r\n") if block else b""
        if found:
            return RecordError("wrong_length", "the Content-Length reaches over the next record", header, block=data)
        return RecordError("truncated", "the file ends within the record", header, block=data)

    def _oversized(self, offset: int, header: Header, block: int, size: int) -> Frame:
        """The start of a huge record; go on after it, or at a record that seems to start within it."""
        kept = block + BLOCK_LIMIT
        if self.next_start.search(self.buffer, 1, kept):
            raise RecordError(
                "wrong_length", "the Content-Length reaches over the next record", header, block=self._block(block)
            )
        frame = Frame(offset, header, bytes(self.buffer[:kept]), block, is_cut=True)
        self._drop(kept)
        size -= kept
        while size > 0 and (self.fill(2 * START_LENGTH) or self.buffer):
            found = self.next_start.search(self.buffer, 0, size)
            step = found.start() if found else min(size, max(1, len(self.buffer) - START_LENGTH))
            self._drop(step)
            size = 0 if found else size - step
        return frame

    def _find_next(self) -> None:
        """Move to where the next record starts."""
        if not self.buffer:
            return
        start = 1
        while True:
            found = self.after_damage.search(self.buffer, start)
            if found:
                self._drop(found.start())
                return
            self._drop(max(start, len(self.buffer) - START_LENGTH))
            start = 0
            if not self.pull():
                self._drop(len(self.buffer))
                return


def _reaches_over(data: bytearray, block: int, size: int, next_start: re.Pattern[bytes]) -> bool:
    """Whether what follows a record is none, and one stands in its block: a line end within that is no end."""
    found = _LINE_ENDS.match(data, size)
    start = found.end() if found else size
    if start == len(data) or next_start.match(data, start):
        return False
    return next_start.search(data, block, size) is not None
