"""An output that is its own log: what is in it is what was done.

It knows the ids and pages that its store holds, and what waits to be written; the store keeps articles and audit
so that they agree after any stop. What was not written is done again, and nothing else is.
"""

from __future__ import annotations

import errno
import time
from collections.abc import Callable
from pathlib import Path

from belta_spider.output.beside import LINE_SUFFIXES, audit_path
from belta_spider.output.held import Held
from belta_spider.output.stores import Pending, Store
from belta_spider.output.stores.files import FileStore
from belta_spider.text.keys import key_of

__all__ = ["LINE_SUFFIXES", "Ledger", "audit_path", "ledger_of_files"]


def ledger_of_files(path: Path, *, overwrite: bool, with_audit: bool, own_only: bool = False) -> Ledger:
    """Open an article file and its audit, if one is kept.

    Raises:
        OSError: a file cannot be opened, locked or repaired.
    """
    return Ledger(FileStore(path, overwrite=overwrite, with_audit=with_audit), own_only=own_only)


class Ledger:
    """What an output holds, and what it is about to.

    Raises:
        OSError: the store cannot be opened, repaired or written. After a failed write nothing of that
            commit is in it, and the ledger takes no more.
    """

    def __init__(self, store: Store, *, own_only: bool = False):
        """`own_only` refuses an output without an audit in whose records no article of ours is."""
        self.held = Held()
        self.keeps_all = False
        """Whether each capture of an article is written, not the first alone."""
        self.waits = True
        """Whether a commit waits for more to come; not where a page has cost more than a sync does."""
        self.written = 0
        """Articles that this run has put into the store."""
        self._closed = False
        self.store = store
        store.load(self.held, own_only=own_only)
        self._pending = Pending()

    @property
    def path(self) -> Path:
        """Where the articles stand on this machine, or would: what a run keeps stands beside it."""
        return self.store.path

    @property
    def cut(self) -> int:
        """Bytes that were cut off when the store was opened."""
        return self.store.cut

    def put(self, identity: str | None, line: bytes, audit: bytes, *, revises: bool = False) -> bool:
        """Take an article with its audit; return False where the output holds it already.

        A changed article `revises` what is held: it is a further record with the same id.
        """
        key = key_of(identity)
        if identity is not None and key in self.held.ids and not (revises or self.keeps_all):
            return False
        self._add(line, audit)
        if identity is not None:
            self.held.ids.add(key)
        return True

    def note(self, audit: bytes) -> None:
        """Take entries of the audit that belong to no article."""
        if self.store.has_audit and audit:
            self._add(b"", audit)

    def _add(self, line: bytes, audit: bytes) -> None:
        if self._closed:
            raise OSError(errno.EBADF, "closed after a failed write", self.store.name)
        self._pending.add(line, audit if self.store.has_audit else b"")
        self.commit_if_due()

    def commit_if_due(self) -> None:
        """Write what has waited long enough."""
        if self._pending.pieces and self.store.is_due(self._pending, waits=self.waits):
            self.commit()

    def commit(self) -> None:
        """Write what is pending: all of it or nothing."""
        pending = self._pending.take()
        if not pending or self._closed:
            return
        started = time.monotonic()
        try:
            self.store.write(pending)
        except BaseException:
            self._close_store()
            raise
        self.written += sum(1 for line, _ in pending if line)
        self._pending.note_commit(started)

    @property
    def is_waiting(self) -> bool:
        """Whether what is to be replaced is still in its place."""
        return self.store.is_waiting

    def when_in_place(self, action: Callable[[], object]) -> None:
        """Do something once no earlier output is to be kept any more: at once, where there is none."""
        self.store.when_in_place(action)

    def close(self, *, replaces: bool = True) -> None:
        """Write what is pending, and let go of the store; closing twice does nothing.

        Where no article came, what was to be replaced is, or stays if `replaces` is false.
        """
        try:
            self.commit()
            if not self._closed:
                self.store.end(replaces=replaces)
        finally:
            self._close_store()

    def _close_store(self) -> None:
        if not self._closed:
            self._closed = True
            self.store.close()
