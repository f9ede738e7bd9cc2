"""An output file that is its own log: what is in it is what was done.

An article file and its audit are written in step, the audit first, each as one write of whole
lines. At open the files are locked, a torn tail is cut, and what they hold is known.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import time
from array import array
from bisect import bisect_left
from collections.abc import Callable
from pathlib import Path

import msgspec

_SYNC_EVERY = 0.5
_DUPLICATE = "duplicate.capture"


def key_of(*parts: str | None) -> int:
    """A 64-bit key, so that a million of them fit into memory."""
    joined = "\x1f".join(part or "" for part in parts)
    return int.from_bytes(hashlib.blake2b(joined.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")


class _Source(msgspec.Struct):
    uri: str = ""
    record: str | None = None


class _Record(msgspec.Struct):
    id: str | None = None
    source: _Source = msgspec.field(default_factory=_Source)


class _Entry(msgspec.Struct):
    id: str | None = None
    uri: str = ""
    record: str | None = None
    rule: str = ""


class Log:
    """An append-only file of whole lines.

    Raises:
        OSError: it cannot be opened or written, or another run has locked it.
    """

    def __init__(self, path: Path, *, overwrite: bool):
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self.size = 0
        self.fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(self.fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if overwrite:
                os.ftruncate(self.fd, 0)
        except BlockingIOError:
            os.close(self.fd)
            raise OSError(errno.EWOULDBLOCK, "another run is writing this file", str(path)) from None
        except OSError:
            os.close(self.fd)
            raise

    def load(self, read: Callable[[bytes, int], None]) -> None:
        """Call `read` with each whole valid line and its offset; cut what follows the first that is not."""
        with self.path.open("rb") as file:
            for line in file:
                try:
                    if not line.endswith(b"\n"):
                        break
                    read(line, self.size)
                except (msgspec.DecodeError, UnicodeDecodeError):
                    break
                self.size += len(line)
        self.truncate(self.size)

    def truncate(self, size: int) -> None:
        os.ftruncate(self.fd, size)
        self.size = size

    def append(self, data: bytes) -> None:
        """Write whole lines with one call, or nothing."""
        try:
            written = os.write(self.fd, data)
        except OSError:
            os.ftruncate(self.fd, self.size)
            raise
        if written != len(data):
            os.ftruncate(self.fd, self.size)
            raise OSError(errno.ENOSPC, f"short write ({written} of {len(data)} bytes)", str(self.path))
        self.size += written

    def close(self) -> None:
        os.close(self.fd)


class Ledger:
    """An article file and its audit, if one is kept."""

    def __init__(self, path: Path, *, overwrite: bool, with_audit: bool):
        self.articles = Log(path, overwrite=overwrite)
        try:
            self.audit = Log(audit_path(path), overwrite=overwrite) if with_audit else None
        except OSError:
            self.articles.close()
            raise
        self._ids: set[int] = set()
        self._sources = array("Q")
        self._load()
        self.resumed = len(self._ids)
        self._synced = time.monotonic()

    def _load(self) -> None:
        record = msgspec.json.Decoder(_Record).decode

        def article(line: bytes, _: int) -> None:
            one = record(line)
            self._ids.add(key_of(one.id))
            self._sources.append(key_of(one.source.uri, one.source.record))

        self.articles.load(article)
        if self.audit:
            self._load_audit(self.audit)
        self._sources = array("Q", sorted(self._sources))

    def _load_audit(self, audit: Log) -> None:
        """Learn which pages were dropped; cut the last entries if their article was not written."""
        decode = msgspec.json.Decoder(_Entry).decode
        group: tuple[str | None, str, str | None] | None = None
        start = 0
        rule = ""

        def entry(line: bytes, offset: int) -> None:
            nonlocal group, start, rule
            one = decode(line)
            rule = one.rule
            if (one.id, one.uri, one.record) != group:
                group, start = (one.id, one.uri, one.record), offset
            if one.id is None or one.rule == _DUPLICATE:
                self._sources.append(key_of(one.uri, one.record))

        audit.load(entry)
        if group and group[0] is not None and rule != _DUPLICATE and not self.holds(group[0]):
            audit.truncate(start)

    def holds(self, identity: str | None) -> bool:
        """Whether an article with that id is in the file."""
        return key_of(identity) in self._ids

    def has_read(self, uri: str, record: str | None) -> bool:
        """Whether the page from there was dealt with by an earlier run."""
        key = key_of(uri, record)
        place = bisect_left(self._sources, key)
        return place < len(self._sources) and self._sources[place] == key

    def put(self, identity: str | None, line: bytes, audit: bytes) -> bool:
        """Write an article after its audit; return False where the file holds it already.

        Raises:
            OSError: neither is written.
        """
        if identity is not None and self.holds(identity):
            return False
        mark = self.audit.size if self.audit else 0
        self.note(audit)
        try:
            self.articles.append(line)
        except OSError:
            if self.audit:
                self.audit.truncate(mark)
            raise
        if identity is not None:
            self._ids.add(key_of(identity))
        return True

    def note(self, audit: bytes) -> None:
        """Write entries of the audit."""
        if self.audit and audit:
            self.audit.append(audit)
        if time.monotonic() - self._synced >= _SYNC_EVERY:
            self.sync()

    def sync(self) -> None:
        if self.audit:
            os.fsync(self.audit.fd)
        os.fsync(self.articles.fd)
        self._synced = time.monotonic()

    def close(self) -> None:
        self.sync()
        if self.audit:
            self.audit.close()
        self.articles.close()


def audit_path(path: Path) -> Path:
    """`articles.audit.jsonl.gz` beside `articles.jsonl.gz`."""
    stem, dot, rest = path.name.rpartition(".jsonl")
    return path.with_name(f"{stem}.audit{dot}{rest}" if dot else f"{path.name}.audit")
