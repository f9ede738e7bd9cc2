"""A folder of this machine that stands for the place of an output elsewhere, until that has what is in it."""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

from belta_spider.output.beside import audit_path, beside
from belta_spider.remote import scheme_of
from belta_spider.remote.stores import Store

_GROWING = ("visits.jsonl", "unread.jsonl", "stories.jsonl")
"""What a run goes on with beside the articles and their audit."""


class Spool:
    """What a run keeps beside its output is written here, and put beside the output at the end."""

    def __init__(self, root: Path, address: str, store: Store, folder: str, name: str):
        """`folder` is the output's in the store, `name` what its articles are called here."""
        self.address, self.store = address, store
        self._root, self.there = root, folder
        parts = [quote(part, safe="") for part in address.partition("://")[2].split("/")]
        safe = (part if part.strip(".") else "%2E" * len(part) for part in parts)
        self.folder = root.joinpath(scheme_of(address), *safe)
        self.path = self.folder / name
        self._overwrites = False

    def open(self, *, overwrite: bool) -> None:
        """Get what the run goes on with; what a killed run has left here is newer.

        Raises:
            OSError: it cannot be had.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        self._overwrites = overwrite
        there = frozenset() if overwrite else frozenset(self.store.names(self.there))
        for here in (beside(self.path, name) for name in _GROWING):
            if overwrite:
                here.unlink(missing_ok=True)
            elif self.place(here) in there and not here.exists():
                self.get(here)

    def empty(self) -> None:
        """Make the folder anew."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)

    def place(self, path: Path) -> str:
        """Where a file of this folder is in the store."""
        return f"{self.there}/{path.relative_to(self.folder).as_posix()}"

    def shown(self, path: Path) -> str:
        """The address of a file of this folder."""
        return self.store.address(self.place(path))

    def get(self, path: Path) -> None:
        """Fetch a file whole, or not at all."""
        new = path.with_name(f".{path.name}")
        self.store.download(self.place(path), str(new))
        new.replace(path)

    def put(self, path: Path, *, is_new: bool = False) -> None:
        """Put a file in its place in the store; where it is new, only if nothing stands there."""
        self.store.upload(self.place(path), str(path), path.stat().st_size, is_new=is_new)

    def publish(self) -> None:
        """Put all that stands beside the articles in its place, and leave nothing here."""
        for path in sorted(self.folder.rglob("*")):
            if path.is_file() and not path.name.startswith(".") and path not in {self.path, audit_path(self.path)}:
                self.put(path)
        if self._overwrites:
            self._overwrites = False
            for path in (beside(self.path, name) for name in _GROWING):
                if not path.exists():
                    self.store.delete(self.place(path))
        self.clear()

    def clear(self) -> None:
        """Leave nothing here."""
        shutil.rmtree(self.folder, ignore_errors=True)
        with suppress(OSError):  # another output's folder stands there too
            for folder in self.folder.parents:
                if folder == self._root:
                    break
                folder.rmdir()
