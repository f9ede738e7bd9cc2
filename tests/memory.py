"""The most memory that a process has had."""

from __future__ import annotations

import subprocess
import sys

_TOLD = "from pathlib import Path\nprint(Path('/proc/self/status').read_text().partition('VmHWM:')[2].split()[0])"
"""Not `ru_maxrss`, which counts what the parent had when the process was started."""


def peak(code: str, *arguments: str) -> int:
    """Run Python code in a process of its own; return the most bytes that it had."""
    command = [sys.executable, "-c", f"{code}\n{_TOLD}", *arguments]
    return int(subprocess.run(command, capture_output=True, text=True, check=True).stdout) * 1024
