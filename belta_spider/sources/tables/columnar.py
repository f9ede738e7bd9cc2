"""Tables kept by columns: Parquet, Arrow IPC (files and streams) and ORC, read a few rows at a time."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, NamedTuple

from belta_spider.items import Page
from belta_spider.sources.entries import Unread
from belta_spider.sources.tables.rows import COLUMNS, absent, missing, names_of, page_of_cells
from belta_spider.text.extras import missing as words_of

if TYPE_CHECKING:
    from belta_spider.sources.place import Place

_ROWS = 256
_BATCH_BYTES = 8 * 2**20
_BUFFER = 2**20


class _Table(NamedTuple):
    """A table whose head was read."""

    columns: list[str]
    parts: int | None
    """Row groups, batches or stripes; None where only reading on tells."""
    part: str
    """What one is called."""
    rows: Callable[[int], int]
    """How many rows a part has."""
    batches: Callable[[int, list[str]], Iterator[Any]]
    """The rows of a part, a few at a time."""


def read(form: str, file: io.BufferedReader, place: Place, columns: Mapping[str, str]) -> Iterator[Page | Unread]:
    """Yield the page in each row; the record is the row's number, from 1. Damage takes a part of the table."""
    if find_spec("pyarrow") is None:
        return iter([place.unread("missing_library", words_of("pyarrow"))])
    return _read(form, file, place, columns)


def _read(form: str, file: io.BufferedReader, place: Place, columns: Mapping[str, str]) -> Iterator[Page | Unread]:
    import pyarrow as pa  # loads slowly: only where there is such a file

    errors = (pa.ArrowException, OSError, ValueError, MemoryError)
    cause = f"damaged_{form}"
    try:
        table = _OPENERS[form](file)
    except errors as error:
        yield place.unread(cause, f"{type(error).__name__}: {error}", 0)
        return
    wanted = _wanted(table.columns, columns)
    if "text" not in wanted and "html" not in wanted:
        yield missing(place, columns, table.columns)
        return
    yield from absent(place, columns, table.columns)
    first = 1
    part = 0
    while table.parts is None or part < table.parts:
        number = first
        try:
            for batch in table.batches(part, _tops(wanted)):
                yield from _rows(place, number, batch, wanted)
                number += batch.num_rows
            first = number
        except StopIteration:
            return
        except errors as error:
            detail = f"{table.part} {part}, from row {number}: {type(error).__name__}: {error}"
            yield Unread(place.uri, cause, detail, place.record(str(number)))
            if table.parts is None:
                return
            first = max(number, first + _known_rows(table, part, errors))
        part += 1


def names(form: str, file: io.BufferedReader) -> list[str]:
    """The columns of a table; none where it cannot be read."""
    import pyarrow as pa

    try:
        return _OPENERS[form](file).columns
    except (pa.ArrowException, OSError, ValueError, MemoryError):
        return []


def _known_rows(table: _Table, part: int, errors: tuple[type[BaseException], ...]) -> int:
    """The rows of a damaged part, where its head still tells."""
    try:
        return table.rows(part)
    except errors:
        return 0


def _wanted(known: list[str], columns: Mapping[str, str]) -> dict[str, str]:
    """Which column of the file, or field within one, stands for which of ours."""
    found = {}
    for name in COLUMNS:
        for column in names_of(columns, name):
            if column in known or column.partition(".")[0] in known:
                found[name] = column
                break
    return found


def _tops(wanted: Mapping[str, str]) -> list[str]:
    return list(dict.fromkeys(column.partition(".")[0] for column in wanted.values()))


def _rows(place: Place, first: int, batch: Any, wanted: Mapping[str, str]) -> Iterator[Page | Unread]:
    empty: list[Any] = [None] * batch.num_rows
    cells = [_cells(batch, wanted[name]) if name in wanted else empty for name in COLUMNS]
    for number, (text, html, url, captured) in enumerate(zip(*cells, strict=True), first):
        yield page_of_cells(place, str(number), text, html, url, captured)


def _cells(batch: Any, name: str) -> list[Any]:
    import pyarrow as pa

    known = batch.schema.names
    top, _, rest = (name, "", "") if name in known else name.partition(".")
    column = batch.column(top)
    if pa.types.is_timestamp(column.type):  # nanoseconds fit into no datetime
        column = column.cast(pa.timestamp("us", column.type.tz), safe=False)
    cells: list[Any] = column.to_pylist()
    return [cell.get(rest) if isinstance(cell, dict) else None for cell in cells] if rest else cells


def _sliced(batch: Any) -> Iterator[Any]:
    """A batch, a few rows at a time: Python's copies of all its cells need not be held together."""
    for start in range(0, batch.num_rows, _ROWS):
        yield batch.slice(start, _ROWS)


def _open_parquet(file: io.BufferedReader) -> _Table:
    import pyarrow.parquet as pq

    table = pq.ParquetFile(file, buffer_size=_BUFFER, pre_buffer=False, page_checksum_verification=True)
    groups = [table.metadata.row_group(index) for index in range(table.num_row_groups)]

    def batches(part: int, names: list[str]) -> Iterator[Any]:
        group = groups[part]
        rows = max(1, min(_ROWS, _BATCH_BYTES * group.num_rows // max(1, group.total_byte_size)))
        return iter(table.iter_batches(rows, [part], names, use_threads=False))

    return _Table(table.schema_arrow.names, len(groups), "row group", lambda part: int(groups[part].num_rows), batches)


def _open_arrow(file: io.BufferedReader) -> _Table:
    import pyarrow as pa

    if file.read(6) != b"ARROW1":
        file.seek(0)
        stream = pa.ipc.open_stream(file)

        def following(_: int, names: list[str]) -> Iterator[Any]:
            yield from _checked(stream.read_next_batch(), names)

        return _Table(stream.schema.names, None, "batch", lambda _: 0, _stopping(following))
    file.seek(0)
    table = pa.ipc.open_file(file)
    return _Table(
        table.schema.names,
        table.num_record_batches,
        "batch",
        lambda part: int(table.get_batch(part).num_rows),
        lambda part, names: _checked(table.get_batch(part), names),
    )


def _stopping(batches: Callable[[int, list[str]], Iterator[Any]]) -> Callable[[int, list[str]], Iterator[Any]]:
    """A stream's end as the loop's: within a generator, Python makes an error of it."""

    def until_end(part: int, names: list[str]) -> Iterator[Any]:
        try:
            return iter(list(batches(part, names)))
        except RuntimeError as error:
            if isinstance(error.__cause__, StopIteration):
                raise StopIteration from None
            raise

    return until_end


def _checked(batch: Any, names: list[str]) -> Iterator[Any]:
    """The wanted columns of a batch whose offsets stay within its buffers: damaged ones would end the process."""
    batch = batch.select(names)
    batch.validate(full=True)
    return _sliced(batch)


def _open_orc(file: io.BufferedReader) -> _Table:
    from pyarrow import orc

    table = orc.ORCFile(file)

    def batches(part: int, names: list[str]) -> Iterator[Any]:
        batch = table.read_stripe(part, columns=names)
        batch.validate(full=True)
        return _sliced(batch)

    return _Table(table.schema.names, table.nstripes, "stripe", lambda _: 0, batches)


_OPENERS: dict[str, Callable[[io.BufferedReader], _Table]] = {
    "parquet": _open_parquet,
    "arrow": _open_arrow,
    "orc": _open_orc,
}
