"""Which limits decide a golden record: each moved by a fifth, down and up, over all fixtures.

`make sensitivity` writes docs/limits.md.
"""

from __future__ import annotations

import re
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import msgspec

from belta_spider.editions import Editions, load
from belta_spider.editions.limits import Limits
from belta_spider.items import Page
from belta_spider.reporting import golden
from belta_spider.reporting.golden_files import Outcome

FILE = Path("docs/limits.md")
_TABLE = Path("belta_spider/editions/common.toml")
_LIMIT = re.compile(r"^(?P<name>[a-z_]+) = (?P<value>[0-9.]+) +# (?P<source>.+)$", re.MULTILINE)
_FIFTH = 1 / 5
_INTRODUCTION = """# Limits

Made by `make sensitivity` from `[limits]` of `belta_spider/editions/common.toml` and the fixtures, {day}; do not edit.

The cleaner's numbers that are knowledge about pages, each with its source: the contract (what a record is defined to
be), a count, a bound (beyond all that was seen), or a guess. Lengths are in characters; of letters a Han character
counts for three. They are one for all editions, and part of the rules' digest in each record's `producer`; an edition
file of yours cannot change them.

*Less* and *more* say of how many of the {pages} fixtures the record, the audit or the verdict changes where a limit is
moved by a fifth, and by one at least. Of {limits} limits {deciding} decide one: the others could be a fifth off, and no
fixture would show it.

| limit | value | less | more | source |
|---|---|---|---|---|
"""
_Wanted = list[tuple[Page, Outcome | None]]
_Row = tuple[str, str, str, str, str]


def main(**_: int) -> None:
    """Measure on all cores, and write.

    Raises:
        SystemExit: a fixture's outcome is not the golden one before anything is moved.
    """
    wrong = _changed(load())
    if wrong:
        raise SystemExit(f"{wrong} fixtures are not as expected: scrapy golden says which")
    stated = list(_LIMIT.finditer(_TABLE.read_text(encoding="utf-8").partition("[limits]")[2].partition("[[")[0]))
    with ProcessPoolExecutor() as pool:
        rows = list(map(_printed, pool.map(_row, *zip(*(one.groups() for one in stated), strict=True))))
    FILE.write_text(_introduction(rows) + "".join(f"| {' | '.join(row)} |\n" for row in rows), encoding="utf-8")
    print(FILE)


def _printed(row: _Row) -> _Row:
    print(" ".join(f"{cell:>20}" for cell in row[:4]), flush=True)
    return row


def _row(name: str, value: str, source: str) -> _Row:
    """A limit's row: how many fixtures change with its less and more, nothing where it can have no such value."""
    now = getattr(load().limits, name)
    step = now * _FIFTH if isinstance(now, float) else max(1, round(now * _FIFTH))
    less, more = (_with(name, moved) for moved in (now - step, now + step))
    changed = ["" if one is None else str(_changed(one)) for one in (less, more)]
    return f"`{name}`", f"{float(value):.4g}", changed[0], changed[1], source


def _with(name: str, value: float) -> Editions | None:
    """The editions with one limit moved, None where it can have no such value."""
    editions = load()
    try:
        limits = msgspec.convert(msgspec.structs.asdict(editions.limits) | {name: value}, Limits)
    except msgspec.ValidationError:
        return None
    by_code = {code: replace(edition, limits=limits) for code, edition in editions.by_code.items()}
    return replace(editions, by_code=by_code, limits=limits)


def _changed(editions: Editions) -> int:
    return sum(golden.outcome(page, editions) != outcome for page, outcome in _wanted())


@cache
def _wanted() -> _Wanted:
    return [(page, golden.expected(page)) for page in golden.pages("fixtures")]


def _introduction(rows: list[_Row]) -> str:
    deciding = sum(1 for row in rows if {row[2], row[3]} - {"", "0"})
    day = datetime.now(UTC).date()
    return _INTRODUCTION.format(day=day, pages=len(_wanted()), limits=len(rows), deciding=deciding)
