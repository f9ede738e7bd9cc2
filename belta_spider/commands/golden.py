"""Replay the fixtures and compare each with the expected record beside it."""

from __future__ import annotations

import argparse

from rich.console import Console
from rich.text import Text
from scrapy.commands import ScrapyCommand

from belta_spider.commands._reading import ReadingCommand
from belta_spider.reporting import golden, terminal
from belta_spider.reporting.golden_files import Outcome
from belta_spider.text.printable import one_line

_CHANGED = 1  # the exit code that diff(1) has too


class Command(ReadingCommand, ScrapyCommand):
    """`scrapy golden`, for whoever changes a rule."""

    takes = "scrapy golden takes one edition: scrapy golden de"

    def syntax(self) -> str:
        return "[--update] [EDITION]"

    def short_desc(self) -> str:
        return "Compare the fixtures with their expected records, field by field"

    def long_desc(self) -> str:
        return (
            f"{self.short_desc()}. With --update, rewrite the expected records for review with git diff. "
            "Exit code 1 if any differs. Example: scrapy golden --update de"
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--update", action="store_true", help="rewrite the expected records that differ")

    def read(self, args: list[str], opts: argparse.Namespace) -> None:
        editions = self.editions()
        console = terminal.console()
        number = changed = 0
        for number, page in enumerate(golden.pages("/".join(["fixtures", *args])), 1):  # noqa: B007 (counts)
            found = golden.outcome(page, editions)
            wanted = golden.expected(page)
            if wanted != found:
                _show(console, page.uri, wanted, found)
            # A file that says the same in the form of an earlier version is rewritten too.
            changed += golden.write(page, found) if opts.update else wanted != found
        print(f"{number} pages, {changed} {'rewritten' if opts.update else 'differ'}")
        self.exitcode = _CHANGED if changed and not opts.update else 0


def _show(console: Console, uri: str, wanted: Outcome | None, found: Outcome) -> None:
    console.print(Text(one_line(uri), "bold"))
    for one in golden.differences(wanted, found):
        terminal.show_change(console, one.key, one.old, one.new)
    entries = list(golden.audit_differences(wanted, found))
    if entries:
        console.print(Text("  audit", "cyan"))
    for sign, text in entries:
        terminal.show_entry(console, sign, one_line(text))
