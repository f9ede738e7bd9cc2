"""Parts that are cleaned each for itself and put together give what one crawl writes: bytes, counts, exit code."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from belta_spider.engines.job import Job
from belta_spider.engines.merge import merge, verdict, write_part
from tests.conftest import Crawl
from tests.factory.page_folder import write

COUNTED = tuple(
    f"belta/{one}" for one in "drop/ unread/ skipped/ passed_over/ edition/ language/ flag/ pages/read".split()
)
ASKED: list[dict[str, str]] = [
    {},
    {"captures": "newest"},
    {"captures": "all"},
    {"part": "700"},
    {"part": "3000", "captures": "newest"},
    {"since": "2024-04-03", "until": "2024-04-30", "editions": "de,en"},
    {"editions": "en", "captures": "newest"},
    {"sections": "society", "edition": "de"},
    {"any_site": "1"},
    {"audit": "0"},
]


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("engines") / "source")


def in_parts(source: Path, folder: Path, asked: dict[str, str]) -> dict[str, int]:
    """What a cluster does: the tasks in any order, some of them twice."""
    job = Job({"source": str(source), **asked})
    found = list(job.parts())
    tasks = [*found, *found[::3]]
    random.Random(1).shuffle(tasks)
    (folder / "rows").mkdir()
    for part in tasks:
        write_part(part, job, str(folder / "rows"))
    return merge(str(folder / "rows"), str(folder / "out"))


def counts(stats: dict[str, Any]) -> dict[str, Any]:
    return {key: count for key, count in stats.items() if key.startswith(COUNTED) and count}


@pytest.mark.parametrize("asked", ASKED, ids=str)
async def test_parts_give_what_a_crawl_writes(
    crawl: Crawl, source: Path, tmp_path: Path, asked: dict[str, str]
) -> None:
    arguments = {name: value for name, value in asked.items() if name not in {"part", "audit"}}
    settings = {"FEEDS": {str(tmp_path / "x.jsonl"): {"format": "jsonl"}}, "BELTA_AUDIT": asked.get("audit", "1")}
    _, stats = await crawl(settings, source=str(source), **arguments)
    found = in_parts(source, tmp_path, asked)
    for name in ("jsonl", "audit.jsonl", "unread.jsonl"):
        path = tmp_path / f"x.{name}"
        assert (tmp_path / "out" / f"articles.{name}").read_bytes() == (path.read_bytes() if path.exists() else b"")
    assert counts(found) == counts(stats)
    assert found.get("belta/articles", 0) == stats.get("item_scraped_count", 0)
    assert verdict(found) == 4


def test_a_page_that_fails_is_counted_and_the_others_are_written(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from belta_spider.engines import rows

    finish = rows.finish
    monkeypatch.setattr(rows, "finish", lambda entry, *more: 1 / 0 if entry.record == "1" else finish(entry, *more))
    found = in_parts(source / "f.jsonl", tmp_path, {})
    assert (found["belta/errors"], found["belta/articles"], found["belta/pages/read"]) == (1, 1, 2)
    assert verdict({"belta/errors": 1}) == 4
    assert verdict({"belta/articles": 1}) == 0


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({}, "source= names nothing"),
        ({"source": "x", "capture": "all"}, "unknown argument: capture=all"),
        ({"source": "x", "captures": "some"}, "unknown captures: some"),
        ({"source": "x", "any_site": "yes"}, "any_site=yes: 0 or 1"),
        ({"source": "x", "part": "0"}, "part=0: not a number of bytes"),
        ({"source": "x", "edition": "xx"}, "unknown edition: xx"),
        ({"source": "x", "editions": "xx"}, "unknown edition: xx"),
        ({"source": "x", "since": "soon"}, "since=soon: not a day"),
        ({"source": "x", "columns": "fineweb"}, "nor a corpus"),
    ],
)
def test_wrong_arguments_are_said_before_anything_is_read(given: dict[str, str], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        Job(given)


@pytest.mark.parametrize("source", ["-", "nowhere/*.gz"])
def test_what_no_task_could_read_is_said(source: str) -> None:
    with pytest.raises(ValueError, match=r"standard input|no such file"):
        list(Job({"source": source}).parts())


def test_what_runs_in_a_task_loads_no_scrapy() -> None:
    code = "import sys, belta_spider.engines.merge; print([one for one in sys.modules if one in ('scrapy', 'twisted')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
