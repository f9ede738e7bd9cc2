"""A table's row as a page, whatever its columns are called."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from belta_spider.items import Page
from belta_spider.sources.capture_times import utc
from belta_spider.sources.entries import Skipped, SourceError, Unread
from belta_spider.sources.files import PAGE_LIMIT

if TYPE_CHECKING:
    from belta_spider.sources.place import Place

COLUMNS = ("text", "html", "url", "captured_at")
CAPTURED = ("captured_at", "timestamp", "warc_date", "fetch_time", "crawl_date")
"""Names of the capture time's column; `date` is none, since it may be the publication's."""
ADDRESSES = ("url", "metadata.url")
"""Where an address stands: datatrove and its like keep it beside other metadata."""
_USUAL = {"text": ("text",), "html": ("html",), "url": ADDRESSES, "captured_at": CAPTURED}
PRESETS = {
    "culturax": {"text": "text", "url": "url", "captured_at": "timestamp"},
    "fineweb-2": {"text": "text", "url": "url", "captured_at": "date"},
    "hplt": {"text": "text", "url": "u", "captured_at": "ts"},
    "mc4": {"text": "text", "url": "url", "captured_at": "timestamp"},
    "oscar": {"text": "content", "url": "warc_headers.warc-target-uri", "captured_at": "warc_headers.warc-date"},
}
"""Which columns the corpora made of crawls have, from their data cards: HPLT 2 and 3, OSCAR 22.01 and 23.01."""
LINE_LIMIT = 2 * PAGE_LIMIT  # JSON may write six bytes for a letter; but three copies of a line are held
_MOST_VALUES = 1_000_000
"""Within one of JSON: a bound on memory, as short ones take thirty times their size. A text's commas count too."""
TOO_MANY = f"over {_MOST_VALUES} values in one: write a row in each line"
_NAMED = 12  # columns that a message names
_COUNTED = 1000  # rows: then they are handed on, so that the summary moves
_AROUND = ("row", "_source")
"""What a row stands under in an object of its own: a data set's viewer writes the one, Elasticsearch the other."""
_LISTS = {"rows", "docs", "hits"}
"""Lists that are of rows also where there is none in them."""
Row = Page | Unread | Skipped
"""What becomes of a row; `Skipped` where it is another site's."""


def columns_of(argument: str) -> dict[str, str]:
    """Read `text:content,url:uri`: which column stands for which of ours; or the name of a corpus, one of `PRESETS`.

    Raises:
        SourceError: not of that form, a corpus that is not known, or a name that is none of `COLUMNS`.
    """
    columns: dict[str, str] = {}
    for part in argument.split(","):
        name, colon, column = part.strip().partition(":")
        if not colon and name.lower() in PRESETS:
            columns |= PRESETS[name.lower()]
        elif name not in COLUMNS or not column:
            known = f"NAME one of {' '.join(COLUMNS)}, nor a corpus: {' '.join(PRESETS)}"
            raise SourceError(f"columns={argument}: not NAME:COLUMN with {known}")
        else:
            columns[name] = column
    return columns


def has_too_many(value: str | bytes, start: int = 0) -> bool:
    """Whether JSON may hold more values within one than are read."""
    if len(value) - start <= _MOST_VALUES:  # as nearly every one
        return False
    if isinstance(value, str):
        return sum(value.count(mark, start) for mark in "{[,") > _MOST_VALUES
    return sum(value.count(mark, start) for mark in (b"{", b"[", b",")) > _MOST_VALUES


def names_of(columns: Mapping[str, str], name: str) -> tuple[str, ...]:
    """The columns that one of ours may stand in: the one that the run names, else those that are usual."""
    if name in columns:
        return (columns[name],)
    return _USUAL[name]


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
    """Say which columns that the run names are not in a table, or in its first row.

    `known` are the names that are there; where fields have fields of their own, a mapping of them.
    """
    there = known if isinstance(known, Mapping) else dict.fromkeys(known)
    for ours, column in columns.items():
        if not has(there, column) and ours not in {"text", "html"}:
            held = " ".join(sorted(map(str, there))[:_NAMED])
            yield place.unread("missing_columns", f"columns={ours}:{column}: no such column among {held}")


def others_counted(entries: Iterable[Row], uri: str) -> Iterator[Row]:
    """Pass on what a table yields, with the rows of other sites a thousand at a time."""
    others = 0
    for entry in entries:
        if not isinstance(entry, Skipped):
            yield entry
            continue
        others += entry.count
        if others >= _COUNTED:
            yield Skipped(uri, "other_site", others)
            others = 0
    if others:
        yield Skipped(uri, "other_site", others)


def is_wanted(url: Any, wanted: Callable[[str], bool]) -> bool:
    """Whether a row is to be read, by its address: one without a web address may be a page of the site."""
    if not isinstance(url, str):
        if not isinstance(url, bytes):
            return True
        url = decoded(url)
    return "://" not in url or wanted(url)


def page_of_row(
    place: Place, number: str, row: Mapping[str, Any], columns: Mapping[str, str], wanted: Callable[[str], bool]
) -> Row | None:
    """Return the page in a row, or that it is another site's; None where the row has no column of pages."""
    if not (_has_any(row, names_of(columns, "text")) or _has_any(row, names_of(columns, "html"))):
        return None
    url = cell(row, names_of(columns, "url"))
    if not is_wanted(url, wanted):
        return Skipped(place.uri, "other_site")
    text, html, captured = (cell(row, names_of(columns, name)) for name in ("text", "html", "captured_at"))
    return page_of_cells(place, number, text, html, url, captured)


def pages_of_value(
    place: Place,
    number: str,
    value: Any,
    columns: Mapping[str, str],
    wanted: Callable[[str], bool],
    offset: int | None = None,
) -> Iterator[Row]:
    """Yield the pages in a JSON value, which stands there in the file: a row, or an object around a list of rows."""
    if not isinstance(value, dict):
        yield missing(place, columns, (), place.record(number), offset)
        return
    page = page_of_row(place, number, value, columns, wanted)
    if page is None and (row := unwrapped(value)) is not value:
        page, value = page_of_row(place, number, row, columns, wanted), row
    if page:
        if number == "1":
            yield from absent(place, columns, value)
        yield page
        return
    known: Iterable[str] = _names_in(value)
    for rows in lists_within(value):
        found = [page_of_row(place, f"{number}.{at}", row, columns, wanted) for at, row in enumerate(rows, 1)]
        if any(found) or not rows:  # none in an empty list: counted as a table without a row
            yield from filter(None, found)
            return
        known = rows[0]
    yield missing(place, columns, known, place.record(number), offset)


def lists_within(value: Mapping[str, Any]) -> Iterator[list[Mapping[str, Any]]]:
    """The lists of rows in an object, or in an object within it, as Solr and Elasticsearch answer."""
    for outer in (value, *(cell for cell in value.values() if isinstance(cell, dict))):
        for name, cell in outer.items():
            if isinstance(cell, list) and all(isinstance(one, dict) for one in cell) and (cell or name in _LISTS):
                yield [_with_single_values(unwrapped(one)) for one in cell]


def unwrapped(value: Mapping[str, Any]) -> Mapping[str, Any]:
    """The row in an object around it, if there is one; else the object."""
    return next((value[name] for name in _AROUND if isinstance(value.get(name), dict)), value)


def _with_single_values(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """A row without the lists around single values: Solr's fields may each have several."""
    if not any(isinstance(cell, list) and len(cell) == 1 for cell in row.values()):
        return row
    return {name: cell[0] if isinstance(cell, list) and len(cell) == 1 else cell for name, cell in row.items()}


def _names_in(value: Mapping[str, Any]) -> Iterator[str]:
    """The names in an object, and in those within it, as `columns=` takes them."""
    for name, cell in value.items():
        if isinstance(cell, dict) and cell:
            yield from (f"{name}.{inner}" for inner in cell)
        else:
            yield name


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


def _has_any(row: Mapping[str, Any], names: tuple[str, ...]) -> bool:
    return not row.keys().isdisjoint(names) or any("." in name and has(row, name) for name in names)


def has(row: Mapping[str, Any], name: str) -> bool:
    """Whether a row has a column, or a field within one that a dot leads to."""
    if name in row:
        return True
    first, dot, rest = name.partition(".")
    inner = row.get(first) if dot else None
    return isinstance(inner, dict) and has(inner, rest)


def cell(row: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    """The first cell that is there: a name with a dot leads into an object."""
    for name in names:
        value = row.get(name)
        if value is None and "." in name:
            first, _, rest = name.partition(".")
            value = cell(row[first], (rest,)) if isinstance(row.get(first), dict) else None
        if value is not None:
            return value
    return None
