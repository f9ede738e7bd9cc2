"""A folder that Hugging Face `datasets` loads: Parquet, a card that says what is in it, and the same as Croissant."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from belta_spider.exporting import croissant
from belta_spider.exporting.card import TAGS, about, card
from belta_spider.exporting.formats import ExportError, write_parquet
from belta_spider.items import Article, Removal
from belta_spider.output.replacing import replaced
from belta_spider.reporting.statistics import Statistics
from belta_spider.text.printable import one_line

_CARD, _DATA, _AUDIT, _CROISSANT, _OLD = "README.md", "data", "audit", "croissant.json", "old"
_OURS = {_CARD, _DATA, _AUDIT, _CROISSANT}
_RECORDS = "train-00000-of-00001.parquet"
_HEAD = 2**16
"""Bytes of a card within which its tags stand."""
_NAMED = 5  # files that a message names: enough to know the folder


def write(
    folder: Path, captures: Iterable[tuple[Article, bool]], removals: Iterable[Removal] | None = None
) -> Statistics:
    """Write the dataset of records, each with whether it is its article's newest; return what is in it.

    Of the audit, where there is one, `removals` are counted, and written as a table beside the records.

    Raises:
        ExportError: the folder holds something that is no dataset of ours.
        OSError: it cannot be written; what stood there before stands.
    """
    _check(folder)
    counts = Statistics()
    with replaced(folder) as new:
        tables = {"articles": f"{_DATA}/{_RECORDS}"}
        (new / _DATA).mkdir(parents=True)
        write_parquet(new / _DATA / _RECORDS, _counted(captures, counts))
        if removals is not None:
            tables["audit"] = f"{_AUDIT}/{_RECORDS}"
            (new / _AUDIT).mkdir()
            write_parquet(new / _AUDIT / _RECORDS, _noted(removals, counts), Removal)
        name, made_on = folder.resolve().name, datetime.now(UTC).date().isoformat()
        (new / _CARD).write_text(card(name, counts, made_on), encoding="utf-8")
        described = croissant.description(about(name, counts, made_on), new, tables)
        (new / _CROISSANT).write_text(json.dumps(described, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        if folder.exists():  # it goes with the rest of what is beside the new one, once that is whole
            Path(os.path.realpath(folder)).rename(new.parent / _OLD)
    return counts


def _check(folder: Path) -> None:
    """Only a dataset of ours may be replaced, or an empty folder."""
    here = Path.cwd()
    if folder.exists() and (not folder.is_dir() or folder.resolve() in {here, *here.parents}):
        raise ExportError(f"{one_line(folder)}: is no folder of its own; name another")
    others = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
    if others and not ({_CARD, _DATA} <= others <= _OURS and _is_ours(folder)):
        named = ", ".join(sorted(others)[:_NAMED])
        raise ExportError(f"{one_line(folder)}: holds something else than a dataset of ours ({named}); name another")


def _is_ours(folder: Path) -> bool:
    """Whether a folder holds a card of ours, and beside it nothing but the tables."""
    tables = [folder / name for name in (_DATA, _AUDIT)]
    files = [path.name for table in tables if table.is_dir() for path in table.iterdir()]
    card = folder / _CARD
    head = card.read_bytes()[:_HEAD] if card.is_file() else b""
    return f"tags: {json.dumps(TAGS)}".encode() in head and set(files) <= {_RECORDS}


def _counted(captures: Iterable[tuple[Article, bool]], counts: Statistics) -> Iterator[Article]:
    for article, is_newest in captures:
        counts.add(article, is_newest=is_newest)
        yield article


def _noted(removals: Iterable[Removal], counts: Statistics) -> Iterator[Removal]:
    for removal in removals:
        counts.add_removal(removal)
        yield removal
