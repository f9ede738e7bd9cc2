"""What could not be read, beside the output: `articles.unread.jsonl`, each once over all runs of the output."""

from __future__ import annotations

from pathlib import Path

import msgspec

from belta_spider.output.journal import Journal
from belta_spider.text.keys import key_of


class Line(msgspec.Struct):
    """A file or record that could not be read."""

    uri: str
    record: str | None
    offset: int | None
    """Where in the file the damage begins, in bytes, as far as that is known."""
    cause: str
    """A word to count by: docs/causes.md has them all."""
    detail: str
    """What happened, and where, for people."""


class UnreadFile:
    """The file; there is none as long as everything could be read.

    Raises:
        OSError: it cannot be opened or written, or another run has locked it.
    """

    def __init__(self, output: Path, *, overwrite: bool):
        self.path = unread_path(output)
        self._known: set[int] = set()
        self._journal: Journal | None = None
        if self.path.exists():
            self._open(overwrite=overwrite)

    def _open(self, *, overwrite: bool) -> Journal:
        journal = Journal(self.path, overwrite=overwrite)
        self._journal = journal
        journal.load(self._read)
        journal.mend()
        return journal

    def _read(self, line: bytes, _: int) -> None:
        self._known.add(_key(msgspec.json.decode(line, type=Line)))

    def note(self, line: Line) -> None:
        """Write a line, unless the file holds it."""
        if _key(line) not in self._known:
            self._known.add(_key(line))
            journal = self._journal or self._open(overwrite=False)
            journal.append(msgspec.json.encode(line) + b"\n")

    def close(self) -> None:
        """Let go of the file; an empty one goes."""
        if self._journal:
            self._journal.sync()
            is_empty = not self.path.stat().st_size
            self._journal.close()
            if is_empty:
                self.path.unlink(missing_ok=True)
            self._journal = None


def _key(line: Line) -> int:
    return key_of(line.uri, line.record, str(line.offset), line.cause)


def unread_path(output: Path) -> Path:
    """`articles.unread.jsonl` beside `articles.jsonl.gz`."""
    return output.with_name(f"{output.name.partition('.jsonl')[0]}.unread.jsonl")
