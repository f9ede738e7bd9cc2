"""An output elsewhere that is its own log: numbered segments, each of which appears whole or not at all.

    articles-00000007.jsonl.zst                 created once, by a conditional write: that is the commit
    articles.audit/00000007-4f1c2a9b....zst     created before it; bears the digest of the articles it belongs to

A killed run leaves whole segments, and at most one audit that no articles claim, which readers pass over. Of
two runs on one output the second to create a number is refused by the store. No lock, no manifest, no clock.
"""

from __future__ import annotations

import errno
import zlib
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import msgspec
import zstandard

from belta_spider.output.held import Held
from belta_spider.output.packing import unpacked
from belta_spider.output.stores import OTHERS, Pending, Pieces
from belta_spider.output.stores.parts import Part, Parts
from belta_spider.output.stores.spool import Spool

_TAKEN = "another run is writing this output: wait for it, or name another one"
_UNCONDITIONAL = (
    "this store has no conditional writes (If-None-Match), without which two runs would write over each other: "
    "name one object, X.jsonl.zst, or a store that has them"
)
_DAMAGE = (msgspec.DecodeError, UnicodeDecodeError, EOFError, zlib.error, zstandard.ZstdError)


class Writer:
    """Creates one part after the other, the audit of each before it."""

    def __init__(self, parts: Parts, *, with_audit: bool):
        self._parts, self._with_audit = parts, with_audit
        self._has_conditions = False
        """Whether the store has shown that it takes conditions."""
        self._held = Held()
        self.number = 1
        """Of the next part."""
        self.held_back = b""
        """Entries of the audit that go with the next part."""

    def begin(self, number: int, held: Held) -> None:
        """Go on behind the parts that are there."""
        self.number, self._held = number, held

    def write(self, articles: bytes, audit: bytes) -> None:
        """Create a part.

        Raises:
            OSError: it cannot be created, or another run has been quicker.
        """
        packed = self._packed(articles)
        audit, self.held_back = self.held_back + audit, b""
        if self._with_audit:
            self._create_audit(self._parts.audit_name(self.number, packed), audit)
        try:
            self._create(self._parts.name(self.number), packed)
        except FileExistsError as error:
            raise _error(self._parts, errno.EWOULDBLOCK, _TAKEN) from error
        self.number += 1

    def _create_audit(self, path: str, audit: bytes) -> None:
        """Create the audit of a segment; where one is there for just these articles, it is theirs.

        A killed run, or one that writes at the same time, has put it there. What it lacks goes with the next
        segment; what it has beyond ours is dealt with.
        """
        try:
            self._create(path, self._packed(audit))
        except FileExistsError:
            theirs = Counter(_lines(unpacked(self._parts.store.read(path), self._parts.packing)))
            ours = Counter(_lines(audit))
            self.held_back = b"".join(line + b"\n" for line in (ours - theirs).elements())
            for line in theirs - ours:
                self._held.add_entry(line)

    def _create(self, path: str, data: bytes) -> None:
        """Create an object; ask a store that has not shown it yet whether it takes the condition."""
        store = self._parts.store
        try:
            store.create(path, data)
        except FileExistsError:
            self._has_conditions = True
            raise
        if not self._has_conditions and not store.refuses(path, data):
            raise _error(self._parts, errno.ENOTSUP, _UNCONDITIONAL)
        self._has_conditions = True

    def _packed(self, data: bytes) -> bytes:
        return self._parts.packing.pack(data) if self._parts.packing else data


def _error(parts: Parts, number: int, why: str) -> OSError:
    return OSError(number, why, parts.address)


class SegmentStore:
    """Segments of an output, and their audits. Memory: what is pending, and a key for each article."""

    cut = 0

    def __init__(self, parts: Parts, spool: Spool, *, overwrite: bool, with_audit: bool, limits: tuple[int, float]):
        """`limits` are the bytes and the seconds after which a segment is written."""
        self.parts, self.spool, self.has_audit = parts, spool, with_audit
        self._limits = limits
        names = parts.names()
        self._old: dict[int, str] | None = names if overwrite and names else None
        """What is to be replaced, as long as it is there."""
        self._then: list[Callable[[], object]] = []
        self._writer = Writer(parts, with_audit=with_audit)
        spool.open(overwrite=overwrite)

    @property
    def path(self) -> Path:
        return self.spool.path

    @property
    def name(self) -> str:
        return self.parts.address

    @property
    def starts_afresh(self) -> bool:
        return False  # what is beside it is put there at the end

    @property
    def is_waiting(self) -> bool:
        return self._old is not None

    # Opening

    def load(self, held: Held, *, own_only: bool) -> None:
        if self.is_waiting:
            self._writer.begin(1, held)
            return
        names = self.parts.names()
        missing = next((number for number, known in enumerate(names, 1) if number != known), None)
        if missing:
            why = f"part {missing} is missing: put it back, or name another output"
            raise _error(self.parts, errno.EILSEQ, why)
        audits = 0
        for part in self.parts.read(names, with_audit=self.has_audit):
            self._load(part, held)
            audits += part.audit is not None
        if own_only and names and not held.own and not audits:
            raise _error(self.parts, errno.EILSEQ, OTHERS)
        held.sort()
        self._writer.begin(len(names) + 1, held)

    def _load(self, part: Part, held: Held) -> None:
        try:
            for line in _lines(unpacked(part.articles, self.parts.packing)):
                held.read_article(line, 0)
            for line in _lines(unpacked(part.audit or b"", self.parts.packing)):
                held.read_entry(line)
        except _DAMAGE as error:
            why = f"part {part.number} is damaged ({error}): put it back, or name another output"
            raise _error(self.parts, errno.EILSEQ, why) from error

    # Writing

    def is_due(self, pending: Pending, *, waits: bool) -> bool:  # noqa: ARG002 (a page alone makes no segment)
        most, longest = self._limits
        return pending.size >= most or pending.elapsed >= longest

    def write(self, pieces: Pieces) -> None:
        articles = b"".join(line for line, _ in pieces)
        audit = b"".join(audit for _, audit in pieces)
        if self.is_waiting and not articles:
            self._writer.held_back += audit
            return
        self._replace()
        self._writer.write(articles, audit)

    # Replacing

    def when_in_place(self, action: Callable[[], object]) -> None:
        if self.is_waiting:
            self._then.append(action)
        else:
            action()

    def _replace(self) -> None:
        """Remove the old segments, the last first: whatever a kill leaves of them is an output without a gap."""
        if self._old is None:
            return
        for number in reversed(self._old):
            self.parts.store.delete(self._old[number])
        for path in reversed(self.parts.audit_names()):
            self.parts.store.delete(path)
        self._old = None
        for action in self._then:
            action()

    def end(self, *, replaces: bool) -> None:
        if replaces:
            self._replace()
        if self._writer.held_back and not self.is_waiting:
            self._writer.write(b"", b"")

    def close(self) -> None:
        """Do nothing: a store is let go of after each request."""

    # What is beside it

    def shown(self, path: Path) -> str:
        return self.spool.shown(path)

    def file(self) -> Path:
        from belta_spider.output.stores.fetching import fetch_parts

        fetch_parts(self.parts, self.path, with_audit=False)
        return self.path

    def publish(self, *, articles: bool) -> None:  # noqa: ARG002 (they are there)
        if self.is_waiting:
            self.spool.clear()
        else:
            self.spool.publish()


def _lines(data: bytes) -> list[bytes]:
    return [line for line in data.split(b"\n") if line]
