"""Wrong use of a command, told in one line of standard error and by exit code 2."""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NoReturn

from scrapy.commands import ScrapyHelpFormatter

from belta_spider.commands import _options
from belta_spider.commands._options import USAGE, WORDS, as_typed, wrong
from belta_spider.output.targets import TargetError, check_apart
from belta_spider.text.printable import nearest, one_line

_OPTION = re.compile(r"--[a-z][a-z-]+")


class OneLineUsage:
    """A mix-in for Scrapy's commands: argparse and Scrapy print three lines of usage before each error."""

    settings: Any
    _help: Callable[[], str] = str
    """Prints the options that there are."""

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Have every error of the parser, Scrapy's own included, come in one line."""
        super().add_options(parser)  # type: ignore[misc]  # Scrapy's command stands behind this mix-in
        name = type(self).__module__.rpartition(".")[2]

        def error(message: str) -> NoReturn:
            print(as_typed(f"scrapy {name}: {one_line(message, WORDS)}"), file=sys.stderr)
            raise SystemExit(USAGE)

        parser.error = error  # type: ignore[method-assign]
        for kind in (None, "store"):
            parser.register("action", kind, _Once)
        parser.usage, parser.description = as_typed(parser.usage or ""), as_typed(parser.description or "")
        if parser.formatter_class is ScrapyHelpFormatter:
            parser.formatter_class = _Help
        self._help = parser.format_help

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Check what every command takes, before Scrapy opens or writes a file for it.

        Raises:
            UsageError: names what is wrong, what is allowed, and the nearest that there is.
        """
        _open_streams()
        if "--" in args:
            args.remove("--")
        # Scrapy hands options that no command knows on as arguments.
        unknown = next((arg for arg in args if arg.startswith("-") and arg != "-"), None)
        if unknown is not None:
            raise wrong(f"unknown option: {unknown}{self._advice(unknown.partition('=')[0], args)}")
        _options.check_pairs("-s", opts.set)
        for option, name in (("--pidfile", opts.pidfile), ("--profile", opts.profile)):
            if name is not None:
                _options.check_writable(option, name)
        _options.check_pidfile(opts.pidfile)
        pidfile, opts.pidfile = opts.pidfile, None
        super().process_options(args, opts)  # type: ignore[misc]
        opts.pidfile = pidfile
        _options.check_settings(self.settings, opts.set)
        _options.check_log(self.settings)

    def check_files(self, opts: argparse.Namespace, others: Iterable[Path]) -> None:
        """Check the log and its like against what the command reads and writes, and write the process's number.

        Raises:
            UsageError: one of them is such a file.
        """
        for option, path in _options.other_files(opts, self.settings).items():
            try:
                check_apart(path, others)
            except TargetError as error:
                raise wrong(f"{option} {error}") from error
        if opts.pidfile:
            Path(opts.pidfile).write_text(f"{os.getpid()}\n", encoding="utf-8")

    def _advice(self, option: str, args: Iterable[str]) -> str:
        return nearest(option, _OPTION.findall(self._help()))


class _Once(argparse.Action):
    """An option of ours with a value: given once, and not empty."""

    def __call__(
        self, parser: argparse.ArgumentParser, namespace: argparse.Namespace, values: Any, option: str | None = None
    ) -> None:
        """Take the value."""
        if getattr(namespace, self.dest) is not self.default:
            parser.error(f"{option} is given more than once: {getattr(namespace, self.dest)}, {values}")
        if values == "":
            parser.error(f"{option} '': names nothing")
        setattr(namespace, self.dest, values)


def _open_streams() -> None:
    """Print to nobody where the streams are closed: the next file to be opened would take their place."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 (until the end)


class _Help(ScrapyHelpFormatter):
    """Underlines headings alone: Scrapy takes a line of an option's help for one where it breaks behind a colon."""

    def format_part_strings(self, part_strings: list[str]) -> list[str]:
        """Leave an option with its help as it is: that begins with an indent, and no heading does."""
        if part_strings and part_strings[0].startswith(" "):
            return part_strings
        return super().format_part_strings(part_strings)
