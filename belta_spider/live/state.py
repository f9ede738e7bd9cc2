"""What a live crawl remembers between its runs, beside the output: `articles.visits.jsonl`.

The output alone tells which articles are held. Here stands what it cannot tell: which articles the
lists showed, what became of those that are not held, with which ETag a held one was sent, which
lists were walked to their end, and how often each field was there. Without this file a crawl is as
right, but asks for more, and sees no drift until it knows the site again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
from scrapy import signals

from belta_spider import stats_keys
from belta_spider.extensions.feeds import DurableFeeds
from belta_spider.output import reading
from belta_spider.output.beside import afresh_path
from belta_spider.output.journal import Journal
from belta_spider.output.ledger import Ledger
from belta_spider.text.printable import one_line

_DROPPED = "dropped/"
_OUTSIDE = ("dropped/outside_dates", "dropped/outside_sections")  # of what the run that read it was asked for
CUT = "cut/truncated"
"""The output holds the start of the article alone: its body was cut on the way."""
HELD = "held/"
"""The output holds the article, and the site had something else at its address when it was looked at again."""
ARCHIVE = "archive/"
"""None of its captures in an archive was an article; the site may still have it."""
ROBOTS = "refused/robots"
"""robots.txt forbids it now: asked again in the next run, which reads robots.txt again."""


class ArticleState(msgspec.Struct, omit_defaults=True):
    """An article that was listed, and what became of it."""

    url: str
    id: str
    section: str | None = None
    day: str | None = None
    """The day in Minsk: as listed, then as the article says."""
    outcome: str = ""
    """`dropped/<reason>`, `failed/<cause>`, `refused/robots`, `cut/truncated`, `held/<reason>`, `archive/<reason>`, or
    nothing yet."""
    tries: int = 0
    """How often in a row something stood at its address that may pass."""
    tried: str = ""
    """When that was last: RFC 3339, UTC."""
    etag: str | None = None
    last_modified: str | None = None
    captured_at: str | None = None
    """The record that the two belong to: they count only while the output's newest one is that."""
    archived: bool = False
    """Whether an archive's index lists captures of it."""
    spent: list[str] = msgspec.field(default_factory=list)
    """Captures in archives that need not be asked for again: by their bodies' digests, else by time and address."""

    @property
    def edition(self) -> str:
        return self.id.partition("-")[0]

    @property
    def is_dropped(self) -> bool:
        return self.outcome.startswith((_DROPPED, ARCHIVE)) or self.outcome == ROBOTS

    @property
    def is_final(self) -> bool:
        """Whether asking again would bring nothing else."""
        return self.outcome.startswith(_DROPPED) and not self.outcome.startswith(_OUTSIDE)


class ListState(msgspec.Struct, omit_defaults=True):
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


class FieldCounts(msgspec.Struct):
    """How many of an edition's articles had each field, over all runs."""

    edition: str
    articles: int = 0
    filled: dict[str, int] = msgspec.field(default_factory=dict)


class State:
    """The file, or without a path the memory of one run.

    Raises:
        OSError: the file cannot be opened or written, or another run has locked it.
    """

    def __init__(self, path: Path | None, *, overwrite: bool):
        self._articles: dict[str, ArticleState] = {}
        self._lists: dict[str, ListState] = {}
        self._fields: dict[str, FieldCounts] = {}
        self._journal = Journal(path, overwrite=overwrite) if path else None
        if self._journal:
            self._journal.load(self._read)
            self._journal.mend()
        self.earlier = frozenset(self._articles)
        """The ids that earlier runs knew."""

    def learn(self, path: Path) -> None:
        """Take what another run remembers, and leave its file alone."""
        for number, line in reading.lines(path, []):
            with suppress(msgspec.DecodeError, UnicodeDecodeError):
                self._read(line, number)
        self.earlier = frozenset(self._articles)

    def _read(self, line: bytes, _: int) -> None:
        if line.startswith(b'{"list"'):
            state = msgspec.json.decode(line, type=ListState)
            self._lists[state.list] = state
        elif line.startswith(b'{"edition"'):
            counts = msgspec.json.decode(line, type=FieldCounts)
            self._fields[counts.edition] = counts
        else:
            article = msgspec.json.decode(line, type=ArticleState)
            self._articles[article.id] = article

    def __iter__(self) -> Iterator[ArticleState]:
        return iter(self._articles.values())

    def get(self, identity: str) -> ArticleState | None:
        return self._articles.get(identity)

    def note(self, known: ArticleState, **changes: Any) -> ArticleState:
        """Remember an article with changes; what is known already is not written again."""
        changed = msgspec.structs.replace(known, **changes)
        if self._articles.get(known.id) != changed:
            self._articles[known.id] = changed
            self._write(changed)
        return changed

    def list_state(self, first_page: str) -> ListState:
        return self._lists.get(first_page) or ListState(first_page)

    def note_list(self, state: ListState) -> None:
        if self._lists.get(state.list) != state:
            self._lists[state.list] = state
            self._write(state)

    def fields(self, edition: str) -> FieldCounts:
        return self._fields.get(edition) or FieldCounts(edition)

    def note_fields(self, counts: FieldCounts) -> None:
        self._fields[counts.edition] = counts
        self._write(counts)

    def _write(self, entry: ArticleState | ListState | FieldCounts) -> None:
        if self._journal:
            self._journal.append(msgspec.json.encode(entry) + b"\n")

    def close(self) -> None:
        if self._journal:
            self._journal.close()


def state_path(output: Path) -> Path:
    """`articles.visits.jsonl` beside `articles.jsonl.gz`."""
    return output.with_name(f"{output.name.partition('.jsonl')[0]}.visits.jsonl")


class Memory:
    """The state of earlier runs beside the first durable output; of a run without one, that of this run alone."""

    def __init__(self, crawler: Any):
        self.crawler = crawler
        self.ledger: Ledger | None = None
        self.state = State(None, overwrite=False)

    def open(self) -> None:
        """Read what earlier runs remember.

        Raises:
            OSError: it cannot be read or written.
        """
        feeds = self.crawler.get_extension(DurableFeeds)
        if feeds and feeds.ledgers:
            self.ledger = feeds.ledgers[0]
            self.state = self._state(self.ledger)
        plan = self.crawler.spider.plan
        for path in plan.outputs[:1] if plan else []:
            self.state.learn(state_path(path))

    def _state(self, ledger: Ledger) -> State:
        """What earlier runs remember of that output; of one that starts afresh nothing, once it has."""
        place = state_path(ledger.path)
        new = afresh_path(place)
        new.unlink(missing_ok=True)
        if not ledger.store.starts_afresh:
            feeds = self.crawler.settings.getdict("FEEDS")
            return State(place, overwrite=any(bool(feed.get("overwrite")) for feed in feeds.values()))
        self.crawler.signals.connect(lambda: new.unlink(missing_ok=True), signals.engine_stopped, weak=False)
        ledger.when_in_place(partial(new.replace, place))
        return State(new, overwrite=True)

    def fail(self, error: OSError) -> None:
        """Note that it cannot be read or written: exit code 3."""
        self.crawler.stats.set_value(stats_keys.OUTPUT_FAILURE, one_line(error))
