"""Calls to the system that fail, or that a process does not survive, at the k-th of them.

A `Failpoint` stands in for the `os` of one module. It counts the calls that change files.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from typing import Any

CALLS = ("open", "write", "fsync", "ftruncate", "replace", "unlink")
"""What the outputs do to files."""


class Killed(BaseException):
    """The process is gone: no handler of its own runs any more, so this is no Exception."""


def _short(fd: int, data: Any) -> int:
    """Half a write, as a disk that fills gives it; the next call finds the disk full."""
    return os.write(fd, bytes(data)[: len(data) // 2])


FAULTS: dict[str, BaseException] = {
    "EIO": OSError(errno.EIO, os.strerror(errno.EIO)),
    "ENOSPC": OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)),
    "MemoryError": MemoryError(),
}


class Failpoint:
    """`os` for a module under test.

    `fail_at` counts calls from 0. With `then_dead` every later call fails too, as after kill -9;
    a write that dies has written half.
    """

    def __init__(self, fail_at: int | None = None, fault: str = "EIO", *, then_dead: bool = False):
        self.fail_at, self.fault, self.then_dead = fail_at, fault, then_dead
        self.calls = 0
        self.path_of: dict[int, str] = {}
        self.synced: dict[str, int] = {}
        """How much of each file the disk surely holds."""

    def close(self, fd: int) -> None:
        """Close a file; this never fails here."""
        self.path_of.pop(fd, None)
        os.close(fd)

    def bury(self) -> None:
        """Close what a dead process had open."""
        for fd in list(self.path_of):
            self.close(fd)

    def __getattr__(self, name: str) -> Any:
        real = getattr(os, name)
        return self._counted(name, real) if name in CALLS else real

    def _counted(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any) -> Any:
            number, self.calls = self.calls, self.calls + 1
            if self.fail_at is None or number < self.fail_at:
                return self._done(name, arguments, real(*arguments))
            if self.then_dead:
                if number == self.fail_at and name == "write":
                    _short(*arguments)
                raise Killed
            if number == self.fail_at:
                return self._fail(name, arguments, real)
            if number == self.fail_at + 1 and self.fault == "short" and name == "write":
                raise FAULTS["ENOSPC"]
            return self._done(name, arguments, real(*arguments))

        return call

    def _fail(self, name: str, arguments: Any, real: Callable[..., Any]) -> Any:
        if self.fault != "short":
            raise FAULTS[self.fault]
        return _short(*arguments) if name == "write" else self._done(name, arguments, real(*arguments))

    def _done(self, name: str, arguments: Any, result: Any) -> Any:
        """Keep book of what a power cut would leave."""
        if name == "open":
            self.path_of[result] = str(arguments[0])
        elif name == "fsync":
            self.synced[self.path_of[arguments[0]]] = os.fstat(arguments[0]).st_size
        elif name == "ftruncate":
            path = self.path_of[arguments[0]]
            self.synced[path] = min(self.synced.get(path, 0), arguments[1])
        return result
