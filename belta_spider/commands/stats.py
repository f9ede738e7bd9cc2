"""Print the summary of an output again, from its files."""

from __future__ import annotations

import argparse
import sys

from scrapy.commands import ScrapyCommand

from belta_spider.commands._reading import ReadingCommand


class Command(ReadingCommand, ScrapyCommand):
    """`scrapy stats`, for whoever missed the end of the crawl."""

    takes = "scrapy stats takes one file: scrapy stats corpus.jsonl"

    def syntax(self) -> str:
        return "[ARTICLES.jsonl]"

    def short_desc(self) -> str:
        return "Print the summary of an output again, from its files"

    def long_desc(self) -> str:
        return (
            f"{self.short_desc()}: articles, editions, languages, flags, words and characters by edition and year, and "
            "from the audit beside them what was dropped and why. Default: data/articles.jsonl. "
            "Example: scrapy stats corpus.jsonl.gz"
        )

    def read(self, args: list[str], opts: argparse.Namespace) -> None:
        from belta_spider.output import reading
        from belta_spider.output.ledger import audit_path
        from belta_spider.output.revisions import Captures
        from belta_spider.reporting import summary
        from belta_spider.reporting.statistics import survey

        path = reading.existing(args[0] if args else None)
        bad: list[reading.BadLine] = []
        counts = survey(Captures(path, bad).marked(), reading.audit(path, bad))
        print(summary.text(counts.as_stats(), [reading.shown(path)], width=summary.width_of(sys.stdout)))
        for line in summary.sizes(counts.sizes):
            print(line)
        if not audit_path(path).is_file():
            print("No audit stands beside it: what was dropped is not known.", file=sys.stderr)
        self.complain(bad)
