"""An output elsewhere as one object, put there at the end from files here that a killed run goes on with."""

from __future__ import annotations

import errno
import filecmp
import tempfile
from contextlib import suppress
from pathlib import Path

import msgspec

from belta_spider.output.beside import audit_path
from belta_spider.output.journal import lock_of, unlock
from belta_spider.output.stores import Pieces
from belta_spider.output.stores.files import FileStore
from belta_spider.output.stores.spool import Spool
from belta_spider.remote.stores import State

_NOTE = ".replaces.json"
"""The state of the object that the files here go on from, or are to replace."""


class ObjectStore(FileStore):
    """Two files in a spool, and the two objects that they become."""

    def __init__(self, spool: Spool, *, overwrite: bool, with_audit: bool):
        self._spool = spool
        self._base = _state(spool)
        """The object's state when the run began; None where there was none."""
        self._has_news = _begin(spool, self._base, overwrite=overwrite, with_audit=with_audit)
        """Whether what is here is not there yet."""
        self._keeps = overwrite and self._base is not None
        """Whether what is there stays as it is."""
        super().__init__(spool.path, overwrite=False, with_audit=with_audit)

    @property
    def name(self) -> str:
        return self._spool.address

    @property
    def is_waiting(self) -> bool:
        return self._keeps

    def write(self, pieces: Pieces) -> None:
        super().write(pieces)
        self._has_news = True
        self._keeps = self._keeps and not any(line for line, _ in pieces)

    def end(self, *, replaces: bool) -> None:
        super().end(replaces=replaces)
        if replaces and (self._keeps or self._base is None):
            self._keeps, self._has_news = False, True

    def shown(self, path: Path) -> str:
        return self._spool.shown(path)

    def publish(self, *, articles: bool) -> None:
        """Put audit, articles and what is beside them in their places, in this order.

        Raises:
            OSError: they cannot be put there, or another run has been quicker; what is here stays.
        """
        if articles and self._keeps:
            self._spool.clear()
        elif articles:
            if self._has_news or self.cut:
                self._put()
            self._spool.publish()
        elif not _is_here(self._spool):
            self._spool.publish()

    def _put(self) -> None:
        """Put the audit, then its articles; where there was no object, only if there is none still."""
        if _state(self._spool) != self._base:
            raise _moved(self._spool)
        if self.audit:
            self._spool.put(self.audit.path)
        try:
            self._spool.put(self.path, is_new=self._base is None)
        except FileExistsError as error:
            if not _is_ours(self._spool):
                raise _moved(self._spool) from error


def _begin(spool: Spool, base: State | None, *, overwrite: bool, with_audit: bool) -> bool:
    """Make the spool hold what the run goes on with; return whether a killed run has left more than is there."""
    lock = lock_of(spool.path)
    if lock is not None:
        unlock(lock)
    note = spool.folder / _NOTE
    if not overwrite and _is_here(spool):
        if note.read_bytes() != _encoded(base) and not (base and _is_ours(spool)):
            raise _moved(spool)
        spool.open(overwrite=False)
        return True
    spool.empty()
    note.write_bytes(_encoded(base))
    spool.open(overwrite=overwrite)
    if base and not overwrite:
        if with_audit:
            with suppress(FileNotFoundError):
                spool.get(audit_path(spool.path))
        spool.get(spool.path)
    return False


def _encoded(base: State | None) -> bytes:
    return msgspec.json.encode(base)


def _is_here(spool: Spool) -> bool:
    """Whether a run has left articles here, and the state that they go on from."""
    return spool.path.is_file() and spool.path.stat().st_size > 0 and (spool.folder / _NOTE).is_file()


def _state(spool: Spool) -> State | None:
    try:
        return spool.store.state(spool.place(spool.path))
    except FileNotFoundError:
        return None


def _is_ours(spool: Spool) -> bool:
    """Whether the object is what stands here: a run that was killed when it had put it there."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "object"
        spool.store.download(spool.place(spool.path), str(copy))
        return filecmp.cmp(copy, spool.path, shallow=False)


def _moved(spool: Spool) -> OSError:
    why = (
        f"another run has put another object there; what this output's own run has made is in {spool.folder}: "
        "move it away to go on from the object, or name another output"
    )
    return OSError(errno.EWOULDBLOCK, why, spool.address)
