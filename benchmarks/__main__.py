"""python -m benchmarks [MODULE ...] [NAME=NUMBER ...]: all modules, or those named."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

MODULES = ("editions", "extraction", "containers", "speed")


def what() -> str:
    """Say what is measured: the version, compiled or not, and where it stands."""
    from belta_spider import __version__
    from belta_spider.text import lines

    form = "pure Python" if str(lines.__file__).endswith(".py") else "compiled by mypyc"
    return f"belta_spider {__version__}, {form}, from {Path(str(lines.__file__)).parent.parent}"


def main() -> None:
    print(what(), flush=True)
    named = [one for one in sys.argv[1:] if "=" not in one]
    options = {name: int(value) for name, _, value in (one.partition("=") for one in sys.argv[1:] if "=" in one)}
    for name in named or MODULES:
        importlib.import_module(f"benchmarks.{name}").main(**options)


if __name__ == "__main__":
    main()
