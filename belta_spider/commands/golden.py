"""Replay the fixtures and compare each with the expected record beside it."""

from __future__ import annotations

import argparse

from rich.console import Console
from rich.text import Text
from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from belta_spider import sources
from belta_spider.reporting import golden, terminal
from belta_spider.text.printable import one_line

_CHANGED = 1


class Command(ScrapyCommand):
    """`scrapy golden`, for whoever changes a rule."""

    requires_project = True
    requires_crawler_process = False

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

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if len(args) > 1:
            raise UsageError("scrapy golden takes one edition: scrapy golden de", print_help=False)
        folder = "/".join(["fixtures", *args])
        try:
            self._compare(folder, update=opts.update)
        except sources.SourceError as error:
            raise UsageError(one_line(error), print_help=False) from error

    def _compare(self, folder: str, *, update: bool) -> None:
        console = terminal.console()
        number = changed = 0
        for number, page in enumerate(golden.pages(folder), 1):  # noqa: B007 (counts)
            found = golden.outcome(page)
            wanted = golden.expected(page)
            if wanted != found:
                changed += 1
                _show(console, page.uri, wanted, found)
                if update:
                    golden.write(page, found)
        print(f"{number} pages, {changed} {'rewritten' if update else 'differ'}")
        self.exitcode = _CHANGED if changed and not update else 0


def _show(console: Console, uri: str, wanted: golden.Outcome | None, found: golden.Outcome) -> None:
    console.print(Text(one_line(uri), "bold"))
    for one in golden.differences(wanted, found):
        terminal.show_change(console, one.key, one.old, one.new)
    entries = list(golden.audit_differences(wanted, found))
    if entries:
        console.print(Text("  audit", "cyan"))
    for sign, text in entries:
        terminal.show_entry(console, sign, one_line(text))
