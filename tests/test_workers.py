"""The pool of processes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PROGRAM = """
from belta_spider.items import Page
from belta_spider.workers import Pool, Setup

pool = Pool(2, Setup(None, True, None))
pool.submit([Page("text", "a.txt", b"x")]).result()
pool.close(at_once=False)
print([process.exitcode for process in pool.processes])
"""


def test_workers_end_after_their_last_batch() -> None:
    command = [sys.executable, "-c", PROGRAM]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "[0, 0]\n"
