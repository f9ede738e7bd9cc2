"""`scrapy stories` that is killed at any moment leaves the file before or the new one, and the next run's bytes."""

from __future__ import annotations

import multiprocessing
import os
import random
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from belta_spider.editions import load
from belta_spider.output.beside import stories_cache_path
from belta_spider.stories.record import stories_path
from belta_spider.stories.write import Options, _Sorted, write
from tests.factory import news, outputs

EDITIONS = load()
TOUCHES = {"open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "shutil.rmtree"}
"""What a run does to files, by the names of Python's audit events."""
MOMENTS = 60
"""No run does as much."""
LONGEST = 12.0
"""Seconds: some kills come too late, on a quiet machine."""


def dies(path: Path, number: int) -> bool:
    """Bring the stories up to date in a process that dies at that moment; return whether it did."""
    child = multiprocessing.get_context("fork").Process(target=_run_and_die, args=(path, number))
    child.start()
    child.join()
    assert child.exitcode in {0, -signal.SIGKILL}
    return child.exitcode != 0


def _run_and_die(path: Path, number: int) -> None:
    left = number

    def come() -> None:
        nonlocal left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def touched(event: str, arguments: tuple[object, ...]) -> None:
        if event in TOUCHES and str(arguments[0]).startswith(str(path.parent)):
            come()

    def told(stories: _Sorted, place: int) -> bytes:
        come()
        return read(stories, place)

    read = _Sorted._read
    _Sorted._read = told  # type: ignore[method-assign]  # of this process alone: each story, while the file is written
    sys.addaudithook(touched)
    write(path, EDITIONS, Options(), [])


def made(path: Path) -> bytes:
    write(path, EDITIONS, Options(), [])
    return stories_path(path).read_bytes()


@pytest.mark.parametrize("older", [8, pytest.param(0, marks=pytest.mark.faults)])
def test_a_kill_leaves_the_file_before_or_the_new_one_and_the_next_run_makes_the_same(
    tmp_path: Path, older: int
) -> None:
    articles = list(news.corpus(5))
    expected = made(outputs.write(folder(tmp_path / "once") / "a.jsonl", articles))
    start = folder(tmp_path / "start")
    before = made(outputs.write(start / "a.jsonl", articles[:older])) if older else b""
    path = outputs.write(start / "a.jsonl", articles)
    left = []
    for number in range(MOMENTS):
        killed = Path(shutil.copytree(start, tmp_path / str(number))) / path.name
        if not dies(killed, number):
            break
        there = stories_path(killed)
        left.append(there.read_bytes() if there.exists() else b"")
        assert made(killed) == expected
        assert stories_cache_path(killed).is_file()
    else:
        pytest.fail("a run has more moments than are tried")
    assert left[0] == before
    assert set(left) == {before, expected}


def folder(path: Path) -> Path:
    path.mkdir()
    return path


@pytest.mark.faults
@pytest.mark.parametrize("seed", range(2))
def test_the_command_that_is_killed_again_and_again_comes_to_the_same_bytes(tmp_path: Path, seed: int) -> None:
    """By the clock, so that kills come within reading, comparing and writing too."""
    chance = random.Random(seed)
    articles = list(news.corpus(400))
    expected = made(outputs.write(folder(tmp_path / "once") / "a.jsonl", articles))
    path = outputs.write(folder(tmp_path / "killed") / "a.jsonl", articles[:-60])
    states = {made(path)}
    outputs.write(path, articles)
    states.add(expected)
    stories_cache_path(path).unlink()  # so that there is much to do
    for _ in range(12):
        run(path, chance.uniform(0, LONGEST))
        assert stories_path(path).read_bytes() in states
    run(path)
    assert stories_path(path).read_bytes() == expected


def run(path: Path, seconds: float | None = None) -> None:
    """Run the command, and kill it after some seconds."""
    child = subprocess.Popen([sys.executable, "-m", "belta_spider", "stories", str(path)], stdout=subprocess.DEVNULL)
    try:
        child.wait(seconds)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
    else:
        assert child.returncode == 0
