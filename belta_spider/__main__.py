"""The command `belta`: Scrapy with this package's settings, in whatever folder it is typed."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from belta_spider.commands import PROGRAM, SCRIPTS

_SETTINGS = "belta_spider.settings"
_HELP = ("", "-h", "--help", "help")
_COMPLETION = "--print-completion"
_OK, _USAGE = 0, 2  # exit codes, as reporting/run.py names them


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what was typed; the exit code is that of the command."""
    typed = list(sys.argv[1:] if arguments is None else arguments)
    first = typed[0] if typed else ""
    if first == "--version":
        from belta_spider.version import __version__

        print(PROGRAM, __version__)
        return _OK
    if first.partition("=")[0] == _COMPLETION:
        return _print_completion(typed)
    # Ours wins over a scrapy.cfg that stands in the folder, and over another project's settings in the environment.
    os.environ["SCRAPY_SETTINGS_MODULE"] = _SETTINGS
    sys.argv = [PROGRAM, *typed]
    if first in _HELP and len(typed) <= 1:
        from belta_spider.commands import _listing

        print(_listing.text())
        return _OK
    return _hand_on(typed)


def _hand_on(typed: list[str]) -> int:
    """Let Scrapy do what is one of its commands or of ours."""
    from belta_spider.commands import _listing

    name = typed[0]
    if name not in _listing.names():
        return _wrong(_listing.unknown(name))
    from scrapy.cmdline import execute

    try:
        execute([PROGRAM, *typed])
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    return _OK


def _print_completion(typed: list[str]) -> int:
    """Print what a shell reads to complete the commands and their options."""
    joined = typed[0].partition("=")
    shell = joined[2] if joined[1] else "".join(typed[1:2])
    if shell not in SCRIPTS:
        return _wrong(f"{_COMPLETION} {shell or 'SHELL'}: one of {' '.join(SCRIPTS)}")
    script = Path(__file__).with_name("completion") / SCRIPTS[shell]
    sys.stdout.write(script.read_text(encoding="utf-8"))
    return _OK


def _wrong(words: str) -> int:
    print(f"{PROGRAM}: {words}", file=sys.stderr)
    return _USAGE


if __name__ == "__main__":
    sys.exit(main())
