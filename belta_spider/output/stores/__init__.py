"""Where a ledger keeps its articles and their audit: two files here, one object elsewhere, or numbered segments."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from belta_spider.output.held import Held

_SHORTEST, _LONGEST = 0.02, 0.5
"""Seconds between two commits: as short as keeps them to a twentieth of the time."""
_SHARE = 20  # a commit takes a twentieth of the time at most
OTHERS = "holds no article of this program: name another output, or start afresh with -O"

Pieces = list[tuple[bytes, bytes]]
"""Lines of articles, each with those of its audit; drops have no line."""


class Pending:
    """What waits to be written together."""

    def __init__(self) -> None:
        self.pieces: Pieces = []
        self.size = 0
        self.interval = _SHORTEST
        self._committed = time.monotonic()

    def add(self, line: bytes, audit: bytes) -> None:
        self.pieces.append((line, audit))
        self.size += len(line) + len(audit)

    @property
    def elapsed(self) -> float:
        """Seconds since the last commit."""
        return time.monotonic() - self._committed

    def take(self) -> Pieces:
        pieces, self.pieces, self.size = self.pieces, [], 0
        return pieces

    def note_commit(self, started: float) -> None:
        """Wait longer for the next commit where this one took long."""
        self._committed = time.monotonic()
        self.interval = min(max(_SHARE * (self._committed - started), _SHORTEST), _LONGEST)


class Store(Protocol):
    """Keeps what a ledger hands it: whole, or not at all.

    Raises (all but the properties):
        OSError: it cannot be opened, locked, repaired or written; `strerror` says what to do.
    """

    @property
    def path(self) -> Path:
        """Where the articles stand; or on this machine would, so that others may stand beside it."""

    @property
    def name(self) -> str:
        """What the output is called where a person reads it."""

    @property
    def has_audit(self) -> bool: ...

    @property
    def cut(self) -> int:
        """Bytes that were cut off when it was opened."""

    @property
    def starts_afresh(self) -> bool:
        """Whether what a run keeps beside its output stands beside the old one until that is replaced."""

    @property
    def is_waiting(self) -> bool:
        """Whether what is to be replaced is still in its place."""

    def load(self, held: Held, *, own_only: bool) -> None:
        """Learn what it holds, and put it right; where that fails, it is left as it was."""

    def is_due(self, pending: Pending, *, waits: bool) -> bool:
        """Whether what is pending has waited long enough; `waits` tells that more may come soon."""

    def write(self, pieces: Pieces) -> None:
        """Write all of it, the audit before its articles, or nothing."""

    def when_in_place(self, action: Callable[[], object]) -> None:
        """Do something once no earlier output is to be kept any more."""

    def end(self, *, replaces: bool) -> None:
        """Write what was held back; without an article, what is to be replaced is, or stays if `replaces` is false."""

    def close(self) -> None:
        """Let go of it."""

    def file(self) -> Path:
        """All that it holds, as one file on this machine."""

    def shown(self, path: Path) -> str:
        """What a file beside the articles is called where a person reads it."""

    def publish(self, *, articles: bool) -> None:
        """Put elsewhere what stands here only for a while: the articles too, or only what is beside them."""
