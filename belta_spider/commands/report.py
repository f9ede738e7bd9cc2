"""Write one HTML file that says what a crawl did."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand

from belta_spider.commands._options import wrong
from belta_spider.commands._reading import ReadingCommand
from belta_spider.remote import is_remote

if TYPE_CHECKING:
    from belta_spider.reporting.report.write import Report

_SUFFIXES = (".html", ".htm")


class Command(ReadingCommand, ScrapyCommand):
    """`scrapy report`, for whoever wants to look before they trust."""

    takes = "scrapy report takes one file: scrapy report corpus.jsonl"

    def syntax(self) -> str:
        return "[ARTICLES.jsonl] [--to REPORT.html] [--article ID]"

    def short_desc(self) -> str:
        return "Write an HTML report: what came in, what was cut, what is odd"

    def long_desc(self) -> str:
        return (
            f"{self.short_desc()}, with each cut line beside its record. One file, which needs no server and no "
            "network. Default input: data/articles.jsonl; the report stands beside it. "
            "Example: scrapy report corpus.jsonl.gz --to corpus.html"
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--to", metavar="REPORT.html", help="the file to write (default: ARTICLES.report.html)")
        parser.add_argument(
            "--article",
            metavar="ID",
            action="append",
            default=[],
            help="an article that the browser of the cleaning must show (may be repeated)",
        )

    def read(self, args: list[str], opts: argparse.Namespace) -> None:
        from belta_spider.output import reading
        from belta_spider.output.targets import check_file
        from belta_spider.reporting.report import write

        source = reading.existing(args[0] if args else None)
        target = Path(opts.to) if opts.to else write.default_target(source)
        if not opts.to and is_remote(reading.shown(source)):
            target = Path(target.name)  # here: a browser reads no bucket
        if opts.to == "-":
            made = self._print(source, opts.article)
        else:
            if target.suffix.lower() not in _SUFFIXES:
                raise wrong(f"--to {opts.to}: the name must end in one of {' '.join(_SUFFIXES)}")
            check_file(target, [source])
            made = write.write(source, target, opts.article)
        shown = "all of them" if made.shown == made.counts.articles else f"{made.shown} of them"
        told = f"{made.counts.articles} articles, {shown} in the browser of the cleaning, in {target}"
        if not made.counts.articles:
            told = f"no article in {source}, which {target} says"
        print(told, file=sys.stderr if opts.to == "-" else sys.stdout)
        if made.missing:
            print(f"not in {reading.shown(source)}: {' '.join(made.missing)}", file=sys.stderr)
        self.complain(made.bad)

    def _print(self, source: Path, asked: list[str]) -> Report:
        """Write the report to standard output."""
        from belta_spider.reporting.report import write

        with tempfile.TemporaryDirectory() as folder:
            made = write.write(source, Path(folder) / "report.html", asked)
            sys.stdout.buffer.write((Path(folder) / "report.html").read_bytes())
        return made
