"""A folder of plain texts, one file a record, beside a table of what is known of each."""

from __future__ import annotations

import csv
import re
import shutil
from collections.abc import Iterable
from pathlib import Path

from belta_spider.exporting.choice import Chosen, write_audit
from belta_spider.exporting.flat import columns, flat, safe
from belta_spider.exporting.formats import ExportError
from belta_spider.items import Article
from belta_spider.output.replacing import replaced
from belta_spider.text.printable import one_line

NAME = re.compile(r"(?:.*\.)?texts/")
"""What a target's name looks like that asks for such a folder: `texts/`, `corpus.texts/`."""
_TABLE, _TEXTS, _AUDIT = "metadata.csv", "texts", "audit.jsonl"
_NO_NAME = re.compile(r"[^A-Za-z0-9._-]")
_LONGEST = 120  # characters of a file's name; with its ending below the 255 bytes of most file systems
_NAMED = 5  # files that a message names: enough to know the folder


def write(folder: Path, chosen: Chosen) -> int:
    """Write the texts, the table, and the audit where there is one; return how many records.

    Raises:
        ExportError: the folder holds something that is none of ours.
        OSError: it cannot be written; what stood there before stands.
    """
    _check(folder)
    with replaced(folder) as new:
        (new / _TEXTS).mkdir(parents=True)
        number = _write_texts(new, chosen.articles())
        if chosen.has_audit:
            write_audit(new / _AUDIT, chosen.audit())
        if folder.exists():
            shutil.rmtree(folder)
    return number


def _check(folder: Path) -> None:
    here = Path.cwd()
    if folder.exists() and (not folder.is_dir() or folder.resolve() in {here, *here.parents}):
        raise ExportError(f"{one_line(folder)}: is no folder of its own; name another")
    held = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
    if held and not (held <= {_TABLE, _TEXTS, _AUDIT} and _is_ours(folder / _TABLE)):
        named = ", ".join(sorted(held)[:_NAMED])
        raise ExportError(f"{one_line(folder)}: holds something else than texts of ours ({named}); name another")


def _is_ours(table: Path) -> bool:
    return table.is_file() and table.open("rb").read(64).startswith("\ufefffile,schema_version,id".encode())


def _write_texts(folder: Path, articles: Iterable[Article]) -> int:
    """The number of the records; two that would have one name have a number behind it."""
    names: dict[str, int] = {}
    written = 0
    with (folder / _TABLE).open("w", encoding="utf-8-sig", newline="") as file:
        table = csv.DictWriter(file, ["file", *(name for name in columns() if name != "text")])
        table.writeheader()
        for article in articles:
            path = f"{_TEXTS}/{_name(article, names)}"
            (folder / path).parent.mkdir(exist_ok=True)
            (folder / path).write_text(f"{article.text}\n", encoding="utf-8", errors="replace", newline="\n")
            row = {name: safe(cell) for name, cell in flat(article).items() if name != "text"}
            table.writerow({"file": path, **row})
            written += 1
    return written


def _name(article: Article, given: dict[str, int]) -> str:
    edition, identity = (_NO_NAME.sub("_", part)[:_LONGEST].strip(".") or "_" for part in (article.edition, article.id))
    name = f"{edition}/{identity}"
    number = given[name] = given.get(name, 0) + 1
    return f"{name}.txt" if number == 1 else f"{name}.{number}.txt"
