"""Whole crawls in-process: an `async def` test may await `crawl(...)`."""

from __future__ import annotations

import argparse
import functools
import inspect
import subprocess
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from scrapy import signals
from scrapy.core.engine import ExecutionEngine
from scrapy.crawler import AsyncCrawlerRunner
from scrapy.utils.defer import deferred_from_coro
from scrapy.utils.project import get_project_settings

ROOT = Path(__file__).resolve().parent.parent
SEEDS = "fixtures/de/000_30530b0d588a9a9f.txt,fixtures/de/002_a725bc5e62d4edbd.txt"
Crawl = Callable[..., Awaitable[tuple[list[Any], dict[str, Any]]]]

# The engine looks every 5 s whether a crawl is done; tests have no time for that.
ExecutionEngine._SLOT_HEARTBEAT_INTERVAL = 0.1


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[Any]) -> None:
    """Hand coroutines to pytest-twisted as the Deferreds that it waits for."""
    for item in items:
        function = getattr(item, "obj", None)
        if inspect.iscoroutinefunction(function):
            item.obj = _deferred(function)


def _deferred(function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def run(*args: Any, **kwargs: Any) -> Any:
        return deferred_from_coro(function(*args, **kwargs))

    return run


@pytest.fixture
def crawl() -> Crawl:
    """Runs the spider in this process, awaited: the items and the stats."""

    async def run(settings: dict[str, Any] | None = None, **arguments: Any) -> tuple[list[Any], dict[str, Any]]:
        project = get_project_settings()
        project.setdict({"FEEDS": {}, **(settings or {})}, priority="cmdline")
        runner = AsyncCrawlerRunner(project)
        crawler = runner.create_crawler("belta")
        items: list[Any] = []
        crawler.signals.connect(lambda item: items.append(item), signals.item_scraped, weak=False)
        await runner.crawl(crawler, **arguments)
        return items, crawler.stats.get_stats()

    return run


def run_command(command: Any, arguments: Sequence[object]) -> int:
    """Run one of our commands in this process, as it was typed; its exit code."""
    command.settings = get_project_settings()
    parser = argparse.ArgumentParser()
    command.add_options(parser)
    opts, args = parser.parse_known_args([str(one) for one in arguments])
    command.run(args, opts)
    return int(command.exitcode)


def scrapy(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command as a user does."""
    command = [sys.executable, "-m", "scrapy", *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
