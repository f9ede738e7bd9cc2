"""What a run would do, for `-a dry_run=1`: how many pages, of what, with how many requests, and how long."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from scrapy import signals

from belta_spider import stats_keys
from belta_spider.output.reading import held_by
from belta_spider.text.keys import key_of

_UNKNOWN = "?"
_SHOWN = 12
"""Years or sections of an edition that are named."""


class Plan:
    """Counts the pages that a run would read."""

    def __init__(self, crawler: Any, outputs: Iterable[Path]):
        """`outputs` are those of the run that are there: what they hold is looked at, and not opened to write."""
        self.held = [held_by(path) for path in outputs]
        self.outputs = list(outputs)
        self.pages: Counter[tuple[str, str, str]] = Counter()
        """By edition, year and section."""
        self.requests = 0
        """That are still to be sent."""
        self.seconds = 0.0
        """That the run would take, or at least."""
        self.note = ""
        """How the seconds were found."""
        self._articles: set[int] = set()

        self._crawler = crawler
        crawler.signals.connect(self._tell, signals.spider_closed)

    def _tell(self) -> None:
        self._crawler.stats.set_value(stats_keys.PLAN, self.lines())

    def holds(self, identity: str) -> bool:
        """Whether all outputs hold an article."""
        return bool(self.held) and all(held.holds(identity) for held in self.held)

    def has_read(self, uri: str, record: str | None) -> bool:
        """Whether earlier runs have dealt with a page, for all outputs."""
        return bool(self.held) and all(held.has_read(uri, record) for held in self.held)

    def add(self, identity: str | None, section: str | None, edition: str = "", day: str | None = None) -> None:
        """Count a page; an article's id tells its edition, and mostly its year."""
        parts = (identity or "").split("-")
        year = parts[2] if len(parts) == 3 and len(parts[2]) == 4 and parts[2].isdecimal() else (day or "")[:4]
        self.pages[(parts[0] if identity else edition) or _UNKNOWN, year or _UNKNOWN, section or _UNKNOWN] += 1
        if identity:
            self._articles.add(key_of(identity))

    def lines(self) -> list[str]:
        """Return the plan for a terminal."""
        total = self.pages.total()
        of = f", of {len(self._articles)} articles" if 0 < len(self._articles) < total else ""
        time = str(timedelta(seconds=max(1, round(self.seconds)))) if total else "0:00:00"
        return [
            "",
            f"This run would read {total} pages{of}; nothing was written.",
            *self._editions(),
            f"  requests {self.requests}",
            f"  time     {time}{f' ({self.note})' if self.note else ''}",
        ]

    def _editions(self) -> Iterator[str]:
        for edition in sorted({one[0] for one in self.pages}):
            yield f"  {edition:8} {self.of_edition(edition)}: {self._group(edition, 1)}; {self._group(edition, 2)}"

    def of_edition(self, edition: str) -> int:
        """Return how many pages are of an edition."""
        return sum(count for one, count in self.pages.items() if one[0] == edition)

    def _group(self, edition: str, column: int) -> str:
        """`2019 12, 2020 7`: years in their order, sections the most frequent first."""
        counts: Counter[str] = Counter()
        for one, count in self.pages.items():
            if one[0] == edition:
                counts[one[column]] += count
        ordered = sorted(counts.items(), key=lambda one: one[0] if column == 1 else (-one[1], one[0]))
        more = f" and {len(ordered) - _SHOWN} more" if len(ordered) > _SHOWN else ""
        return ", ".join(f"{name} {count}" for name, count in ordered[:_SHOWN]) + more
