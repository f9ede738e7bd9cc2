"""`ITEM_PIPELINES` means the same on every way: small inputs, large ones with workers, live crawls."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest
from scrapy.utils.project import get_project_settings

from belta_spider import pipelines
from belta_spider.live.http import throttle
from belta_spider.pipelines import begin_with_the_stages
from belta_spider.replay import crawl as replay
from tests.conftest import Crawl
from tests.factory.site import Site

OURS = get_project_settings().getdict("ITEM_PIPELINES")
NAMES = list(OURS)


class Remark:
    """A pipeline of a user's: it changes a text, and what a later stage may read or normalise."""

    def process_item(self, item: Any) -> Any:
        item.text = f"Ein\u00a0  Vermerk.\n\n{item.text}"
        item.credits = [*item.credits, " Foto:  Archiv "]
        item.title = f"{item.title}  !"
        return item


class Subclass(pipelines.BodyPipeline):
    """One of our stages under a name of the user's."""


SETS: dict[str, dict[Any, int]] = {
    **{f"a user's at {place}": OURS | {Remark: place} for place in (50, 150, 350, 450, 950)},
    **{f"without {name.rpartition('.')[2]}": {one: OURS[one] for one in NAMES if one != name} for name in NAMES},
    "another order": OURS | {"belta_spider.pipelines.LanguagePipeline": 250},
    "a subclass": {one: place for one, place in OURS.items() if "Body" not in one} | {Subclass: 300},
}
QUICK = {"a user's at 150", "a user's at 450", "without DuplicatesPipeline"}
"""What replays of the whole of fixtures/ are tried with each time; with all others among the long tests."""
EMPTY = {"without ChromePipeline", "without BodyPipeline"}  # nothing is divided, or nothing is text
AHEAD = {"a user's at 950", "without DuplicatesPipeline", "without ChoicePipeline"}


def settings_of(chosen: dict[Any, int], output: Path, **more: Any) -> dict[str, Any]:
    return {"ITEM_PIPELINES": chosen, "FEEDS": {str(output): {"format": "jsonl"}}, **more}


def written(output: Path) -> tuple[bytes, bytes]:
    return output.read_bytes(), output.with_name(f"{output.stem}.audit.jsonl").read_bytes()


@pytest.mark.parametrize(
    "chosen", [one if one in QUICK else pytest.param(one, marks=pytest.mark.faults) for one in SETS]
)
async def test_a_replay_gives_the_same_bytes_whatever_its_size_and_workers(
    chosen: str, crawl: Crawl, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = {}
    for name, small, workers in (("small", math.inf, 2), ("one worker", 2**20, 1), ("two workers", 2**20, 2)):
        monkeypatch.setattr(replay, "_SMALL", small)
        output = tmp_path / f"{name}.jsonl"
        await crawl(settings_of(SETS[chosen], output, BELTA_WORKERS=workers), source="fixtures")  # 2.2 MiB
        found[name] = written(output)
    assert bool(found["small"][0]) == (chosen not in EMPTY)
    assert found["one worker"] == found["small"]
    assert found["two workers"] == found["small"]


@pytest.mark.parametrize("chosen", SETS)
async def test_a_live_crawl_gives_what_the_replay_of_its_captures_gives(
    chosen: str, crawl: Crawl, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(throttle, "_BACKOFF", 0.01)
    with Site(pause=0) as site:
        live = site.settings | settings_of(SETS[chosen], tmp_path / "live.jsonl", BELTA_WARC_DIR=str(tmp_path / "w"))
        await crawl(live, source="live", editions="de")
    again = settings_of(SETS[chosen], tmp_path / "replay.jsonl")
    await crawl(again, source=str(tmp_path / "w"))
    assert bool(records(tmp_path / "live.jsonl")) == (chosen not in EMPTY)
    assert records(tmp_path / "live.jsonl") == records(tmp_path / "replay.jsonl")


def records(output: Path) -> list[str]:
    """The articles without their source, which is the capture's own, in the order of what they say."""
    found = [json.loads(line) | {"source": None} for line in output.read_text(encoding="utf-8").splitlines()]
    # A user's text makes an article of the captured robots.txt too.
    return sorted(json.dumps(one) for one in found if "/view/" in (one["url"] or "/view/"))


@pytest.mark.parametrize("chosen", SETS)
def test_pages_are_cleaned_ahead_only_where_our_stages_come_first_and_in_order(chosen: str) -> None:
    settings = get_project_settings()
    settings.set("ITEM_PIPELINES", SETS[chosen], priority="cmdline")
    assert begin_with_the_stages(settings) == (chosen in AHEAD)


async def test_articles_that_no_stage_gave_an_id_are_all_written(crawl: Crawl, tmp_path: Path) -> None:
    output = tmp_path / "a.jsonl"
    chosen = SETS["without NormalizationPipeline"]
    items, _ = await crawl(settings_of(chosen, output), source="fixtures/de/00*.txt")
    assert [item.id for item in items] == ["", ""]
    assert len(output.read_bytes().splitlines()) == 2
