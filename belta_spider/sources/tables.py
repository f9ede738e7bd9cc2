"""Tables of pages: JSON Lines and Parquet, with `text` or `html`, `url`, and a capture time."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, BinaryIO

import msgspec

from belta_spider.items import Page
from belta_spider.sources.capture_times import utc
from belta_spider.sources.entries import SourceError, Unread
from belta_spider.sources.files import PAGE_LIMIT
from belta_spider.sources.unpacking import Damage, Piece

COLUMNS = ("text", "html", "url", "captured_at")
_CAPTURED = ("captured_at", "timestamp", "warc_date", "fetch_time", "crawl_date")
"""Names of the capture time's column; `date` is none, since it may be the publication's."""
_LINE_LIMIT = 2 * PAGE_LIMIT  # JSON may write six bytes for a letter; but three copies of a line are held
_ROWS = 256
_BATCH_BYTES = 8 * 2**20
_BUFFER = 2**20


def columns_of(argument: str) -> dict[str, str]:
    """Read `text:content,url:uri`: which column stands for which of ours.

    Raises:
        SourceError: not of that form, or a name that is none of `COLUMNS`.
    """
    columns = {}
    for part in argument.split(","):
        name, colon, column = part.strip().partition(":")
        if name not in COLUMNS or not colon or not column:
            raise SourceError(f"columns={argument}: not NAME:COLUMN with NAME one of {' '.join(COLUMNS)}")
        columns[name] = column
    return columns


def _missing(uri: str, columns: Mapping[str, str], record: str | None = None) -> Unread:
    names = f"{columns.get('text', 'text')} or {columns.get('html', 'html')}"
    return Unread(uri, "missing_columns", f"no column {names}: name yours with -a columns=text:NAME", record)


# JSON Lines


def read_lines(pieces: Iterable[Piece], uri: str, columns: Mapping[str, str]) -> Iterator[Page | Unread]:
    """Yield the page in each line, or why it holds none; the record is the line's number, from 1."""
    names = {name: columns.get(name, name) for name in COLUMNS}
    captured = (columns["captured_at"],) if "captured_at" in columns else _CAPTURED
    for number, line in _lines(pieces):
        record = str(number)
        if isinstance(line, Damage):
            yield Unread(uri, line.cause, f"line {number}, byte {line.offset}: {line.detail}", record, line.offset)
            continue
        try:
            row = _decode(line)
        except (ValueError, RecursionError) as error:
            yield Unread(uri, "not_json", f"line {number}: {error}", record)
            continue
        if not isinstance(row, dict) or not (names["text"] in row or names["html"] in row):
            yield _missing(uri, columns, record)
            continue
        moment = next((row[name] for name in captured if row.get(name) is not None), None)
        yield _page(uri, record, row.get(names["text"]), row.get(names["html"]), row.get(names["url"]), moment)


def _decode(line: bytes) -> Any:
    try:
        return msgspec.json.decode(line)
    except msgspec.DecodeError:
        return json.loads(line)  # takes what is no strict JSON, but is written: lone surrogates, NaN


class _Lines:
    """Lines that are not blank, each with its number; damage takes the line that it stands in."""

    def __init__(self) -> None:
        self.number = 1
        self.rest = bytearray()
        self.is_cut = False
        """Whether what comes up to the next line end belongs to a line that is given up."""
        self.is_damaged = False

    def feed(self, data: bytes) -> Iterator[tuple[int, bytes | Damage]]:
        start = 0
        if self.is_damaged and data.startswith(b"{"):  # what is found after damage is a line of its own
            self.is_cut = False
            self.number += 1
        self.is_damaged = False
        while (end := data.find(b"\n", start)) >= 0:
            self.rest += data[start:end]
            yield from self.end()
            self.number += 1
            start = end + 1
        self.rest += data[start:]
        if len(self.rest) > _LINE_LIMIT:
            yield from self.give_up(Damage("too_large", f"longer than {_LINE_LIMIT} bytes", 0))

    def end(self) -> Iterator[tuple[int, bytes | Damage]]:
        if not self.is_cut and self.rest.strip():
            yield self.number, bytes(self.rest).removeprefix(b"\xef\xbb\xbf")
        self.rest.clear()
        self.is_cut = False

    def give_up(self, damage: Damage) -> Iterator[tuple[int, bytes | Damage]]:
        if not self.is_cut:
            yield self.number, damage
        self.rest.clear()
        self.is_cut = True


def _lines(pieces: Iterable[Piece]) -> Iterator[tuple[int, bytes | Damage]]:
    lines = _Lines()
    for piece in pieces:
        if isinstance(piece, Damage):
            lines.is_cut = False  # each damage is counted
            yield from lines.give_up(piece)
            lines.is_damaged = True
        elif isinstance(piece, bytes):
            yield from lines.feed(piece)
    yield from lines.end()


def _page(uri: str, record: str, text: Any, html: Any, url: Any, captured: Any) -> Page | Unread:
    body = text if html is None else html
    if body is None:
        body = ""
    if not isinstance(body, (str, bytes)):
        return Unread(uri, "wrong_type", f"row {record}: text or html is {type(body).__name__}", record)
    data = body if isinstance(body, bytes) else body.encode("utf-8", "replace")
    url, captured = _decoded(url), _decoded(captured)
    return Page(
        "table",
        uri,
        data[:PAGE_LIMIT],
        html is not None,
        record,
        url.strip() or None if isinstance(url, str) else None,
        utc(captured),
        truncated=len(data) > PAGE_LIMIT,
    )


def _decoded(value: Any) -> Any:
    """Some writers of Parquet do not say that a column's bytes are letters."""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value


# Parquet


def read_parquet(file: BinaryIO, uri: str, columns: Mapping[str, str]) -> Iterator[Page | Unread]:
    """Yield the page in each row; the record is the row's number, from 1. Damage takes a row group."""
    import pyarrow as pa  # loads slowly: only where there is a Parquet file
    import pyarrow.parquet as pq

    try:
        table = pq.ParquetFile(file, buffer_size=_BUFFER, pre_buffer=False, page_checksum_verification=True)
        known = {field.name: field.type for field in table.schema_arrow}
        groups = [table.metadata.row_group(index) for index in range(table.num_row_groups)]
    except (pa.ArrowException, OSError, ValueError) as error:
        yield Unread(uri, "damaged_parquet", f"{type(error).__name__}: {error}", offset=0)
        return
    wanted = _parquet_columns(known, columns)
    if "text" not in wanted and "html" not in wanted:
        yield _missing(uri, columns)
        return
    first = 1
    for index, group in enumerate(groups):
        number = first
        try:
            rows = max(1, min(_ROWS, _BATCH_BYTES * group.num_rows // max(1, group.total_byte_size)))
            for batch in table.iter_batches(rows, [index], list(wanted.values()), use_threads=False):
                yield from _rows(uri, number, batch, wanted)
                number += batch.num_rows
        except (pa.ArrowException, OSError, ValueError) as error:
            detail = f"row group {index}, from row {number}: {type(error).__name__}: {error}"
            yield Unread(uri, "damaged_parquet", detail, str(number))
        first += group.num_rows


def _parquet_columns(known: Mapping[str, Any], columns: Mapping[str, str]) -> dict[str, str]:
    """Which column of the file stands for which of ours."""
    wanted = {name: columns.get(name, name) for name in ("text", "html", "url") if columns.get(name, name) in known}
    captured = [columns["captured_at"]] if "captured_at" in columns else _CAPTURED
    found = next((name for name in captured if name in known), None)
    return wanted | ({"captured_at": found} if found else {})


def _rows(uri: str, first: int, batch: Any, wanted: Mapping[str, str]) -> Iterator[Page | Unread]:
    empty: list[Any] = [None] * batch.num_rows
    cells = [_cells(batch.column(wanted[name])) if name in wanted else empty for name in COLUMNS]
    for number, (text, html, url, captured) in enumerate(zip(*cells, strict=True), first):
        yield _page(uri, str(number), text, html, url, captured)


def _cells(column: Any) -> list[Any]:
    import pyarrow as pa

    if pa.types.is_timestamp(column.type):  # nanoseconds fit into no datetime
        column = column.cast(pa.timestamp("us", column.type.tz), safe=False)
    cells: list[Any] = column.to_pylist()
    return cells
