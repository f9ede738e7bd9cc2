"""A crawl that is killed again and again loses nothing, writes nothing twice and tears no line."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from belta_spider.output.ledger import audit_path
from tests.factory.site import Site
from tests.factory.small_pages import fill
from tests.faults.conftest import Tell
from tests.faults.injector import Figures, Trial, run

ROOT = Path(__file__).resolve().parents[2]
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
        (100, "a.jsonl", 1),
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


# What is to be replaced


def crawl(*arguments: str, kill_at: str = "") -> tuple[int, str]:
    command = [sys.executable, "-m", "tests.faults.victim", "crawl", "belta", *arguments]
    environment = {**os.environ, "KILL_AT": kill_at, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    return done.returncode, done.stderr


@pytest.fixture
def held(filled: Callable[[int], Path], tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """An output of an earlier run."""
    output = tmp_path / "a.jsonl"
    assert crawl("-a", f"source={filled(300)}", "-o", str(output))[0] == 0
    return output


def pair(output: Path) -> tuple[bytes, bytes]:
    return output.read_bytes(), audit_path(output).read_bytes()


@pytest.mark.parametrize(
    "kill_at", ["1", "7", *(pytest.param(str(one), marks=SLOW) for one in (0, 2, 3, 4, 5, 6, 8, 9))]
)
def test_a_kill_before_the_first_article_leaves_what_was_to_be_replaced(
    kill_at: str, held: Path, filled: Callable[[int], Path]
) -> None:
    before = pair(held)
    code, said = crawl("-a", f"source={filled(300)}", "-O", str(held), kill_at=kill_at)
    assert code == -signal.SIGKILL, said
    assert pair(held) == before
    assert crawl("-a", f"source={filled(300)}", "-o", str(held))[0] == 0
    assert pair(held) == before
    assert not list(held.parent.glob(".afresh*"))


@pytest.mark.faults
def test_a_kill_at_any_later_call_leaves_one_pair_or_the_other(held: Path, filled: Callable[[int], Path]) -> None:
    before = pair(held)
    for kill_at in range(10, 40):
        code, _ = crawl("-a", f"source={filled(300)}", "-O", str(held), kill_at=str(kill_at))
        assert crawl("-a", f"source={filled(300)}", "-o", str(held))[0] == 0
        assert pair(held) == before  # the same pages: whichever pair it was, it ends as that
        if code == 0:
            break
    assert code == 0


@pytest.mark.parametrize("name", ["a.csv", pytest.param("a.json", marks=SLOW), pytest.param("a.xml", marks=SLOW)])
@pytest.mark.parametrize(
    "kill_at", ["7", *(pytest.param(str(one), marks=SLOW) for one in (0, 1, 2, 3, 4, 5, 6, 8, 9, 10))]
)
def test_a_kill_leaves_another_format_as_it_was_or_whole(
    name: str, kill_at: str, filled: Callable[[int], Path], tmp_path: Path
) -> None:
    output = tmp_path / name
    arguments = ("-a", f"source={filled(300)}", "-O", str(output))
    output.write_bytes(b"old")
    code, said = crawl(*arguments, kill_at=kill_at)
    left = output.read_bytes()
    assert crawl(*arguments)[0] == 0
    assert left in {b"old", output.read_bytes()}
    assert code == -signal.SIGKILL or left != b"old", said
    assert not list(tmp_path.glob(".afresh*"))


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("-a", "source=nowhere"), 2),
        (("-a", "source=fixtures/de", "-s", "BELTA_WORKERS=many"), 2),
        (("-a", "source={bad}"), 4),
        (("-a", "source={empty}", "-s", "BELTA_MIN_ARTICLES=1"), 5),
        (
            (
                *("-a", "source=live", "-a", "editions=de", "-s", "BELTA_CONTACT=desk@example.org"),
                *("-s", 'BELTA_BASE_URLS={{"de": "http://127.0.0.1:9"}}', "-s", "RETRY_TIMES=0"),
            ),
            4,
        ),
    ],
    ids=["no source", "setting", "damaged source", "gate", "site down"],
)
def test_what_is_to_be_replaced_stays_where_nothing_comes(
    arguments: tuple[str, ...], code: int, held: Path, tmp_path: Path
) -> None:
    before = pair(held)
    table = tmp_path / "a.csv"
    table.write_bytes(b"old")
    (tmp_path / "bad.warc.gz").write_bytes(b"\x1f\x8b\x08\x00damaged")
    (tmp_path / "empty.txt").touch()
    names = {"bad": tmp_path / "bad.warc.gz", "empty": tmp_path / "empty.txt"}
    found, said = crawl(*(one.format(**names) for one in arguments), "-O", str(held), "-O", str(table))
    assert found == code, said
    assert (*pair(held), table.read_bytes()) == (*before, b"old")
    assert not list(tmp_path.glob(".afresh*"))
    assert code == 2 or "this run wrote no article" in said


def test_a_run_without_articles_that_ends_in_0_replaces(held: Path, tmp_path: Path) -> None:
    (tmp_path / "empty.txt").touch()
    assert crawl("-a", f"source={tmp_path}/empty.txt", "-O", str(held))[0] == 0
    assert held.read_bytes() == b""
    assert audit_path(held).read_bytes().count(b"\n") == 1
