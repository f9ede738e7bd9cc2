"""Tables kept by columns: Parquet, Arrow IPC (files and streams) and ORC, read a few rows at a time."""

from __future__ import annotations

import io
from array import array
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, NamedTuple

from belta_spider.items import Page
from belta_spider.sources.entries import Skipped, Unread
from belta_spider.sources.tables.fields import cells_of, column_of, fields_of
from belta_spider.sources.tables.others import numbers_of_wanted
from belta_spider.sources.tables.rows import COLUMNS, absent, has, is_wanted, missing, names_of, page_of_cells
from belta_spider.text.extras import missing as words_of

if TYPE_CHECKING:
    from belta_spider.sources.place import Place, Wants

_ROWS = 256  # rows that are held as Python's own values at once
_BATCH_BYTES = 8 * 2**20  # bytes of a batch: a bound on memory where rows are large
_BUFFER = 2**20  # bytes that are read at once
_ADDRESSES = 1024  # rows of which the addresses are looked at together


_Batches = Callable[[int, list[str], int], Iterator[Any]]


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
    batches: _Batches
    """The rows of a part, so many at a time, or fewer."""
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
            others = _others(table.batches(part, _tops({"url": columns["url"]}), _ADDRESSES), columns["url"], wants)
    return iter([_PassedOver(others)]) if others else table.batches(part, _tops(columns), _ROWS)


def _others(addresses: Iterator[Any], column: str, wants: Wants) -> int:
    """How many rows there are, where all are of other sites; 0 where one is wanted."""
    others = 0
    for batch in addresses:
        if _wanted_rows(batch, column, wants):
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
        numbers = _wanted_rows(batch, columns["url"], wants)
    if len(numbers) < batch.num_rows:
        yield Skipped(place.uri, "other_site", batch.num_rows - len(numbers))
        if not numbers:
            return
        batch = batch.take(_indices(numbers))
    empty: list[Any] = [None] * len(numbers)
    cells = [cells_of(batch, columns[name]) if name in columns else empty for name in COLUMNS]
    for number, text, html, url, captured in zip(numbers, *cells, strict=True):
        yield page_of_cells(place, str(first + number), text, html, url, captured)


def _indices(numbers: list[int]) -> Any:
    """Numbers as Arrow takes them; out of a list it would make them by pandas, which loads slowly."""
    import pyarrow as pa

    return pa.Array.from_buffers(pa.int64(), len(numbers), [None, pa.py_buffer(array("q", numbers))])


def _wanted_rows(batch: Any, name: str, wants: Wants) -> list[int]:
    """The rows that are to be read, by their addresses, from 0."""
    column, rest = column_of(batch, name)
    if not rest:
        return numbers_of_wanted(column, wants.wanted)
    return [number for number, url in enumerate(cells_of(batch, name)) if is_wanted(url, wants.wanted)]


def _sliced(batch: Any, most: int) -> Iterator[Any]:
    """A batch, a few rows at a time: Python's copies of all its cells need not be held together."""
    for start in range(0, batch.num_rows, most):
        yield batch.slice(start, most)


def _open_parquet(file: io.BufferedReader) -> _Table:
    import pyarrow.parquet as pq

    table = pq.ParquetFile(file, buffer_size=_BUFFER, pre_buffer=False, page_checksum_verification=True)
    groups = [table.metadata.row_group(index) for index in range(table.num_row_groups)]

    def batches(part: int, names: list[str], most: int) -> Iterator[Any]:
        group = groups[part]
        rows = max(1, min(most, _BATCH_BYTES * group.num_rows // max(1, group.total_byte_size)))
        return iter(table.iter_batches(rows, [part], names, use_threads=False))

    return _Table(
        fields_of(table.schema_arrow), len(groups), "row group", lambda part: int(groups[part].num_rows), batches
    )


def _open_arrow(file: io.BufferedReader) -> _Table:
    import pyarrow as pa

    if file.read(6) != b"ARROW1":
        file.seek(0)
        stream = pa.ipc.open_stream(file)

        def following(_: int, names: list[str], most: int) -> Iterator[Any]:
            yield from _checked(stream.read_next_batch(), names, most)

        return _Table(fields_of(stream.schema), None, "batch", lambda _: 0, _stopping(following), is_by_column=False)
    file.seek(0)
    table = pa.ipc.open_file(file)
    return _Table(
        fields_of(table.schema),
        table.num_record_batches,
        "batch",
        lambda part: int(table.get_batch(part).num_rows),
        lambda part, names, most: _checked(table.get_batch(part), names, most),
        is_by_column=False,
    )


def _stopping(batches: _Batches) -> _Batches:
    """A stream's end as the loop's: within a generator, Python makes an error of it."""

    def until_end(part: int, names: list[str], most: int) -> Iterator[Any]:
        try:
            return iter(list(batches(part, names, most)))
        except RuntimeError as error:
            if isinstance(error.__cause__, StopIteration):
                raise StopIteration from None
            raise

    return until_end


def _checked(batch: Any, names: list[str], most: int) -> Iterator[Any]:
    """The wanted columns of a batch whose offsets stay within its buffers: damaged ones would end the process."""
    batch = batch.select(names)
    batch.validate(full=True)
    return _sliced(batch, most)


def _open_orc(file: io.BufferedReader) -> _Table:
    from pyarrow import orc

    table = orc.ORCFile(file)

    def batches(part: int, names: list[str], most: int) -> Iterator[Any]:
        batch = table.read_stripe(part, columns=names)
        batch.validate(full=True)
        return _sliced(batch, most)

    return _Table(fields_of(table.schema), table.nstripes, "stripe", lambda _: 0, batches)


_OPENERS: dict[str, Callable[[io.BufferedReader], _Table]] = {
    "parquet": _open_parquet,
    "arrow": _open_arrow,
    "orc": _open_orc,
}
