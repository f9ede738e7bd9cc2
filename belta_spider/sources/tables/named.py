"""Whether the columns that a run names are there: in a table of its source, before anything is read."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from itertools import islice
from pathlib import Path

from belta_spider.sources.detection import kind_of
from belta_spider.sources.entries import SourceError
from belta_spider.sources.finding import Readable
from belta_spider.sources.peeking import Peeked, peek
from belta_spider.sources.place import cells_of
from belta_spider.sources.tables import columnar, lines, separated, values
from belta_spider.sources.tables.rows import LINE_LIMIT, lists_within, unwrapped
from belta_spider.sources.unpacking import Damage

_TABLES, _ROWS = 20, 1000
"""Tables of a source that are looked into, and rows of each: in JSON a row leaves out what it lacks."""


def check(found: Iterable[tuple[Readable, str]], columns: Mapping[str, str]) -> None:
    """Look for each named column in the first tables of a source.

    Raises:
        SourceError: none of them has it.
    """
    tables = list(islice(_tables(found, columns), _TABLES)) if columns else []
    for ours, column in columns.items():
        if tables and not any(column in names or column.partition(".")[0] in names for _, names in tables):
            uri, names = tables[0]
            held = " ".join(list(map(str, names))[:12])
            raise SourceError(f"columns={ours}:{column}: no such column in {uri}, which has {held}")


def _tables(found: Iterable[tuple[Readable, str]], columns: Mapping[str, str]) -> Iterator[tuple[str, list[str]]]:
    """The tables of a source with the names of their columns; none that is damaged, elsewhere or a pipe."""
    cells = cells_of(columns)
    for path, uri in found:
        with suppress(OSError, ValueError, RecursionError, MemoryError):
            if not isinstance(path, Path) or not path.is_file():
                continue
            with path.open("rb") as file:
                peeked = peek(file, path.name)
                names = _names(kind_of(peeked.head, path.name, cells), file, peeked, columns)
            if names:
                yield uri, names


def _names(kind: str, file: io.BufferedReader, peeked: Peeked, columns: Mapping[str, str]) -> list[str]:
    if kind == "csv":
        return separated.names(peeked.pieces, columns)
    if kind in {"parquet", "arrow", "orc"} and not peeked.codec:
        return columnar.names(kind, file)
    found: dict[str, None] = {}
    if kind in {"table", "json"}:
        for value in islice(_values(kind, peeked), _ROWS):
            if isinstance(value, dict):
                found |= dict.fromkeys((*value, *unwrapped(value)))
                found |= dict.fromkeys(name for rows in lists_within(value) for row in rows for name in row)
    return list(found)


def _values(kind: str, peeked: Peeked) -> Iterator[object]:
    if kind == "json":
        yield from values.values(peeked.pieces)
        return
    for _, line, _ in lines.numbered(peeked.pieces):
        if not isinstance(line, Damage) and len(line) < LINE_LIMIT:
            with suppress(ValueError, RecursionError):
                yield lines.decode(line)
