"""Charts: where their bars, lines and labels are; `assets/charts.html` draws them as inline SVG."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

_WIDTH, _HEIGHT, _BAR_HEIGHT = 400, 220, 22
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 6, 8, 20
"""Room around the columns: their numbers on the left, their labels below."""
_NAMES, _NUMBERS = 186, 56
"""Room beside horizontal bars: names on the left, numbers on the right."""
_COLOURS = 8
"""As many series can be told apart by colour."""
_BY_DAY, _BY_MONTH = 62, 62 * 31
"""Days up to which there is a column for each day, and for each month."""
_LABELS = 8
_TICKS = 5
_LABEL_LENGTH = 26
_OTHERS = "others"


class Bar(NamedTuple):
    """A rectangle, with the series that gives its colour and the words that it shows when pointed at."""

    x: float
    y: float
    width: float
    height: float
    series: int
    title: str


class Label(NamedTuple):
    """A text; `anchor` is start, middle or end."""

    x: float
    y: float
    anchor: str
    text: str


@dataclass
class Chart:
    """A chart, and its numbers as a table for who cannot see it."""

    title: str
    height: int
    head: tuple[str, ...]
    rows: list[tuple[object, ...]]
    series: list[str] = field(default_factory=list)
    """The names of the colours, in order; empty where there is one alone."""
    bars: list[Bar] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)
    lines: list[float] = field(default_factory=list)
    """Heights of the horizontal lines, the axis first."""
    width: int = _WIDTH


def over_time(counts: Counter[tuple[str, str]], title: str) -> Chart | None:
    """Return stacked columns by day, month or year, as many as fit; None without any counts."""
    if not counts:
        return None
    periods, length = _periods(counts)
    series = _ranked(counts)
    table: dict[str, Counter[str]] = {name: Counter() for name in series}
    for (day, name), number in counts.items():
        table[name if name in table else _OTHERS][day[:length]] += number
    rows = [(period, *(table[name][period] for name in series)) for period in periods]
    chart = Chart(title, _HEIGHT, ("", *series), [row for row in rows if any(row[1:])], series)
    _draw_columns(chart, periods, table)
    return chart


def _draw_columns(chart: Chart, periods: list[str], table: dict[str, Counter[str]]) -> None:
    floor, room = _HEIGHT - _BOTTOM, _HEIGHT - _BOTTOM - _TOP
    ticks = list(_ticks(max(sum(counts[period] for counts in table.values()) for period in periods)))
    for tick in ticks:
        height = floor - room * tick / ticks[-1]
        chart.lines.append(height)
        chart.labels.append(Label(_LEFT - 4, height + 4, "end", _number(tick)))
    step = (_WIDTH - _LEFT - _RIGHT) / len(periods)
    every = -(-len(periods) // _LABELS)
    for place, period in enumerate(periods):
        left, height = _LEFT + place * step, float(floor)
        for number, (name, counts) in enumerate(table.items()):
            size = room * counts[period] / ticks[-1]
            height -= size
            chart.bars.append(
                Bar(left + step / 10, height, step * 0.8, size, number, f"{name}: {period}: {_number(counts[period])}")
            )
        if place % every == 0:
            chart.labels.append(Label(left + step / 2, _HEIGHT - 4, "middle", period))


def _ticks(most: int) -> Iterator[float]:
    """Yield round numbers from 0 to `most` or a little more: steps of 1, 2 or 5 and zeros."""
    power = 10 ** math.floor(math.log10(max(most, 1) / _TICKS)) if most > _TICKS else 1
    step = next(power * unit for unit in (1, 2, 5, 10) if power * unit * _TICKS >= most)
    for number in range(-(-max(most, 1) // step) + 1):
        yield number * step


def _periods(counts: Counter[tuple[str, str]]) -> tuple[list[str], int]:
    """Return all days, months or years from the first to the last, and the length of their names."""
    days = [date.fromisoformat(day) for day, _ in counts]
    first, last = min(days), max(days)
    span = (last - first).days + 1
    if span <= _BY_DAY:
        return [(first + timedelta(number)).isoformat() for number in range(span)], len("2024-04-03")
    if span <= _BY_MONTH:
        months = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
        return [f"{month // 12:04}-{month % 12 + 1:02}" for month in months], len("2024-04")
    return [f"{year:04}" for year in range(first.year, last.year + 1)], len("2024")


def _ranked(counts: Counter[tuple[str, str]]) -> list[str]:
    """Return the series, the largest first; the smallest together, where there are more than colours."""
    sums: Counter[str] = Counter()
    for (_, name), number in counts.items():
        sums[name] += number
    names = sorted(sums, key=lambda name: (-sums[name], name))
    return names if len(names) <= _COLOURS else [*names[: _COLOURS - 1], _OTHERS]


def ranking(rows: Iterable[tuple[str, float]], title: str, head: tuple[str, str]) -> Chart | None:
    """Return horizontal bars, one a row, in the rows' order; None without any."""
    ranked = list(rows)
    if not ranked:
        return None
    chart = Chart(title, _BAR_HEIGHT * len(ranked) + _TOP, head, list(ranked))
    most = max(number for _, number in ranked) or 1
    for place, (name, number) in enumerate(ranked):
        top = _TOP / 2 + place * _BAR_HEIGHT
        size = (_WIDTH - _NAMES - _NUMBERS) * number / most
        chart.bars.append(Bar(_NAMES, top + 2, size, _BAR_HEIGHT - 4, 0, f"{name}: {_number(number)}"))
        chart.labels.append(Label(_NAMES - 6, top + 16, "end", _shortened(name)))
        chart.labels.append(Label(_NAMES + size + 5, top + 16, "start", _number(number)))
    return chart


def _shortened(label: str) -> str:
    return label if len(label) <= _LABEL_LENGTH else f"{label[: _LABEL_LENGTH - 1]}…"


def _number(value: float) -> str:
    return f"{value:,.6g}"
