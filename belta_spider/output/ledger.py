"""An output file that is its own log: what is in it is what was done.

Articles and audit are two files that agree after any stop. What a moment brings is written
together, the audit first: only when the disk holds the audit do its articles follow. So an
article always has its audit; audit without an article stands at the end only, and is cut off
when the files are opened again. What was not written is done again, and nothing else is.
"""

from __future__ import annotations

import errno
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from belta_spider.output.afresh import Afresh, settle
from belta_spider.output.beside import LINE_SUFFIXES, audit_path
from belta_spider.output.held import Held
from belta_spider.output.journal import Journal
from belta_spider.text.keys import key_of

__all__ = ["LINE_SUFFIXES", "Ledger", "audit_path"]

_SHORTEST, _LONGEST = 0.02, 0.5
"""Seconds between two commits: as short as keeps them to a twentieth of the time."""
_PACKED = 2.0
"""Seconds that a compressed file waits for `_WORTH` bytes: a member of a few lines saves nothing."""
_WORTH = 2**18
"""Bytes that make a member or frame a tenth larger at most than in one piece."""
_OTHERS = "holds no article of this program: name another output, or start afresh with -O"
_SHARE = 20
_BYTES = 2**20


class _Pending:
    """What waits to be written together."""

    def __init__(self) -> None:
        self.pieces: list[tuple[bytes, bytes]] = []
        """Lines of articles with those of their audit."""
        self.size = 0
        self.interval = _SHORTEST
        self.committed = time.monotonic()

    def add(self, line: bytes, audit: bytes) -> None:
        self.pieces.append((line, audit))
        self.size += len(line) + len(audit)

    def is_due(self, *, packed: bool) -> bool:
        """Whether it has waited long enough."""
        elapsed = time.monotonic() - self.committed
        is_worth = not packed or self.size >= _WORTH or elapsed >= _PACKED
        return self.size >= _BYTES or (is_worth and elapsed >= self.interval)

    def take(self) -> list[tuple[bytes, bytes]]:
        pieces, self.pieces, self.size = self.pieces, [], 0
        return pieces

    def note_commit(self, started: float) -> None:
        """Wait longer for the next commit where this one took long."""
        self.committed = time.monotonic()
        self.interval = min(max(_SHARE * (self.committed - started), _SHORTEST), _LONGEST)


class Ledger:
    """An article file and its audit, if one is kept.

    Raises:
        OSError: a file cannot be opened, locked, repaired or written. After a failed write
            nothing of that commit is in either file, and the ledger takes no more.
    """

    def __init__(self, path: Path, *, overwrite: bool, with_audit: bool, own_only: bool = False):
        """`own_only` refuses a file without an audit in whose records no article of ours is."""
        self.held = Held()
        self.keeps_all = False
        """Whether each capture of an article is written, not the first alone."""
        self.waits = True
        """Whether a commit waits for more to come; not where a page has cost more than a sync does."""
        self.written = 0
        """Articles that this run has put into the file."""
        self._closed = False
        self.path = path
        self._open(overwrite=overwrite, with_audit=with_audit, own_only=own_only)
        self._pending = _Pending()

    def _open(self, *, overwrite: bool, with_audit: bool, own_only: bool) -> None:
        """Open both files; what is to be replaced stays until an article is written to take its place."""
        settle(self.path)
        self.afresh: Afresh | None = None
        self.audit: Journal | None = None
        if overwrite and (self.path.exists() or audit_path(self.path).exists()):
            self.afresh = Afresh(self.path, with_audit=with_audit)
            self.articles, self.audit = self.afresh.articles, self.afresh.audit
            return
        self.articles = Journal(self.path, overwrite=overwrite)
        try:
            self.audit = Journal(audit_path(self.path), overwrite=overwrite) if with_audit else None
            self._load(own_only=own_only)
        except BaseException:
            for journal in filter(None, (self.articles, self.audit)):
                journal.undo()
            self._close_files()
            raise

    def _load(self, *, own_only: bool) -> None:
        """Read both files before either is changed: where one is damaged, the other is left alone too."""
        self.articles.load(self.held.read_article)
        if own_only and self.articles.size and not self.held.own and not (self.audit and not self.audit.is_new):
            raise OSError(errno.EILSEQ, _OTHERS, str(self.path))
        orphan_at = self.held.load_audit(self.audit)
        self.articles.mend()
        if self.audit:
            self.audit.mend(orphan_at)

    @property
    def cut(self) -> int:
        """Bytes that were cut off when the files were opened."""
        return self.articles.cut + (self.audit.cut if self.audit else 0)

    def put(self, identity: str | None, line: bytes, audit: bytes, *, revises: bool = False) -> bool:
        """Take an article with its audit; return False where the file holds it already.

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
        if self.audit and audit:
            self._add(b"", audit)

    def _add(self, line: bytes, audit: bytes) -> None:
        if self._closed:
            raise OSError(errno.EBADF, "closed after a failed write", str(self.articles.path))
        self._pending.add(line, audit if self.audit else b"")
        self.commit_if_due()

    def commit_if_due(self) -> None:
        """Write what has waited long enough."""
        if not self.waits or self._pending.is_due(packed=self.articles.packing is not None):
            self.commit()

    def commit(self) -> None:
        """Write and sync what is pending: the audit, then its articles; all of it or nothing."""
        pending = self._pending.take()
        if not pending or self._closed:
            return
        started = time.monotonic()
        marks = self.articles.size, self.audit.size if self.audit else 0
        try:
            _write(self.audit, b"".join(audit for _, audit in pending))
            _write(self.articles, b"".join(line for line, _ in pending))
        except BaseException:
            _roll_back(self.articles, self.audit, *marks)
            self._close_files()
            raise
        written = sum(1 for line, _ in pending if line)
        self.written += written
        if written:
            self._take_place()
        self._pending.note_commit(started)

    @property
    def is_waiting(self) -> bool:
        """Whether what is to be replaced is still in its place."""
        return self.afresh is not None and self.afresh.is_waiting

    def when_in_place(self, action: Callable[[], object]) -> None:
        """Do something once no earlier output is to be kept any more: at once, where there is none."""
        if self.afresh and self.afresh.is_waiting:
            self.afresh.then(action)
        else:
            action()

    def _take_place(self) -> None:
        try:
            if self.afresh and self.afresh.is_waiting:
                self.afresh.take_place()
        except BaseException:
            self._close_files()
            raise

    def close(self, *, replaces: bool = True) -> None:
        """Write what is pending, and let go of the files; closing twice does nothing.

        Where no article came, what was to be replaced is, or stays if `replaces` is false.
        """
        try:
            self.commit()
            if replaces and not self._closed:
                self._take_place()
        finally:
            self._close_files()

    def _close_files(self) -> None:
        if self._closed:
            return
        self._closed = True
        for journal in filter(None, (self.articles, self.audit)):
            journal.close()
        if self.afresh:
            self.afresh.close()


def _write(journal: Journal | None, data: bytes) -> None:
    if journal and data:
        journal.append(data)
        journal.sync()


def _roll_back(articles: Journal, audit: Journal | None, articles_size: int, audit_size: int) -> None:
    """Undo a commit, the articles first; what cannot be undone the next run will cut."""
    with suppress(OSError):
        articles.truncate(articles_size)
        articles.sync()
        if audit:
            audit.truncate(audit_size)
