"""Hand the records to the tool that their reader uses."""

from __future__ import annotations

import argparse
import sys

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

_OUTPUT, _UNREAD = 3, 4


class Command(ScrapyCommand):
    """`scrapy export`: JSON Lines in, another format out."""

    requires_project = True
    requires_crawler_process = False

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

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        from belta_spider.exporting.formats import ExportError
        from belta_spider.output import reading

        if len(args) > 1 or not opts.to:
            why = "say from where to where: scrapy export corpus.jsonl --to corpus.parquet"
            raise UsageError(why, print_help=False)
        bad: list[reading.BadLine] = []
        try:
            number = self._export(args[0] if args else None, opts.to, bad)
        except (reading.NoSuchOutputError, ExportError) as error:
            raise UsageError(str(error), print_help=False) from error
        except ModuleNotFoundError as error:
            raise UsageError(
                f"{error.name} is missing: pip install 'belta_spider[export]'", print_help=False
            ) from error
        except OSError as error:
            print(f"scrapy export: {opts.to} is not written: {error}", file=sys.stderr)
            self.exitcode = _OUTPUT
            return
        print(f"{number} articles written to {opts.to}")
        if bad:
            print(reading.complaint(bad), file=sys.stderr)
            self.exitcode = _UNREAD

    def _export(self, name: str | None, target: str, bad: list) -> int:
        from pathlib import Path

        from belta_spider.exporting import formats
        from belta_spider.output import reading

        path = reading.existing(name)
        articles = reading.articles(path, bad)
        if target.endswith("/"):
            from belta_spider.exporting import dataset

            return dataset.write(Path(target), articles, reading.audit(path, bad))
        return formats.export(articles, target)
