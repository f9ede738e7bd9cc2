"""Tables kept by columns: Parquet, Arrow IPC (files and streams) and ORC, read a few rows at a time."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, NamedTuple

from belta_spider.items import Page
from belta_spider.sources.entries import Skipped, Unread
from belta_spider.sources.tables.rows import COLUMNS, absent, cell, has, is_wanted, missing, names_of, page_of_cells
from belta_spider.text.extras import missing as words_of

if TYPE_CHECKING:
    from belta_spider.sources.place import Place, Wants

_ROWS = 256  # rows that are held as Python's own values at once
_BATCH_BYTES = 8 * 2**20  # bytes of a batch: a bound on memory where rows are large
_BUFFER = 2**20  # bytes that are read at once


class _Table(NamedTuple):
    """A table whose head was read."""

    fields: dict[str, Any]
    """The columns' names; under one that has fields of its own, theirs."""
    parts: int | None
    """Row groups, batches or stripes; None where only reading on tells."""
    part: str
    """What one is called."""
    rows: Callable[[int], int]
    """How many rows a part has."""
    batches: Callable[[int, list[str]], Iterator[Any]]
    """The rows of a part, a few at a time."""
    is_by_column: bool = True
    """Whether a column can be read without the others."""


def read(form: str, file: io.BufferedReader, place: Place, wants: Wants) -> Iterator[Page | Unread | Skipped]:
    """Yield the page in each row; the record is the row's number, from 1. Damage takes a part of the table.

    Rows of other sites are counted by their addresses, before anything else of them is read.
    """
    if find_spec("pyarrow") is None:
        return iter([place.unread("missing_library", words_of("pyarrow"))])
    return _read(form, file, place, wants)


def _read(form: str, file: io.BufferedReader, place: Place, wants: Wants) -> Iterator[Page | Unread | Skipped]:
    import pyarrow as pa  # loads slowly: only where there is such a file

    errors = (pa.ArrowException, OSError, ValueError, MemoryError)
    cause = f"damaged_{form}"
    try:
        table = _OPENERS[form](file)
    except errors as error:
        yield place.unread(cause, f"{type(error).__name__}: {error}", 0)
        return
    columns = _columns(table.fields, wants.columns)
    if "text" not in columns and "html" not in columns:
        yield missing(place, wants.columns, table.fields)
        return
    yield from absent(place, wants.columns, table.fields)
    first = 1
    part = 0
    while table.parts is None or part < table.parts:
        number = first
        try:
            for batch in _batches(table, part, columns, wants, errors):
                yield from _rows(place, number, batch, columns, wants)
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
        return list(_OPENERS[form](file).fields)
    except (pa.ArrowException, OSError, ValueError, MemoryError):
        return []


class _PassedOver(NamedTuple):
    """A part whose rows are all of other sites."""

    num_rows: int


def _batches(
    table: _Table, part: int, columns: Mapping[str, str], wants: Wants, errors: tuple[type[BaseException], ...]
) -> Iterator[Any]:
    """The rows of a part, a few at a time; where its addresses show that none is wanted, their number alone.

    Raises:
        StopIteration: there is no such part.
    """
    others = 0
    if table.is_by_column and "url" in columns and wants.wanted is not bool:
        with suppress(*errors):  # what is before the damage may be read
            others = _others(table.batches(part, _tops({"url": columns["url"]})), columns["url"], wants)
    return iter([_PassedOver(others)]) if others else table.batches(part, _tops(columns))


def _others(addresses: Iterator[Any], column: str, wants: Wants) -> int:
    """How many rows there are, where all are of other sites; 0 where one is wanted."""
    others = 0
    for batch in addresses:
        if any(is_wanted(url, wants.wanted) for url in _cells(batch, column)):
            return 0
        others += batch.num_rows
    return others


def _known_rows(table: _Table, part: int, errors: tuple[type[BaseException], ...]) -> int:
    """The rows of a damaged part, where its head still tells."""
    try:
        return table.rows(part)
    except errors:
        return 0


def _columns(fields: Mapping[str, Any], columns: Mapping[str, str]) -> dict[str, str]:
    """Which column of the file, or field within one, stands for which of ours."""
    found = {}
    for name in COLUMNS:
        for column in names_of(columns, name):
            if has(fields, column):
                found[name] = column
                break
    return found


def _tops(columns: Mapping[str, str]) -> list[str]:
    return list(dict.fromkeys(column.partition(".")[0] for column in columns.values()))


def _rows(
    place: Place, first: int, batch: Any, columns: Mapping[str, str], wants: Wants
) -> Iterator[Page | Unread | Skipped]:
    if isinstance(batch, _PassedOver):
        yield Skipped(place.uri, "other_site", batch.num_rows)
        return
    numbers = list(range(batch.num_rows))
    if "url" in columns:
        numbers = [at for at, url in enumerate(_cells(batch, columns["url"])) if is_wanted(url, wants.wanted)]
    if len(numbers) < batch.num_rows:
        yield Skipped(place.uri, "other_site", batch.num_rows - len(numbers))
        if not numbers:
            return
        batch = batch.take(numbers)
    empty: list[Any] = [None] * len(numbers)
    cells = [_cells(batch, columns[name]) if name in columns else empty for name in COLUMNS]
    for number, text, html, url, captured in zip(numbers, *cells, strict=True):
        yield page_of_cells(place, str(first + number), text, html, url, captured)


def _cells(batch: Any, name: str) -> list[Any]:
    """A column's cells, or those of the field that dots in its name lead to."""
    import pyarrow as pa
    import pyarrow.compute as pc

    top, rest = _step(batch.schema.names, name)
    column = batch.column(top)
    while rest and pa.types.is_struct(column.type):
        field, rest = _step([one.name for one in column.type], rest)
        column = pc.struct_field(column, field)
    if pa.types.is_timestamp(column.type):  # nanoseconds fit into no datetime
        column = column.cast(pa.timestamp("us", column.type.tz), safe=False)
    cells: list[Any] = column.to_pylist()
    return [cell(dict(one), (rest,)) if one else None for one in cells] if rest else cells


def _step(known: list[str], name: str) -> tuple[str, str]:
    """The first part of a name, which may hold dots itself, and what is left."""
    if name in known:
        return name, ""
    first, _, rest = name.partition(".")
    return first, rest


class _AnyField(dict[str, Any]):
    """What a map holds: each row has keys of its own."""

    def __contains__(self, key: object) -> bool:
        return True


def _fields(schema: Any) -> dict[str, Any]:
    """The names in a schema, or in a struct's type, with the fields under them."""
    import pyarrow as pa

    found: dict[str, Any] = {}
    for one in schema:
        if pa.types.is_map(one.type):
            found[one.name] = _AnyField()
        else:
            found[one.name] = _fields(one.type) if pa.types.is_struct(one.type) else None
    return found


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

    return _Table(
        _fields(table.schema_arrow), len(groups), "row group", lambda part: int(groups[part].num_rows), batches
    )


def _open_arrow(file: io.BufferedReader) -> _Table:
    import pyarrow as pa

    if file.read(6) != b"ARROW1":
        file.seek(0)
        stream = pa.ipc.open_stream(file)

        def following(_: int, names: list[str]) -> Iterator[Any]:
            yield from _checked(stream.read_next_batch(), names)

        return _Table(_fields(stream.schema), None, "batch", lambda _: 0, _stopping(following), is_by_column=False)
    file.seek(0)
    table = pa.ipc.open_file(file)
    return _Table(
        _fields(table.schema),
        table.num_record_batches,
        "batch",
        lambda part: int(table.get_batch(part).num_rows),
        lambda part, names: _checked(table.get_batch(part), names),
        is_by_column=False,
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

    return _Table(_fields(table.schema), table.nstripes, "stripe", lambda _: 0, batches)


_OPENERS: dict[str, Callable[[io.BufferedReader], _Table]] = {
    "parquet": _open_parquet,
    "arrow": _open_arrow,
    "orc": _open_orc,
}
