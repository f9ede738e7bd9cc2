"""Files that are written beside those whose place they take, all of them or none.

The articles are made first and their audit after them; so they are renamed too. Hence after a kill an
audit without its articles is one whose articles have taken their place: it follows them. Anything else
never took a place, and goes.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from belta_spider.output.beside import afresh_path, audit_path
from belta_spider.output.journal import Journal, lock_of, remove, unlock


class Afresh:
    """What becomes of the files of an output that starts afresh.

    Raises:
        OSError: a file cannot be opened, or another run has locked it.
    """

    def __init__(self, path: Path, *, with_audit: bool):
        self.is_waiting = True
        """Whether the old files are still in their place."""
        self.places = _places(path)
        self.audit: Journal | None = None
        self._then: list[Callable[[], object]] = []
        self._lock = lock_of(self.places[0])
        try:
            self.articles = _begun(self.places[0])
        except BaseException:
            self._unlock()
            raise
        try:
            self.audit = _begun(self.places[1]) if with_audit else None
        except BaseException:
            self.articles.close()
            self.close()
            raise

    def then(self, action: Callable[[], object]) -> None:
        """Do something when the new files are in their place."""
        self._then.append(action)

    def take_place(self) -> None:
        """Put the new files where the old ones stand, which are gone then."""
        self.articles.move(self.places[0])
        if self.audit:
            self.audit.move(self.places[1])
        self.is_waiting = False
        for action in self._then:
            action()

    def close(self) -> None:
        """Let go of the output; files that have not taken their place go."""
        try:
            if self.is_waiting and afresh_path(self.places[0]).exists():
                _discard(self.places)
        finally:
            self._unlock()

    def _unlock(self) -> None:
        if self._lock is not None:
            unlock(self._lock)
            self._lock = None


class Replacement:
    """A file of any format that takes the place of one that is there, when it is whole.

    Raises:
        OSError: it cannot be opened or written, or another run is writing it or the old one.
    """

    def __init__(self, path: Path):
        self._afresh = Afresh(path, with_audit=False)
        self.file = os.fdopen(os.dup(self._afresh.articles.fd), "wb")
        self._is_closed = False

    @property
    def is_waiting(self) -> bool:
        """Whether the old file is still in its place."""
        return self._afresh.is_waiting

    def take_place(self) -> None:
        """Put the new file where the old one stands, which is gone then."""
        self.file.flush()
        self._afresh.articles.sync()
        self._afresh.take_place()

    def close(self) -> None:
        """Let go of both; a new file that has not taken its place goes. Closing twice does nothing."""
        if self._is_closed:
            return
        self._is_closed = True
        with suppress(OSError):  # nobody needs what a file has not written yet that goes
            self.file.close()
        self._afresh.articles.close()
        self._afresh.close()


def settle(path: Path) -> None:
    """Bring to its end what a killed run had begun: its audit follows its articles, or both go.

    Raises:
        OSError: another run is writing them.
    """
    places = _places(path)
    articles, audit = map(afresh_path, places)
    if not (articles.exists() or audit.exists()):
        return
    for one in (articles, audit):
        lock = lock_of(one)
        if lock is not None:
            unlock(lock)
    if not articles.exists():
        follower = Journal(audit, overwrite=False)
        follower.move(places[1])
        follower.close()
    _discard(places)


def _places(path: Path) -> tuple[Path, Path]:
    """Where articles and audit are: behind a link, so that it goes on to lead there."""
    return Path(os.path.realpath(path)), Path(os.path.realpath(audit_path(path)))


def _begun(place: Path) -> Journal:
    """A new file beside the one that it is to replace, as open to others as that."""
    journal = Journal(afresh_path(place), overwrite=True)
    if place.exists():
        shutil.copymode(place, journal.path)
    return journal


def _discard(places: tuple[Path, Path]) -> None:
    """The audit first: alone it would count as one that has to follow its articles."""
    for place in reversed(places):
        remove(afresh_path(place))
