"""The progress of a replay: a bar on a terminal, lines in a log."""

from __future__ import annotations

import asyncio
import io
import math
import re
import sys
from types import SimpleNamespace
from typing import Any

import pytest
from rich.cells import cell_len

from belta_spider.extensions import progress

STATS = {"belta/pages/read": 1200, "item_scraped_count": 1100, "item_dropped_count": 100}
WORDS = "1200 pages (600/s), 1100 articles, 100 dropped"
ESCAPE = re.compile(r"\x1b\[[\d;?]*[A-Za-z]")
MIB = 2**20


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def extension(**where: bool) -> progress.Progress:
    crawler = SimpleNamespace(settings={"LOG_LEVEL": "WARNING"}, stats=SimpleNamespace(get_stats=lambda: STATS))
    return progress.Progress(crawler, **{"on_terminal": False, "in_log": False} | where)


def reader(done: int, total: float) -> Any:
    return SimpleNamespace(done=done * MIB, total=total * MIB)


@pytest.mark.parametrize(
    ("done", "total", "line"),
    [
        (25, 100, f"25 of 100 MiB, {WORDS}, about 0:00:06 left"),
        (1, 7200, f"1 of 7200 MiB, {WORDS}, about 3:59:58 left"),
        (0, 100, f"0 of 100 MiB, {WORDS}"),
        (100, 100, f"100 of 100 MiB, {WORDS}"),
        (0, 0, f"0 of 0 MiB, {WORDS}"),
        (25, math.inf, f"25 MiB, {WORDS}"),
    ],
)
def test_the_log_has_all_in_a_line(done: int, total: float, line: str) -> None:
    assert extension().line(reader(done, total), 2.0) == line


@pytest.mark.parametrize("total", [100, math.inf])
@pytest.mark.parametrize("width", [40, 80, 200])
def test_the_bar_fits_the_terminal_and_goes_away(monkeypatch: pytest.MonkeyPatch, width: int, total: float) -> None:
    file = Terminal()
    monkeypatch.setattr(sys, "stderr", file)
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setenv("TERM", "xterm-256color")
    bar = progress.Bar(total * MIB)
    bar.show(25 * MIB, WORDS)
    drawn = ESCAPE.sub("", file.getvalue())
    lines = drawn.splitlines()
    bar.stop()
    assert max(map(cell_len, lines)) <= width
    assert " ".join(drawn.split()).startswith(WORDS)
    assert ("25.0/100.0 MiB" if total == 100 else "25.0/? MiB") in drawn
    assert file.getvalue().endswith("\x1b[1A\x1b[2K" * len(lines))
    assert sys.stderr is file


async def test_a_replay_is_watched(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setattr(sys, "stderr", Terminal())
    for name in ("_LOOK_EVERY", "_SHOW_AFTER", "_LOG_EVERY"):
        monkeypatch.setattr(progress, name, 0.001)
    watching = extension(on_terminal=True, in_log=True)
    told = asyncio.Event()
    monkeypatch.setattr(progress.logger, "handle", lambda record: (caplog.handler.handle(record), told.set()))
    watching.spider_opened(SimpleNamespace(reader=reader(25, 100)))
    await asyncio.wait_for(told.wait(), 60)
    watching.spider_closed()
    assert "25.0/100.0 MiB" in sys.stderr.getvalue()
    assert caplog.messages[0].startswith("25 of 100 MiB, 1200 pages (")


async def test_a_live_crawl_is_told_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", Terminal())
    monkeypatch.setitem(STATS, "downloader/request_count", 1300)
    words = "1300 requests, 1200 pages, 1100 articles, 100 dropped"
    assert extension().line(None, 2.0) == words
    bar = progress.Bar(None)
    bar.show(0, words)
    drawn = ESCAPE.sub("", sys.stderr.getvalue())
    bar.stop()
    assert words in drawn
    assert "MiB" not in drawn


async def test_a_progress_that_cannot_be_shown_is_told(caplog: pytest.LogCaptureFixture) -> None:
    watching = extension(in_log=True)
    watching.task = asyncio.ensure_future(asyncio.to_thread(dict.__getitem__, {}, "total"))
    await asyncio.wait([watching.task])
    watching.spider_closed()
    assert caplog.messages == ["progress could not be shown: KeyError('total')"]
