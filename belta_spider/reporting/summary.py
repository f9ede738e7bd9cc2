"""The few lines that end a run on the terminal."""

from __future__ import annotations

import os
import textwrap
from collections.abc import Iterable, Mapping
from dataclasses import astuple
from typing import IO, Any

from belta_spider import stats_keys
from belta_spider.reporting.run import pending
from belta_spider.reporting.statistics import Size
from belta_spider.text.printable import one_line

_GAP = 2  # columns between a name and its value
_RED, _PLAIN = "\x1b[31m", "\x1b[0m"
_FAILURES = frozenset({"not readable", "not reached", "given up", "errors", "not written", "below the gate"})
"""Rows that tell why the exit code is not 0."""
_WIDE = 60  # columns from which a cause and its examples fit one line
_NAME = 20  # columns of an edition's name, which a user's file may state
_MANY = 1 / 5
"""The share of texts in another language from which on they are no chance finds."""
_TOGETHER = "\xa0"
"""Between a name and its number: no line breaks there."""


def width_of(file: IO[str]) -> int | None:
    """The columns of a terminal; none for a pipe or a file, where each count stays on one line."""
    try:
        return os.get_terminal_size(file.fileno()).columns or None
    except (OSError, ValueError):  # no terminal, or nothing that is open
        return None


def has_colour(file: IO[str]) -> bool:
    """Whether it is a terminal, and nobody wants it without colours."""
    return width_of(file) is not None and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def text(
    stats: Mapping[str, Any],
    feeds: Iterable[str],
    seconds: float | None = None,
    width: int | None = None,
    *,
    colour: bool = False,
) -> str:
    """Say what came in, what was written, what was dropped and why, and where the files are.

    Seconds are known of a run alone, not of its files. Lines are broken at `width` where there is one.
    """
    rows = _rows(stats, feeds, seconds)
    margin = max(len(name) for name, _ in rows) + _GAP
    table = []
    for name, value in rows:
        if value:
            row = _row(f"{name:>{margin - _GAP}}{_GAP * ' '}", value, width)
            table.append(f"{_RED}{row}{_PLAIN}" if colour and name in _FAILURES else row)
    tables = (stats_keys.COVERAGE, stats_keys.DRIFT, stats_keys.PLAN)
    more = (*_other_languages(stats), *(line for table in tables for line in stats.get(table, ())))
    return "\n".join([*table, *more]).replace(_TOGETHER, " ")


def sizes(found: Mapping[tuple[str, str], Size]) -> list[str]:
    """A table of words and characters by edition and year, and of all together."""
    if not found:
        return []
    rows = [(edition, year or "no date", size) for (edition, year), size in found.items()]
    numbers = [(size.articles, size.words, size.characters) for _, _, size in rows]
    if len(rows) > 1:
        rows.append(("all", "", Size(*map(sum, zip(*numbers, strict=True)))))
    cells: list[tuple[str, ...]] = [("edition", "year", "articles", "words", "characters")]
    cells += [(one_line(edition, _NAME), year, *(f"{n:,}" for n in astuple(size))) for edition, year, size in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return ["  ".join(f"{cell:>{width}}" for cell, width in zip(row, widths, strict=True)) for row in cells]


def _rows(stats: Mapping[str, Any], feeds: Iterable[str], seconds: float | None) -> list[tuple[str, str]]:
    articles = stats.get(stats_keys.ARTICLES, stats.get("item_scraped_count", 0))
    failure = stats.get(stats_keys.OUTPUT_FAILURE)
    kept = stats.get(stats_keys.KEPT)
    is_written = not kept and (not failure or bool(stats.get(stats_keys.ARTICLES)))
    return [
        (
            "pages read",
            _count(stats.get(stats_keys.PAGES_READ, 0), stats.get(stats_keys.PAGES_HELD, 0), "held already"),
        ),
        (
            "articles",
            f"{articles} made"
            if failure and not is_written
            else _captured(articles, stats.get(stats_keys.CAPTURES, articles)),
        ),
        ("of other rules", _other_rules(stats.get(stats_keys.OTHER_RULES, 0))),
        ("dropped", _group(stats, stats_keys.DROP)),
        ("not readable", _group(stats, stats_keys.UNREAD)),
        ("not reached", _down(stats)),
        ("given up", str(stats.get(stats_keys.GIVEN_UP, ""))),
        ("gave way", _group(stats, stats_keys.GAVE_WAY)),
        ("digests", _group(stats, stats_keys.DIGEST)),
        ("skipped", _group(stats, stats_keys.SKIPPED)),
        ("passed over", _group(stats, stats_keys.PASSED_OVER)),
        ("editions", _group(stats, stats_keys.EDITION)),
        ("languages", _group(stats, stats_keys.LANGUAGE)),
        ("flags", _group(stats, stats_keys.FLAG)),
        ("looked at again", _group(stats, stats_keys.REFRESH)),
        ("errors", str(stats.get(stats_keys.ERRORS) or "")),
        ("not written", str(failure or "")),
        ("below the gate", str(stats.get(stats_keys.GATE, ""))),
        ("seconds", "" if seconds is None else f"{seconds:.1f}"),
        ("stopped", _stopped(stats)),
        ("as it was", str(kept or "")),
        ("written to", ", ".join(map(str, feeds)) if is_written else ""),
        ("these are", str(stats.get(stats_keys.NOTE, ""))),
    ]


def _down(stats: Mapping[str, Any]) -> str:
    """Which hosts are down, why, and what then."""
    prefix = stats_keys.DOWN
    hosts = [f"{key.removeprefix(prefix)} ({stats[key]})" for key in sorted(stats) if key.startswith(prefix)]
    return f"{', '.join(hosts)}: nothing was asked there; run the same command again later" if hosts else ""


def _stopped(stats: Mapping[str, Any]) -> str:
    """What to do after a stop, and what of the pages read is not in the output."""
    if "start_time" not in stats or stats.get("finish_reason") not in {"shutdown", None}:
        return ""
    number = pending(stats)
    if stats_keys.ARTICLES not in stats:  # no output in JSON Lines
        left = f"; {number} of the pages read are not written" if number else ""
        return f"by a signal: this output goes on nowhere, only JSON Lines do; run it again with -O{left}"
    left = f"; {number} of the pages read are not yet written, and will be read again" if number else ""
    return f"by a signal: the same command (with -o for -O) goes on where this run ended{left}"


def _row(head: str, value: str, width: int | None) -> str:
    """A name and its value; what does not fit goes on beside the name, in a narrow terminal below it."""
    if width is None or len(head) + len(value) <= width:
        return head + value
    first, indent = (head, " " * len(head)) if width >= _WIDE else ("", " " * 2 * _GAP)
    lines = textwrap.wrap(
        value,
        width,
        initial_indent=first or indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return "\n".join(lines if first else [head.rstrip(), *lines])


def _captured(articles: int, captures: int) -> str:
    return f"{articles} in {captures} captures" if captures > articles else str(articles)


def _count(number: int, others: int, words: str) -> str:
    return f"{number} ({others} {words})" if others else str(number)


def _other_rules(number: int) -> str:
    return f"{number} held articles are by another version or other rules: -O makes them anew" if number else ""


def _other_languages(stats: Mapping[str, Any]) -> list[str]:
    """Warn where edition= was taken for a choice: a fifth of the texts or more are in another language than its own."""
    edition, _, language = stats.get(stats_keys.ASKED, "").partition(" ")
    prefix = stats_keys.LANGUAGE
    counts = {key.removeprefix(prefix): value for key, value in stats.items() if key.startswith(prefix)}
    others = sum(count for code, count in counts.items() if code not in {language, "und"})
    if not edition or not others or others < _MANY * sum(counts.values()):
        return []
    words = f"{others} of {sum(counts.values())} texts are in another language: -a editions={edition} chooses"
    return [f"edition={edition} tells the edition of pages that do not tell it themselves, and {words}"]


def _group(stats: Mapping[str, Any], prefix: str) -> str:
    """`empty 3, front_page 1`: the most frequent first."""
    counts = {key.removeprefix(prefix): value for key, value in stats.items() if key.startswith(prefix)}
    return ", ".join(
        f"{key}{_TOGETHER}{value}" for key, value in sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    )
