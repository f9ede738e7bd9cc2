"""What the lists showed, and what became of it: by edition, section and day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from belta_spider import stats_keys
from belta_spider.live.again import is_gone
from belta_spider.live.state import ArticleState, Memory
from belta_spider.output.beside import beside
from belta_spider.output.replacing import replaced

_LINES = 12  # rows in the summary, a year by months; coverage.jsonl holds all
GONE = "gone"
"""Among the reasons of what was dropped: asked for in vain for a week."""


@dataclass(slots=True)
class Row:
    """One line of articles.coverage.jsonl: listed is held, dropped and missing together."""

    edition: str
    section: str | None
    day: str | None
    """The day in Minsk; null where no list told it and the article was not read."""
    listed: int = 0
    held: int = 0
    dropped: dict[str, int] = field(default_factory=dict)
    """By reason."""
    missing: list[str] = field(default_factory=list)
    """Addresses."""
    archived: int = 0
    """Of those listed: how many an archive's index shows, beside the site's lists or alone."""


def table(articles: Iterable[ArticleState], holds: Callable[[str], bool]) -> list[Row]:
    """Return the rows, in the order of edition, day and section."""
    rows: dict[tuple[str, str, str], Row] = {}
    for article in articles:
        key = (article.edition, article.day or "", article.section or "")
        row = rows.setdefault(key, Row(article.edition, article.section, article.day))
        row.listed += 1
        row.archived += article.archived
        if holds(article.id):
            row.held += 1
        elif article.is_dropped:
            reason = GONE if is_gone(article) else article.outcome.partition("/")[2]
            row.dropped[reason] = row.dropped.get(reason, 0) + 1
        else:
            row.missing.append(article.url)
    return [rows[key] for key in sorted(rows)]


def totals(rows: list[Row]) -> dict[str, int]:
    """Return how many articles were listed, and what became of them."""
    return {
        "listed": sum(row.listed for row in rows),
        "held": sum(row.held for row in rows),
        "dropped": sum(sum(row.dropped.values()) for row in rows),
        "missing": sum(len(row.missing) for row in rows),
    }


def write(rows: Iterable[Row], path: Path) -> None:
    """Put the table in the file's place at once.

    Raises:
        OSError: it cannot be written; the old one stays.
    """
    with replaced(path) as new:
        new.write_bytes(b"".join(msgspec.json.encode(row) + b"\n" for row in rows))


def leave(crawler: Any, memory: Memory, includes: Callable[[str], bool], holds: Callable[[str], bool]) -> None:
    """Show the coverage of the editions that the run `includes`, and write that of all beside the output.

    Raises:
        OSError: it cannot be written.
    """
    if crawler.spider.plan is not None:  # it has a table of its own
        return
    state = memory.state
    rows = table((one for one in state if includes(one.edition)), holds)
    crawler.stats.set_value(stats_keys.COVERAGE, lines(rows))
    for name, number in totals(rows).items():
        crawler.stats.set_value(f"{stats_keys.COVERED}{name}", number)
    if memory.ledger:
        rows, place = table(state, holds), beside(memory.ledger.path, "coverage.jsonl")
        memory.ledger.when_in_place(lambda: write(rows, place))


def lines(rows: list[Row]) -> list[str]:
    """Return the table for a terminal: the days with something missing first, then the newest."""
    shown = sorted(rows, key=lambda row: row.day or "", reverse=True)
    shown.sort(key=lambda row: not row.missing)
    total = Row("all", f"{len(rows)} rows", "")
    for row in rows:
        total.listed += row.listed
        total.held += row.held
        total.dropped = dict(Counter(total.dropped) + Counter(row.dropped))
        total.missing += row.missing
        total.archived += row.archived
    head = ("edition", "section", "day", "listed", "archived", "held", "dropped", "missing")
    return [_line(head), *(_line(_cells(row)) for row in (*shown[:_LINES], total))] if rows else []


def _cells(row: Row) -> tuple[str, ...]:
    dropped = " ".join(f"{reason} {count}" for reason, count in sorted(row.dropped.items())) or "0"
    day = "?" if row.day is None else row.day
    counts = (str(row.listed), str(row.archived), str(row.held))
    return (row.edition, row.section or "?", day, *counts, dropped, str(len(row.missing)))


def _line(cells: Iterable[str]) -> str:
    widths = (8, 14, 11, 7, 9, 7, 20, 7)
    return " ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()
