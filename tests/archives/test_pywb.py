"""A real archive: pywb, started on loopback from an environment of its own; skipped where there is none."""

from __future__ import annotations

import json
import random
import socket
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from belta_spider.commands.changes import Command
from tests.archives.conftest import Clock, feeds, records, until, without_source
from tests.conftest import Crawl, run_command
from tests.factory.archive_history import History, make
from tests.factory.site import ROOT
from tests.scale.remote.breaking import Breaking

PROGRAMS = ROOT / ".venv-archive" / "bin"
_KNOCK = "?url=belta.by&limit=1"
"""What is asked until the archive answers; its log may show that late."""
HOSTS, ROBOTS, PAGES = 12, 2, 1
"""Lists of all editions; robots.txt, which pywb redirects before it has none; and whether the index has pages."""
BROKEN = ("429", "503", "html", "cut", "reset", "lost", "stall")
pytestmark = pytest.mark.skipif(
    not (PROGRAMS / "wayback").exists(), reason="no pywb here: make .venv-archive/.locked sets it up"
)


class Pywb(NamedTuple):
    """A running archive."""

    history: History
    base: str
    log: Path

    @property
    def requests(self) -> list[str]:
        """What it was asked for; it asks itself for each index that it is asked for."""
        text = self.log.read_text(encoding="utf-8", errors="replace")
        asked = [line.partition('"GET ')[2].partition(" ")[0] for line in text.splitlines() if '"GET ' in line]
        return [path for path in asked if not path.startswith("/belta/index?") and not path.endswith(_KNOCK)]


def start(folder: Path, articles: int) -> Iterator[Pywb]:
    history = make(folder / "warcs", articles)
    quiet = {"cwd": folder, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    for arguments in (["init", "belta"], ["add", "belta", *map(str, sorted(history.folder.iterdir()))]):
        subprocess.run([PROGRAMS / "wb-manager", *arguments], check=True, **quiet)  # type: ignore[call-overload]
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    log = folder / "log"
    with log.open("wb") as file:
        server = subprocess.Popen(
            [PROGRAMS / "wayback", "-b", "127.0.0.1", "-p", str(port)], cwd=folder, stdout=file, stderr=file
        )
    base = f"http://127.0.0.1:{port}/belta"
    for _ in range(200):
        try:
            urllib.request.urlopen(f"{base}/cdx{_KNOCK}")
            break
        except OSError:
            time.sleep(0.2)
    try:
        yield Pywb(history, base, log)
    finally:
        server.terminate()
        server.wait(20)


@pytest.fixture(scope="module")
def pywb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pywb]:
    yield from start(tmp_path_factory.mktemp("pywb"), 21)


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pywb]:
    yield from start(tmp_path_factory.mktemp("pywb"), 400)


async def comes_once(pywb: Pywb, crawl: Crawl, folder: Path) -> None:
    """History comes once, with few requests, and equals the archive's own files; then nothing is left to do."""
    settings = {"BELTA_CONTACT": "desk@example.org", "DOWNLOAD_DELAY": 0, "BELTA_WARC_DIR": str(folder / "warc")}
    given, out, before = {"source": f"cdx:{pywb.base}/cdx"}, folder / "a.jsonl", len(pywb.requests)
    history = pywb.history
    _, stats = await crawl(settings | feeds(out), **given)
    first = len(pywb.requests) - before
    assert len(records(out)) == history.articles
    assert first <= history.articles + history.gave_way + HOSTS + ROBOTS + PAGES
    assert stats["belta/digest/same"] == history.articles + history.gave_way
    await crawl(settings | feeds(out), **given)
    assert len(pywb.requests) - before - first <= HOSTS + ROBOTS + PAGES
    await crawl(feeds(folder / "files.jsonl"), source=str(history.folder))
    await crawl(feeds(folder / "kept.jsonl"), source=str(folder / "warc"))
    assert without_source(out) == without_source(folder / "files.jsonl") == without_source(folder / "kept.jsonl")


async def test_history_comes_once_and_equals_the_archive_s_own_files(pywb: Pywb, crawl: Crawl, tmp_path: Path) -> None:
    await comes_once(pywb, crawl, tmp_path)


@pytest.mark.faults
async def test_four_hundred_articles_come_with_few_requests(large: Pywb, crawl: Crawl, tmp_path: Path) -> None:
    assert len(large.history.captures) >= 1200
    await comes_once(large, crawl, tmp_path)


async def test_each_edit_is_a_state_of_its_own(pywb: Pywb, crawl: Crawl, tmp_path: Path) -> None:
    settings = {"BELTA_CONTACT": "desk@example.org", "DOWNLOAD_DELAY": 0}
    out = tmp_path / "a.jsonl"
    await crawl(settings | feeds(out), source=f"cdx:{pywb.base}/cdx", captures="all")
    assert len(records(out)) == pywb.history.articles + pywb.history.edits
    assert run_command(Command(), [out, "--to", tmp_path / "changes.json"]) == 0
    told = json.loads((tmp_path / "changes.json").read_text(encoding="utf-8"))
    assert len(told["edited"]) == pywb.history.edits


def captures(proxy: Breaking) -> Counter[str]:
    return Counter({target: count for target, count in proxy.whole.items() if "id_/" in target})


async def test_a_tenth_broken_is_complete_after_three_runs_and_nothing_had_is_asked_for_twice(
    pywb: Pywb, crawl: Crawl, clock: Clock, tmp_path: Path
) -> None:
    proxy = Breaking(int(pywb.base.rpartition(":")[2].partition("/")[0]), 0.1, *BROKEN)
    settings = {"BELTA_CONTACT": "desk@example.org", "DOWNLOAD_DELAY": 0, "DOWNLOAD_TIMEOUT": 2}
    out = tmp_path / "a.jsonl"
    try:
        for _ in range(3):
            await crawl(settings | feeds(out), source=f"cdx:{proxy.url}/belta/cdx")
            if len(records(out)) == pywb.history.articles:
                break
    finally:
        proxy.stop()
    await crawl(feeds(tmp_path / "files.jsonl"), source=str(pywb.history.folder))
    assert without_source(out) == without_source(tmp_path / "files.jsonl")
    assert sum(proxy.counts[kind] for kind in BROKEN) > 0
    assert [target for target, count in captures(proxy).items() if count > 1] == []


def typed(pywb: Pywb, out: Path, folder: Path) -> list[str]:
    return [
        *(sys.executable, "-m", "scrapy", "crawl", "belta", "-a", f"source=cdx:{pywb.base}/cdx", "-o", str(out)),
        *("-s", "BELTA_CONTACT=desk@example.org", "-s", "DOWNLOAD_DELAY=0", "-s", f"BELTA_WARC_DIR={folder}"),
    ]


@pytest.mark.faults
def test_a_run_that_is_killed_at_any_moment_ends_with_the_same_lines(pywb: Pywb, tmp_path: Path) -> None:
    chance, out = random.Random(20), tmp_path / "a.jsonl"
    for _ in range(8):
        goal = len(pywb.requests) + chance.randint(0, 12)  # among the lists too
        process = subprocess.Popen(typed(pywb, out, tmp_path / "warc"), cwd=ROOT, stderr=subprocess.DEVNULL)
        until(lambda goal=goal, process=process: len(pywb.requests) > goal or process.poll() is not None)
        time.sleep(chance.uniform(0, 0.2))
        process.kill()
        process.wait()
    done = subprocess.run(typed(pywb, out, tmp_path / "warc"), cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    whole = tmp_path / "b.jsonl"
    subprocess.run(typed(pywb, whole, tmp_path / "others"), cwd=ROOT, stderr=subprocess.DEVNULL, check=True)
    assert sorted(map(json.dumps, records(out))) == sorted(map(json.dumps, records(whole)))
