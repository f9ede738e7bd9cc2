"""One part of the input to rows: what each page became, and what must be known to put all parts together.

A row's place is data: `(late, shard, number)`. Of each article the row with the lowest rank and place is the record,
the others are `duplicate.capture`; sorted by place, lines and audit are the bytes that one machine writes. No state,
no Scrapy: a task that is run again, or twice, gives the same rows.
"""

from __future__ import annotations

import traceback
from collections.abc import Iterable, Iterator
from itertools import count
from typing import Any, NamedTuple

import msgspec
import pyarrow as pa

from belta_spider import sources
from belta_spider.cleaning.audit import duplicate_entry, encode, outside_entry
from belta_spider.engines.job import Job, Part
from belta_spider.items import Article, Page
from belta_spider.output.unread import Line
from belta_spider.sources.archives import parts
from belta_spider.sources.archives.records import Tally
from belta_spider.sources.finding import Found
from belta_spider.sources.finishing import finish, is_cut, line_of, newness, wanted_by
from belta_spider.sources.revisits import Captures, lost
from belta_spider.text.printable import one_line

IN_PLACE, AT_THE_END, CUT_OFF = 0, 1, 2
"""When a row's turn is: in reading order; a revisit whose original comes after it; a page that was cut off."""
_ROWS, _BYTES = 256, 4 * 2**20  # a chunk on its way between processes: whichever is reached first
_SIGN, _RANGE = 2**63, 2**64  # Arrow's int64 has a sign, a hash of 64 bits has none


class Row(NamedTuple):
    """What became of a page, or of what is none."""

    late: int
    """Whose turn is when: `IN_PLACE`, `AT_THE_END`, `CUT_OFF`."""
    shard: int
    """The file's place in reading order."""
    number: int
    """The place in the file; in a part, counted from its first byte on."""
    kind: str
    """page, failed, revisit, names, unread, skipped, passed_over, end"""
    cause: str | None = None
    """Why a page is no record; the damage's word; why it was skipped"""
    times: int = 1
    id: str | None = None
    """Of an article, where one of its captures is chosen."""
    rank: int = 0
    """Of an article's captures the lowest is the record."""
    edition: str | None = None
    language: str | None = None
    flags: list[str] | None = None
    line: bytes | None = None
    """Its line of articles.jsonl."""
    audit: bytes | None = None
    """Its lines of the audit."""
    double: bytes | None = None
    """Its one line of the audit where another capture is chosen."""
    detail: bytes | None = None
    """The line of X.unread.jsonl; of a page that failed, what went wrong."""
    names: list[int] | None = None
    """What captures are referred to by: those of a part, or those that a revisit names."""


SCHEMA = pa.schema(
    [
        pa.field("late", pa.int8(), nullable=False),
        pa.field("shard", pa.int32(), nullable=False),
        pa.field("number", pa.int64(), nullable=False),
        pa.field("kind", pa.string(), nullable=False),
        pa.field("cause", pa.string()),
        pa.field("times", pa.int64(), nullable=False),
        pa.field("id", pa.string()),
        pa.field("rank", pa.int64(), nullable=False),
        pa.field("edition", pa.string()),
        pa.field("language", pa.string()),
        pa.field("flags", pa.list_(pa.string())),
        *(pa.field(name, pa.string()) for name in ("line", "audit", "double", "detail")),
        pa.field("names", pa.list_(pa.int64())),
    ]
)


def rows(part: Part, job: Job) -> Iterator[Row]:
    """Read a part, and clean each page of it."""
    captures = Captures()
    numbers = count(part.span[0] if part.span else 0)
    waiting = 0
    for entry in _entries(part, job, captures):
        for keys, dropped, offset in captures.waiting[waiting:]:
            yield _revisit(part.shard, next(numbers), dropped, job)._replace(
                detail=_line(lost(dropped, offset)), names=sorted(map(_signed, keys))
            )
        waiting = len(captures.waiting)
        if entry is not None:
            yield row_of(part.shard, next(numbers), entry, job)
    if captures.known:
        yield Row(IN_PLACE, part.shard, next(numbers), "names", names=sorted(map(_signed, captures.known)))


def _entries(part: Part, job: Job, captures: Captures) -> Iterator[Any]:
    """What a part holds; None at its end."""
    wanted = wanted_by(job.options)
    if part.path is None:
        yield from part.entries
    elif part.span is None:
        found = Found()
        found.add(part.path, part.uri, is_listed=part.is_listed)
        yield from sources.Reader(found, job.columns, wanted, captures)
    else:
        try:
            with part.path.open("rb") as stream:
                yield from parts.entries(stream, part.uri, part.span, wanted, captures)
        except OSError as error:
            yield sources.Unread(part.uri, "unreadable", f"{type(error).__name__}: {error}")
    yield None


def row_of(shard: int, number: int, entry: Any, job: Job) -> Row:
    """Return what became of a page, or of what is none."""
    if isinstance(entry, sources.Skipped):
        return Row(IN_PLACE, shard, number, "skipped", entry.cause, entry.count)
    if isinstance(entry, sources.PassedOver):
        return Row(IN_PLACE, shard, number, "passed_over", entry.reason, entry.count)
    if isinstance(entry, sources.Unread):
        return Row(IN_PLACE, shard, number, "unread", entry.cause, detail=_line(entry))
    if isinstance(entry, Tally):
        return Row(IN_PLACE, shard, number, "end", "others" if entry.others == entry.records else None, entry.records)
    return _page(shard, number, entry, job)


def _page(shard: int, number: int, entry: Any, job: Job) -> Row:
    is_late = job.captures == "first" and isinstance(entry, Page) and is_cut(entry)
    row = Row(CUT_OFF if is_late else IN_PLACE, shard, number, "page")
    try:
        article, audit, drop = finish(entry, job.options)
        if drop:
            return row._replace(cause=drop, audit=encode(audit))
        outside = job.choice.reason_to_leave_out(article) if job.choice else None
        if outside:
            row = row._replace(cause=outside, audit=_told(outside_entry(article, outside), job))
        else:
            row = row._replace(line=line_of(article), audit=encode(audit))
    except Exception:  # noqa: BLE001 (one page must not end a task that others' work hangs on)
        words = f"{entry.uri} {entry.record}: {traceback.format_exc(limit=-3)}"
        return row._replace(kind="failed", cause="error", detail=words.encode("utf-8", "replace"))
    return _chosen_from(row, article, job) if not outside or job.captures == "newest" else row


def _chosen_from(row: Row, article: Article, job: Job) -> Row:
    """What the choice among captures needs. The newest is chosen before editions, days and sections are."""
    return row._replace(
        id=None if job.captures == "all" else article.id,
        rank=-newness(article) if job.captures == "newest" else 0,
        edition=article.edition,
        language=article.language,
        flags=article.flags,
        double=_told(duplicate_entry(article), job),
    )


def _revisit(shard: int, number: int, dropped: sources.Dropped, job: Job) -> Row:
    return _page(shard, number, dropped, job)._replace(kind="revisit")


def _told(removal: Any, job: Job) -> bytes:
    return encode([removal]) if job.options.audit else b""


def _line(entry: sources.Unread) -> bytes:
    line = Line(one_line(entry.uri), entry.record, entry.offset, entry.cause, one_line(entry.detail))
    return msgspec.json.encode(line) + b"\n"


def _signed(key: int) -> int:
    """Arrow and Spark share no unsigned numbers."""
    return key if key < _SIGN else key - _RANGE


def batches(found: Iterable[Row]) -> Iterator[pa.RecordBatch]:
    """Yield rows as Arrow, a few at a time."""
    return map(batch_of, chunks(found))


def chunks(found: Iterable[Row]) -> Iterator[list[Row]]:
    """Yield rows a few at a time: no more than weigh some megabytes."""
    chunk: list[Row] = []
    size = 0
    for row in found:
        chunk.append(row)
        size += sum(len(cell) for cell in (row.line, row.audit, row.detail) if cell)
        if len(chunk) >= _ROWS or size >= _BYTES:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def batch_of(chunk: list[Row]) -> pa.RecordBatch:
    """Return rows as Arrow."""
    columns = [pa.array(cells, one.type) for cells, one in zip(zip(*chunk, strict=True), SCHEMA, strict=True)]
    return pa.RecordBatch.from_arrays(columns, schema=SCHEMA)
