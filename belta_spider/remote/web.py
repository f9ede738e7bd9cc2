"""Web servers: fsspec's session, and each answer held against the state that was opened."""

from __future__ import annotations

import asyncio
import io
import re
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any, TypeVar
from urllib.parse import urlsplit, urlunsplit

from belta_spider.remote import ReadError
from belta_spider.remote.patience import patiently
from belta_spider.remote.stores import Listed, Opened, State, Store

T = TypeVar("T")

_RANGE = re.compile(r"bytes (?:\d+-\d+|\*)/(\d+)")
_SIGNATURE = re.compile(r"(?:^|&)(?:X-Amz-Signature|X-Goog-Signature|Signature|sig)=", re.IGNORECASE)
_PIECE = 2**18  # bytes that are handed on at once


class WebStore(Store):
    """`https://` and `http://`: paths are addresses. The files of a folder are the links on its page."""

    pins_state = True

    def address(self, path: str) -> str:
        """The address without a password, and without a query that signs it: that is another one each day."""
        parts = urlsplit(path)
        query = "" if _SIGNATURE.search(parts.query) else parts.query
        return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, query, ""))

    def _look(self, path: str) -> State:
        return self._sync(lambda: self._first_byte(path))

    async def _first_byte(self, path: str) -> State:
        """Ask for the first byte: who may get an address need not be allowed to ask for its head."""
        async with self._answer(path, 0, 1) as answer:
            return _state_of(answer)

    def open(self, path: str) -> Opened:
        state = self._look(path)

        async def get(start: int, end: int) -> bytes:
            async with self._answer(path, start, end) as answer:
                if _state_of(answer) != state:
                    raise ReadError("another file has taken its place while it was read", is_changed=True)
                return bytes(await answer.read())

        return Opened(state, lambda start, end: self._sync(lambda: get(start, end)))

    def copy(self, path: str, target: io.BufferedIOBase) -> None:
        """Write a whole file into another, where its server gives no parts."""
        patiently(lambda: self._sync(lambda: self._copy(path, target)), 2**40)

    async def _copy(self, path: str, target: io.BufferedIOBase) -> None:
        target.seek(0)
        target.truncate()
        async with self._answer(path) as answer:
            async for piece in answer.content.iter_chunked(_PIECE):
                target.write(piece)

    def under(self, path: str) -> list[Listed]:
        """The links on a folder's page that lead into the folder; none of theirs."""
        return self._listed(path, lambda: {info["name"]: info for info in self.files.ls(path, detail=True)})

    def _sync(self, call: Callable[[], Coroutine[Any, Any, T]]) -> T:
        return asyncio.run_coroutine_threadsafe(call(), self.files.loop).result()

    @asynccontextmanager
    async def _answer(self, path: str, start: int | None = None, end: int = 0) -> AsyncIterator[Any]:
        session = await self.files.set_session()
        headers = {"Accept-Encoding": "identity", **self.files.kwargs.get("headers", {})}
        if start is not None:
            headers["Range"] = f"bytes={start}-{end - 1}"
        others = {name: value for name, value in self.files.kwargs.items() if name != "headers"}
        async with session.get(self.files.encode_url(path), headers=headers, **others) as answer:
            _check(answer, path)
            yield answer


def _check(answer: Any, path: str) -> None:
    """Raise what an answer's status says; a range beyond the end of an empty file is an answer too."""
    if answer.status in {404, 410}:
        raise FileNotFoundError(path)
    if answer.status in {401, 403}:
        raise PermissionError(f"HTTP status {answer.status}: {path}")
    if answer.status >= 400 and answer.status != 416:
        raise OSError(f"HTTP status {answer.status}: {path}")


def _state_of(answer: Any) -> State:
    """What an answer's header says of the whole file, whichever part of it came."""
    fields = answer.headers
    whole = _RANGE.match(fields.get("Content-Range", ""))
    marks = tuple(filter(None, (fields.get("ETag"), fields.get("Last-Modified"))))
    if answer.status in {206, 416}:  # the latter of an empty file
        size = int(whole[1]) if whole else 0 if answer.status == 416 else None
        return State(size, (*marks, str(size)))
    length = fields.get("Content-Length", "")
    return State(int(length) if length.isdigit() else None, (*marks, length), has_ranges=False)
