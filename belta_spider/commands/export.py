"""Hand the records to the tool that their reader uses."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand

from belta_spider.commands._options import wrong
from belta_spider.commands._reading import ReadingCommand

if TYPE_CHECKING:
    from belta_spider.exporting.works import Works
    from belta_spider.output.reading import BadLine
    from belta_spider.output.revisions import Captures

ALL, NEWEST = REVISIONS = ("all", "newest")
_USE = "say from where to where: scrapy export corpus.jsonl --to corpus.parquet"


class Command(ReadingCommand, ScrapyCommand):
    """`scrapy export`: JSON Lines in, another format out."""

    takes = _USE

    def syntax(self) -> str:
        return "[ARTICLES.jsonl] --to TARGET"

    def short_desc(self) -> str:
        return "Write the records as Parquet, SQLite, CSV, JSON-LD, a dataset folder, or pairs of versions"

    def long_desc(self) -> str:
        return (
            f"{self.short_desc()}: the target's name tells which (.parquet, .sqlite, .db, .csv, .jsonld, or a "
            "final / for a folder with Parquet and a dataset card). What stands there is replaced. Default input: "
            "data/articles.jsonl. After scrapy stories also X.de-en.jsonl and X.tmx, pairs of versions, and stories/. "
            "Example: scrapy export corpus.jsonl --to corpus.sqlite"
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--to", metavar="TARGET", help="the file or folder to write")
        parser.add_argument(
            "--revisions",
            choices=REVISIONS,
            default=NEWEST,
            help="of an article that was captured several times: the newest capture (default), or all",
        )

    def read(self, args: list[str], opts: argparse.Namespace) -> None:
        from belta_spider.output import reading

        if not opts.to:
            raise wrong(_USE)
        bad: list[reading.BadLine] = []
        path = reading.existing(args[0] if args else None)
        told = f"{self._export(path, opts, bad)} written to {opts.to}"
        print(told, file=sys.stderr if opts.to.startswith("-:") else sys.stdout)
        self.complain(bad)

    def _export(self, path: Path, opts: argparse.Namespace, bad: list[BadLine]) -> str:
        """Write the records; say how many articles and captures."""
        from belta_spider.exporting import formats
        from belta_spider.output import reading
        from belta_spider.output.revisions import Captures
        from belta_spider.output.targets import check_file

        if formats.is_pairs(opts.to):
            from belta_spider.exporting import pairs

            if not opts.to.endswith("/"):
                check_file(Path(opts.to), [path])
            return pairs.export(path, opts.to, self.editions(), bad)
        captures = Captures(path, bad)
        if opts.to.endswith("/"):
            from belta_spider.exporting import dataset

            marked = ((one, is_newest) for one, is_newest in captures.marked() if is_newest or opts.revisions == ALL)
            counts = dataset.write(Path(opts.to), marked, reading.audit(path, bad))
            return _told(counts.articles, counts.captures, captures)
        if opts.to.startswith("-:"):
            format_ = opts.to.removeprefix("-:")
            number = formats.to_standard_output(captures.of(opts.revisions), format_, sys.stdout.buffer)
        else:
            formats.check(opts.to)
            check_file(Path(opts.to), [path])
            works = _works(path, captures) if opts.to.endswith(".jsonld") else None
            number = formats.export(captures.of(opts.revisions), opts.to, several=opts.revisions == ALL, works=works)
        return _told(min(number, captures.articles), number, captures)


def _works(path: Path, captures: Captures) -> Works:
    from belta_spider.exporting.works import works_of

    return works_of(path, captures.newest())


def _told(articles: int, written: int, held: Captures) -> str:
    """Say what went into the target, and what of the input did not."""
    if held.captures == held.articles:
        return f"{articles} articles"
    if written > articles:
        return f"{articles} articles in {written} captures"
    earlier = held.captures - held.articles
    return f"{articles} articles (the newest capture of each; --revisions all for {earlier} earlier ones)"
