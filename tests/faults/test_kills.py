"""A crawl that is killed again and again loses nothing, writes nothing twice and tears no line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults import injector
from tests.faults.pages import fill

SLOW = pytest.mark.faults


@pytest.mark.parametrize(
    ("name", "pages", "trials", "kills"),
    [
        ("a.jsonl", 300, 1, 4),
        pytest.param("a.jsonl", 2000, 20, 5, marks=SLOW),
        pytest.param("a.jsonl.gz", 2000, 10, 5, marks=SLOW),
        pytest.param("a.jsonl.zst", 2000, 8, 5, marks=SLOW),
        pytest.param("a.jsonl", 20_000, 2, 5, marks=SLOW),
    ],
)
def test_a_replay_that_is_killed_ends_with_the_bytes_of_one_that_is_not(
    name: str, pages: int, trials: int, kills: int, tmp_path: Path
) -> None:
    source = fill(tmp_path / "in", pages)
    figures = injector.run(["belta", "-a", f"source={source}"], tmp_path / name, trials, kills, seed=pages)
    assert figures.trials == trials
    assert figures.kills
    assert (figures.lost, figures.doubled, figures.torn, figures.unaudited) == (0, 0, 0, 0)
    assert (figures.differing, figures.workers_left) == (0, 0)
