"""A file of whole lines that only grows, plain or compressed, and is put right when it is opened."""

from __future__ import annotations

import errno
import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO

import msgspec

from belta_spider.output.packing import NO_FRAME, PACKINGS, Packing, is_part_of_a_frame
from belta_spider.output.torn import begins_a_record, has_unwritten_blocks

Reader = Callable[[bytes, int], None]

_CHUNK = 2**20  # bytes that are read at once
_LONGEST_LINE = 128 * 2**20  # a bound on memory: a page is 16 MiB at most, six bytes a letter in JSON
_LAST_WRITE = 8 * 2**20
"""Damage that begins further from the end than this is not what a stop leaves behind."""
_LOCK_SECONDS = 1.0  # the run before may still be closing its files
_LOCKED = "another run is writing this file: wait for it, or name another output"
_NO_RECORD = (msgspec.DecodeError, UnicodeDecodeError)


class Journal:
    """One locked file.

    Raises:
        OSError: it cannot be opened or written, another run has locked it, or it holds what
            this program did not write; `strerror` says what to do.
    """

    def __init__(self, path: Path, *, overwrite: bool):
        self.path = path
        self.packing = PACKINGS.get(path.suffix)
        self.size = 0
        self.cut = 0
        """Bytes of a torn tail that were cut off."""
        self._lacks_end = False
        path.parent.mkdir(parents=True, exist_ok=True)
        self.is_new = not path.exists()
        self.fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)
        try:
            _lock(self.fd, path)
            if overwrite:
                os.ftruncate(self.fd, 0)
                os.fsync(self.fd)
            if self.is_new:
                _sync_folder(path.parent)
        except BaseException:
            os.close(self.fd)
            raise

    def load(self, read: Reader) -> None:
        """Call `read` with each line and the place of its write; change nothing: `mend` does.

        The place is where a cut would have to be made to take the line off: its own start, or
        that of the member or frame that holds it. `read` raises `msgspec.DecodeError` for a line
        that is no record.
        """
        end = os.fstat(self.fd).st_size
        with os.fdopen(os.dup(self.fd), "rb", buffering=_CHUNK) as file:
            file.seek(0)
            if self.packing:
                self._load_frames(file, end, read, self.packing)
            else:
                self._load_lines(file, end, read)

    def mend(self, size: int | None = None) -> None:
        """Cut off the torn tail that `load` found, or all from `size` on; end the last line where it lacks its end."""
        whole = self.size if size is None else size
        if os.fstat(self.fd).st_size > whole:
            self.truncate(whole)
        elif self._lacks_end:
            self.append(b"\n")

    # Plain lines

    def _load_lines(self, file: IO[bytes], end: int, read: Reader) -> None:
        number = 0
        while line := file.readline(_LONGEST_LINE):
            number += 1
            if not _is_record(line, self.size, read):
                if not self._is_torn(file, line, end):
                    raise self._damaged(f"line {number} (byte {self.size}) is no record")
                return
            self.size += len(line)
            self._lacks_end = not line.endswith(b"\n")  # all there but its end

    def _is_torn(self, file: IO[bytes], line: bytes, end: int) -> bool:
        """Whether a bad line is what a stop leaves: half a line, or unwritten blocks of the last write."""
        if line.rstrip(b"\n").strip(b"\0") == b"" and _only_nul(file):
            return True
        if b"\0" in line and end - self.size <= _LAST_WRITE:
            file.seek(self.size)
            return has_unwritten_blocks(file.read())
        return self.size + len(line) == end and begins_a_record(line)

    # Compressed ones

    def _load_frames(self, file: IO[bytes], end: int, read: Reader, packing: Packing) -> None:
        begun = False
        try:
            for content, length in _frames(file, packing):
                for line in content.split(b"\n"):
                    if line and not _is_record(line, self.size, read):
                        raise self._damaged(f"what was written at byte {self.size} holds a line that is no record")
                if length and content and not content.endswith(b"\n"):
                    raise self._damaged(f"what was written at byte {self.size} ends within a line")
                begun = not length
                self.size += length
        except NO_FRAME:
            file.seek(self.size)
            if begun or not _is_torn_frame(file, end - self.size, packing):
                raise self._damaged(f"byte {self.size} starts nothing that can be unpacked") from None

    # Writing

    def truncate(self, size: int) -> None:
        """Cut the file to `size` bytes."""
        self.cut += max(0, os.fstat(self.fd).st_size - size)
        os.ftruncate(self.fd, size)
        self.size = size

    def append(self, data: bytes) -> None:
        """Write whole lines, or nothing."""
        if self.packing:
            data = self.packing.pack(data)
        try:
            self._write(memoryview(data))
        except BaseException:
            with suppress(OSError):  # the next run cuts what stays
                os.ftruncate(self.fd, self.size)
            raise
        self.size += len(data)

    def _write(self, rest: memoryview) -> None:
        while rest:
            written = os.write(self.fd, rest)
            if not written:
                raise self._error(errno.EIO, "nothing more can be written")
            rest = rest[written:]

    def sync(self) -> None:
        """Have the disk hold what was written."""
        os.fsync(self.fd)

    def move(self, path: Path) -> None:
        """Take the place of another file; it is gone then."""
        os.replace(self.path, path)  # noqa: PTH105 (tests put another `os` here)
        self.path = path
        _sync_folder(path.parent)

    def close(self) -> None:
        os.close(self.fd)

    def undo(self) -> None:
        """Leave no file where there was none, if nothing was written."""
        if self.is_new and not os.fstat(self.fd).st_size:
            remove(self.path)

    def _damaged(self, what: str) -> OSError:
        why = f"{what}, and a stopped run does not leave that: repair or move the file, or start afresh with -O"
        return self._error(errno.EILSEQ, why)

    def _error(self, number: int, why: str) -> OSError:
        return OSError(number, why, str(self.path))


def _lock(fd: int, path: Path) -> None:
    """Wait a moment for a killed run's last process to let go of the file."""
    deadline = time.monotonic() + _LOCK_SECONDS
    while True:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise OSError(errno.EWOULDBLOCK, _LOCKED, str(path)) from None
        time.sleep(0.05)
    if not os.path.samestat(os.fstat(fd), path.stat()):  # another run has put another file here
        raise OSError(errno.EWOULDBLOCK, _LOCKED, str(path))


def lock_of(path: Path) -> int | None:
    """Lock a file that is there, and change nothing; None where there is none.

    Raises:
        OSError: another run has locked it.
    """
    try:
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    try:
        _lock(fd, path)
    except BaseException:
        os.close(fd)
        raise
    return fd


def unlock(fd: int) -> None:
    """Let go of what `lock_of` locked."""
    os.close(fd)


def remove(path: Path) -> None:
    """Remove a file, if it is there."""
    with suppress(FileNotFoundError):
        os.unlink(path)  # noqa: PTH108 (likewise)


def _is_record(line: bytes, place: int, read: Reader) -> bool:
    """Hand the line on; blank ones are no one's."""
    try:
        if line != b"\n":
            read(line, place)
    except _NO_RECORD:
        return False
    return True


def _frames(file: IO[bytes], packing: Packing) -> Iterator[tuple[bytes, int]]:
    """Yield each frame's content and its length in the file.

    One that another program wrote may be long: it comes in pieces, length 0 for all but the last.

    Raises:
        EOFError, zlib.error, zstandard.ZstdError: a frame is torn or damaged.
    """
    data = file.read(_CHUNK)
    while data:
        unpacker, content, length = packing.unpacker(), b"", 0
        while not unpacker.eof:
            data = data or file.read(_CHUNK)
            if not data:
                raise EOFError
            content += unpacker.decompress(data)
            length += len(data)
            data = unpacker.unused_data
            if len(content) > _LAST_WRITE and not unpacker.eof:
                lines, newline, content = content.rpartition(b"\n")
                yield lines + newline, 0
        yield content, length - len(data)
        data = data or file.read(_CHUNK)


def _is_torn_frame(file: IO[bytes], length: int, packing: Packing) -> bool:
    """Whether the file ends with a part of one frame, or with blocks that were never written."""
    if _only_nul(file):
        return True
    if length > _LAST_WRITE:
        return False
    file.seek(-length, os.SEEK_END)
    return is_part_of_a_frame(file.read(), packing)


def _only_nul(file: IO[bytes]) -> bool:
    """Whether nothing but NUL bytes follows, up to the end."""
    return not any(chunk.strip(b"\0") for chunk in iter(lambda: file.read(_CHUNK), b""))


def _sync_folder(folder: Path) -> None:
    """Have the disk hold the new file's name."""
    fd = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
