"""Panels are drawings alone: no script, no style, no id, no text that is markup."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest
from lxml import etree

from belta_spider.items import Article
from belta_spider.reporting import groups as counted
from belta_spider.reporting.groups import Groups
from belta_spider.reporting.report import charts
from belta_spider.reporting.report.figures import Figures
from belta_spider.reporting.report.page import environment
from tests.factory.outputs import HOSTILE

SVG = {"s": "http://www.w3.org/2000/svg"}


def figures(number: int) -> Figures:
    groups = Groups()
    for n in range(number):
        day = (date(2019, 1, 30) + timedelta(n)).isoformat()
        groups.add(Article(edition=("zh", "ru", "xx")[n % 3], text="A."), day, ())
    return Figures(groups)


@pytest.mark.parametrize(
    ("number", "periods", "first"),
    [(1, 1, "2019-01-30"), (62, 62, "2019-01-30"), (63, 4, "2019-01"), (5_000, 14, "2019")],
)
def test_time_is_shown_in_days_months_or_years_with_no_gap(number: int, periods: int, first: str) -> None:
    found = charts.panels(figures(number).by_edition())
    assert {len(panel.bars) for panel in found} == {periods}
    assert {panel.bars[0].period for panel in found} == {first}
    assert sum(bar.number for panel in found for bar in panel.bars) == number
    assert all(max(bar.number for bar in panel.bars) == panel.most for panel in found)


def test_the_editions_have_one_order() -> None:
    made = figures(9)
    assert made.editions == [panel.edition for panel in charts.panels(made.by_edition())] == ["ru", "zh", "xx"]


@pytest.mark.parametrize(
    ("number", "drawn"), [(0, []), (1, ["zh"]), (2, ["", "ru", "zh"]), (9, ["", "ru", "zh", "xx"])]
)
def test_several_editions_are_led_by_all_together(number: int, drawn: list[str]) -> None:
    found = charts.panels(figures(number).drawn())
    assert [panel.edition for panel in found] == drawn
    assert all(sum(bar.number for bar in panel.bars) == number for panel in found[:1])


def test_nothing_to_show_is_no_panel() -> None:
    assert charts.panels(Counter()) == []


def test_a_drawing_holds_neither_script_nor_style_nor_id() -> None:
    (panel,) = charts.panels(Counter({(HOSTILE, "2024-01-01"): 3}))
    drawn = etree.fromstring(str(environment().get_template("charts.html").module.draw(panel, "e7")))  # type: ignore[attr-defined]
    assert {etree.QName(element).localname for element in drawn.iter()} <= {"svg", "rect", "path", "text", "title"}
    attributes = {name for element in drawn.iter() for name in element.attrib}
    assert not {name for name in attributes if name in {"id", "style", "href"} or name.startswith("on")}
    assert drawn.get("data-edition") == HOSTILE


def test_many_groups_are_counted_by_month(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counted, "_MOST_CELLS", 10)
    made = figures(40)
    assert sum(made.periods.values()) == 40
    assert {len(period) for _, period in made.periods} == {len("2024-04")}
