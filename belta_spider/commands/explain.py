"""Show each line of a page beside the rule that took it, or the field it went to."""

from __future__ import annotations

import argparse
from pathlib import Path

from rich.console import Console
from rich.text import Text
from scrapy.commands import ScrapyCommand

from belta_spider import sources
from belta_spider.cleaning import Options, explain
from belta_spider.commands._options import wrong
from belta_spider.commands._reading import UNREAD, ReadingCommand
from belta_spider.output.beside import articles_of
from belta_spider.reporting import terminal
from belta_spider.text.printable import one_line

_STYLES = {
    explain.KEPT: "",
    explain.FIELD: "green",
    explain.BOILERPLATE: "dim",
    explain.UNKNOWN: "bold red",
    explain.DOUBTFUL: "bold yellow",
}
_MARKS = {explain.UNKNOWN: "?", explain.DOUBTFUL: "?"}


class Command(ReadingCommand, ScrapyCommand):
    """`scrapy explain`, for whoever wonders where a line went."""

    files = (1, 1_000_000)
    takes = "scrapy explain takes a file: scrapy explain page.txt"

    def syntax(self) -> str:
        return "[--edition EDITION] FILE ..."

    def short_desc(self) -> str:
        return "Show what took each line of a page"

    def long_desc(self) -> str:
        return (
            f"{self.short_desc()}: its rule, the field it went to, or text. A line near the top or the end "
            "that no rule knows is marked with a question mark. Example: scrapy explain fixtures/de/page.txt"
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--edition", help="the edition of a page whose address does not tell it")

    def read(self, args: list[str], opts: argparse.Namespace) -> None:
        editions = self.editions()
        if opts.edition and opts.edition not in editions.by_code:
            known = " ".join(editions.by_code)
            raise wrong(f"unknown edition: {opts.edition} (known: {known})")
        for path in map(Path, args):
            told = articles_of(path)
            if told and path.is_file():
                raise wrong(f"{path}: is the {told[0]} beside {told[1]}, and no page")
        console = terminal.console()
        for page in sources.read(",".join(args)):
            self._explain(console, page, Options(edition=opts.edition, editions=editions))

    def _explain(self, console: Console, page: sources.Page | sources.Unread, options: Options) -> None:
        if isinstance(page, sources.Unread):
            self.exitcode = UNREAD
            console.print(Text(f"cannot read {one_line(page.uri)}: {one_line(page.detail)}", "bold red"))
            return
        console.print(Text(one_line(page.uri), "bold"))
        rows, verdict = explain.explain(page, options)
        width = max((len(row.label) for row in rows), default=0)
        for row in rows:
            style = _STYLES[row.kind]
            head = f"{row.line:>5} {_MARKS.get(row.kind, ' ')} {row.label:<{width}}  "
            terminal.show(console, Text(head, style), Text(row.text, style))
        console.print(Text(verdict, "bold"))
