"""What a live crawl remembers between its runs, beside the output: `articles.visits.jsonl`.

The output alone tells which articles are held. Here stands what it cannot tell: which articles the
lists showed, what became of those that are not held, with which ETag a held one was sent, which
lists were walked to their end, and how often each field was there. Without this file a crawl is as
right, but asks for more, and sees no drift until it knows the site again.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from belta_spider.output.journal import Journal

_DROPPED = "dropped/"
_OUTSIDE = "dropped/outside_dates"  # of the run that read it
ROBOTS = "refused/robots"
"""robots.txt forbids it now: asked again in the next run, which reads robots.txt again."""


class Visit(msgspec.Struct, omit_defaults=True):
    """An article that was listed, and what became of it."""

    url: str
    id: str
    section: str | None = None
    day: str | None = None
    """The day in Minsk: as listed, then as the article says."""
    outcome: str = ""
    """`dropped/<reason>`, `failed/<cause>`, `refused/robots`, or nothing yet."""
    etag: str | None = None
    last_modified: str | None = None
    captured_at: str | None = None
    """The record that the two belong to: they count only while the output's newest one is that."""

    @property
    def edition(self) -> str:
        return self.id.partition("-")[0]

    @property
    def is_dropped(self) -> bool:
        return self.outcome.startswith(_DROPPED) or self.outcome == ROBOTS

    @property
    def is_final(self) -> bool:
        """Whether asking again would bring nothing else."""
        return self.outcome.startswith(_DROPPED) and self.outcome != _OUTSIDE


class Walk(msgspec.Struct, omit_defaults=True):
    """How far a list was walked."""

    list: str
    """The list's first page, or the one of a day."""
    whole: bool = False
    """Whether it was walked to its end, or back to `since`; not while a walk is under way."""
    since: str = ""
    on: str = ""
    """The day in Minsk of the walk."""
    page: int = 0
    """Of a walk that was stopped: the number of the page that it had come to."""
    following: str = ""
    """That page's address."""


class Fill(msgspec.Struct):
    """How many of an edition's articles had each field, over all runs."""

    edition: str
    articles: int = 0
    filled: dict[str, int] = msgspec.field(default_factory=dict)


class Visits:
    """The file, or without a path the memory of one run.

    Raises:
        OSError: the file cannot be opened or written, or another run has locked it.
    """

    def __init__(self, path: Path | None, *, overwrite: bool):
        self._visits: dict[str, Visit] = {}
        self._walks: dict[str, Walk] = {}
        self._fills: dict[str, Fill] = {}
        self._journal = Journal(path, overwrite=overwrite) if path else None
        if self._journal:
            self._journal.load(self._read)
            self._journal.mend()
        self.earlier = frozenset(self._visits)
        """The ids that earlier runs knew."""

    def _read(self, line: bytes, _: int) -> None:
        if line.startswith(b'{"list"'):
            walk = msgspec.json.decode(line, type=Walk)
            self._walks[walk.list] = walk
        elif line.startswith(b'{"edition"'):
            fill = msgspec.json.decode(line, type=Fill)
            self._fills[fill.edition] = fill
        else:
            visit = msgspec.json.decode(line, type=Visit)
            self._visits[visit.id] = visit

    def __iter__(self) -> Iterator[Visit]:
        return iter(self._visits.values())

    def get(self, identity: str) -> Visit | None:
        return self._visits.get(identity)

    def note(self, visit: Visit, **changes: Any) -> Visit:
        """Remember a visit, with changes; what is known already is not written again."""
        changed = msgspec.structs.replace(visit, **changes)
        if self._visits.get(visit.id) != changed:
            self._visits[visit.id] = changed
            self._write(changed)
        return changed

    def walk(self, first_page: str) -> Walk:
        return self._walks.get(first_page) or Walk(first_page)

    def note_walk(self, walk: Walk) -> None:
        if self._walks.get(walk.list) != walk:
            self._walks[walk.list] = walk
            self._write(walk)

    def fill(self, edition: str) -> Fill:
        return self._fills.get(edition) or Fill(edition)

    def note_fill(self, fill: Fill) -> None:
        self._fills[fill.edition] = fill
        self._write(fill)

    def _write(self, entry: Visit | Walk | Fill) -> None:
        if self._journal:
            self._journal.append(msgspec.json.encode(entry) + b"\n")

    def close(self) -> None:
        if self._journal:
            self._journal.close()


def visits_path(output: Path) -> Path:
    """`articles.visits.jsonl` beside `articles.jsonl.gz`."""
    return output.with_name(f"{output.name.partition('.jsonl')[0]}.visits.jsonl")
