"""Kills a crawl again and again until it is through, and looks at what it left.

    python -m tests.faults.injector --trials 40 --kills 5 -o out.jsonl -- belta -a source=PATH

What stands behind `--` is any crawl command, without its output. It prints a line of figures.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, fields
from itertools import chain
from pathlib import Path
from typing import Any

import msgspec

from belta_spider.items import DUPLICATE
from belta_spider.live.state import state_path
from belta_spider.output.ledger import audit_path
from tests.faults.ledgers import content

ROOT = Path(__file__).resolve().parents[2]
MOMENTS = (("time",), ("lines",), ("open",), ("call", "repair"))
"""A repair has something to do where the kill before it came within a write."""
_LONGEST = 1200
"""Seconds after which a run hangs, on however busy a machine."""


@dataclass
class Figures:
    """What came of the kills; from `lost` on all should be 0, but for what is done `again`."""

    trials: int = 0
    kills: int = 0
    moments: Counter[str] = field(default_factory=Counter)
    lost: int = 0
    doubled: int = 0
    torn: int = 0
    """Lines that are no record once the crawl is through."""
    unaudited: int = 0
    """Articles whose audit differs from the undisturbed run's, and entries of dropped pages that do."""
    workers_left: int = 0
    differing: int = 0
    """Outputs that are not byte for byte the undisturbed run's; in live crawls as sets of lines, but for the time."""
    pages: int = 0
    again: int = 0
    """Pages that were fetched or cleaned though a run before had done so."""

    @property
    def share_again(self) -> float:
        return self.again / max(1, self.pages)

    @property
    def faults(self) -> dict[str, int]:
        names = ("lost", "doubled", "torn", "unaudited", "differing", "workers_left")
        return {name: getattr(self, name) for name in names}

    def __add__(self, other: Figures) -> Figures:
        return Figures(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(self)))


@dataclass
class Trial:
    """A crawl, and how to kill it."""

    arguments: list[str]
    output: Path
    kills: int
    seconds: float = 0.0
    size: int = 0
    """What the crawl takes undisturbed, and the bytes of its output."""
    fetched: Callable[[], list[str]] | None = None
    """What a live crawl asked its site for, up to now; without it, pages are counted where they are cleaned."""

    @property
    def is_live(self) -> bool:
        return self.fetched is not None

    @property
    def count(self) -> Path:
        return self.output.with_name("count")

    def done(self) -> int:
        """How many pages were fetched or cleaned up to now, by all runs."""
        return len(self.fetched()) if self.fetched else self.count.stat().st_size if self.count.exists() else 0

    @contextmanager
    def run(self, output: Path, kill_at: str = "") -> Iterator[subprocess.Popen[bytes]]:
        """Start the crawl; what hangs, or is at work when the test is interrupted, is killed with its workers."""
        command = [sys.executable, "-m", "tests.faults.victim", "crawl", *self.arguments, "-o", str(output)]
        environment = {**os.environ, "KILL_AT": kill_at, "COUNT_IN": str(self.count), "PYTHONPATH": str(ROOT)}
        with self.output.with_name("log").open("ab") as log:
            process = subprocess.Popen(
                command, cwd=ROOT, env=environment, start_new_session=True, stdout=log, stderr=subprocess.STDOUT
            )
        try:
            yield process
        except BaseException:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            raise

    def kill(self, moment: str, chance: random.Random) -> tuple[int, int]:
        """Run the crawl and kill it at some moment; return its exit code, and whether a process of it lives on."""
        calls = 8 * 2 ** chance.uniform(0, 7 if self.is_live else 2.5)  # a replay writes many pages at once
        at = {"repair": str(chance.randrange(6)), "call": str(int(calls))}.get(moment, "")
        with self.run(self.output, at or (moment if moment in {"open", "close"} else "")) as process:
            if moment == "time":
                _wait(process, 1 + chance.uniform(0, 1) * self.seconds / self.kills)
            elif moment == "lines":
                goal = _size(self.output) + chance.randrange(1, max(2, self.size // self.kills))
                deadline = time.monotonic() + _LONGEST
                while process.poll() is None and _size(self.output) < goal and time.monotonic() < deadline:
                    time.sleep(0.002)
            else:
                _wait(process, _LONGEST)
            if process.poll() is None:
                process.send_signal(signal.SIGKILL)
            return process.wait(), _has_left_a_process(process.pid)

    def through(self, output: Path) -> bool:
        """Run the crawl to its end; return whether a process of it lives on."""
        with self.run(output) as process:
            if process.wait(_LONGEST):
                raise RuntimeError(f"a run that nobody killed ended with {process.returncode}")
            return _has_left_a_process(process.pid)


def _wait(process: subprocess.Popen[bytes], seconds: float) -> None:
    with suppress(subprocess.TimeoutExpired):
        process.wait(seconds)


def _size(output: Path) -> int:
    return output.stat().st_size if output.exists() else 0


def _has_left_a_process(group: int) -> bool:
    """Whether a process of the crawl lives on, a second after it."""
    deadline = time.monotonic() + 1
    while time.monotonic() < deadline:
        if not any(_is_alive(stat, group) for stat in Path("/proc").glob("[0-9]*/stat")):
            return False
        time.sleep(0.02)
    return True


def _is_alive(stat: Path, group: int) -> bool:
    """Whether a process of /proc is of the group; a dead one may stand there until someone asks for its end."""
    try:
        state, _, its_group = stat.read_text().rpartition(")")[2].split()[:3]
    except OSError:
        return False
    return state != "Z" and int(its_group) == group


def schedule(kills: int, chance: random.Random) -> list[str]:
    """So many moments, each kind once before any comes twice; the end of the crawl comes last."""
    moments: list[str] = []
    while len(moments) < kills - 1:
        moments += chain(*chance.sample(MOMENTS, len(MOMENTS)))
    return [*moments[: kills - 1], "close"]


def examine(trial: Trial, whole: Path, chance: random.Random, figures: Figures) -> None:
    """Kill, let the last run end, and look at the files."""
    for path in (trial.output, audit_path(trial.output), state_path(trial.output)):
        path.unlink(missing_ok=True)
    before = trial.done()
    for planned in schedule(trial.kills, chance):
        for moment in (planned, "open"):  # where the crawl was through before, the next one dies
            code, left = trial.kill(moment, chance)
            figures.workers_left += left
            if code == -signal.SIGKILL:
                figures.kills += 1
                figures.moments[moment] += 1
                break
    figures.workers_left += trial.through(trial.output)
    figures.trials += 1
    figures.again += trial.done() - before
    _compare(trial, whole, figures)


def _compare(trial: Trial, whole: Path, figures: Figures) -> None:
    articles, expected = content(trial.output), content(whole)
    ids, torn = _ids(articles)
    wanted, _ = _ids(expected)
    figures.lost += (wanted - ids).total()
    figures.doubled += (ids - wanted).total()
    audits = content(audit_path(trial.output)), content(audit_path(whole))
    figures.torn += torn + _ids(audits[0])[1]
    mine, theirs = map(_entries, audits)
    figures.unaudited += sum(mine[one] != theirs[one] for one in mine.keys() | theirs.keys())
    if trial.is_live:
        figures.differing += Counter(map(_timeless, articles.splitlines())) != Counter(
            map(_timeless, expected.splitlines())
        )
    else:
        figures.differing += articles != expected or audits[0] != audits[1]


def _timeless(line: bytes) -> bytes:
    """A record without the time of its fetch."""
    record: dict[str, Any] = msgspec.json.decode(line)
    return msgspec.json.encode(record | {"captured_at": None, "captured_on": None})


def _ids(data: bytes) -> tuple[Counter[str | None], int]:
    found: Counter[str | None] = Counter()
    torn = int(bool(data) and not data.endswith(b"\n"))
    for line in data.splitlines():
        try:
            found[msgspec.json.decode(line)["id"]] += 1
        except msgspec.DecodeError:
            torn += 1
    return found, torn


def _entries(audit: bytes) -> dict[str | None, Counter[bytes]]:
    """Lines of the audit by the article; in a live crawl, order and duplicates are chance's."""
    found: dict[str | None, Counter[bytes]] = {}
    for line in audit.splitlines():
        if DUPLICATE.encode() not in line:
            found.setdefault(msgspec.json.decode(line)["id"], Counter())[line] += 1
    return found


def run(trial: Trial, trials: int, seed: str) -> Figures:
    """Kill a crawl `trials` times `trial.kills` times, and say what came of it."""
    whole = trial.output.with_name(f"whole.{trial.output.name}")
    trial.count.unlink(missing_ok=True)
    started, before = time.monotonic(), trial.done()
    trial.through(whole)
    trial.seconds, trial.size = time.monotonic() - started, whole.stat().st_size
    pages = trial.done() - before
    figures = Figures()
    for number in range(trials):
        examine(trial, whole, random.Random(f"{seed} {number}"), figures)
    figures.pages = pages * trials
    figures.again -= figures.pages
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument("--trials", type=int, default=4)
    parser.add_argument("--kills", type=int, default=5)
    parser.add_argument("--seed", default="1")
    parser.add_argument("crawl", nargs="+")
    options = parser.parse_args()
    trial = Trial(options.crawl, options.output, options.kills)
    sys.stdout.write(f"{run(trial, options.trials, options.seed)}\n")


if __name__ == "__main__":
    main()
