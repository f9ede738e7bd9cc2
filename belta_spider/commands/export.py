"""Hand the records to the tool that their reader uses."""

from __future__ import annotations

import argparse
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand

from belta_spider.commands._options import wrong
from belta_spider.commands._reading import ReadingCommand

if TYPE_CHECKING:
    from belta_spider.cleaning.choice import Choice
    from belta_spider.exporting.choice import Chosen
    from belta_spider.exporting.works import Works
    from belta_spider.output.reading import BadLine

ALL, NEWEST = REVISIONS = ("all", "newest")
_CHOOSING = {
    "editions": ("CODES", "of these editions alone: de,en"),
    "since": ("DAY", "published on that day or later: 2024-04-01"),
    "until": ("DAY", "published on that day or before"),
    "sections": ("SLUGS", "of these sections alone: politics,sport"),
}
_USE = "say from where to where: scrapy export corpus.jsonl --to corpus.parquet"


class Command(ReadingCommand, ScrapyCommand):
    """`scrapy export`: JSON Lines in, another format out."""

    takes = _USE

    def syntax(self) -> str:
        return "[ARTICLES.jsonl] --to TARGET [--editions de] [--since DAY] [--until DAY] [--sections sport]"

    def short_desc(self) -> str:
        return "Write the records for other tools: tables, databases, corpora, datasets"

    def long_desc(self) -> str:
        return (
            f"{self.short_desc()}. The target's name tells the format: .parquet, .sqlite or .db, .csv, .jsonld, .tei "
            "or .tei.xml (TEI P5), .vert (vertical text for Sketch Engine), .ndjson (OpenSearch bulk), texts/ (plain "
            "texts with a table), or another final / for a dataset folder with a card. What stands there is replaced; "
            "the audit of what is chosen goes along. Default input: data/articles.jsonl. After scrapy stories also "
            "X.de-en.jsonl and X.tmx, pairs of versions, and stories/. "
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
        for name, (metavar, words) in _CHOOSING.items():
            parser.add_argument(f"--{name}", metavar=metavar, help=words)

    def read(self, args: list[str], opts: argparse.Namespace) -> None:
        from belta_spider.output import reading

        if not opts.to:
            raise wrong(_USE)
        bad: list[reading.BadLine] = []
        path = reading.existing(args[0] if args else None)
        told = self._export(path, opts, self._choice(opts), bad)
        print(told, file=sys.stderr if opts.to.startswith("-:") else sys.stdout)
        self.complain(bad)

    def _choice(self, opts: argparse.Namespace) -> Choice | None:
        from belta_spider.cleaning import choice
        from belta_spider.editions.dates import MINSK

        given = {name: getattr(opts, name) for name in _CHOOSING}
        for name, value in given.items():
            if value is not None and not value.strip(" ,"):
                raise wrong(f"--{name} names nothing")
        try:
            return choice.read(given, self.editions(), datetime.now(MINSK).date()) if any(given.values()) else None
        except ValueError as error:
            raise wrong(f"--{error}") from error

    def _export(self, path: Path, opts: argparse.Namespace, choice: Choice | None, bad: list[BadLine]) -> str:
        """Write the records; say how many articles and captures, and where."""
        from belta_spider.exporting import formats, texts
        from belta_spider.exporting.choice import Chosen
        from belta_spider.output.targets import check_file

        if formats.is_pairs(opts.to):
            from belta_spider.exporting import pairs

            if not opts.to.endswith("/"):
                check_file(Path(opts.to), [path])
            return f"{pairs.export(path, opts.to, self.editions(), bad, choice)} written to {opts.to}"
        if not opts.to.endswith("/") and not opts.to.startswith("-:"):
            formats.check(opts.to)
            check_file(Path(opts.to), [path])
        chosen = Chosen(path, choice, bad, opts.revisions)
        if texts.NAME.fullmatch(opts.to.rpartition("/")[0].rpartition("/")[2] + "/") and opts.to.endswith("/"):
            number = texts.write(Path(opts.to), chosen)
        elif opts.to.endswith("/"):
            from belta_spider.exporting import dataset

            removals = chosen.audit() if chosen.has_audit else None
            number = dataset.write(Path(opts.to), chosen.marked(), removals).captures
        else:
            return self._write_file(opts.to, chosen)
        return f"{_told(chosen, number)} written to {opts.to}"

    def _write_file(self, target: str, chosen: Chosen) -> str:
        from belta_spider.exporting import formats

        if target.startswith("-:"):
            number = formats.to_standard_output(chosen.articles(), target.removeprefix("-:"), sys.stdout.buffer)
            return f"{_told(chosen, number)} written to {target}"
        works = _works(chosen) if target.endswith(".jsonld") else None
        audit = chosen.audit() if chosen.has_audit else None
        number = formats.export(chosen.articles(), target, several=chosen.several, works=works, audit=audit)
        beside = f"\nwhat was cut of them: {formats.audit_of(target)}" if chosen.has_audit else ""
        return f"{_told(chosen, number)} written to {target}{beside}"


def _works(chosen: Chosen) -> Works:
    from belta_spider.exporting.works import works_of

    return works_of(chosen.path, chosen.captures.newest())


def _told(chosen: Chosen, written: int) -> str:
    """Say what went into the target, and what of the input did not."""
    held = chosen.captures
    articles = chosen.written
    of_all = f" of {held.articles}" if chosen.choice else ""
    if held.captures == held.articles:
        return f"{articles}{of_all} articles"
    if written > articles:
        return f"{articles}{of_all} articles in {written} captures"
    earlier = held.captures - held.articles
    return f"{articles}{of_all} articles (the newest capture of each; --revisions all for {earlier} earlier ones)"
