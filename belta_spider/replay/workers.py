"""The cleaning stages in several processes: batches of pages out, finished articles back.

No Scrapy here. Order is the caller's matter: a batch comes back whole, in its own order.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Sequence
from concurrent.futures import Future
from contextlib import suppress
from multiprocessing.connection import Connection
from queue import Queue, SimpleQueue
from typing import Any

import msgspec

from belta_spider import cleaning
from belta_spider.extensions.page_item import PageItem
from belta_spider.items import Page
from belta_spider.remote.drivers import parked
from belta_spider.sources.entries import Dropped

_PATIENCE = 10
"""Seconds that a process has for its end, once there is nothing left to do."""
_WAITING = 1
"""Batches that a process has beside the one that it waits for or works on: it need not wait for the next."""
_options = cleaning.Options()
_encode = msgspec.msgpack.Encoder().encode


class _Finished(msgspec.Struct, array_like=True):
    """An article on its way back, with the working state that is not part of the record."""

    article: PageItem
    audit: bytes
    drop: str | None


_decode = msgspec.msgpack.Decoder(list[_Finished | None]).decode


class DeadWorkerError(RuntimeError):
    """A process ended before its batch was done: killed, or out of memory."""


def _dead() -> DeadWorkerError:
    return DeadWorkerError("a worker process died")


class Pool:
    """Processes that clean batches of pages, each at the end of a pipe of its own.

    Not concurrent.futures: there all processes share one pipe, and one that is killed while it
    writes leaves the reader waiting for ever. Here its pipe ends with it.
    """

    def __init__(self, workers: int, options: cleaning.Options):
        # Fork where it is safe: a process is there at once, and shares the compiled rules.
        method = "fork" if sys.platform == "linux" else "spawn"
        context: Any = multiprocessing.get_context(method)  # typed without Process
        self._tasks: SimpleQueue[tuple[Sequence[Page | Dropped], Future[bytes]] | None] = SimpleQueue()
        self._is_broken = False
        self.processes = []
        connections = []
        with parked():
            for _ in range(workers):
                ours, theirs = context.Pipe()
                process = context.Process(target=_work, args=(theirs, options), daemon=True)
                process.start()
                theirs.close()  # before the next fork, so that no other process keeps the pipe open
                self.processes.append(process)
                connections.append(ours)
        for connection in connections:
            sent: Queue[Future[bytes] | None] = Queue(_WAITING)
            for serve in (self._send, self._receive):
                threading.Thread(target=serve, args=(connection, sent), daemon=True).start()

    def submit(self, batch: Sequence[Page | Dropped]) -> Future[bytes]:
        """Clean a batch; `finished_of` reads the result.

        Raises (the future): DeadWorkerError.
        """
        future: Future[bytes] = Future()
        self._tasks.put((batch, future))
        return future

    def _send(self, connection: Connection, sent: Queue[Future[bytes] | None]) -> None:
        """Hand batches to one process."""
        while (task := self._tasks.get()) is not None:
            batch, future = task
            if not future.set_running_or_notify_cancel():
                continue
            if self._is_broken:  # whatever waits behind a process that died fails too
                future.set_exception(_dead())
                continue
            sent.put(future)
            with suppress(OSError):  # where it cannot be sent, its result cannot be received
                connection.send(batch)
        # An end in words: processes forked later hold this end of the pipe too, so closing it ends nothing.
        with suppress(OSError):
            connection.send(None)
        sent.put(None)

    def _receive(self, connection: Connection, sent: Queue[Future[bytes] | None]) -> None:
        """Take the results of one process, in the order in which it got the batches."""
        while (future := sent.get()) is not None:
            try:
                result = connection.recv_bytes()
            except (EOFError, OSError):
                self._is_broken = True
                future.set_exception(_dead())
            else:
                future.set_result(result)
        connection.close()

    def close(self, *, at_once: bool) -> None:
        """End the processes; `at_once` waits for no batch."""
        if at_once:
            for process in self.processes:
                process.kill()
        for _ in self.processes:
            self._tasks.put(None)
        for process in self.processes:
            process.join(_PATIENCE)
            process.kill()


def finished_of(result: bytes) -> list[PageItem | None]:
    """The articles of a batch; None where the stages failed."""
    return [None if one is None else _item(one) for one in _decode(result)]


def _item(finished: _Finished) -> PageItem:
    item = finished.article
    item.audit, item.drop = finished.audit, finished.drop
    return item


def _work(connection: Connection, options: cleaning.Options) -> None:
    """A process: clean what comes, leave signals to the parent, and end when it ends, however that was."""
    global _options  # noqa: PLW0603 (a process cleans for one run)
    # A terminal, or a service's manager, sends them to all processes of a run: the parent ends this one.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
        signal.signal(number, signal.SIG_IGN)
    threading.Thread(target=_follow_parent, daemon=True).start()
    _options = options
    try:
        while (batch := connection.recv()) is not None:
            connection.send_bytes(_clean(batch))
    except (EOFError, OSError, MemoryError):  # the parent has closed its end, or will see that this one is closed
        return


def _follow_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _clean(batch: Sequence[Page | Dropped]) -> bytes:
    return _encode([_clean_one(entry) for entry in batch])


def _clean_one(entry: Page | Dropped) -> _Finished | None:
    """A page that the stages fail on is handed back: the parent meets the error itself, and logs it."""
    try:
        item = PageItem.finished(entry, _options)
        return _Finished(item, item.audit_lines, item.drop)
    except Exception:  # noqa: BLE001
        return None
