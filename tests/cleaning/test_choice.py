"""editions=, since=, until= and sections= choose, whatever the source; edition= does not, and says so."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from belta_spider.cleaning.choice import Choice, read
from belta_spider.editions import load
from belta_spider.items import Article
from belta_spider.reporting import summary
from tests.conftest import Crawl
from tests.factory.containers import PAGES, TEXT

TODAY = date(2025, 1, 1)
ARTICLE = Article(edition="de", date_published="2024-04-03T14:54:00+03:00", section="sport")


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ({"editions": "de, en"}, None),
        ({"editions": "ru"}, "outside_editions"),
        ({"since": "2024-04-03", "until": "2024-04-03"}, None),
        ({"since": "2024-04-04"}, "outside_dates"),
        ({"until": "2024-04-02"}, "outside_dates"),
        ({"sections": "culture,sport"}, None),
        ({"sections": "culture"}, "outside_sections"),
        ({"editions": "de", "since": "2025-01-01", "sections": "culture"}, "outside_dates"),
    ],
)
def test_what_was_not_asked_for_is_left_out_for_a_reason(arguments: dict[str, str], reason: str | None) -> None:
    choice = read(arguments, load(), TODAY)
    assert choice
    assert choice.reason_to_leave_out(ARTICLE) == reason


def test_an_article_of_no_known_day_is_kept() -> None:
    assert Choice(since="2024-01-01").reason_to_leave_out(Article(edition="de")) is None


@pytest.mark.parametrize(
    "arguments",
    [
        {"editions": "xx"},
        {"since": "2024-02-30"},
        {"until": "April"},
        {"sections": "Politik!"},
        {"since": "2024-02-02", "until": "2024-02-01"},
        {"since": "2025-01-02"},
        {"since": "2025-01-02", "until": "2026-01-01"},
    ],
)
def test_a_wrong_choice_is_wrong_use(arguments: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=next(iter(arguments.values()))):
        read(arguments, load(), TODAY)


def test_what_is_still_to_come_begins_nothing_but_may_end_it() -> None:
    choice = read({"since": "2025-01-01", "until": "2030-12-31"}, load(), TODAY)
    assert choice == Choice(since="2025-01-01", until="2030-12-31")
    with pytest.raises(ValueError, match="since=2025-01-02: is still to come; today is 2025-01-01 in Minsk"):
        read({"since": "2025-01-02"}, load(), TODAY)


def test_nothing_asked_for_is_everything() -> None:
    assert read({"editions": None, "since": ""}, load(), TODAY) is None


def _crawl(folder: Path, *arguments: str) -> str:
    command = [sys.executable, "-m", "scrapy", "crawl", "belta", "-a", f"source={folder / 'pages'}", *arguments]
    done = subprocess.run([*command, "-o", str(folder / "out.jsonl")], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stderr


def test_what_one_run_left_out_the_next_may_ask_for(tmp_path: Path) -> None:
    (tmp_path / "pages").mkdir()
    for number in (1, 2):
        text = TEXT.format(number).replace("03 April", f"{number:02} April")
        (tmp_path / "pages" / f"{number}.txt").write_text(text, encoding="utf-8")
    assert "outside_dates 1" in _crawl(tmp_path, "-a", "since=2024-04-02")
    assert "outside_dates 1" in _crawl(tmp_path, "-a", "since=2024-04-02")
    audit = (tmp_path / "out.audit.jsonl").read_text(encoding="utf-8").splitlines()
    left_out = [json.loads(line) for line in audit if "outside_dates" in line]
    assert [(one["id"], one["rule"], one["text"]) for one in left_out] == [
        (None, "drop.outside_dates", "Chor 1 singt auf dem Markt")
    ]
    assert "1 (1 held already)" in _crawl(tmp_path)
    articles = (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["title"][:6] for line in articles] == ["Chor 2", "Chor 1"]


def test_edition_alone_is_no_choice_and_the_summary_says_so() -> None:
    stats = {"belta/asked": "de de", "belta/language/de": 8, "belta/language/ru": 2}
    assert "2 of 10 texts are in another language: -a editions=de chooses" in summary.text(stats, [])
    assert "chooses" not in summary.text(stats | {"belta/language/de": 9}, [])
    assert "chooses" not in summary.text({**stats, "belta/asked": ""}, [])


@pytest.mark.parametrize(
    ("argument", "reason", "count"),
    [
        ({"editions": "ru,en"}, "outside_editions", None),
        ({"until": "2024-04-02"}, "outside_dates", None),
        ({"since": "2024-04-04"}, "outside_dates", None),
        ({"sections": "sport,politics"}, "outside_sections", None),
        (
            {"editions": "de", "since": "2024-04-03", "until": "2024-04-03"},
            "",
            0,
        ),
    ],
)
async def test_a_choice_holds_for_every_form_of_replay_and_each_drop_has_its_line(
    crawl: Crawl, tmp_path: Path, argument: dict[str, str], reason: str, count: int | None
) -> None:
    for name, (data, _) in PAGES.items():
        (tmp_path / name).write_bytes(data)
    everything, _ = await crawl(captures="all", source=str(tmp_path))
    feeds = {str(tmp_path / "out" / "x.jsonl"): {"format": "jsonl"}}
    items, stats = await crawl({"FEEDS": feeds}, captures="all", source=str(tmp_path), **argument)
    choice = read(argument, load(), TODAY)
    assert choice
    left_out = [one for one in everything if choice.reason_to_leave_out(one)]
    assert len(left_out) == count or (left_out and count is None)
    assert len(items) == len(everything) - len(left_out)
    audit = (tmp_path / "out" / "x.audit.jsonl").read_text(encoding="utf-8").splitlines()
    drops = [one for one in map(json.loads, audit) if one["rule"].startswith("drop.outside")]
    places = sorted((one.source.uri, one.source.record or "") for one in left_out)
    assert sorted((one["uri"], one["record"] or "") for one in drops) == places
    assert {(one["id"], one["rule"]) for one in drops} <= {(None, f"drop.{reason}")}
    assert stats.get(f"belta/drop/{reason}", 0) == len(left_out)


@pytest.mark.parametrize("name", PAGES)
async def test_a_choice_leaves_out_all_pages_of_a_form_one_by_one(crawl: Crawl, tmp_path: Path, name: str) -> None:
    data, count = PAGES[name]
    (tmp_path / name).write_bytes(data)
    items, stats = await crawl(source=str(tmp_path / name), sections="sport")
    assert (items, stats["belta/drop/outside_sections"]) == ([], count)
    assert (stats["belta/pages/read"], stats.get("belta/pages/failed", 0)) == (count, 0)
