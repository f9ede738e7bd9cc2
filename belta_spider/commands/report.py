"""Write one HTML file that says what a crawl did."""

from __future__ import annotations

import argparse
import sys

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

_OUTPUT, _UNREAD = 3, 4


class Command(ScrapyCommand):
    """`scrapy report`, for whoever wants to look before they trust."""

    requires_project = True
    requires_crawler_process = False

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

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        from pathlib import Path

        from belta_spider.output import reading
        from belta_spider.reporting import report

        if len(args) > 1:
            raise UsageError("scrapy report takes one file: scrapy report corpus.jsonl", print_help=False)
        try:
            source = reading.existing(args[0] if args else None)
            target = Path(opts.to) if opts.to else report.default_target(source)
            made = report.write(source, target, opts.article)
        except reading.NoSuchOutputError as error:
            raise UsageError(str(error), print_help=False) from error
        except ModuleNotFoundError as error:
            advice = "pip install 'belta_spider[report]'"
            raise UsageError(f"{error.name} is missing: {advice}", print_help=False) from error
        except OSError as error:
            print(f"scrapy report: the report is not written: {error}", file=sys.stderr)
            self.exitcode = _OUTPUT
            return
        print(f"{made.counts.articles} articles, {made.shown} of them to look at, in {target}")
        if made.missing:
            print(f"not in {source}: {' '.join(made.missing)}", file=sys.stderr)
        if made.bad:
            print(reading.complaint(made.bad), file=sys.stderr)
            self.exitcode = _UNREAD
