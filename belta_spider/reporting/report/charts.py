"""Small multiples: one panel of columns for each edition, over the same time; `assets/charts.html` draws them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

WIDTH, HEIGHT = 360, 96  # pixels of a panel
_TOP, _BOTTOM = 14, 16  # pixels of that, for the labels


class Bar(NamedTuple):
    """A column: its period, its place and its number."""

    period: str
    x: float
    y: float
    width: float
    height: float
    number: int


@dataclass
class Panel:
    """An edition's columns; each panel has a scale of its own, and says its highest number."""

    edition: str
    first: str
    last: str
    most: int = 0
    bars: list[Bar] = field(default_factory=list)


def panels(counts: Counter[tuple[str, str]]) -> list[Panel]:
    """Return a panel for each edition of counts by edition and period, over the periods of all."""
    periods = _periods({period for _, period in counts})
    found = []
    for edition in dict.fromkeys(edition for edition, _ in counts):
        panel = Panel(edition, periods[0], periods[-1], max(counts[edition, period] for period in periods))
        step, room = WIDTH / len(periods), HEIGHT - _TOP - _BOTTOM
        for place, period in enumerate(periods):
            number = counts[edition, period]
            size = room * number / panel.most
            panel.bars.append(Bar(period, place * step + step / 10, HEIGHT - _BOTTOM - size, step * 0.8, size, number))
        found.append(panel)
    return found


def _periods(seen: set[str]) -> list[str]:
    """All days, months or years from the first to the last."""
    if not seen:
        return []
    first, last = min(seen), max(seen)
    if len(first) == len("2024"):
        return [f"{year:04}" for year in range(int(first), int(last) + 1)]
    if len(first) == len("2024-04"):
        ends = [int(year) * 12 + int(month) - 1 for year, month in (first.split("-"), last.split("-"))]
        return [f"{month // 12:04}-{month % 12 + 1:02}" for month in range(ends[0], ends[1] + 1)]
    start = date.fromisoformat(first)
    return [(start + timedelta(number)).isoformat() for number in range((date.fromisoformat(last) - start).days + 1)]
