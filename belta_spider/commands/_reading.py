"""What the commands share that read what a crawl wrote, or pages."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from belta_spider.commands._options import as_typed, wrong
from belta_spider.commands._usage import OneLineUsage
from belta_spider.remote import is_remote
from belta_spider.text.extras import missing
from belta_spider.text.printable import one_line

if TYPE_CHECKING:
    from belta_spider.editions import Editions
    from belta_spider.output.reading import BadLine

OUTPUT, UNREAD = 3, 4  # exit codes, as reporting/run.py names them


class ReadingCommand(OneLineUsage):
    """A mix-in for a command that reads: it ends in one line and an exit code, whatever happens.

    Not a command itself: Scrapy takes each of its subclasses within commands/ for one.
    """

    requires_project: ClassVar[bool] = True
    requires_crawler_process: ClassVar[bool] = False
    files: ClassVar[tuple[int, int]] = (0, 1)
    """How many files it takes at least and at most."""
    takes: ClassVar[str] = ""
    """What it takes, in words with an example."""
    exitcode: int = 0
    settings: Any

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        super().process_options(args, opts)
        if is_remote(str(getattr(opts, "to", None) or "")):
            raise wrong(f"--to {opts.to}: is written on this machine alone; copy it from here")
        self.check_files(opts, map(Path, args))

    def read(self, args: list[str], opts: argparse.Namespace) -> None:
        """Do what the command is for."""
        raise NotImplementedError

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Read, and say in one line what went wrong.

        Raises:
            UsageError: something that was named is not there, or is no such thing.
        """
        least, most = self.files
        if not least <= len(args) <= most:
            raise wrong(self.takes)
        for stream in (sys.stdout, sys.stderr):
            _print_all(stream)
        try:
            self._read(args, opts)
        except ModuleNotFoundError as error:
            raise wrong(missing(error.name or "")) from error
        except ValueError as error:
            if not isinstance(error, _wrong_uses()):
                raise
            raise wrong(error) from error

    def _read(self, args: list[str], opts: argparse.Namespace) -> None:
        try:
            self.read(args, opts)
            if sys.stdout:
                sys.stdout.flush()
        except BrokenPipeError:  # whoever read it has seen enough
            _turn_away(sys.stdout)
        except OSError as error:
            _turn_away(sys.stdout)
            self.fail(OUTPUT, f"not written: {one_line(error)}")

    def fail(self, code: int, words: str) -> None:
        """Say what went wrong, and end with that exit code."""
        name = type(self).__module__.rpartition(".")[2]
        print(as_typed(f"scrapy {name}: {words}"), file=sys.stderr)
        self.exitcode = code

    def complain(self, bad: Sequence[BadLine]) -> None:
        """Name the lines that could not be read, if there are any."""
        if bad:
            from belta_spider.output import reading

            print(reading.complaint(list(bad)), file=sys.stderr)
            self.exitcode = UNREAD

    def editions(self) -> Editions:
        """The editions that the settings name: the built-in ones and those of BELTA_EDITIONS."""
        from belta_spider.editions import load

        folder = self.settings.get("BELTA_EDITIONS")
        return load(Path(folder) if folder else None)


def _wrong_uses() -> tuple[type[ValueError], ...]:
    """The errors that tell of wrong use, of those rooms that the command has loaded."""
    names = {
        "belta_spider.output.reading": "NoSuchOutputError",
        "belta_spider.output.targets": "TargetError",
        "belta_spider.exporting.formats": "ExportError",
        "belta_spider.sources": "SourceError",
        "belta_spider.editions": "EditionError",
    }
    return tuple(getattr(sys.modules[room], name) for room, name in names.items() if room in sys.modules)


def _print_all(stream: Any) -> None:
    """Have a stream escape what its charset lacks, rather than fail at it."""
    with suppress(AttributeError, ValueError, OSError):  # what stands in for it in a test may have no charset
        stream.reconfigure(errors="backslashreplace")


def _turn_away(stream: Any) -> None:
    """Let what is still to be printed go nowhere: Python would try once more at its end."""
    with suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
