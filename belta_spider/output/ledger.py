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
from belta_spider.output.index import Held, key_of
from belta_spider.output.journal import Journal

__all__ = ["LINE_SUFFIXES", "Ledger", "audit_path"]

_SHORTEST, _LONGEST = 0.02, 0.5
"""Seconds between two commits: as short as keeps them to a twentieth of the time."""
_PACKED = 2.0
"""Seconds that a compressed file waits for `_WORTH` bytes: a member of a few lines saves nothing."""
_WORTH = 2**18
"""Bytes that make a member or frame a tenth larger at most than in one piece."""
_SHARE = 20
_BYTES = 2**20


class _Pace:
    """When what is pending is written: seldom enough that commits take a twentieth of the time."""

    def __init__(self) -> None:
        self.waits = True
        """Whether a commit waits for more to come; not where a page has cost more than a sync does."""
        self.size = 0
        """Bytes that are pending."""
        self._interval = _SHORTEST
        self._committed = time.monotonic()

    def is_due(self, *, is_packed: bool) -> bool:
        """Whether what is pending has waited long enough, or is much enough."""
        elapsed = time.monotonic() - self._committed
        is_worth = not is_packed or self.size >= _WORTH or elapsed >= _PACKED
        return not self.waits or self.size >= _BYTES or (is_worth and elapsed >= self._interval)

    def note(self, started: float) -> None:
        """Learn from a commit how long one takes."""
        self._committed = time.monotonic()
        self._interval = min(max(_SHARE * (self._committed - started), _SHORTEST), _LONGEST)


class Ledger:
    """An article file and its audit, if one is kept.

    Raises:
        OSError: a file cannot be opened, locked, repaired or written. After a failed write
            nothing of that commit is in either file, and the ledger takes no more.
    """

    def __init__(self, path: Path, *, overwrite: bool, with_audit: bool, own_only: bool = False):
        """`own_only` refuses a file without an audit in whose records no article of ours is."""
        self.path = path
        self.keeps_all = False
        """Whether each capture of an article is written, not the first alone."""
        self.written = 0
        """Articles that this run has put into the file."""
        self.held = Held()
        self._pending: list[tuple[bytes, bytes]] = []
        self._closed = False
        self._open(overwrite=overwrite, with_audit=with_audit, own_only=own_only)
        self.pace = _Pace()

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

    # What the files hold

    def _load(self, *, own_only: bool) -> None:
        """Read both files before either is changed: where one is damaged, the other is left alone too."""
        self.articles.load(self.held.read_article)
        if own_only and self.articles.size and not self.held.own and not (self.audit and not self.audit.is_new):
            why = "holds no article of this program: name another output, or start afresh with -O"
            raise OSError(errno.EILSEQ, why, str(self.path))
        orphan_at = self.held.load_audit(self.audit)
        self.articles.mend()
        if self.audit:
            self.audit.mend(orphan_at)

    def holds(self, identity: str | None) -> bool:
        """Whether an article with that id is in the file."""
        return key_of(identity) in self.held.ids

    def has_read(self, uri: str, record: str | None) -> bool:
        """Whether the page from there was dealt with by an earlier run.

        Pages that are no articles are known from the audit alone: without one they are read again.
        """
        return len(self.held.sources) > 0 and key_of(uri, record) in self.held.sources

    def has_left_out(self, uri: str, record: str | None) -> bool:
        """Whether an earlier run read the page from there, and was not asked for its article."""
        return len(self.held.left_out) > 0 and key_of(uri, record) in self.held.left_out

    @property
    def cut(self) -> int:
        """Bytes that were cut off when the files were opened."""
        return self.articles.cut + (self.audit.cut if self.audit else 0)

    # What this run adds

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
        self._pending.append((line, audit if self.audit else b""))
        self.pace.size += len(line) + len(audit)
        self.commit_if_due()

    def commit_if_due(self) -> None:
        """Write what has waited long enough."""
        if self.pace.is_due(is_packed=self.articles.packing is not None):
            self.commit()

    def commit(self) -> None:
        """Write and sync what is pending: the audit, then its articles; all of it or nothing."""
        pending, self._pending, self.pace.size = self._pending, [], 0
        if not pending or self._closed:
            return
        started = time.monotonic()
        marks = self.articles.size, self.audit.size if self.audit else 0
        try:
            self._write(self.audit, b"".join(audit for _, audit in pending))
            self._write(self.articles, b"".join(line for line, _ in pending))
        except BaseException:
            self._roll_back(*marks)
            raise
        written = sum(1 for line, _ in pending if line)
        self.written += written
        if written and self.is_waiting:
            self._take_place()
        self.pace.note(started)

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
        if self.afresh:
            try:
                self.afresh.take_place()
            except BaseException:
                self._close_files()
                raise

    @staticmethod
    def _write(journal: Journal | None, data: bytes) -> None:
        if journal and data:
            journal.append(data)
            journal.sync()

    def _roll_back(self, articles: int, audit: int) -> None:
        """Undo a commit, the articles first; what cannot be undone the next run will cut."""
        with suppress(OSError):
            self.articles.truncate(articles)
            self.articles.sync()
            if self.audit:
                self.audit.truncate(audit)
        self._close_files()

    def close(self, *, replaces: bool = True) -> None:
        """Write what is pending, and let go of the files; closing twice does nothing.

        Where no article came, what was to be replaced is, or stays if `replaces` is false.
        """
        try:
            self.commit()
            if not self._closed and self.is_waiting and replaces:
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
