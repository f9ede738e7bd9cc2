"""Wrong use of a command, told in one line of standard error and by exit code 2."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Iterable
from typing import NoReturn

from scrapy.exceptions import UsageError

from belta_spider.text.printable import nearest, one_line

USAGE = 2
_OPTION = re.compile(r"--[a-z][a-z-]+")
_WORDS = 600
"""Characters of the line at most: a value of the user's stands in it once or twice."""


def wrong(words: object) -> UsageError:
    """The error that Scrapy ends a command with, in one line."""
    return UsageError(one_line(words, _WORDS), print_help=False)


class OneLineUsage:
    """A mix-in for Scrapy's commands: argparse and Scrapy print three lines of usage before each error."""

    _help: Callable[[], str] = str
    """Prints the options that there are."""

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Have every error of the parser, Scrapy's own included, come in one line."""
        super().add_options(parser)  # type: ignore[misc]  # Scrapy's command stands behind this mix-in
        name = type(self).__module__.rpartition(".")[2]

        def error(message: str) -> NoReturn:
            print(f"scrapy {name}: {one_line(message, _WORDS)}", file=sys.stderr)
            raise SystemExit(USAGE)

        parser.error = error  # type: ignore[method-assign]
        self._help = parser.format_help

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Refuse what looks like an option: Scrapy hands those that no command knows on as arguments.

        Raises:
            UsageError: names the option and the nearest that there is.
        """
        unknown = next((arg for arg in args if arg.startswith("-") and arg != "-"), None)
        if unknown is not None:
            raise wrong(f"unknown option: {unknown}{self._advice(unknown.partition('=')[0], args)}")
        super().process_options(args, opts)  # type: ignore[misc]

    def _advice(self, option: str, args: Iterable[str]) -> str:
        return nearest(option, _OPTION.findall(self._help()))
