"""Records as rows of one table: SQLite and CSV."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, get_type_hints

import msgspec

from belta_spider.items import Article, Removal

_BATCH = 2_000  # rows of one INSERT: a bound on memory
_FORMULA = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
"""What a spreadsheet takes for the start of a formula, full-width forms too (OWASP, CSV injection)."""
_INDEXED = ("edition", "language", "section", "date_published")
_encode = msgspec.json.Encoder().encode


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


def write_sqlite(
    path: Path, articles: Iterable[Article], *, several: bool = False, audit: Iterable[Removal] | None = None
) -> None:
    """A table `articles` with full-text search over title and text; its key is the id, unless an article has `several`.
    A table `audit`, if there is one.

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
    if audit is not None:
        entries = database.table("audit")
        entries.create(columns(Removal), not_null={"line", "column", "rule", "text"})
        entries.insert_all(map(flat, audit), batch_size=_BATCH)
        for column in ("id", "rule"):
            entries.create_index([column])
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
