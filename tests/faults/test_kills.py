"""A crawl that is killed again and again loses nothing, writes nothing twice and tears no line."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults.conftest import Tell
from tests.faults.injector import Figures, Trial, run
from tests.faults.pages import fill
from tests.site import Site

SLOW = pytest.mark.faults
KILLS = 5
MOST_AGAIN = 0.03


def is_exact(figures: Figures, trials: int) -> None:
    assert figures.trials == trials
    assert figures.kills == trials * KILLS
    assert not any(figures.faults.values()), figures


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], Path]:
    """A folder with so many pages, made once."""
    folders: dict[int, Path] = {}

    def folder(pages: int) -> Path:
        if pages not in folders:
            folders[pages] = fill(tmp_path_factory.mktemp("in"), pages)
        return folders[pages]

    return folder


@pytest.mark.parametrize(
    ("row", "trials"),  # the output's name, pages, workers, -a captures
    [
        (("a.jsonl", 300, 1, "first"), 1),
        *(
            pytest.param(*row, marks=SLOW)
            for row in [
                (("a.jsonl", 2000, 1, "first"), 4),
                (("a.jsonl", 2000, 2, "first"), 4),
                (("a.jsonl.gz", 2000, 1, "first"), 2),
                (("a.jsonl.gz", 2000, 2, "first"), 2),
                (("a.jsonl.zst", 2000, 1, "first"), 2),
                (("a.jsonl.zst", 2000, 2, "first"), 2),
                (("a.jsonl", 2000, 2, "all"), 2),
                (("a.jsonl.zst", 2000, 1, "all"), 1),
                (("a.jsonl", 20_000, 1, "first"), 2),
                (("a.jsonl", 20_000, 2, "first"), 2),
                (("a.jsonl.gz", 20_000, 2, "first"), 1),
                (("a.jsonl.zst", 20_000, 1, "first"), 1),
                (("a.jsonl", 20_000, 2, "all"), 1),
            ]
        ),
    ],
    ids=lambda row: "-".join(map(str, row)) if isinstance(row, tuple) else str(row),
)
def test_a_replay_that_is_killed_ends_with_the_bytes_of_one_that_is_not(
    row: tuple[str, int, int, str], trials: int, filled: Callable[[int], Path], tmp_path: Path, tell: Tell
) -> None:
    name, pages, workers, captures = row
    arguments = ["belta", "-a", f"source={filled(pages)}", "-a", f"captures={captures}"]
    figures = run(Trial([*arguments, "-s", f"BELTA_WORKERS={workers}"], tmp_path / name, KILLS), trials, seed=f"{row}")
    tell(f"replay, {pages} pages, {workers} workers", figures)
    is_exact(figures, trials)


@pytest.fixture
def site(request: pytest.FixtureRequest) -> Iterator[Site]:
    """A site of so many articles; at each fiftieth address stands a front page."""
    with Site(count=request.param, per_day=request.param // 20, page=100, clock="12:00") as one:
        front = one._page("Startseite", one._items(one.stories[:3])).encode()
        one.answers = {story.path: (200, {}, front) for story in one.stories[::50]}
        yield one


@pytest.mark.parametrize(
    ("site", "name", "trials"),
    [
        (200, "a.jsonl", 1),
        *(
            pytest.param(*row, marks=SLOW)
            for row in [
                (2000, "a.jsonl", 4),
                (2000, "a.jsonl.gz", 3),
                (2000, "a.jsonl.zst", 3),
                (20_000, "a.jsonl", 2),
                (20_000, "a.jsonl.gz", 1),
                (20_000, "a.jsonl.zst", 1),
            ]
        ),
    ],
    indirect=["site"],
)
def test_a_live_crawl_that_is_killed_ends_with_the_lines_of_one_that_is_not(
    site: Site, name: str, trials: int, tmp_path: Path, tell: Tell
) -> None:
    arguments = [
        *("belta", "-a", "source=live", "-a", f"editions={site.code}", "-s", "BELTA_CONTACT=desk@example.org"),
        *("-s", f"BELTA_BASE_URLS={json.dumps({site.code: site.base})}"),
        *("-s", "DOWNLOAD_DELAY=0", "-s", "AUTOTHROTTLE_MAX_DELAY=0"),
    ]
    figures = run(
        Trial(arguments, tmp_path / name, KILLS, fetched=lambda: site.fetched), trials, seed=f"{name} {site.count}"
    )
    tell(f"live, {site.count} pages", figures)
    is_exact(figures, trials)
    assert figures.share_again <= MOST_AGAIN or site.count < 2000
