"""How often an archive is asked, as the archive saw it; what it forbids; and answers that are broken."""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from belta_spider.archives import limits
from belta_spider.archives.limits import Paces, paces_of
from belta_spider.archives.pace import CAPTURE, INDEX, Pace
from belta_spider.archives.settings import ARCHIVE
from belta_spider.remote.drivers import SILENCE
from tests.archives.conftest import Clock, feeds, records, until, without_source
from tests.conftest import Crawl
from tests.factory.archive_history import History
from tests.factory.archive_server import CRAWL, HTML, Archive, gaps
from tests.factory.site import ROOT

SLACK = 1e-6


def given(archive: Archive, **more: str) -> dict[str, str]:
    return {"source": f"cdx:{archive.base}/coll/cdx", "editions": "de"} | more


@pytest.mark.parametrize(
    ("index", "captures", "asked", "expected"),
    [
        ("https://web.archive.org/cdx/search/cdx", "https://web.archive.org/web", None, (2.5, 1.0)),
        ("https://web.archive.org/cdx/search/cdx", "https://web.archive.org/web", 0.0, (2.5, 0.125)),
        ("https://web.archive.org/cdx/search/cdx", "https://web.archive.org/web", 5.0, (5.0, 5.0)),
        ("https://index.commoncrawl.org/CC-MAIN-2024-10-index", "https://data.commoncrawl.org", None, (1.0, 0.55)),
        ("https://index.commoncrawl.org/CC-MAIN-2024-10-index", "https://data.commoncrawl.org", 0.0, (1.0, 0.55)),
        ("", "s3://commoncrawl", None, (2.5, 0.02)),
        ("https://archive.example/cdx", "https://archive.example", None, (2.5, 1.0)),
        ("https://archive.example/cdx", "https://archive.example", 0.1, (0.1, 0.1)),
    ],
)
def test_each_archive_has_paces_of_its_own(
    index: str, captures: str, asked: float | None, expected: tuple[float, float]
) -> None:
    assert paces_of(index, captures, asked) == expected


def test_every_limit_is_in_the_docs() -> None:
    text = (ROOT / "docs" / "archives.md").read_text(encoding="utf-8")
    assert limits._INDEX["web.archive.org"].least == 60 / 24
    assert limits._CAPTURES["web.archive.org"].least == 1 / 8
    for words in ("24 a minute", "up to 8 a second", "1 in 0.55 s", "50 a second", "1 a second"):
        assert words in text


def test_pauses_double_and_the_third_refusal_is_the_last() -> None:
    pace = Pace(Paces(2.5, 1.0), 0.0)
    assert pace.due(INDEX) == 0.0
    pace.came(CAPTURE, 10.0)
    assert pace.due(CAPTURE) == 11.0
    assert pace.due(INDEX) == 11.0
    pace.came(INDEX, 11.0)
    assert pace.due(INDEX) == 13.5
    pace.refused(CAPTURE, 20.0)
    assert pace.due(CAPTURE) == 80.0
    pace.refused(CAPTURE, 80.0)
    assert pace.due(INDEX) == 200.0
    assert not pace.is_over
    pace.refused(CAPTURE, 200.0)
    assert pace.is_over


@pytest.mark.parametrize(("asked", "due"), [(None, 60.0), (5.0, 60.0), (90.0, 90.0), (1e9, 3600.0)])
def test_a_longer_retry_after_is_kept(asked: float | None, due: float) -> None:
    pace = Pace(Paces(0.0, 0.0), 0.0)
    pace.refused(CAPTURE, 0.0, asked)
    assert pace.due(CAPTURE) == due


def test_other_failures_pause_less_and_ten_end_the_run() -> None:
    pace = Pace(Paces(0.0, 0.0), 0.0)
    for number in range(9):
        pace.failed(CAPTURE, 0.0)
        assert pace.due(CAPTURE) == 2.0 * 2**number
        assert not pace.is_over
    pace.failed(CAPTURE, 0.0)
    assert pace.is_over
    pace = Pace(Paces(0.0, 0.0), 0.0)
    pace.failed(CAPTURE, 0.0)
    pace.came(CAPTURE, 1.0)
    assert pace.failures == 0


def test_what_looks_like_an_answer_and_is_none_is_a_failure_in_a_row() -> None:
    pace = Pace(Paces(0.0, 0.0), 0.0)
    for _ in range(10):
        pace.came(CAPTURE, 0.0)
        pace.was_none(CAPTURE, 0.0)
    assert pace.is_over


async def test_no_two_requests_are_closer_than_the_pace(crawl: Crawl, archive: Archive) -> None:
    settings = {name: value for name, value in archive.settings.items() if name != "DOWNLOAD_DELAY"}
    items, _ = await crawl(settings, **given(archive))
    assert items
    assert min(gaps(archive)) >= 1.0 - SLACK
    lists = [at for at, path in archive.log if "/cdx" in path]
    assert all(later - earlier >= 2.5 - SLACK for earlier, later in pairwise(lists))


async def test_a_crawl_delay_is_kept(crawl: Crawl, archive: Archive) -> None:
    archive.robots = "User-agent: belta_spider\nCrawl-delay: 7\n"
    await crawl(archive.settings, **given(archive, max_pages="6"))
    assert min(list(gaps(archive))[1:]) >= 7 - SLACK


@pytest.mark.parametrize("robots", [True, False])
async def test_nothing_but_429_is_three_requests_a_minute_and_two_apart(
    robots: bool, crawl: Crawl, archive: Archive, tmp_path: Path
) -> None:
    archive.broken, archive.kinds = 1.0, ("429",)
    settings = archive.settings | {"BELTA_ARCHIVE_ROBOTS": robots}
    items, stats = await crawl(settings | feeds(tmp_path / "a.jsonl"), **given(archive))
    assert items == []
    assert len(archive.log) == 3
    first, second = gaps(archive)
    assert 60 <= first <= 61
    assert 120 <= second <= 121
    assert stats["belta/unread/archive_gave_up"] == 1
    assert "HTTP 429, 3 times in a row: run the same command again later" in stats["belta/given_up"]


async def test_a_refused_connection_is_silence_too(crawl: Crawl, archive: Archive, clock: Clock) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        started = clock.time
        _, stats = await crawl(archive.settings, source=f"cdx:http://127.0.0.1:{port}/coll/cdx", editions="de")
    assert clock.time - started >= 60 + 120
    assert "connection refused, 3 times in a row" in stats["belta/given_up"]


@pytest.mark.parametrize("path", ["/coll/cdx", "/history-000.warc.gz"])
async def test_an_index_or_a_store_that_says_403_is_left_alone(
    path: str, crawl: Crawl, archive: Archive, tmp_path: Path
) -> None:
    files = {f"/{Path(one['filename']).name}" for one in archive.history.rows} if "warc" in path else {path}
    archive.answers = dict.fromkeys(files, (403, {}, b"slow down"))
    settings = archive.settings | feeds(tmp_path / "a.jsonl")
    _, stats = await crawl(settings, source=f"cdx:{archive.base}/coll/cdx", base=archive.base)
    assert "HTTP 403, 3 times in a row" in stats["belta/given_up"]
    archive.answers = {}
    items, _ = await crawl(settings, source=f"cdx:{archive.base}/coll/cdx", base=archive.base)
    assert len(items) == archive.history.articles


async def test_an_archive_that_always_fails_is_left_alone(crawl: Crawl, archive: Archive) -> None:
    archive.broken, archive.kinds = 1.0, ("503", "html", "reset")
    archive.answers["/robots.txt"] = (404, {}, b"")
    _, stats = await crawl(archive.settings | {"BELTA_ARCHIVE_ROBOTS": 0}, **given(archive, editions=""))
    assert len(archive.log) <= 10
    assert stats["belta/unread/archive_gave_up"] == 1


@pytest.mark.parametrize("forbidden", ["/", "/coll/cdx", "/coll/20"])
async def test_what_robots_txt_forbids_ends_the_run_and_one_setting_overrides(
    forbidden: str, crawl: Crawl, archive: Archive
) -> None:
    archive.robots = f"User-agent: *\nDisallow: {forbidden}\n"
    items, stats = await crawl(archive.settings, **given(archive))
    assert items == archive.captures == []
    assert stats["belta/unread/archive_robots"] == 1
    assert "-s BELTA_ARCHIVE_ROBOTS=0" in stats["belta/given_up"]
    items, _ = await crawl(archive.settings | {"BELTA_ARCHIVE_ROBOTS": "0"}, **given(archive))
    assert items


@pytest.mark.parametrize("answer", [(503, {}, b""), (500, {}, b"")])
async def test_a_robots_txt_that_does_not_come_allows_nothing(answer: Any, crawl: Crawl, archive: Archive) -> None:
    archive.answers["/robots.txt"] = answer
    items, stats = await crawl(archive.settings, **given(archive))
    assert items == []
    assert set(archive.paths) == {"/robots.txt"}
    assert stats["belta/unread/robots_unreachable"] == 1
    assert "belta/given_up" not in stats


# Broken answers


async def test_a_tenth_broken_is_complete_after_three_runs_and_nothing_had_is_asked_for_twice(
    crawl: Crawl, archive: Archive, history: History, tmp_path: Path
) -> None:
    archive.broken = 0.1
    out = tmp_path / "a.jsonl"
    for _ in range(3):
        await crawl(archive.settings | feeds(out), source=f"cdx:{archive.base}/coll/cdx")
        if len(records(out)) == history.articles:
            break
    assert len(records(out)) == history.articles
    await crawl(feeds(tmp_path / "b.jsonl"), source=str(history.folder))
    assert without_source(out) == without_source(tmp_path / "b.jsonl")
    assert [name for name, count in archive.whole.items() if count > 1] == []


@pytest.mark.parametrize("kind", ["429", "503", "html", "cut", "reset", "stall"])
async def test_each_kind_of_broken_answer_is_asked_for_again(kind: str, crawl: Crawl, archive: Archive) -> None:
    archive.broken, archive.kinds = 0.25, (kind,)
    items, stats = await crawl(archive.settings | {"DOWNLOAD_TIMEOUT": 0.3}, **given(archive))
    gave_way = sum(count for name, count in stats.items() if name.startswith("belta/gave_way/"))
    assert len(items) == len(set(archive.captures)) - gave_way > 0


async def test_what_stalls_for_ever_ends_by_the_timeout_and_is_counted(
    crawl: Crawl, archive: Archive, tmp_path: Path
) -> None:
    archive.broken, archive.kinds = 1.0, ("stall",)
    archive.answers["/robots.txt"] = (404, {}, b"")
    settings = archive.settings | feeds(tmp_path / "a.jsonl") | {"BELTA_ARCHIVE_ROBOTS": 0}
    items, stats = await crawl(settings | {"DOWNLOAD_TIMEOUT": 0.2}, **given(archive))
    assert items == []
    assert stats["belta/unread/timeout"] == 2  # the lists of two hosts
    assert "timeout, 10 times in a row" in stats["belta/given_up"]
    archive.broken = 0.0
    items, _ = await crawl(settings, **given(archive))
    assert items


def test_the_docs_state_the_timeouts() -> None:
    text = (ROOT / "docs" / "archives.md").read_text(encoding="utf-8")
    assert f"ends after {ARCHIVE['DOWNLOAD_TIMEOUT']} s in all (`DOWNLOAD_TIMEOUT`)" in text
    assert f"after {SILENCE:.0f} s without a byte" in text


@pytest.mark.parametrize("path", ["/coll/cdx", f"/cc/{CRAWL}-index"])
async def test_an_index_that_is_none_is_not_taken_for_an_empty_one(path: str, crawl: Crawl, archive: Archive) -> None:
    archive.answers[path] = (200, {"Content-Type": "text/html"}, HTML)
    _, stats = await crawl(archive.settings, source=f"cdx:{archive.base}{path}", base=archive.base, editions="zh")
    assert stats["belta/unread/no_index"] == 1


@pytest.mark.parametrize("source", ["wayback", pytest.param("cdx:{base}/coll/cdx", marks=pytest.mark.faults)])
async def test_an_endless_index_ends(source: str, crawl: Crawl, archive: Archive, history: History) -> None:
    archive.behaviour = "endless"
    _, stats = await crawl(archive.settings, source=source.format(base=archive.base), editions="de,en")
    assert stats["belta/index/pages"] < 30
    assert stats["finish_reason"] == "finished"


@pytest.mark.parametrize("behaviour", ["plain", "no_filters"])
async def test_servers_that_speak_otherwise_are_understood(
    behaviour: str, crawl: Crawl, archive: Archive, history: History
) -> None:
    archive.behaviour = behaviour
    items, _ = await crawl(archive.settings, source="wayback")
    assert len(items) == history.articles


# Stops


@pytest.fixture
def slow(history: History) -> Iterator[Archive]:
    with Archive(history) as one:
        yield one


def typed(archive: Archive, out: Path, *more: str, source: str = "") -> list[str]:
    return [
        *(sys.executable, "-m", "scrapy", "crawl", "belta", "-a", f"source={source or f'cdx:{archive.base}/coll/cdx'}"),
        *("-s", "BELTA_CONTACT=desk@example.org", "-s", "DOWNLOAD_DELAY=0", "-o", str(out), *more),
    ]


@pytest.mark.faults
@pytest.mark.parametrize("which", ["first", "all"])
@pytest.mark.parametrize("kills", [2, 12])
def test_a_run_that_is_killed_ends_with_the_same_lines(
    which: str, kills: int, slow: Archive, history: History, tmp_path: Path
) -> None:
    chance, out = random.Random(kills), tmp_path / "a.jsonl"
    more = ("-a", f"captures={which}", "-s", f"BELTA_WARC_DIR={tmp_path / 'warc'}")
    for _ in range(kills):
        goal = len(slow.captures) + chance.randint(1, 1 + len(history.captures) // kills)
        process = subprocess.Popen(typed(slow, out, *more), cwd=ROOT, stderr=subprocess.DEVNULL)
        until(lambda goal=goal, process=process: len(slow.captures) >= goal or process.poll() is not None)
        time.sleep(chance.uniform(0, 0.05))
        process.kill()
        process.wait()
    done = subprocess.run(typed(slow, out, *more), cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    whole = tmp_path / "b.jsonl"
    subprocess.run(typed(slow, whole, "-a", f"captures={which}"), cwd=ROOT, stderr=subprocess.DEVNULL, check=True)
    assert sorted(map(json.dumps, records(out))) == sorted(map(json.dumps, records(whole)))


@pytest.mark.faults
@pytest.mark.parametrize("kills", [8])
def test_a_run_that_is_killed_between_pages_of_the_index_ends_with_the_same_lines(
    kills: int, slow: Archive, tmp_path: Path
) -> None:
    slow.most = 2
    chance, out = random.Random(kills), tmp_path / "a.jsonl"
    place = ("-s", f"BELTA_WAYBACK_URL={slow.base}", "-a", "editions=de,en,ru")
    for _ in range(kills):
        goal = lists_of(slow) + chance.randint(1, 6)
        process = subprocess.Popen(typed(slow, out, *place, source="wayback"), cwd=ROOT, stderr=subprocess.DEVNULL)
        until(lambda goal=goal, process=process: lists_of(slow) >= goal or process.poll() is not None)
        process.kill()
        process.wait()
    for path in (out, tmp_path / "b.jsonl"):
        subprocess.run(typed(slow, path, *place, source="wayback"), cwd=ROOT, stderr=subprocess.DEVNULL, check=True)
    assert records(out)
    assert sorted(map(json.dumps, records(out))) == sorted(map(json.dumps, records(tmp_path / "b.jsonl")))


def lists_of(archive: Archive) -> int:
    return sum("/cdx/" in path for path in archive.paths)


def test_a_signal_during_a_minute_s_silence_ends_the_run_soon(slow: Archive, tmp_path: Path) -> None:
    slow.broken, slow.kinds = 1.0, ("429",)
    process = subprocess.Popen(typed(slow, tmp_path / "a.jsonl"), cwd=ROOT, stderr=subprocess.PIPE, text=True)
    try:
        until(lambda: slow.log)
        time.sleep(0.5)
        os.kill(process.pid, signal.SIGINT)
        assert process.wait(20) == 11
        assert len(slow.log) == 1
    finally:
        process.kill()


def test_the_exit_code_tells(slow: Archive, tmp_path: Path) -> None:
    slow.robots = "User-agent: *\nDisallow: /\n"
    done = subprocess.run(typed(slow, tmp_path / "a.jsonl"), cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 4
    assert "given up" in done.stderr
    assert "BELTA_ARCHIVE_ROBOTS=0" in done.stderr
