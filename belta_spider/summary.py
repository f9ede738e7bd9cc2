"""The few lines that end a run on the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

_PREFIX = "belta/"


def text(stats: Mapping[str, Any], feeds: Iterable[str], seconds: float | None = None) -> str:
    """Say what came in, what was written, what was dropped and why, and where the files are.

    Seconds are known of a run alone, not of its files.
    """
    rows = [
        ("pages read", _count(stats.get("belta/pages/read", 0), stats.get("belta/pages/held", 0), "held already")),
        ("articles", str(stats.get("belta/articles", stats.get("item_scraped_count", 0)))),
        ("of other rules", _other_rules(stats.get("belta/held_by_other_rules", 0))),
        ("dropped", _group(stats, "drop")),
        ("not readable", _group(stats, "unread")),
        ("editions", _group(stats, "edition")),
        ("languages", _group(stats, "language")),
        ("flags", _group(stats, "flag")),
        ("looked at again", _group(stats, "refresh")),
        ("errors", str(stats.get("belta/errors") or "")),
        ("not written", str(stats.get("belta/output_failure", ""))),
        ("below the gate", str(stats.get("belta/gate", ""))),
        ("seconds", "" if seconds is None else f"{seconds:.1f}"),
        ("written to", ", ".join(map(str, feeds))),
    ]
    width = max(len(name) for name, _ in rows)
    table = [f"{name:>{width}}  {value}" for name, value in rows if value]
    return "\n".join([*table, *stats.get("belta/coverage", ())])


def _count(number: int, others: int, words: str) -> str:
    return f"{number} ({others} {words})" if others else str(number)


def _other_rules(number: int) -> str:
    return f"{number} held articles are by another version or other rules: -O makes them anew" if number else ""


def _group(stats: Mapping[str, Any], name: str) -> str:
    """`empty 3, front_page 1`: the most frequent first."""
    prefix = f"{_PREFIX}{name}/"
    counts = {key.removeprefix(prefix): value for key, value in stats.items() if key.startswith(prefix)}
    return ", ".join(f"{key} {value}" for key, value in sorted(counts.items(), key=lambda one: (-one[1], one[0])))
