"""Captures by ranges out of an S3 server, in Common Crawl's layout: what comes, and what does not."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from belta_spider.archives import pace
from tests.archives.conftest import Clock, feeds, records, without_source
from tests.conftest import Crawl
from tests.factory.archive_history import History, make
from tests.factory.archive_server import CRAWL, Archive
from tests.scale.remote.conftest import Bucket, Proxy

STARTED = Clock().time
PLACE = f"crawl-data/{CRAWL}/segments/1/warc/"


@pytest.fixture
def turned(monkeypatch: pytest.MonkeyPatch) -> Clock:
    one = Clock()
    monkeypatch.setattr(pace, "Clock", lambda: one)
    return one


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> History:
    return make(tmp_path_factory.mktemp("history"), 14)


def fill(bucket: Bucket, history: History, place: str = PLACE) -> None:
    for path in history.folder.iterdir():
        bucket.put(f"{place}{path.name}", path.read_bytes())


def table(history: History, path: Path, **more: Any) -> Path:
    """Coordinates as a query of the columnar index gives them, without what it need not have."""
    names = ("url", "fetch_time", "warc_filename", "warc_record_offset", "warc_record_length")
    seen = [row for row in history.rows if row.get("status") == "200" and "/view/" in row["url"]]
    seen = [row for row in seen if "printv" not in row["url"]]
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(names)
        for row in seen:
            found = row | {"filename": f"{PLACE}{row['filename']}"} | more
            writer.writerow([found[name] for name in ("url", "timestamp", "filename", "offset", "length")])
    return path


@pytest.fixture
def given(bucket: Bucket, held: History, turned: Clock, tmp_path: Path) -> dict[str, str]:
    fill(bucket, held)
    return {"source": f"records:{table(held, tmp_path / 'i.csv')}", "base": bucket.url}


def settings(path: Path) -> dict[str, Any]:
    return feeds(path) | {"BELTA_CONTACT": "desk@example.org", "DOWNLOAD_DELAY": 0}


async def same_as_files(crawl: Crawl, history: History, out: Path) -> bool:
    whole = out.with_name("whole.jsonl")
    await crawl(feeds(whole), source=str(history.folder))
    return without_source(out) == without_source(whole)


async def test_coordinates_give_what_the_files_give(
    crawl: Crawl, held: History, given: dict[str, str], tmp_path: Path
) -> None:
    out = tmp_path / "a.jsonl"
    kept = {"BELTA_WARC_DIR": str(tmp_path / "warc")}
    _, stats = await crawl(settings(out) | kept, **given)
    assert len(records(out)) == held.articles
    assert await same_as_files(crawl, held, out)
    assert not [name for name in stats if name.startswith("belta/unread/")]
    uris = {one["source"]["uri"] for one in records(out)}
    assert all(uri.startswith(f"{given['base']}/{PLACE}history-") for uri in uris)
    asked = stats["downloader/request_count"]
    assert asked == held.articles + held.gave_way
    _, stats = await crawl(settings(out), **given)
    assert stats.get("downloader/request_count", 0) == 0
    await crawl(feeds(tmp_path / "b.jsonl"), source=str(tmp_path / "warc"))
    assert without_source(tmp_path / "b.jsonl") == without_source(out)


async def test_common_crawl_s_index_and_files_in_s3(
    crawl: Crawl, held: History, bucket: Bucket, turned: Clock, tmp_path: Path
) -> None:
    fill(bucket, held, "crawl-data/")
    out = tmp_path / "a.jsonl"
    with Archive(held, now=turned.now) as archive:
        await crawl(settings(out) | archive.settings, source=f"commoncrawl:{CRAWL}", base=bucket.url)
        assert archive.captures == []
    assert await same_as_files(crawl, held, out)


async def test_a_file_that_is_missing_is_counted_and_the_rest_comes(
    crawl: Crawl, held: History, bucket: Bucket, given: dict[str, str], tmp_path: Path
) -> None:
    bucket.remove(f"{PLACE}history-000.warc.gz")
    _, stats = await crawl(settings(tmp_path / "a.jsonl"), **given)
    assert stats["belta/gave_way/http_404"] > 0
    assert stats["finish_reason"] == "finished"
    assert "belta/given_up" not in stats


async def test_a_place_behind_the_end_of_a_file_is_counted_and_not_asked_for_again(
    crawl: Crawl, held: History, given: dict[str, str], tmp_path: Path
) -> None:
    table(held, tmp_path / "i.csv", offset=10**9)
    _, stats = await crawl(settings(tmp_path / "a.jsonl"), **given)
    assert stats["belta/gave_way/http_416"] == stats["downloader/request_count"] > 0
    assert stats.get("retry/count", 0) == 0


REFUSED = {
    "refused": {"AWS_ACCESS_KEY_ID": "nobody"},
    "none at all": {"AWS_ACCESS_KEY_ID": None, "AWS_SECRET_ACCESS_KEY": None, "AWS_EC2_METADATA_DISABLED": "true"},
}


@pytest.mark.parametrize("kind", REFUSED)
async def test_refused_credentials_end_the_run_and_say_so(
    kind: str, crawl: Crawl, given: dict[str, str], proxy: Proxy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import fsspec

    one = proxy(1.0 if kind == "refused" else 0.0, "403")
    for name, value in REFUSED[kind].items():
        monkeypatch.setenv(name, value) if value else monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    fsspec.filesystem("s3").clear_instance_cache()
    _, stats = await crawl(settings(tmp_path / "a.jsonl"), **given)
    assert "access denied, check the credentials" in stats["belta/given_up"]
    assert "3 times in a row" in stats["belta/given_up"]
    assert pace.Clock().now() < STARTED + 60
    assert one.counts["GET"] <= 3
    assert stats["belta/unread/archive_gave_up"] == 1


@pytest.mark.parametrize("kinds", [("503",), ("cut",), ("reset",), ("lost",), ("503", "cut", "reset", "lost")])
async def test_broken_answers_are_asked_for_again(
    kinds: tuple[str, ...], crawl: Crawl, held: History, given: dict[str, str], proxy: Proxy, tmp_path: Path
) -> None:
    one, out = proxy(0.2, *kinds), tmp_path / "a.jsonl"
    for _ in range(3):
        await crawl(settings(out), **given)
        if len(records(out)) == held.articles:
            break
    assert await same_as_files(crawl, held, out)
    assert sum(one.counts[kind] for kind in kinds) > 0


async def test_a_stalled_answer_ends_and_is_asked_for_again(
    crawl: Crawl, held: History, given: dict[str, str], proxy: Proxy, tmp_path: Path, monkeypatch: Any
) -> None:
    import fsspec

    monkeypatch.setattr("belta_spider.remote.drivers.SILENCE", 0.5)
    one, out = proxy(0.2, "stall"), tmp_path / "a.jsonl"
    fsspec.filesystem("s3").clear_instance_cache()
    await crawl(settings(out), **given)
    assert await same_as_files(crawl, held, out)
    assert one.counts["stall"] > 0


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    """No driver of another test's server."""
    import fsspec

    fsspec.filesystem("s3").clear_instance_cache()
    yield
    fsspec.filesystem("s3").clear_instance_cache()
