"""Whole replays, in-process and from the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from itemadapter import ItemAdapter
from scrapy.exceptions import UsageError

from tests.conftest import SEEDS, Crawl, scrapy

BODY = "Der Chor sang auf dem Markt, und viele Gäste aus den Dörfern am Fluss hörten bis in den Abend hinein zu. "


class Shout:
    """A pipeline of a user's own: between ours, it reads and writes the article through ItemAdapter."""

    def process_item(self, item: Any) -> Any:
        adapter = ItemAdapter(item)
        adapter["title"] = f"{adapter['title']}!"
        return item


async def test_a_replay_yields_the_articles_in_the_input_s_order(crawl: Crawl) -> None:
    items, stats = await crawl(source=SEEDS)
    assert [item.source.uri for item in items] == SEEDS.split(",")
    assert stats["belta/edition/de"] == stats["belta/language/de"] == 2
    assert stats["finish_reason"] == "finished"


@pytest.mark.parametrize("priority", [250, 350, 450, 600])
async def test_a_user_s_pipeline_may_stand_anywhere_behind_the_header(crawl: Crawl, priority: int) -> None:
    from scrapy.utils.project import get_project_settings

    pipelines = {**get_project_settings().getdict("ITEM_PIPELINES"), Shout: priority}
    items, _ = await crawl({"ITEM_PIPELINES": pipelines}, source=SEEDS)
    assert [ItemAdapter(item)["title"][-1] for item in items] == ["!", "!"]


async def test_a_page_that_is_no_article_is_dropped_for_a_reason(crawl: Crawl, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b" \n\n")
    items, stats = await crawl(source=str(tmp_path))
    assert not items
    assert stats["belta/drop/empty"] == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"source": "no/such/path"}, "no such file"),
        ({"source": "tests/factory/articles"}, "nothing in it to read"),
        ({"source": SEEDS, "edition": "fr"}, "unknown edition: fr"),
        ({"source": SEEDS, "colour": "red"}, "unknown argument: -a colour"),
    ],
)
async def test_wrong_use_is_told(crawl: Crawl, arguments: dict[str, str], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        await crawl(**arguments)


def test_the_default_output_stands_in_data_and_is_not_written_twice(tmp_path: Path) -> None:
    output = tmp_path / "articles.jsonl"
    for articles in ("2", "0"):
        done = scrapy("crawl", "belta", "-a", f"source={SEEDS}", "-o", str(output))
        assert done.returncode == 0, done.stderr
        assert f"articles  {articles}\n" in done.stderr
    assert len(output.read_bytes().splitlines()) == 2
    audit = [json.loads(line) for line in (tmp_path / "articles.audit.jsonl").read_text().splitlines()]
    assert {entry["id"] for entry in audit} == {json.loads(line)["id"] for line in output.read_text().splitlines()}


def test_wrong_use_ends_with_one_line_and_exit_code_2() -> None:
    done = scrapy("crawl", "belta", "-a", "source=no/such/path")
    assert (done.returncode, done.stderr.count("\n"), done.stdout) == (2, 1, "")


def test_what_cannot_be_read_is_named_and_counted_and_the_rest_goes_on(tmp_path: Path) -> None:
    (tmp_path / "a.txt.gz").write_bytes(b"\x1f\x8bno gzip")
    (tmp_path / "b.txt").write_text(BODY * 5)
    done = scrapy("crawl", "belta", "-a", f"source={tmp_path}", "-O", str(tmp_path / "out.jsonl"))
    assert done.returncode == 4
    assert "a.txt.gz" in done.stderr
    assert len((tmp_path / "out.jsonl").read_text().splitlines()) == 1
