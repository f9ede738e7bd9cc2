"""datatrove: a reader that cleans, the choice of first captures, a filter, and a writer, for any of its executors.

1. `BeltaReader(SOURCE, ROWS) | ...`, N tasks: each article becomes a Document. What is none (audit, drops, what could
   not be read) the reader writes to ROWS, and no Document carries it.
2. `FirstCaptures(ROWS, CHOICE)`, one task: of each article the first place; the counts.
3. `AuditWriter(ROWS, CHOICE, AUDIT) | a reader | FirstFilter(CHOICE, exclusion_writer) | ArticleWriter(OUT)`, N tasks.

A task's files are named by the parts that it reads and written anew by a second try.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

import msgspec
from datatrove.data import Document
from datatrove.io import get_datafolder
from datatrove.pipeline.base import PipelineStep
from datatrove.pipeline.filters.base_filter import BaseFilter
from datatrove.pipeline.writers.jsonl import JsonlWriter

from belta_spider.engines import merge
from belta_spider.engines.job import Job
from belta_spider.engines.rows import Row, rows
from belta_spider.items import DUPLICATE

_PLACES = ["late", "shard", "number", "kind", "cause", "times", "id", "edition", "language", "flags", "names"]
_UNREAD: dict[str, Any] = {"line": None, "audit": None, "double": None, "detail": None}
Data = Iterable[Document] | None


class _Step(PipelineStep):
    """A step over the rows of the first one."""

    def __init__(self, rows_folder: Any, *folders: Any):
        super().__init__()
        self.rows, *self.folders = map(get_datafolder, (rows_folder, *folders))

    def files(self) -> list[tuple[str, merge.File]]:
        """The files of the parts in reading order, each with what opens it."""
        names = sorted(self.rows.list_files(glob_pattern="*.parquet"))
        return [(name, partial(self.rows.open, name, "rb")) for name in names]


class BeltaReader(_Step):
    """Saved pages of BelTA, in whatever container, as cleaned Documents; arguments as of `scrapy crawl belta`."""

    type, name = "📖 - READER", "📰 BelTA"

    def __init__(self, source: str, rows_folder: Any, **arguments: str):
        super().__init__(rows_folder)
        self.job = Job({"source": source, **arguments})

    def run(self, data: Data = None, rank: int = 0, world_size: int = 1) -> Iterator[Document]:
        yield from data or ()
        for part in list(self.job.parts())[rank::world_size]:
            with self.rows.open(f"{part.name}.parquet", "wb") as file:
                for row in merge.written(rows(part, self.job), file):
                    self.stat_update(row.kind if row.cause is None else f"{row.kind}/{row.cause}", value=row.times)
                    if row.line is not None:
                        yield _document(row, row.line)


def _document(row: Row, line: bytes) -> Document:
    record = msgspec.json.decode(line)
    return Document(record["text"], record["id"], metadata={"record": record, "place": [row.shard, row.number]})


class FirstCaptures(_Step):
    """One task: which rows are no record, and when the revisits come; the counts of the job, in counts.json."""

    type, name = "🫂 - DEDUP", "🥇 first captures"

    def run(self, data: Data = None, rank: int = 0, world_size: int = 1) -> Iterator[Document]:  # noqa: ARG002
        files = self.files()
        openers = [opener for _, opener in files]
        chosen, (_, lost) = merge.chosen_of(openers), merge.turns_of(openers)
        counts, number = merge.Counts(), 0
        for name, opener in files:
            losers: list[tuple[int, int]] = []
            for row in merge.rows_of([opener], _PLACES):
                told = merge.judged(row | _UNREAD, is_chosen=bool(chosen[number]), is_lost=number in lost)
                counts.add(told)
                if number in lost or told["cause"] == DUPLICATE != row["cause"]:
                    losers.append((row["shard"], row["number"]))
                number += 1
            with self.folders[0].open(f"{name}.losers", "wb") as file:
                file.write(msgspec.json.encode(losers))
        with self.folders[0].open("counts.json", "wb") as file:
            file.write(msgspec.json.encode(counts.total_counts()))
        yield from ()


def losers_in(folder: Any, names: Iterable[str]) -> frozenset[tuple[int, int]]:
    """Read the places of the rows that are no record."""
    found: set[tuple[int, int]] = set()
    for name in names:
        with folder.open(name, "rb") as file:
            found.update(map(tuple, msgspec.json.decode(file.read())))
    return frozenset(found)


class FirstFilter(BaseFilter):
    """Lets the first captures through; the others go to the exclusion writer, as `duplicate.capture`."""

    name = "🥇 first captures"

    def __init__(self, choice_folder: Any, exclusion_writer: Any = None):
        super().__init__(exclusion_writer)
        self.choice = get_datafolder(choice_folder)
        self.losers: frozenset[tuple[int, int]] | None = None

    def filter(self, doc: Document) -> bool | tuple[bool, str]:
        if self.losers is None:
            self.losers = losers_in(self.choice, self.choice.list_files(glob_pattern="*.losers"))
        return (False, DUPLICATE) if tuple(doc.metadata["place"]) in self.losers else True


class AuditWriter(_Step):
    """Of each part the audit, and what could not be read."""

    type, name = "💽 - WRITER", "🧾 audit"

    def run(self, data: Data = None, rank: int = 0, world_size: int = 1) -> Iterator[Document]:
        choice, audit = self.folders
        for name, opener in self.files()[rank::world_size]:
            losers = losers_in(choice, [f"{name}.losers"])
            stem = name.removesuffix(".parquet")
            with audit.open(f"{stem}.audit.jsonl", "w") as kept, audit.open(f"{stem}.unread.jsonl", "w") as unread:
                for row in merge.rows_of([opener]):
                    is_loser = (row["shard"], row["number"]) in losers
                    told = merge.judged(row, is_chosen=not is_loser, is_lost=is_loser)
                    kept.write(told["audit"] or "")
                    unread.write(told["unread"] or "")
        yield from data or ()


class ArticleWriter(JsonlWriter):
    """Records as articles.jsonl has them."""

    name = "📰 articles"

    def __init__(self, output_folder: Any, **more: Any):
        super().__init__(output_folder, adapter=_record, **more)


def _record(_: Any, document: Document) -> dict[str, Any]:
    return dict(document.metadata["record"], id=document.id, text=document.text)  # the keys stay where they are
