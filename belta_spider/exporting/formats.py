"""Records in other formats: each written by the library made for it, whole or not at all."""

from __future__ import annotations

import csv
import itertools
import re
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields, is_dataclass
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, get_type_hints

import msgspec

from belta_spider.items import Article
from belta_spider.output.replacing import replaced

if TYPE_CHECKING:
    from belta_spider.exporting.works import Works

_BATCH = 2_000
_BLOCK = 2**23
_FORMULA = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
"""What a spreadsheet takes for the start of a formula, full-width forms too (OWASP, CSV injection)."""
_TEXTS = ("csv", "jsonld")
_INDEXED = ("edition", "language", "section", "date_published")
_encode = msgspec.json.Encoder().encode


PAIRS = re.compile(r"(?:^|.*\.)(?P<one>[a-z]{2,3})-(?P<other>[a-z]{2,3})\.(?:jsonl|tmx)$")
"""A target's name that asks for pairs of versions in two editions."""
_STORIES, _MEMORY = "stories", ".tmx"


class ExportError(ValueError):
    """The target cannot be told or must not be replaced: says why and what to do."""


def is_pairs(target: str) -> bool:
    """Whether the target's name asks for pairs or stories: `X.de-en.jsonl`, `X.tmx`, `stories/`."""
    name = Path(target).name
    return name.endswith(_MEMORY) or name == _STORIES or bool(PAIRS.match(name))


def export(articles: Iterable[Article], target: str, *, several: bool = False, works: Works | None = None) -> int:
    """Write the records to `target`, in the format that its name tells; return how many.

    An article may have `several` records, its captures; else the last one with an id counts in a database. `works` say
    of which story it is a version.

    Raises:
        ExportError: no known format, or the folder holds something else.
        OSError: it cannot be written; what stood there before stands.
    """
    check(target)
    path = Path(target)
    write = _WRITERS[path.suffix.lower()]
    if several and write is write_sqlite:
        write = partial(write_sqlite, several=True)
    if works and write is write_jsonld:
        write = partial(write_jsonld, works=works)
    return written(path, write, articles)


def check(target: str) -> None:
    """Check that a target's name tells a format.

    Raises:
        ExportError: it does not.
    """
    if not target.endswith("/") and Path(target).suffix.lower() not in _WRITERS:
        known = " ".join(_WRITERS)
        advice = "; - tells none: write -:csv or -:jsonld" if target == "-" else ""
        raise ExportError(f"--to {target}: the name must end in one of {known}, or in / for a dataset folder{advice}")


def to_standard_output(articles: Iterable[Article], suffix: str, out: IO[bytes]) -> int:
    """Write the records, in a format that is text, to standard output; return how many.

    Raises:
        ExportError: the format is no text.
    """
    if suffix not in _TEXTS:
        raise ExportError(f"--to -:{suffix}: only {' '.join(_TEXTS)} can go to standard output")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"articles.{suffix}"
        number = written(path, _WRITERS[path.suffix], articles)
        with path.open("rb") as file:
            shutil.copyfileobj(file, out)
    return number


def written(path: Path, write: Callable[[Path, Iterator[Article]], None], articles: Iterable[Article]) -> int:
    """Let `write` fill a new file beside `path`, then put it in its place."""
    counted = itertools.count()
    records = (article for article, _ in zip(articles, counted, strict=False))
    with replaced(path) as new:
        write(new, records)
    return next(counted)


# Parquet


def write_parquet(path: Path, articles: Iterable[Article]) -> None:
    """One row a record, nested as in the JSON."""
    import io

    import pyarrow.json as pj
    from pyarrow import parquet

    from belta_spider import arrow

    options = pj.ParseOptions(explicit_schema=arrow.schema(), unexpected_field_behavior="error")
    with parquet.ParquetWriter(path, arrow.schema(), compression="zstd") as writer:
        for block in _blocks(articles):
            whole = pj.ReadOptions(block_size=len(block) + 1)  # a record must not cross a block's end
            writer.write_table(pj.read_json(io.BytesIO(block), whole, options).cast(arrow.schema()))


def _blocks(articles: Iterable[Article]) -> Iterator[bytes]:
    """Records as JSON Lines, some megabytes at a time."""
    lines: list[bytes] = []
    size = 0
    for article in articles:
        lines.append(_encode(article))
        size += len(lines[-1])
        if size > _BLOCK:
            yield b"\n".join(lines)
            lines, size = [], 0
    if lines:
        yield b"\n".join(lines)


# Tables: SQLite and CSV


def columns(item_class: type = Article, prefix: str = "") -> dict[str, type]:
    """The columns of a flat table: `dateline_place` for the place in the dateline, lists as JSON text."""
    found: dict[str, type] = {}
    hints = get_type_hints(item_class)
    for one in fields(item_class):
        hint = hints[one.name]
        if is_dataclass(hint):
            found |= columns(hint, f"{prefix}{one.name}_")  # type: ignore[arg-type]
        else:
            number = next((kind for kind in (int, float) if hint in {kind, kind | None}), None)
            found[prefix + one.name] = number or str
    return found


def flat(value: Any, prefix: str = "") -> dict[str, str | int | float | None]:
    """A record as one row of a flat table."""
    row: dict[str, str | int | float | None] = {}
    for one in fields(value):
        cell = getattr(value, one.name)
        if is_dataclass(cell):
            row |= flat(cell, f"{prefix}{one.name}_")
        else:
            row[prefix + one.name] = _encode(cell).decode() if isinstance(cell, list) else cell
    return row


def write_sqlite(path: Path, articles: Iterable[Article], *, several: bool = False) -> None:
    """A table `articles` with full-text search over title and text; its key is the id, unless an article has `several`.

    The search index holds trigrams: it finds parts of words, so every case of a Slavic noun, and
    Chinese, which has no spaces; what is searched must have three characters.
    """
    import sqlite_utils

    database = sqlite_utils.Database(path)
    table = database.table("articles")
    table.create(columns(), pk=None if several else "id", not_null={"id", "edition", "text"})
    table.insert_all(map(flat, articles), batch_size=_BATCH, replace=not several)
    for column in (*_INDEXED, "id") if several else _INDEXED:
        table.create_index([column])
    table.enable_fts(["title", "text"], tokenize="trigram")
    database.vacuum()
    database.close()


def write_csv(path: Path, articles: Iterable[Article]) -> None:
    """A table for spreadsheets: with a byte order mark, and no cell that a spreadsheet would run."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(columns()))
        writer.writeheader()
        writer.writerows({name: safe(cell) for name, cell in flat(article).items()} for article in articles)


def safe(cell: str | float | None) -> str | int | float | None:
    """A cell that no spreadsheet takes for a formula: an apostrophe before what looks like one."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


# schema.org


def write_jsonld(path: Path, articles: Iterable[Article], works: Works | None = None) -> None:
    """One JSON-LD document; each article of its graph on a line of its own."""
    with path.open("wb") as file:
        file.write(b'{"@context":"https://schema.org","@graph":[')
        held: set[str] = set()
        for number, article in enumerate(articles):
            node = news_article(article) | (works or {}).get(article.id, {})
            if node["@id"] in held:  # one name for two states of an article would join them
                node["@id"] += f"#capture-{number}"
            held.add(node["@id"])
            file.write((b",\n" if number else b"\n") + _encode(node))
        file.write(b"\n]}\n")


def news_article(article: Article) -> dict[str, Any]:
    """A record as a schema.org NewsArticle; what the record does not know is left out."""
    found = {
        "@type": "NewsArticle",
        "@id": article.url or f"#{article.id}",
        "identifier": article.id,
        "url": article.url,
        "headline": article.title,
        "articleSection": article.section_title or article.section,
        "datePublished": article.date_published,
        "dateModified": article.date_modified,
        "dateline": article.dateline.raw,
        "locationCreated": _named("Place", article.dateline.place),
        "inLanguage": article.language,
        "articleBody": article.text,
        "keywords": article.tags,
        "author": [_named("Person", name) for name in article.authors],
        "image": [_image(one.url, one.caption, one.credit) for one in article.images],
        "publisher": _named("NewsMediaOrganization", "BelTA"),
    }
    return {key: value for key, value in found.items() if value}


def _named(kind: str, name: str | None) -> dict[str, str] | None:
    return {"@type": kind, "name": name} if name else None


def _image(url: str, caption: str | None, credit: str | None) -> dict[str, str]:
    found = {"@type": "ImageObject", "url": url, "caption": caption, "creditText": credit}
    return {key: value for key, value in found.items() if value}


_WRITERS: dict[str, Callable[[Path, Iterator[Article]], None]] = {
    ".parquet": write_parquet,
    ".sqlite": write_sqlite,
    ".db": write_sqlite,
    ".csv": write_csv,
    ".jsonld": write_jsonld,
}
