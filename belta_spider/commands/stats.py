"""Print the summary of an output again, from its files."""

from __future__ import annotations

import argparse
import sys

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

_UNREAD = 4


class Command(ScrapyCommand):
    """`scrapy stats`, for whoever missed the end of the crawl."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        return "[ARTICLES.jsonl]"

    def short_desc(self) -> str:
        return "Print the summary of an output again, from its files"

    def long_desc(self) -> str:
        return (
            f"{self.short_desc()}: articles, editions, languages, flags, and from the audit beside them what was "
            "dropped and why. Default: data/articles.jsonl. Example: scrapy stats corpus.jsonl.gz"
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        from belta_spider.output import reading
        from belta_spider.output.ledger import audit_path
        from belta_spider.reporting import summary
        from belta_spider.reporting.statistics import survey

        if len(args) > 1:
            raise UsageError("scrapy stats takes one file: scrapy stats corpus.jsonl", print_help=False)
        try:
            path = reading.existing(args[0] if args else None)
        except reading.NoSuchOutputError as error:
            raise UsageError(str(error), print_help=False) from error
        bad: list[reading.BadLine] = []
        counts = survey(reading.articles(path, bad), reading.audit(path, bad))
        print(summary.text(counts.as_stats(), [str(path)], width=summary.width_of(sys.stdout)))
        if not audit_path(path).is_file():
            print("No audit stands beside it: what was dropped is not known.", file=sys.stderr)
        if bad:
            print(reading.complaint(bad), file=sys.stderr)
            self.exitcode = _UNREAD
