"""Charts as inline SVG: pygal lays them out, the page's own style sheet colours them.

What pygal would add for a page of its own goes: its style sheet and script, ids that would come
twice, comments with the day, and coordinates as text. Each bar's value stands in its title.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, NamedTuple

import pygal
from lxml import etree
from pygal.style import Style

_WIDTH, _HEIGHT, _BAR_HEIGHT = 400, 220, 22
_COLOURS = 8
_BY_DAY, _BY_MONTH = 62, 62 * 31
_LABELS = 8
_LABEL_LENGTH = 30
_FONT = 13
_OTHERS = "others"
_SVG = "{http://www.w3.org/2000/svg}"


class Chart(NamedTuple):
    """A chart, and its numbers as a table for who cannot see it."""

    svg: str
    series: list[str]
    """The names of the colours, in order; empty where there is one alone."""
    head: tuple[str, ...]
    rows: list[tuple[object, ...]]


def over_time(counts: Counter[tuple[str, str]], title: str) -> Chart | None:
    """Stacked columns of counts by day and series: days, months or years, as many as fit; None without any."""
    if not counts:
        return None
    periods, length = _periods(counts)
    series = _ranked(counts)
    table: dict[str, Counter[str]] = {name: Counter() for name in series}
    for (day, name), number in counts.items():
        table[name if name in table else _OTHERS][day[:length]] += number
    chart = _configured(pygal.StackedBar, _HEIGHT)
    chart.x_labels = periods
    chart.x_labels_major_every = -(-len(periods) // _LABELS)
    chart.show_minor_x_labels = False
    for name in series:
        chart.add("", [{"value": table[name][period], "label": name} for period in periods])
    rows = [(period, *(table[name][period] for name in series)) for period in periods]
    return Chart(_drawn(chart, title), series, ("", *series), [row for row in rows if any(row[1:])])


def _periods(counts: Counter[tuple[str, str]]) -> tuple[list[str], int]:
    """All days, months or years from the first to the last, and the length of their names."""
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
    """The series, the largest first; the smallest together, where there are more than colours."""
    sums: Counter[str] = Counter()
    for (_, name), number in counts.items():
        sums[name] += number
    names = sorted(sums, key=lambda name: (-sums[name], name))
    return names if len(names) <= _COLOURS else [*names[: _COLOURS - 1], _OTHERS]


def ranking(rows: Iterable[tuple[str, float]], title: str, head: tuple[str, str]) -> Chart | None:
    """Horizontal bars, one a row, in the rows' order; None without any."""
    ranked = list(rows)
    if not ranked:
        return None
    chart = _configured(pygal.HorizontalBar, 50 + _BAR_HEIGHT * len(ranked))
    chart.print_values, chart.print_values_position = True, "top"
    chart.x_labels = [_shortened(label) for label, _ in reversed(ranked)]
    chart.y_labels_major_every = 1
    chart.range = (0, 1.2 * max(number for _, number in ranked))  # room for the numbers
    chart.add("", [number for _, number in reversed(ranked)])
    return Chart(_drawn(chart, title), [], head, list(ranked))


def _shortened(label: str) -> str:
    return label if len(label) <= _LABEL_LENGTH else f"{label[: _LABEL_LENGTH - 1]}…"


def _configured(kind: Any, height: int) -> Any:
    style = Style(label_font_size=_FONT, major_label_font_size=_FONT, value_font_size=_FONT)
    return kind(
        width=_WIDTH,
        height=height,
        margin=6,
        js=[],
        css=[],
        no_prefix=True,
        disable_xml_declaration=True,
        max_scale=6,
        truncate_label=-1,
        show_legend=False,  # the page has its own, which breaks its lines
        spacing=4,
        formatter=lambda number: f"{number:,.6g}",
        style=style,
    )


def _drawn(chart: Any, title: str) -> str:
    """The drawing alone."""
    tree = etree.fromstring(chart.render(), etree.XMLParser(remove_comments=True))
    for name in ("defs", "title"):
        for element in tree.findall(f"{_SVG}{name}"):
            tree.remove(element)
    for element in list(tree.iter()):
        _strip(element)
    tree.set("role", "img")
    tree.set("aria-label", title)
    return str(etree.tostring(tree, encoding="unicode"))


def _strip(element: Any) -> None:
    for name in ("id", "style"):
        element.attrib.pop(name, None)
    if "tooltip-overlay" in element.get("class", "") and element.getparent() is not None:
        element.getparent().remove(element)
    values = {child.get("class"): child for child in element.findall(f"{_SVG}desc")}
    for child in values.values():
        element.remove(child)
    if "value" in values:
        words = [values[name].text for name in ("label", "x_label", "value") if name in values and values[name].text]
        etree.SubElement(element, f"{_SVG}title").text = ": ".join(words)
