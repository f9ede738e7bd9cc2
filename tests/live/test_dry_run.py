"""A live crawl that only says what it would do; archives and saved pages stand in tests/archives/test_runs.py."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Crawl
from tests.factory.site import Site, ago


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as one:
        yield one


def feeds(path: Path) -> dict[str, Any]:
    return {"FEEDS": {str(path): {"format": "jsonl"}}}


async def test_lists_are_read_and_no_article_is(crawl: Crawl, site: Site, tmp_path: Path) -> None:
    settings = site.settings | feeds(tmp_path / "a.jsonl") | {"BELTA_WARC_DIR": str(tmp_path / "warc")}
    _, stats = await crawl(settings | {"BELTA_MIN_ARTICLES": 5}, source="live", editions="de", dry_run="1")
    assert site.fetched == []
    assert f"would read {len(site.stories)} pages" in stats["belta/plan"][1]
    assert f"requests {len(site.stories)}" in "\n".join(stats["belta/plan"])
    assert not stats.get("belta/gate")
    assert list_of(tmp_path) == []


async def test_what_is_held_is_not_counted_and_its_files_stay(crawl: Crawl, site: Site, tmp_path: Path) -> None:
    settings = site.settings | feeds(tmp_path / "a.jsonl")
    await crawl(settings, source="live", editions="de", since=ago(2))
    before = contents(tmp_path)
    held = before["a.jsonl"].count(b"\n")
    site.log.clear()
    _, stats = await crawl(settings, source="live", editions="de", dry_run="1")
    assert site.fetched == []
    assert contents(tmp_path) == before
    assert f"would read {len(site.stories) - held} pages" in stats["belta/plan"][1]


def list_of(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*"))


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in list_of(folder)}
