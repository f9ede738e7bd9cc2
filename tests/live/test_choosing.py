"""What a live crawl is asked for by edition, day and section: what of it is not wanted is not fetched, or counted.

A list mostly tells what an article is, and then it is never asked for. Where only the page tells, it was fetched: a
drop that is counted, with one line in the audit, and not fetched again by a run that asks for the same.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import pytest

from belta_spider.reporting.run import exit_code
from tests.conftest import Crawl
from tests.factory.site import Site, Story, ago

BETWEEN = {"tests.live.test_choosing.Onlooker": 250}


class Onlooker:
    """A pipeline of a user's between the stages: so pages are not cleaned in the callback."""

    def process_item(self, item: Any) -> Any:
        return item


class Case(NamedTuple):
    """What a run is asked for, of which site, and what comes of it."""

    given: dict[str, str]
    wanted: Callable[[Story], bool]
    """The articles that are to come."""
    outside: Mapping[str, int] = MappingProxyType({})
    """How many articles were fetched and left out, by reason."""
    change: Callable[[Site], None] = lambda _: None
    quirks: str = ""
    fetched: int = 0
    """Requests beyond one for each: redirects."""


def _is_within(since: int, until: int = 0) -> Callable[[Story], bool]:
    return lambda story: ago(since) <= story.moment.date().isoformat() <= ago(until)


def _of(section: str) -> Callable[[Story], bool]:
    return lambda story: story.section == section


def _answer(site: Site, place: int, **values: Any) -> None:
    """Let an article say something else of itself than the lists do."""
    listed = site.stories[place]
    site.change(place, **values)
    answer = site._article(place, {})
    site.stories[place] = listed
    site.answers |= dict.fromkeys((listed.path, f"{listed.path}/"), answer)


def _redated(site: Site) -> None:
    _answer(site, 1, moment=site.stories[1].moment - timedelta(days=9))


def _of_another_section(site: Site) -> None:
    """The address names a section that no edition has, the page one that it has."""
    listed = site.stories[0]
    _answer(site, 0)
    moved = f"/moved/view/a-story-{listed.number}-{listed.moment.year}"
    site.answers[moved] = site.answers[listed.path]
    site.answers |= {path: (301, {"Location": moved}, b"") for path in (listed.path, f"{listed.path}/")}


def _in_another_edition(site: Site) -> None:
    """The site leads from an article to one of another edition."""
    listed = site.stories[0]
    there = f"https://eng.belta.by{listed.path}"
    site.answers |= {path: (301, {"Location": there}, b"") for path in (listed.path, f"{listed.path}/")}


CASES = {
    "since": Case({"since": ago(2)}, _is_within(2), {"outside_dates": 1}),
    "until": Case({"until": ago(3), "since": ago(30)}, _is_within(30, 3), {"outside_dates": 1}),
    "since and until": Case({"since": ago(5), "until": ago(3)}, _is_within(5, 3), {"outside_dates": 2}),
    "one day": Case({"since": ago(3), "until": ago(3)}, _is_within(3, 3), {"outside_dates": 2}),
    "days of another year": Case({"since": "1999-01-01", "until": "1999-12-31"}, lambda _: False),
    "days without lists of days": Case(
        {"since": ago(5), "until": ago(3)}, _is_within(5, 3), {"outside_dates": 2}, quirks="no_days no_feed"
    ),
    "another day in the page": Case(
        {"since": ago(2)}, lambda one: _is_within(2)(one) and one.number != 65399, {"outside_dates": 2}, _redated
    ),
    "section": Case({"sections": "sport"}, _of("sport")),
    "a section that has none": Case({"sections": "politics", "since": ago(1)}, lambda _: False),
    "another section in the page": Case(
        {"sections": "economics"},
        lambda one: one.section == "economics" and one.number != 65400,
        {"outside_sections": 1},
        _of_another_section,
        fetched=1,
    ),
    "another edition": Case({}, lambda one: one.number != 65400, {"outside_editions": 1}, _in_another_edition),
    "another edition, some days": Case(
        {"since": ago(2)},
        lambda one: _is_within(2)(one) and one.number != 65400,
        {"outside_editions": 1, "outside_dates": 1},
        _in_another_edition,
    ),
}


@pytest.fixture
def other_edition() -> Iterator[Site]:
    with Site(code="en") as one:
        yield one


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
async def test_what_is_not_asked_for(case: Case, crawl: Crawl, other_edition: Site, tmp_path: Path) -> None:
    await _check(case, crawl, other_edition, tmp_path)


@pytest.mark.parametrize("name", ["since", "another section in the page", "another edition"])
async def test_what_is_not_asked_for_with_a_pipeline_between_the_stages(
    name: str, crawl: Crawl, other_edition: Site, tmp_path: Path
) -> None:
    await _check(CASES[name], crawl, other_edition, tmp_path, ITEM_PIPELINES=BETWEEN)


async def _check(case: Case, crawl: Crawl, other_edition: Site, tmp_path: Path, **pipelines: Any) -> None:
    with Site(quirks=frozenset(case.quirks.split())) as site:
        case.change(site)
        settings = site.settings | {
            "FEEDS": {str(tmp_path / "a.jsonl"): {"format": "jsonl"}},
            "BELTA_BASE_URLS": {"de": site.base, "en": other_edition.base},
            **pipelines,
        }
        items, stats = await crawl(settings, source="live", editions="de", **case.given)
        audit = [json.loads(line) for line in (tmp_path / "a.audit.jsonl").read_bytes().splitlines()]
        wanted = [story for story in site.stories if case.wanted(story)]
        assert sorted(item.id for item in items) == sorted(f"de-{one.number}-{one.moment.year}" for one in wanted)
        counted = {key.removeprefix("belta/drop/"): stats[key] for key in stats if key.startswith("belta/drop/")}
        assert counted == case.outside
        drops = [one["rule"].removeprefix("drop.") for one in audit if one["rule"].startswith("drop.")]
        assert sorted(drops) == sorted(reason for reason, count in case.outside.items() for _ in range(count))
        assert exit_code(stats) == 0
        assert len(site.fetched) == len(wanted) + sum(case.outside.values()) + case.fetched
        assert other_edition.log == []
        site.log.clear()
        await crawl(settings, source="live", editions="de", **case.given)
        assert site.fetched == []
