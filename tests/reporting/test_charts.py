"""Charts are drawings alone: no script, no style, no id, no text that is markup."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest
from lxml import etree

from belta_spider.reporting import charts
from belta_spider.reporting.page import environment
from tests.outputs import HOSTILE


def svg(chart: charts.Chart) -> str:
    """The drawing, as the report has it."""
    return str(environment().get_template("charts.html").module.draw(chart))  # type: ignore[attr-defined]


SVG = {"s": "http://www.w3.org/2000/svg"}


def days(number: int, series: int = 3) -> Counter[tuple[str, str]]:
    first = date(2019, 1, 30)
    return Counter({((first + timedelta(n)).isoformat(), f"s{n % series}"): 1 + n % 5 for n in range(number)})


@pytest.mark.parametrize(
    ("number", "periods", "first"),
    [(1, 1, "2019-01-30"), (62, 62, "2019-01-30"), (63, 4, "2019-01"), (4_000, 12, "2019")],
)
def test_time_is_shown_in_days_months_or_years_with_no_gap(number: int, periods: int, first: str) -> None:
    counts = days(number)
    chart = charts.over_time(counts, "Articles")
    assert chart
    drawn = etree.fromstring(svg(chart))
    bars = drawn.findall(".//s:g[@class='bar']", SVG)
    assert len(bars) == periods * len({name for _, name in counts})
    assert bars[0].findtext("s:title", namespaces=SVG).startswith(f"{chart.series[0]}: {first}: ")
    assert chart.rows[0][0] == first
    assert sum(sum(row[1:]) for row in chart.rows) == counts.total()  # type: ignore[arg-type]


def test_more_series_than_colours_share_one() -> None:
    chart = charts.over_time(days(60, series=20), "Articles")
    assert chart
    assert len(chart.head) - 1 == 8
    assert chart.head[-1] == "others"
    assert chart.series == list(chart.head[1:])
    assert sum(sum(row[1:]) for row in chart.rows) == days(60, series=20).total()  # type: ignore[arg-type]


def test_nothing_to_show_is_no_chart() -> None:
    assert charts.over_time(Counter(), "Articles") is None
    assert charts.ranking([], "Flags", ("flag", "number")) is None


def test_a_ranking_has_a_bar_and_a_number_for_each_row() -> None:
    chart = charts.ranking([("one", 12_345), ("two", 0), ("three", 0.5)], "Flags", ("flag", "number"))
    assert chart
    drawn = etree.fromstring(svg(chart))
    titles = [one.text for one in drawn.findall(".//s:g[@class='bar']/s:title", SVG)]
    assert titles == ["one: 12,345", "two: 0", "three: 0.5"]


@pytest.mark.parametrize("chart", [
    charts.ranking([(HOSTILE, 3)], HOSTILE, ("a", "b")),
    charts.over_time(Counter({("2024-01-01", HOSTILE): 3}), HOSTILE),
])  # fmt: skip
def test_a_drawing_holds_neither_script_nor_style_nor_id(chart: charts.Chart) -> None:
    drawn = etree.fromstring(svg(chart))
    names = {etree.QName(element).localname for element in drawn.iter()}
    assert names <= {"svg", "g", "rect", "path", "text", "title"}
    attributes = {name for element in drawn.iter() for name in element.attrib}
    assert not {name for name in attributes if name in {"id", "style", "href"} or name.startswith("on")}
    assert drawn.get("aria-label") == HOSTILE
    assert "2026" not in svg(chart)


def test_equal_counts_give_equal_drawings() -> None:
    assert charts.over_time(days(300), "A") == charts.over_time(days(300), "A")
