"""A real archive: pywb, started on loopback from an environment of its own; skipped where there is none."""

from __future__ import annotations

import json
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from belta_spider.commands.changes import Command
from tests.archives.conftest import feeds, records, without_source
from tests.archives.history import History, make
from tests.conftest import Crawl, run_command
from tests.site import ROOT

PROGRAMS = ROOT / ".venv-archive" / "bin"
_KNOCK = "?url=belta.by&limit=1"
"""What is asked until the archive answers; its log may show that late."""
HOSTS, ROBOTS = 12, 2
"""Lists of all editions; and robots.txt, which pywb redirects before it says that there is none."""
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
    assert first <= history.articles + history.gave_way + HOSTS + ROBOTS
    assert stats["belta/digest/same"] == history.articles + history.gave_way
    await crawl(settings | feeds(out), **given)
    assert len(pywb.requests) - before - first <= HOSTS + ROBOTS
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
