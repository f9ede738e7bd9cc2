"""What one crawl on this machine writes, for comparison."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def crawl(source: Path, output: Path, *arguments: str) -> int:
    command = [sys.executable, "-m", "scrapy", "crawl", "belta", "-a", f"source={source}", "-O", str(output)]
    more = [part for one in arguments for part in ("-a", one)]
    return subprocess.run([*command, *more], capture_output=True, check=False).returncode
