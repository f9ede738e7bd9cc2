"""python -m benchmarks [MODULE ...] [NAME=NUMBER ...]: all modules, or those named."""

from __future__ import annotations

import importlib
import sys

MODULES = ("editions", "extraction", "containers", "speed")


def main() -> None:
    named = [one for one in sys.argv[1:] if "=" not in one]
    options = {name: int(value) for name, _, value in (one.partition("=") for one in sys.argv[1:] if "=" in one)}
    for name in named or MODULES:
        importlib.import_module(f"benchmarks.{name}").main(**options)


if __name__ == "__main__":
    main()
