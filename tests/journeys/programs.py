"""Programs that run in a folder of somebody else's, each in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
LONGEST = 120  # seconds, on a busy machine


def run(folder: Path, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    # A command that ran in this process has left its project's settings in the environment.
    clean = {name: value for name, value in os.environ.items() if not name.startswith("SCRAPY_")}
    env = {**clean, "PYTHONPATH": f"{ROOT}{os.pathsep}{folder}", **environment}
    done = subprocess.run(
        [sys.executable, *command], cwd=folder, env=env, capture_output=True, text=True, timeout=LONGEST, check=False
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done


def records(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]
