"""A small history, an archive that serves it, and a clock that is turned."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from belta_spider.archives import pace
from tests.factory.archive_history import History, make
from tests.factory.archive_server import Archive


class Clock:
    """Time that passes only while something sleeps."""

    def __init__(self) -> None:
        self.time = 1000.0
        self.slept: list[float] = []

    def now(self) -> float:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self.time += seconds
        self.slept.append(seconds)
        await asyncio.sleep(0)


@pytest.fixture(scope="session")
def history(tmp_path_factory: pytest.TempPathFactory) -> History:
    return make(tmp_path_factory.mktemp("history"), 21)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    one = Clock()
    monkeypatch.setattr(pace, "Clock", lambda: one)
    return one


@pytest.fixture
def archive(history: History, clock: Clock) -> Iterator[Archive]:
    with Archive(history, now=clock.now) as one:
        yield one


def feeds(path: Path) -> dict[str, Any]:
    return {"FEEDS": {str(path): {"format": "jsonl"}}}


def records(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def without_source(path: Path) -> list[dict[str, Any]]:
    """The records but for where they came from, in an order of their own."""
    found = [record | {"source": None} for record in records(path)]
    return sorted(found, key=lambda one: (one["id"], one["captured_at"], one["title"]))


def until(condition: Any, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
