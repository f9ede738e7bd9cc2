"""An iterator run ahead in a thread of its own, so that the event loop stays free for signals."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import Generic, TypeVar

T = TypeVar("T")


class ReadAhead(Generic[T]):
    """Reads a few steps ahead. The thread is a daemon: nothing waits for one that hangs on a pipe."""

    def __init__(self, iterator: Iterator[T], steps: int = 2):
        self._iterator = iterator
        self._loop = asyncio.get_running_loop()
        self._queue: asyncio.Queue[tuple[T | None, BaseException | None]] = asyncio.Queue()
        self._room = threading.Semaphore(steps)  # the thread's own: a step costs the loop no task
        self._is_closed = False
        threading.Thread(target=self._run, name="reader", daemon=True).start()

    def _run(self) -> None:
        error: BaseException | None = None
        try:
            for item in self._iterator:
                if not self._put(item, None):
                    return
        except Exception as failure:  # noqa: BLE001 (raised again by `next`)
            error = failure
        self._put(None, error)

    def _put(self, item: T | None, error: BaseException | None) -> bool:
        """Hand a step on when there is room; return whether anybody waits for the next one."""
        self._room.acquire()
        with suppress(RuntimeError):  # the loop is closed
            if not self._is_closed:
                self._loop.call_soon_threadsafe(self._queue.put_nowait, (item, error))
                return True
        return False

    async def next(self) -> T | None:
        """The next item; None after the last.

        Raises: whatever the iterator raised.
        """
        item, error = await self._queue.get()
        self._room.release()
        if error is not None:
            raise error
        return item

    def close(self) -> None:
        """Let the thread end at its next step."""
        self._is_closed = True
        self._room.release()
