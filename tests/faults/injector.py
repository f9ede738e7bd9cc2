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
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from belta_spider.ledger import DUPLICATE, audit_path
from tests.faults.ledgers import content

ROOT = Path(__file__).resolve().parents[2]
MOMENTS = ("time", "lines", "open", "repair", "call", "close")
_LONGEST = 120


@dataclass
class Figures:
    """What came of the kills; all but `kills` and `stops` should be 0."""

    trials: int = 0
    kills: int = 0
    moments: Counter[str] = field(default_factory=Counter)
    lost: int = 0
    doubled: int = 0
    torn: int = 0
    """Lines that are no record once the crawl is through."""
    unaudited: int = 0
    """Articles whose audit differs from the undisturbed run's."""
    workers_left: int = 0
    differing: int = 0
    """Outputs that are not byte for byte the undisturbed run's; matters for replays alone."""


def crawl(arguments: list[str], output: Path, kill_at: str = "") -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.faults.victim", "crawl", *arguments, "-o", str(output)]
    environment = {**os.environ, "KILL_AT": kill_at, "PYTHONPATH": str(ROOT)}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    return subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True, **quiet)


def kill(arguments: list[str], output: Path, moment: str, chance: random.Random, seconds: float) -> int:
    """Run the crawl and kill it at some moment; return its exit code."""
    at = {"repair": str(chance.randrange(6)), "call": str(chance.randrange(8, 60))}.get(moment, "")
    process = crawl(arguments, output, at or (moment if moment in {"open", "close"} else ""))
    if moment == "time":
        _wait(process, chance.uniform(0.2, 1) * seconds)
    elif moment == "lines":
        goal = _lines(output) + chance.randrange(1, 200)
        while process.poll() is None and _lines(output) < goal:
            time.sleep(0.002)
    else:
        _wait(process, _LONGEST)
    if process.poll() is None:
        process.send_signal(signal.SIGKILL)
    return process.wait()


def _wait(process: subprocess.Popen[bytes], seconds: float) -> None:
    with suppress(subprocess.TimeoutExpired):
        process.wait(seconds)


def _lines(output: Path) -> int:
    return output.read_bytes().count(b"\n") if output.exists() else 0


def _has_left_a_worker(group: int) -> bool:
    """Whether a process of the crawl lives on, a second after it."""
    deadline = time.monotonic() + 1
    while time.monotonic() < deadline:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return False
        time.sleep(0.02)
    return True


@dataclass
class Trial:
    """A crawl, and how to kill it."""

    arguments: list[str]
    output: Path
    kills: int
    seconds: float
    """What the crawl takes undisturbed."""


def examine(trial: Trial, whole: Path, chance: random.Random, figures: Figures) -> None:
    """Kill, let the last run end, and look at the files."""
    arguments, output = trial.arguments, trial.output
    for path in (output, audit_path(output)):
        path.unlink(missing_ok=True)
    for _ in range(trial.kills):
        moment = chance.choice(MOMENTS)
        if kill(arguments, output, moment, chance, trial.seconds) == -signal.SIGKILL:
            figures.kills += 1
            figures.moments[moment] += 1
    last = crawl(arguments, output)
    if last.wait(_LONGEST * 10):
        raise RuntimeError(f"the last run ended with {last.returncode}")
    figures.workers_left += _has_left_a_worker(last.pid)
    figures.trials += 1
    _compare(output, whole, figures)


def _compare(output: Path, whole: Path, figures: Figures) -> None:
    articles, expected = content(output), content(whole)
    ids, torn = _ids(articles)
    wanted, _ = _ids(expected)
    figures.lost += len(wanted.keys() - ids.keys())
    figures.doubled += sum(count - 1 for count in ids.values())
    audits = content(audit_path(output)), content(audit_path(whole))
    figures.torn += torn + _ids(audits[0])[1]
    mine, theirs = map(_entries, audits)
    figures.unaudited += sum(mine[one] != theirs[one] for one in mine.keys() | theirs.keys())
    figures.differing += articles != expected or audits[0] != audits[1]


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


def run(arguments: list[str], output: Path, trials: int, kills: int, seed: int) -> Figures:
    """Kill a crawl `trials` times `kills` times, and say what came of it."""
    whole = output.with_name(f"whole.{output.name}")
    started = time.monotonic()
    if crawl(arguments, whole).wait():
        raise RuntimeError("the undisturbed run failed")
    trial = Trial(arguments, output, kills, time.monotonic() - started)
    figures = Figures()
    for number in range(trials):
        examine(trial, whole, random.Random(seed + number), figures)
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument("--trials", type=int, default=4)
    parser.add_argument("--kills", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("crawl", nargs="+")
    options = parser.parse_args()
    sys.stdout.write(f"{run(options.crawl, options.output, options.trials, options.kills, options.seed)}\n")


if __name__ == "__main__":
    main()
