"""Input made to break us is read within limits, counted by cause, and ends nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.faults import alone, hostile

ROOT = Path(__file__).resolve().parents[2]
NAMES = list(hostile.table())
_CRAWLED = [name for name in NAMES if name.endswith(".http")]  # a second each, most of it waiting
QUICK = frozenset([name for name in NAMES if name not in _CRAWLED][::10] + _CRAWLED[::24])


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], dict[str, Any]]]:
    """What reading an input of that name took, in a process of its own; none is made before it is asked for."""
    command = [sys.executable, "-m", "tests.faults.hostile", str(tmp_path_factory.mktemp("hostile"))]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin
        assert process.stdout
        names, results = process.stdin, process.stdout

        def answer(name: str) -> dict[str, Any]:
            names.write(f"{name}\n")
            names.flush()
            return dict(json.loads(results.readline()))

        yield answer
        names.close()


@pytest.mark.parametrize("name", [pytest.param(one, marks=[pytest.mark.faults] * (one not in QUICK)) for one in NAMES])
def test_an_input_costs_no_more_than_5_seconds_and_300_mb_and_is_counted(
    name: str, ask: Callable[[str], dict[str, Any]]
) -> None:
    result = ask(name)
    assert "error" not in result
    assert result["found"]
    assert sum(result["found"].values()) or "listed" in result["found"]
    assert result["cpu"] <= alone.CPU_SECONDS
    assert result["memory"] <= alone.MEMORY


def _strange_names() -> Iterator[bytes]:
    yield b"\x1b[31mred.txt"
    yield b"a\nb.txt"
    yield b"\xff\xfe.txt"
    yield "\u202etxt.exe.txt".encode()
    yield b"-rf.txt"
    yield b" .txt"
    yield b"%s%(name)s{0}.txt"
    yield b"a" * 250 + b".txt"


def test_strange_names_of_files_reach_neither_the_terminal_nor_the_record(tmp_path: Path) -> None:
    for name in _strange_names():
        (tmp_path / os.fsdecode(name)).write_bytes(hostile._GOOD)
    output = tmp_path.parent / "strange.jsonl"
    command = f"{sys.executable} -m scrapy crawl belta -L DEBUG -O {output}".split()
    command += ["-a", f"source={tmp_path}"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert b"\x1b" not in done.stderr
    data = output.with_name("strange.audit.jsonl").read_bytes() + output.read_bytes()
    assert not set(data) & set(range(0x20)) - {0x0A}
