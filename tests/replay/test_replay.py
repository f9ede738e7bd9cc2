"""Replays of archives: order, workers, captures, and what is left when they are stopped."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any, ClassVar

import pytest
from scrapy.exceptions import UsageError

from belta_spider import cleaning, pipelines
from belta_spider.cleaning import audit, stages
from belta_spider.extensions.page_item import PageItem
from belta_spider.replay import crawl as replay
from belta_spider.replay import workers
from belta_spider.sources import Dropped, Page
from tests.conftest import Crawl
from tests.factory import corpus
from tests.factory.archives import HTML, http, packed, record, url

ROOT = Path(__file__).resolve().parents[2]
ROWS = 600
AWAY = b"\nMINSK, 3. April (BelTA) - Der Chor sang auf dem Markt, und viele Leute kamen.\n"


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A table over the size that starts a pool, with a WARC and damage beside it."""
    folder = tmp_path_factory.mktemp("rows")
    corpus.write_rows(folder / "b.jsonl", ROWS)
    with (folder / "b.jsonl").open("ab") as file:
        file.write(b"no json\n")
    archive = packed([page(1), page(1), record(2, http(b"", status="404 Gone")), page(3)])
    (folder / "a.warc.gz").write_bytes(archive[:-9])
    return folder


def page(number: int, words: str = "Der Chor sang", **fields: str) -> bytes:
    text = f"MINSK, 3. April (BelTA) - {words} auf dem Markt, und viele Gäste hörten zu."
    return record(number, http(HTML.format(text).encode()), **fields)


def command(source: Path, output: Path, *more: str) -> list[str]:
    return [sys.executable, "-m", "scrapy", "crawl", "belta", "-a", f"source={source}", "-o", str(output), *more]


def run(source: Path, output: Path, *more: str) -> int:
    return subprocess.run(command(source, output, *more), capture_output=True, cwd=ROOT, check=False).returncode


def outputs(folder: Path) -> list[bytes]:
    return [
        path.read_bytes() for path in sorted(folder.iterdir()) if not path.name.endswith(".run.json")
    ]  # which has times


@pytest.fixture(scope="module")
def undisturbed(rows: Path, tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    """What a run in one process gives: on a single core none is started."""
    folder = tmp_path_factory.mktemp("one")
    with one_core():
        assert run(rows, folder / "x.jsonl", "-s", "BELTA_WORKERS=1") == 4
    return outputs(folder)


@contextmanager
def one_core() -> Iterator[None]:
    """Leave what is started here one of the cores."""
    if not hasattr(os, "sched_getaffinity"):
        yield
        return
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(cores)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, cores)


@pytest.mark.parametrize("number", [1, 2, 3])
def test_the_output_is_the_same_whatever_the_number_of_workers(
    rows: Path, undisturbed: list[bytes], number: int, tmp_path: Path
) -> None:
    assert run(rows, tmp_path / "x.jsonl", "-s", f"BELTA_WORKERS={number}") == 4
    assert outputs(tmp_path) == undisturbed
    records = [json.loads(line) for line in undisturbed[1].splitlines()]
    order = [one["source"]["record"] for one in records if one["source"]["kind"] == "table"]
    assert order == [str(number + 1) for number in range(ROWS)]


def test_a_replay_that_was_stopped_goes_on_where_it_was(rows: Path, undisturbed: list[bytes], tmp_path: Path) -> None:
    run(rows, tmp_path / "x.jsonl", "-s", "BELTA_WORKERS=2", "-s", "CLOSESPIDER_ITEMCOUNT=200")
    assert 200 <= (tmp_path / "x.jsonl").read_bytes().count(b"\n") < ROWS
    assert run(rows, tmp_path / "x.jsonl", "-s", "BELTA_WORKERS=2") == 4
    assert outputs(tmp_path) == undisturbed


def children(parent: int) -> list[int]:
    """The processes that a process started, from /proc."""
    path = Path(f"/proc/{parent}/task/{parent}/children")
    return [int(number) for number in path.read_text().split()] if path.exists() else []


def is_running(number: int) -> bool:
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.fixture
def endless(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], Path, list[int]]]:
    """A crawl with two workers, from a pipe that does not end; and its workers."""
    output = tmp_path / "out" / "x.jsonl"
    crawl = subprocess.Popen(
        command(Path("-"), output, "-s", "BELTA_WORKERS=2"),
        stdin=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=ROOT,
    )
    assert crawl.stdin
    lines = tmp_path / "rows.jsonl"
    corpus.write_rows(lines, 200)
    try:
        crawl.stdin.write(lines.read_bytes())
        crawl.stdin.flush()
        until(lambda: output.exists() and output.stat().st_size > 0)
        yield crawl, output, children(crawl.pid)
    finally:
        crawl.kill()
        crawl.wait()
        with suppress(BrokenPipeError):
            crawl.stdin.close()


def until(holds: Any, seconds: float = 20) -> None:
    """Wait until something holds; fail where it does not in time."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)


Endless = tuple[subprocess.Popen[bytes], Path, list[int]]
linux = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="reads /proc")


@linux
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_one_signal_ends_a_replay_with_whole_lines_and_no_worker_left(endless: Endless, number: int) -> None:
    crawl, output, processes = endless
    assert len(processes) >= 2
    os.kill(crawl.pid, number)
    assert crawl.wait(10) == 11
    until(lambda: not any(map(is_running, processes)))
    assert all(json.loads(line)["id"] for line in output.read_bytes().splitlines(keepends=True) if line.endswith(b"\n"))
    assert output.read_bytes().endswith(b"\n")


@linux
def test_a_killed_parent_leaves_no_worker(endless: Endless) -> None:
    crawl, _, processes = endless
    crawl.kill()
    until(lambda: not any(map(is_running, processes)))


@linux
def test_a_worker_that_dies_ends_the_run_and_the_next_one_goes_on(
    rows: Path, undisturbed: list[bytes], endless: Endless, tmp_path: Path
) -> None:
    crawl, output, processes = endless
    for process in processes:
        os.kill(process, signal.SIGKILL)
    assert crawl.stdin
    with suppress(BrokenPipeError), crawl.stdin:  # closed, whether it takes all of it or not
        crawl.stdin.write((rows / "b.jsonl").read_bytes())
    assert crawl.wait(20) == 4
    before = output.read_bytes()
    assert before.endswith(b"\n")
    command_again = command(Path("-"), output, "-s", "BELTA_WORKERS=1")
    data = (output.parent.parent / "rows.jsonl").read_bytes()
    assert subprocess.run(command_again, input=data, capture_output=True, cwd=ROOT, check=False).returncode == 0
    assert output.read_bytes().startswith(before)
    assert output.read_bytes().count(b"\n") == 200


# Captures


CAPTURES = [
    page(1, "Die erste", WARC_Date="2024-01-01T00:00:00Z", WARC_Truncated="length"),
    page(1, "Die zweite", WARC_Date="2024-01-02T00:00:00Z"),
    page(2, "Die andere"),
    page(1, "Die neueste", WARC_Date="2024-01-04T00:00:00Z"),
    page(1, "Die kurze", WARC_Date="2024-01-05T00:00:00Z", WARC_Truncated="length"),
    record(1, http(b""), "revisit", WARC_Refers_To="<urn:uuid:1>", WARC_Record_ID="<urn:uuid:r>"),
]


@pytest.mark.parametrize(
    ("captures", "words", "drops"),
    [
        ("first", ["Die zweite", "Die andere"], 4),
        ("newest", ["Die andere", "Die neueste"], 4),
        ("all", ["Die erste", "Die zweite", "Die andere", "Die neueste", "Die kurze"], 1),
    ],
)
async def test_captures_say_which_capture_of_an_article_is_written(
    crawl: Crawl, captures: str, words: list[str], drops: int, tmp_path: Path
) -> None:
    (tmp_path / "a.warc").write_bytes(b"".join(CAPTURES))
    feeds = {str(tmp_path / "out" / "x.jsonl"): {"format": "jsonl"}}
    items, stats = await crawl({"FEEDS": feeds}, source=str(tmp_path / "a.warc"), captures=captures)
    assert [" ".join(item.text.split()[:2]) for item in items] == words
    assert stats["belta/drop/duplicate.capture"] == drops
    lines = (tmp_path / "out" / "x.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(lines) == len(words)
    audit = [json.loads(line) for line in (tmp_path / "out" / "x.audit.jsonl").read_text(encoding="utf-8").splitlines()]
    assert sum(one["rule"] == "duplicate.capture" for one in audit) == drops


async def test_a_cut_capture_is_written_where_there_is_no_whole_one(crawl: Crawl, tmp_path: Path) -> None:
    (tmp_path / "a.warc").write_bytes(CAPTURES[0] + CAPTURES[2])
    items, _ = await crawl(source=str(tmp_path / "a.warc"))
    assert [(item.url, "truncated" in item.flags) for item in items] == [(url(2), False), (url(1), True)]


async def test_cut_captures_come_last_whatever_they_weigh(crawl: Crawl, tmp_path: Path) -> None:
    """Five of 15 MiB, more than a run used to hold back."""
    padding = f"<script>{'x' * 15 * 2**20}</script>"
    block = http(HTML.format(f"{padding}MINSK, 3. April (BelTA) - Die abgeschnittene Seite kam zuerst.").encode())
    cut = [record(number, block, WARC_Truncated="length") for number in range(1, 6)]
    (tmp_path / "a.warc").write_bytes(b"".join([*cut, *(page(number, "Die ganze") for number in range(1, 5))]))
    items, stats = await crawl(source=str(tmp_path / "a.warc"))
    assert [item.url for item in items] == [url(number) for number in range(1, 6)]
    assert ["truncated" in item.flags for item in items] == [False] * 4 + [True]
    assert stats["belta/drop/duplicate.capture"] == 4


@pytest.mark.parametrize(
    "arguments",
    [{"captures": "some"}, {"columns": "text"}, {"columns": "title:x"}, {"source": "-", "captures": "newest"}],
)
async def test_wrong_arguments_end_the_run_before_it_starts(crawl: Crawl, arguments: dict[str, str]) -> None:
    with pytest.raises(UsageError):
        await crawl(**arguments)


async def test_columns_are_mapped(crawl: Crawl, tmp_path: Path) -> None:
    row = {"content": AWAY.decode(), "uri": url(5)}
    (tmp_path / "a.jsonl").write_text(json.dumps(row), encoding="utf-8")
    items, _ = await crawl(source=str(tmp_path / "a.jsonl"), columns="text:content,url:uri")
    assert [(item.id, item.source.kind, item.source.record) for item in items] == [("de-5-2024", "table", "1")]


class Middleware:
    """A spider middleware of a user's own: what the spider yields goes through it."""

    seen: ClassVar[list[str]] = []

    async def process_spider_output(self, response: Any, result: AsyncIterator[Any]) -> AsyncIterator[Any]:
        async for item in result:
            self.seen.append(item.source.uri)
            yield item


@pytest.mark.parametrize("workers", [1, 2])
async def test_a_user_s_spider_middleware_sees_each_item_and_changes_none(
    workers: int, crawl: Crawl, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replay, "_SMALL", 0)
    monkeypatch.setattr(Middleware, "seen", [])
    without, stats = await crawl({"BELTA_WORKERS": workers}, source="fixtures/de")
    items, _ = await crawl({"BELTA_WORKERS": workers, "SPIDER_MIDDLEWARES": {Middleware: 50}}, source="fixtures/de")
    assert items == without
    assert len(Middleware.seen) == stats["belta/pages/read"] > len(items) == stats["item_scraped_count"]


async def test_a_page_that_fails_in_a_worker_fails_in_the_pipelines_and_the_others_keep_their_order(
    crawl: Crawl, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(replay, "_SMALL", 0)
    seeds = ("fixtures/de/000_30530b0d588a9a9f.txt", "fixtures/de/002_a725bc5e62d4edbd.txt")
    settings = {"BELTA_WORKERS": 2}
    original = stages.compose_body

    def fail(draft: Any) -> None:
        if draft.page.uri == seeds[0]:
            raise ValueError("no such paragraph")
        original(draft)

    monkeypatch.setattr(stages, "compose_body", fail)
    monkeypatch.setattr(pipelines.BodyPipeline, "stage", fail)
    items, _ = await crawl(settings, source=f"{seeds[1]},{seeds[0]},fixtures/de/body-dateline.txt")
    assert [item.source.uri for item in items] == [seeds[1], "fixtures/de/body-dateline.txt"]
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == [
        f"Error processing {seeds[0]}"
    ]


# The workers' own functions


def test_a_batch_comes_back_as_the_stages_leave_it_and_a_failure_as_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    good = Page("table", "a", AWAY, url=url(5))
    whole = cleaning.clean(good)
    gone = Dropped("warc", "a", "<r>", url(6), "error_page", "HTTP status 404")
    bad = Page("table", "a", AWAY, url="bad")
    begin = cleaning.begin
    monkeypatch.setattr(cleaning, "begin", lambda page, *more: 1 / 0 if page.url == "bad" else begin(page, *more))
    first, second, third = workers.finished_of(workers._clean([good, gone, bad]))
    assert first is not None
    assert second is not None
    assert third is None
    assert (asdict(first), first.drop, first.work) == (asdict(whole.article), None, None)
    assert first.audit_lines == audit.encode(whole.audit)
    assert (second.drop, json.loads(second.audit_lines)["rule"]) == ("error_page", "drop.error_page")


@pytest.mark.parametrize(
    ("address", "drop", "identity"),
    [
        (url(5), "duplicate.capture", "de-5-2024"),
        ("https://deu.belta.by/", "front_page", None),
        ("https://unknown.belta.by/a/view/b-1-2024", "unknown_edition", None),
    ],
)
def test_a_revisit_is_a_duplicate_of_an_article_or_no_article(address: str, drop: str, identity: str | None) -> None:
    item = PageItem.finished(Dropped("warc", "a", "<r>", address, "duplicate.capture", "<urn:1>"), cleaning.Options())
    (entry,) = item.audit
    assert (item.drop, entry.id, entry.text) == (drop, identity, "<urn:1>")
    silent = PageItem.finished(Dropped("warc", "a", "<r>", address, "error_page", ""), cleaning.Options(audit=False))
    assert silent.audit_lines == b""
