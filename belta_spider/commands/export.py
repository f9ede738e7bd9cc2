"""Hand the records to the tool that their reader uses."""

from __future__ import annotations

import argparse
from pathlib import Path

from scrapy.commands import ScrapyCommand

from belta_spider.commands._options import wrong
from belta_spider.commands._reading import ReadingCommand

_USE = "say from where to where: scrapy export corpus.jsonl --to corpus.parquet"


class Command(ReadingCommand, ScrapyCommand):
    """`scrapy export`: JSON Lines in, another format out."""

    takes = _USE

    def syntax(self) -> str:
        return "[ARTICLES.jsonl] --to TARGET"

    def short_desc(self) -> str:
        return "Write the records as Parquet, SQLite, CSV, JSON-LD, or a dataset folder"

    def long_desc(self) -> str:
        return (
            f"{self.short_desc()}: the target's name tells which (.parquet, .sqlite, .db, .csv, .jsonld, or a "
            "final / for a folder with Parquet and a dataset card). What stands there is replaced. Default input: "
            "data/articles.jsonl. Example: scrapy export corpus.jsonl --to corpus.sqlite"
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--to", metavar="TARGET", help="the file or folder to write")

    def read(self, args: list[str], opts: argparse.Namespace) -> None:
        from belta_spider.exporting import formats
        from belta_spider.output import reading

        if not opts.to:
            raise wrong(_USE)
        bad: list[reading.BadLine] = []
        path = reading.existing(args[0] if args else None)
        articles = reading.articles(path, bad)
        if opts.to.endswith("/"):
            from belta_spider.exporting import dataset

            number = dataset.write(Path(opts.to), articles, reading.audit(path, bad))
        else:
            number = formats.export(articles, opts.to)
        print(f"{number} articles written to {opts.to}")
        self.complain(bad)
