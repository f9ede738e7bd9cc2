"""Indexes in files: CDX and CDXJ, what a server's answer was saved in, and tables of Common Crawl's columnar index."""

from __future__ import annotations

import csv
import glob
import io
import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from belta_spider.sources import detection, own
from belta_spider.sources.causes import REFUSALS
from belta_spider.sources.entries import SourceError, Unread
from belta_spider.sources.indexes.captures import Capture, capture_of
from belta_spider.sources.indexes.cdx import Lines, read
from belta_spider.sources.peeking import Peeked, peek
from belta_spider.sources.unpacking import Damage, Piece

_ENDS = (".cdx", ".cdxj", ".parquet", ".csv", ".tsv", ".jsonl", ".ndjson", ".json", ".arrow")
_PACKED = (".gz", ".zst", ".bz2", ".xz")
_TABLES = {
    "url": ("url", "original"),
    "a capture time": ("fetch_time", "timestamp", "captured_at", "date"),
}
_PLACES = {
    "the archive file": ("warc_filename", "filename"),
    "the record's offset": ("warc_record_offset", "offset"),
    "the record's length": ("warc_record_length", "length"),
}
_MORE = (
    *("urlkey", "url_surtkey", "fetch_status", "status", "statuscode", "content_digest", "digest"),
    *("content_mime_detected", "content_mime_type", "mime", "mimetype"),
)
_OWN = ["own"]
_LINE_LIMIT = 2**20  # bytes: a bound on memory; a line is some hundred
_WHOLE_LIMIT = 256 * 2**20
"""Bytes of an index that is one JSON value."""
_ROWS = 4096  # rows of a table that are held at once


class IndexFiles:
    """The index files that a source names; iterating reads them, each line or row that is none as an `Unread`.

    Raises:
        SourceError: there is no such file, or a table lacks a column.
    """

    def __init__(self, source: str, name: str):
        """`name` is the source as it was typed, for messages."""
        self.paths = list(_paths(source, name))
        for path in self.paths:
            self._check(path, name)

    def __iter__(self) -> Iterator[tuple[Path, Capture | Unread]]:
        for path in self.paths:
            try:
                with path.open("rb") as file:
                    for entry in _read(file, path):
                        yield path, entry
            except OSError as error:
                yield path, Unread(str(path), "unreadable", f"{type(error).__name__}: {error}")

    def _check(self, path: Path, name: str) -> None:
        try:
            with path.open("rb") as file:
                names = _columns(file, path)
        except OSError as error:
            raise SourceError(f"source={name}: {error.strerror or error}") from error
        if names == _OWN:
            raise SourceError(f"source={name}: {REFUSALS['own_output']}")
        if names is None:
            raise SourceError(f"source={name}: {path}: neither an index (CDX, CDXJ) nor a table of captures")
        lacking = [words for words, columns in _TABLES.items() if names and not set(columns) & set(names)]
        if lacking:
            raise SourceError(f"source={name}: {path}: no column of {' and of '.join(lacking)} among {' '.join(names)}")


def _paths(source: str, name: str) -> Iterator[Path]:
    """A file, the index files of a folder, or a glob; several with commas."""
    for part in [source] if Path(source).exists() else filter(None, map(str.strip, source.split(","))):
        path = Path(part)
        matches = [Path(one) for one in sorted(glob.glob(part, recursive=True))]  # noqa: PTH207 (as sources.find)
        found = sorted(filter(_is_named, path.rglob("*"))) if path.is_dir() else [path] if path.exists() else matches
        if not found:
            raise SourceError(f"source={name}: no such index: name a file, a folder or a glob, or the server's address")
        yield from found


def _is_named(path: Path) -> bool:
    plain = path.name.lower()
    for suffix in _PACKED:
        plain = plain.removesuffix(suffix)
    return plain.endswith(_ENDS) and not path.name.startswith(".")


def _columns(file: io.BufferedReader, path: Path) -> list[str] | None:
    """The columns of a table, nothing of an index in lines; None of what is neither."""
    peeked = peek(file, path.name)
    if own.is_own(peeked.head, path.name):
        return _OWN
    kind = _kind(peeked, path.name)
    if kind in _OPENERS:
        table = _OPENERS[kind](file)
        return list(table[0])
    first = peeked.head.decode("utf-8-sig", "replace").partition("\n")[0].rstrip("\r")
    return next(csv.reader([first], delimiter=_separator(first)), []) if kind == "csv" else _columns_of_line(first)


def _columns_of_line(line: str) -> list[str] | None:
    """The names in an object of JSON; nothing of another line of an index, None of what is none."""
    try:
        if line.startswith("{"):
            return list(json.loads(line))
        if not line.startswith("["):
            Lines().capture(line)
    except ValueError:
        return None
    return []


def _kind(peeked: Peeked, name: str) -> str:
    kind = detection.kind_of(peeked.head, name, ("url", "warc_filename"))
    if kind == "text" and peeked.head.partition(b"\n")[0].count(b"\t") > 1:
        return "csv"
    return kind


def _separator(head: str) -> str:
    return max(",\t;|", key=head.count)


def _read(file: io.BufferedReader, path: Path) -> Iterator[Capture | Unread]:
    peeked = peek(file, path.name)
    kind = _kind(peeked, path.name)
    if kind in _OPENERS:
        yield from _rows(_OPENERS[kind](file)[1](), path)
    elif peeked.head.lstrip(b"\xef\xbb\xbf \r\n").startswith(b"["):
        yield from _whole(peeked.pieces, path)
    elif kind == "csv":
        yield from _separated(peeked.pieces, path)
    else:
        yield from _in_lines(peeked.pieces, path)


def _in_lines(pieces: Iterable[Piece], path: Path) -> Iterator[Capture | Unread]:
    lines, before = Lines(), "x"
    for number, line in enumerate(_lines(pieces, path), 1):
        if isinstance(line, Unread):
            yield line
            continue
        is_resume_key, before = not before and " " not in line, line.strip()
        if is_resume_key:  # behind a blank line, in a saved answer of a server
            continue
        try:
            capture = lines.capture(line)
        except ValueError as error:
            yield _damaged(path, number, error)
        else:
            if capture:
                yield capture


def _separated(pieces: Iterable[Piece], path: Path) -> Iterator[Capture | Unread]:
    damage: list[Unread] = []

    def text() -> Iterator[str]:
        for line in _lines(pieces, path):
            if isinstance(line, Unread):
                damage.append(line)
            else:
                yield f"{line}\n"

    lines = text()
    head = next(lines, "").removeprefix("\ufeff")
    separator = _separator(head)
    names = next(csv.reader([head], delimiter=separator), [])
    rows = csv.reader(lines, delimiter=separator)
    yield from _rows((dict(zip(names, row, strict=False)) for row in rows if row), path)
    yield from damage


def _whole(pieces: Iterable[Piece], path: Path) -> Iterator[Capture | Unread]:
    """An answer of a server that was saved as it came: a JSON list of lists."""
    body = bytearray()
    for piece in pieces:
        if isinstance(piece, Damage):
            yield Unread(str(path), piece.cause, piece.detail, None, piece.offset)
        elif isinstance(piece, bytes):
            body += piece
        if len(body) > _WHOLE_LIMIT:
            yield Unread(str(path), "too_large", f"over {_WHOLE_LIMIT} bytes in one list: save it in lines")
            return
    try:
        yield from read(body.decode("utf-8", "replace")).captures
    except ValueError as error:
        yield _damaged(path, 1, error)


def _rows(rows: Iterable[dict[str, Any]], path: Path) -> Iterator[Capture | Unread]:
    for number, row in enumerate(rows, 1):
        try:
            yield capture_of(row)
        except ValueError as error:
            yield _damaged(path, number, error)


def _damaged(path: Path, number: int, error: Exception) -> Unread:
    return Unread(str(path), "damaged_index", f"line {number}: {error}", str(number))


def _lines(pieces: Iterable[Piece], path: Path) -> Iterator[str | Unread]:
    """The lines of a stream; what is damaged, or longer than any line of an index, is told in their place."""
    rest = b""
    for piece in pieces:
        if isinstance(piece, Damage):
            yield Unread(str(path), piece.cause, piece.detail, None, piece.offset)
            rest = b""
        elif isinstance(piece, bytes):
            *whole, rest = (rest + piece).split(b"\n")
            yield from (line.decode("utf-8", "replace") for line in whole)
            if len(rest) > _LINE_LIMIT:
                yield Unread(str(path), "damaged_index", f"a line of over {_LINE_LIMIT} bytes")
                rest = b""
    if rest:
        yield rest.decode("utf-8", "replace")


# Tables by columns

_Table = tuple[list[str], Callable[[], Iterator[dict[str, Any]]]]


def _chosen(names: Iterable[str]) -> list[str]:
    known = {name for columns in (*_TABLES.values(), *_PLACES.values(), _MORE) for name in columns}
    return [name for name in names if name in known]


def _parquet(file: io.BufferedReader) -> _Table:
    import pyarrow.parquet as pq

    table = pq.ParquetFile(file)
    names = list(table.schema_arrow.names)
    return names, lambda: (
        row for batch in table.iter_batches(_ROWS, columns=_chosen(names)) for row in batch.to_pylist()
    )


def _arrow(file: io.BufferedReader) -> _Table:
    import pyarrow as pa

    table = pa.ipc.open_file(file)
    parts = range(table.num_record_batches)
    return list(table.schema.names), lambda: (row for part in parts for row in table.get_batch(part).to_pylist())


_OPENERS: dict[str, Callable[[io.BufferedReader], _Table]] = {"parquet": _parquet, "arrow": _arrow}
