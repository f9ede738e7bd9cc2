"""Feeds as Scrapy users know them, but durable."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from scrapy.exceptions import UsageError

from belta_spider.cleaning import producer
from belta_spider.editions import load
from tests.conftest import Crawl
from tests.factory.small_pages import fill
from tests.faults.ledgers import content, contents


def feeds(folder: Path, *names: str, **options: Any) -> dict[str, Any]:
    kinds = {name: Path(name).suffix.removeprefix(".") for name in names}
    return {"FEEDS": {str(folder / name): {"format": kind, **options} for name, kind in kinds.items()}}


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def test_several_outputs_hold_the_same(crawl: Crawl, tmp_path: Path) -> None:
    source = str(fill(tmp_path / "in", 30))
    names = ("a.jsonl", "b.jsonl.gz", "c.jsonl.zst", "d.jl")
    await crawl(feeds(tmp_path, *names), source=source)
    assert len({contents(tmp_path / name) for name in names}) == 1
    assert content(tmp_path / "a.jsonl").count(b"\n") == 24


async def test_an_output_that_joins_later_gets_all_and_the_others_nothing_twice(crawl: Crawl, tmp_path: Path) -> None:
    source = str(fill(tmp_path / "in", 30))
    await crawl(feeds(tmp_path, "a.jsonl"), source=source)
    before = contents(tmp_path / "a.jsonl")
    _, stats = await crawl(feeds(tmp_path, "a.jsonl", "b.jsonl"), source=source)
    assert contents(tmp_path / "a.jsonl") == contents(tmp_path / "b.jsonl") == before
    _, stats = await crawl(feeds(tmp_path, "a.jsonl", "b.jsonl"), source=source)
    assert stats["belta/pages/held"] == 30
    assert "item_scraped_count" not in stats


async def test_other_formats_are_scrapy_s_own(crawl: Crawl, tmp_path: Path) -> None:
    await crawl(feeds(tmp_path, "a.jsonl", "a.csv", "a.json", "a.xml"), source=str(fill(tmp_path / "in", 30)))
    lines = [json.loads(line) for line in content(tmp_path / "a.jsonl").splitlines()]
    assert json.loads((tmp_path / "a.json").read_bytes()) == lines
    with (tmp_path / "a.csv").open(encoding="utf-8", newline="") as file:
        assert [row["id"] for row in csv.DictReader(file)] == [line["id"] for line in lines]
    assert (tmp_path / "a.xml").read_bytes().count(b"<item>") == len(lines)
    assert [name for name in names_in(tmp_path) if "audit" in name] == ["a.audit.jsonl"]


async def test_without_an_audit_nothing_stands_beside(crawl: Crawl, tmp_path: Path) -> None:
    source = str(fill(tmp_path / "in", 30))
    for read in (30, 6):  # three that are no articles, three second captures
        _, stats = await crawl({**feeds(tmp_path, "a.jsonl"), "BELTA_AUDIT": 0}, source=source)
        assert stats["belta/pages/read"] == read
    assert names_in(tmp_path) == ["a.jsonl", "in"]


@pytest.mark.parametrize(
    ("fields", "resumes"), [(["id", "source", "text"], True), (["id", "text"], False), ({"id": "ID"}, False)]
)
async def test_a_feed_with_fields_has_these(fields: Any, resumes: bool, crawl: Crawl, tmp_path: Path) -> None:
    source = str(fill(tmp_path / "in", 5))
    for _ in range(2):
        await crawl(feeds(tmp_path, "a.jsonl", fields=fields), source=source)
    lines = [json.loads(line) for line in content(tmp_path / "a.jsonl").splitlines()]
    assert len(lines) == (5 if resumes else 10)
    assert list(lines[0]) == list(fields.values() if isinstance(fields, dict) else fields)


async def test_starting_afresh_leaves_nothing_of_before(crawl: Crawl, tmp_path: Path) -> None:
    await crawl(feeds(tmp_path, "a.jsonl"), source=str(fill(tmp_path / "in", 5)))
    await crawl(feeds(tmp_path, "a.jsonl", overwrite=True), source=str(fill(tmp_path / "other", 2)))
    assert content(tmp_path / "a.jsonl").count(b"\n") == 2


async def test_articles_of_other_rules_are_counted(crawl: Crawl, tmp_path: Path) -> None:
    source = str(fill(tmp_path / "in", 5))
    await crawl(feeds(tmp_path, "a.jsonl"), source=source)
    path = tmp_path / "a.jsonl"
    path.write_bytes(path.read_bytes().replace(producer(load()).encode(), b"belta_spider/0.9.0 rules/00000000"))
    _, stats = await crawl(feeds(tmp_path, "a.jsonl"), source=source)
    assert stats["belta/held_by_other_rules"] == 5


@pytest.mark.parametrize("name", ["a.csv.gz", "a.gz", "x://a.jsonl"])
async def test_an_output_s_name_that_says_something_else_is_refused(name: str, crawl: Crawl) -> None:
    with pytest.raises(UsageError, match="cannot write to"):
        await crawl({"FEEDS": {name: {"format": Path(name).suffix.removeprefix(".")}}}, source="fixtures")


# Formats that are Scrapy's own start afresh beside what they replace

OTHERS = ("csv", "json", "xml", "pickle")


@pytest.mark.parametrize("format_", [*OTHERS, "csv in parts", "csv packed", "jsonl without ids"])
@pytest.mark.parametrize(
    ("pages", "settings", "is_replaced"),
    [
        (3, {}, True),
        (3, {"BELTA_MIN_ARTICLES": 9}, True),  # it has articles, whatever the exit code
        (0, {}, True),  # none, and that is right
        (0, {"BELTA_MIN_ARTICLES": 9}, False),
    ],
)
async def test_another_format_keeps_what_it_replaces_until_it_is_whole(
    format_: str, pages: int, settings: dict[str, Any], is_replaced: bool, crawl: Crawl, tmp_path: Path
) -> None:
    kind, _, how = format_.partition(" ")
    name = "a-1.csv" if how == "in parts" else f"a.{kind}"
    options: dict[str, Any] = {
        "in parts": {"batch_item_count": 100},
        "packed": {"postprocessing": ["scrapy.extensions.postprocessing.GzipPlugin"]},
        "without ids": {"fields": ["text"]},
    }.get(how, {})
    (tmp_path / name).write_bytes(b"old")
    (tmp_path / name).chmod(0o640)
    uri = str(tmp_path / ("a-%(batch_id)d.csv" if how == "in parts" else name))
    source = fill(tmp_path / "in", pages) if pages else tmp_path / "empty.txt"
    (tmp_path / "empty.txt").touch()
    feed = {"FEEDS": {uri: {"format": kind, "overwrite": True, **options}}}
    _, stats = await crawl(feed | settings, source=str(source))
    found = (tmp_path / name).read_bytes()
    assert (found != b"old") is is_replaced
    assert ("belta/kept" in stats) is not is_replaced
    assert len(found) > 100 or not (pages and is_replaced)
    assert (tmp_path / name).stat().st_mode & 0o777 == 0o640
    assert not [one for one in names_in(tmp_path) if one.startswith(".afresh")]
