"""The few lines that end a run on the terminal."""

from __future__ import annotations

import os
import textwrap
from collections.abc import Iterable, Mapping
from typing import IO, Any

from belta_spider import stats_keys

_GAP = 2
_WIDE = 60
_TOGETHER = "\xa0"
"""Between a name and its number: no line breaks there."""


def width_of(file: IO[str]) -> int | None:
    """The columns of a terminal; none for a pipe or a file, where each count stays on one line."""
    try:
        return os.get_terminal_size(file.fileno()).columns or None
    except (OSError, ValueError):  # no terminal, or nothing that is open
        return None


def text(stats: Mapping[str, Any], feeds: Iterable[str], seconds: float | None = None, width: int | None = None) -> str:
    """Say what came in, what was written, what was dropped and why, and where the files are.

    Seconds are known of a run alone, not of its files. Lines are broken at `width` where there is one.
    """
    articles = stats.get(stats_keys.ARTICLES, stats.get("item_scraped_count", 0))
    failure = stats.get(stats_keys.OUTPUT_FAILURE)
    rows = [
        (
            "pages read",
            _count(stats.get(stats_keys.PAGES_READ, 0), stats.get(stats_keys.PAGES_HELD, 0), "held already"),
        ),
        ("articles", str(articles)),
        ("of other rules", _other_rules(stats.get(stats_keys.OTHER_RULES, 0))),
        ("dropped", _group(stats, stats_keys.DROP)),
        ("not readable", _group(stats, stats_keys.UNREAD)),
        ("skipped", _group(stats, stats_keys.SKIPPED)),
        ("editions", _group(stats, stats_keys.EDITION)),
        ("languages", _group(stats, stats_keys.LANGUAGE)),
        ("flags", _group(stats, stats_keys.FLAG)),
        ("looked at again", _group(stats, stats_keys.REFRESH)),
        ("errors", str(stats.get(stats_keys.ERRORS) or "")),
        ("not written", str(failure or "")),
        ("below the gate", str(stats.get(stats_keys.GATE, ""))),
        ("seconds", "" if seconds is None else f"{seconds:.1f}"),
        ("written to", "" if failure and not articles else ", ".join(map(str, feeds))),
    ]
    margin = max(len(name) for name, _ in rows) + _GAP
    table = [_row(f"{name:>{margin - _GAP}}{_GAP * ' '}", value, width) for name, value in rows if value]
    more = (*stats.get(stats_keys.COVERAGE, ()), *stats.get(stats_keys.DRIFT, ()))
    return "\n".join([*table, *more]).replace(_TOGETHER, " ")


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


def _count(number: int, others: int, words: str) -> str:
    return f"{number} ({others} {words})" if others else str(number)


def _other_rules(number: int) -> str:
    return f"{number} held articles are by another version or other rules: -O makes them anew" if number else ""


def _group(stats: Mapping[str, Any], prefix: str) -> str:
    """`empty 3, front_page 1`: the most frequent first."""
    counts = {key.removeprefix(prefix): value for key, value in stats.items() if key.startswith(prefix)}
    return ", ".join(
        f"{key}{_TOGETHER}{value}" for key, value in sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    )
