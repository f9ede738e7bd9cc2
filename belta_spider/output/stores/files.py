"""Articles and their audit as two files that agree after any stop.

What a moment brings is written together, the audit first: only when the disk holds the audit do its
articles follow. So an article always has its audit; audit without an article stands at the end only,
and is cut off when the files are opened again.
"""

from __future__ import annotations

import errno
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from belta_spider.output.afresh import Afresh, settle
from belta_spider.output.beside import audit_path
from belta_spider.output.held import Held
from belta_spider.output.journal import Journal
from belta_spider.output.stores import OTHERS, Pending, Pieces

_PACKED = 2.0
"""Seconds that a compressed file waits for `_WORTH` bytes: a member of a few lines saves nothing."""
_WORTH = 2**18
"""Bytes that make a member or frame a tenth larger at most than in one piece."""
_BYTES = 2**20  # bytes that wait at most: what a crash may cost is read again from the source


class FileStore:
    """An article file and its audit, if one is kept."""

    def __init__(self, path: Path, *, overwrite: bool, with_audit: bool):
        """Open both files; what is to be replaced stays until an article is written to take its place."""
        self.path = path
        settle(path)
        self.afresh: Afresh | None = None
        self.audit: Journal | None = None
        if overwrite and (path.exists() or audit_path(path).exists()):
            self.afresh = Afresh(path, with_audit=with_audit)
            self.articles, self.audit = self.afresh.articles, self.afresh.audit
            return
        self.articles = Journal(path, overwrite=overwrite)
        try:
            self.audit = Journal(audit_path(path), overwrite=overwrite) if with_audit else None
        except BaseException:
            self._undo()
            raise

    @property
    def name(self) -> str:
        return str(self.path)

    @property
    def has_audit(self) -> bool:
        return self.audit is not None

    @property
    def cut(self) -> int:
        return self.articles.cut + (self.audit.cut if self.audit else 0)

    @property
    def starts_afresh(self) -> bool:
        return self.afresh is not None

    @property
    def is_waiting(self) -> bool:
        return self.afresh is not None and self.afresh.is_waiting

    def load(self, held: Held, *, own_only: bool) -> None:
        """Read both files before either is changed: where one is damaged, the other is left alone too."""
        if self.afresh:
            return
        try:
            self.articles.load(held.read_article)
            if own_only and self.articles.size and not held.own and not (self.audit and not self.audit.is_new):
                raise OSError(errno.EILSEQ, OTHERS, str(self.path))
            orphan_at = held.load_audit(self.audit)
            self.articles.mend()
            if self.audit:
                self.audit.mend(orphan_at)
        except BaseException:
            self._undo()
            raise

    def _undo(self) -> None:
        """Leave no file where there was none."""
        for journal in filter(None, (self.articles, self.audit)):
            journal.undo()
        self.close()

    def is_due(self, pending: Pending, *, waits: bool) -> bool:
        elapsed = pending.elapsed
        is_worth = self.articles.packing is None or pending.size >= _WORTH or elapsed >= _PACKED
        return not waits or pending.size >= _BYTES or (is_worth and elapsed >= pending.interval)

    def write(self, pieces: Pieces) -> None:
        """Write and sync: the audit, then its articles; all of it or nothing."""
        marks = self.articles.size, self.audit.size if self.audit else 0
        try:
            _write(self.audit, b"".join(audit for _, audit in pieces))
            _write(self.articles, b"".join(line for line, _ in pieces))
        except BaseException:
            _roll_back(self.articles, self.audit, *marks)
            raise
        if any(line for line, _ in pieces):
            self._take_place()

    def when_in_place(self, action: Callable[[], object]) -> None:
        if self.afresh and self.afresh.is_waiting:
            self.afresh.then(action)
        else:
            action()

    def _take_place(self) -> None:
        if self.afresh and self.afresh.is_waiting:
            self.afresh.take_place()

    def end(self, *, replaces: bool) -> None:
        if replaces:
            self._take_place()

    def close(self) -> None:
        for journal in filter(None, (self.articles, self.audit)):
            journal.close()
        if self.afresh:
            self.afresh.close()

    def file(self) -> Path:
        return self.path

    def shown(self, path: Path) -> str:
        return str(path)

    def publish(self, *, articles: bool) -> None:
        """Do nothing: what is here is where it belongs."""


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
