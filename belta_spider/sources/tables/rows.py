"""A table's row as a page, whatever its columns are called."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from belta_spider.items import Page
from belta_spider.sources.capture_times import utc
from belta_spider.sources.entries import SourceError, Unread
from belta_spider.sources.files import PAGE_LIMIT

if TYPE_CHECKING:
    from belta_spider.sources.place import Place

COLUMNS = ("text", "html", "url", "captured_at")
CAPTURED = ("captured_at", "timestamp", "warc_date", "fetch_time", "crawl_date")
"""Names of the capture time's column; `date` is none, since it may be the publication's."""
ADDRESSES = ("url", "metadata.url")
"""Where an address stands: datatrove and its like keep it beside other metadata."""
LINE_LIMIT = 2 * PAGE_LIMIT  # JSON may write six bytes for a letter; but three copies of a line are held
_NAMED = 12


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


def names_of(columns: Mapping[str, str], name: str) -> tuple[str, ...]:
    """The columns that one of ours may stand in: the one that the run names, else those that are usual."""
    if name in columns:
        return (columns[name],)
    return {"captured_at": CAPTURED, "url": ADDRESSES}.get(name, (name,))


def missing(
    place: Place, columns: Mapping[str, str], known: Iterable[Any], record: str | None = None, offset: int | None = None
) -> Unread:
    """Say that a table has no column of pages, and which it has."""
    wanted = " or ".join(name for one in ("text", "html") for name in names_of(columns, one))
    held = " ".join(str(name) for name, _ in zip(known, range(_NAMED), strict=False)) or "none"
    detail = f"no column {wanted} among {held}: name yours with -a columns=text:NAME"
    found = place.unread("missing_columns", detail, offset)
    found.record = record or found.record
    return found


def absent(place: Place, columns: Mapping[str, str], known: Iterable[Any]) -> Iterator[Unread]:
    """Say which columns that the run names are not in a table, or in its first row."""
    names = set(known)
    for ours, column in columns.items():
        if column not in names and column.partition(".")[0] not in names and ours not in {"text", "html"}:
            held = " ".join(sorted(map(str, names))[:_NAMED])
            yield place.unread("missing_columns", f"columns={ours}:{column}: no such column among {held}")


def page_of_row(place: Place, number: str, row: Mapping[str, Any], columns: Mapping[str, str]) -> Page | Unread | None:
    """Return the page in a row; None where the row has no column of pages."""
    texts, pages = names_of(columns, "text"), names_of(columns, "html")
    if not any(_has(row, name) for name in (*texts, *pages)):
        return None
    cells = [_cell(row, names_of(columns, name)) for name in COLUMNS]
    return page_of_cells(place, number, *cells)


def pages_of_value(
    place: Place, number: str, value: Any, columns: Mapping[str, str], offset: int | None = None
) -> Iterator[Page | Unread]:
    """Yield the pages in a JSON value, which stands there in the file: a row, or an object around a list of rows."""
    if not isinstance(value, dict):
        yield missing(place, columns, (), place.record(number), offset)
        return
    page = page_of_row(place, number, value, columns)
    if page:
        if number == "1":
            yield from absent(place, columns, value)
        yield page
        return
    rows = rows_within(value)
    found = [page_of_row(place, f"{number}.{at}", row, columns) for at, row in enumerate(rows, 1)]
    yield from filter(None, found)
    if not any(found):
        yield missing(place, columns, value, place.record(number), offset)


def rows_within(value: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The rows of the first list of objects in an object; or in an object `row` in each of them."""
    for cell in value.values():
        if isinstance(cell, list) and cell and all(isinstance(one, dict) for one in cell):
            return [one["row"] if isinstance(one.get("row"), dict) else one for one in cell]
    return []


def page_of_cells(place: Place, number: str, text: Any, html: Any, url: Any, captured: Any) -> Page | Unread:
    """Return the page of a row's cells, or why there is none."""
    record = place.record(number)
    body = text if html is None else html
    if body is None:
        body = ""
    if not isinstance(body, (str, bytes)):
        found = place.unread("wrong_type", f"row {number}: text or html is {type(body).__name__}")
        found.record = record
        return found
    data = body if isinstance(body, bytes) else body.encode("utf-8", "replace")
    url, captured = decoded(url), decoded(captured)
    return Page(
        "table",
        place.uri,
        data[:PAGE_LIMIT],
        html is not None,
        record,
        url.strip() or None if isinstance(url, str) else None,
        utc(captured),
        truncated=len(data) > PAGE_LIMIT,
    )


def decoded(value: Any) -> Any:
    """A cell of letters, also where its writer did not say that its bytes are letters."""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value


def _has(row: Mapping[str, Any], name: str) -> bool:
    if name in row:
        return True
    first, dot, rest = name.partition(".")
    inner = row.get(first) if dot else None
    return isinstance(inner, dict) and _has(inner, rest)


def _cell(row: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    """The first cell that is there: a name with a dot leads into an object."""
    for name in names:
        value = row.get(name)
        first, dot, rest = name.partition(".")
        if value is None and dot and isinstance(row.get(first), dict):
            value = _cell(row[first], (rest,))
        if value is not None:
            return value
    return None
