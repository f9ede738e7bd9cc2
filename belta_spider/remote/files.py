"""A remote object as what the readers take: a path with a name, `stat()` and `open("rb")`."""

from __future__ import annotations

import io
import os
import stat
import tempfile
from concurrent.futures import Future
from typing import Any, NamedTuple, cast
from urllib.parse import unquote, urlsplit

from belta_spider.remote import ReadError
from belta_spider.remote.patience import WAITS, is_final, patiently, rest, seconds_for, started, told
from belta_spider.remote.stores import Opened, State, Store

_BUFFER = io.DEFAULT_BUFFER_SIZE if io.DEFAULT_BUFFER_SIZE > 2**13 else 2**12
"""As files here have: how much is lost at damage hangs on where reads begin."""
_FIRST, _MOST = 2**18, 2**22
"""Bytes that are asked for at once: few after a step elsewhere, more and more where reading goes on."""
_CHANGED = "another object has taken its place while it was read"


class RemotePath:
    """Enough of a path for whoever reads files."""

    def __init__(self, store: Store, path: str, size: int | None):
        self.store, self.path, self.size = store, path, size
        self.uri = store.address(path)
        self.name = unquote(urlsplit(path).path if "://" in path else path).rpartition("/")[2]

    def __str__(self) -> str:
        return self.uri

    def stat(self) -> os.stat_result:
        """A regular file with its size; what no list told is not known before it is opened.

        Raises:
            OSError: the size is not known.
        """
        if self.size is None:
            raise OSError(f"{self.uri}: its size is not known yet")
        return os.stat_result((stat.S_IFREG, 0, 0, 1, 0, 0, self.size, 0, 0, 0))

    def open(self, _mode: str = "rb", /) -> io.BufferedReader:
        """Open the object as it is now.

        Raises:
            OSError: it cannot be opened.
        """
        opened = patiently(lambda: self.store.open(self.path))
        state = opened.state
        if state.size is not None and (state.has_ranges or not state.size):
            return io.BufferedReader(RemoteFile(self.store, self.path, opened), _BUFFER)
        copy: Any = tempfile.TemporaryFile()  # noqa: SIM115 (whoever opens it closes it)
        try:
            self.store.copy(self.path, copy)
            copy.seek(0)
        except BaseException:
            copy.close()
            raise
        return cast(io.BufferedReader, copy)


class _Chunk(NamedTuple):
    """Bytes of an object that are here, or on their way."""

    start: int
    data: bytes

    def at(self, place: int) -> memoryview:
        return memoryview(self.data)[place - self.start :] if self.start <= place else memoryview(b"")


class _Ahead(NamedTuple):
    start: int
    length: int
    coming: Future[tuple[Opened, bytes]]


class RemoteFile(io.RawIOBase):
    """One state of an object. It knows its place: what fails, breaks off or stalls is asked for again from there.

    Raises (reading):
        ReadError: tries are at an end, or another object has taken its place. Every later read raises it again.
    """

    def __init__(self, store: Store, path: str, opened: Opened):
        self._store, self._path = store, path
        self._opened: Opened | None = opened
        self._state: State = opened.state
        self._size = opened.state.size or 0
        self._place = 0
        self._chunk = _Chunk(0, b"")
        self._length = _FIRST
        self._ahead: _Ahead | None = None
        self._failure: ReadError | None = None

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._place

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self._size}[whence]
        self._place = max(0, base + offset)
        return self._place

    def readinto(self, buffer: Any, /) -> int:
        """Fill the buffer, as far as there is something to fill it with."""
        view = memoryview(buffer).cast("B")
        filled = 0
        while filled < len(view) and self._place < self._size:
            here = self._chunk.at(self._place) or self._next(len(view) - filled)
            number = min(len(here), len(view) - filled)
            view[filled : filled + number] = here[:number]
            filled += number
            self._place += number
        return filled

    def _next(self, wanted: int) -> memoryview:
        """Get what follows: twice as much as before where reading goes on, little after a step."""
        goes_on = self._place and self._place == self._chunk.start + len(self._chunk.data)
        self._length = min(2 * self._length, _MOST) if goes_on else _FIRST
        length = min(max(self._length, wanted), _MOST, self._size - self._place)
        self._chunk = _Chunk(self._place, self._got(length))
        end = self._place + len(self._chunk.data)
        if end == self._size:
            self._check_that_it_is_the_same()
        elif goes_on:
            self._ahead = self._asked(end, min(self._size - end, self._length))
        return self._chunk.at(self._place)

    def _got(self, length: int) -> bytes:
        """Get what follows, with as many tries as there are."""
        ahead, self._ahead = self._ahead, None
        if ahead and ahead.start != self._place:
            ahead = None
        for wait in (*WAITS, None):
            self._raise_again()
            one = ahead or self._asked(self._place, length)
            ahead = None
            try:
                self._opened, data = one.coming.result(seconds_for(one.length))
                if not data:
                    raise OSError(f"nothing came at byte {self._place} of {self._size}")
            except Exception as error:  # noqa: BLE001 (each driver has errors of its own)
                self._opened = None
                self._judge(error, is_last=wait is None)
                rest(wait or 0)
            else:
                return data[: one.length]
        raise AssertionError  # for the type checker

    def _asked(self, start: int, length: int) -> _Ahead:
        """Begin to get a part."""
        opened = self._opened

        def get() -> tuple[Opened, bytes]:
            one = opened or self._again()
            return one, one.fetch(start, start + length)

        return _Ahead(start, length, started(get))

    def _again(self) -> Opened:
        one = self._store.open(self._path)
        if one.state != self._state:
            raise ReadError(_CHANGED, is_changed=True)
        return one

    def _check_that_it_is_the_same(self) -> None:
        """At its end, where answers do not tell what they are of."""
        if self._store.pins_state:
            return
        try:
            if self._store.state(self._path) != self._state:
                raise ReadError(_CHANGED, is_changed=True)
        except Exception as error:  # noqa: BLE001 (likewise)
            self._judge(error, is_last=True)

    def _judge(self, error: Exception, *, is_last: bool) -> None:
        """Take an error for final, or let it be tried again."""
        if isinstance(error, ReadError):
            self._failure = error
        elif type(error).__name__ == "FileExpired":
            self._failure = ReadError(_CHANGED, is_changed=True)
        elif is_last or is_final(error):
            self._failure = ReadError(f"at byte {self._place} of {self._size}: {told(error)}")
        self._raise_again()

    def _raise_again(self) -> None:
        if self._failure:
            raise self._failure

    def close(self) -> None:
        self._chunk, self._ahead, self._opened = _Chunk(0, b""), None, None
        super().close()
