"""Find the articles of several editions that are one story."""

from __future__ import annotations

import argparse
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand

from belta_spider.commands._options import wrong
from belta_spider.commands._reading import ReadingCommand
from belta_spider.editions.dates import MINSK

if TYPE_CHECKING:
    from pathlib import Path

    from belta_spider.output.reading import BadLine
    from belta_spider.stories.explain import Explained

_USE = "scrapy stories takes one file: scrapy stories corpus.jsonl"
_LONGEST = 30.0
"""Days between two versions at most: an index of more would hold everything."""


class Command(ReadingCommand, ScrapyCommand):
    """`scrapy stories`, for whoever compares the editions."""

    takes = _USE

    def syntax(self) -> str:
        return "[ARTICLES.jsonl] [--days 3] [--since DAY] [--meaning] [--explain ID ID]"

    def short_desc(self) -> str:
        return "Find the articles of several editions that are one story, and say why"

    def long_desc(self) -> str:
        return (
            f"{self.short_desc()}: by figures, names as they sound, countries and words, and with --meaning by a model "
            "too. Writes ARTICLES.stories.jsonl beside the output, or brings it up to date. Default: "
            "data/articles.jsonl. Example: scrapy stories articles.jsonl --explain de-82049-2026 ru-760080-2026"
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--days", type=float, default=3.0, help="between two versions at most (default: 3)")
        parser.add_argument("--since", metavar="DAY", help="of articles published since that day alone: 2024-04-01")
        parser.add_argument("--meaning", action="store_true", help="with a model of meaning (the extra [stories])")
        parser.add_argument("--explain", nargs=2, metavar="ID", help="say why two articles are one story, or are not")

    def read(self, args: list[str], opts: argparse.Namespace) -> None:
        from belta_spider.output import reading
        from belta_spider.stories import write

        if not 0 < opts.days <= _LONGEST:
            raise wrong(f"--days {opts.days}: more than 0, and {_LONGEST:.0f} at most")
        path = reading.existing(args[0] if args else None)
        options = write.Options(opts.days, _hours(opts.since), opts.meaning)
        bad: list[BadLine] = []
        if opts.explain:
            self._explain(path, options, opts.explain, bad)
        else:
            summary = write.write(path, self.editions(), options, bad)
            reading.put_back(summary.path)
            _tell(summary, reading.shown(summary.path), meaning=opts.meaning)
        self.complain(bad)

    def _explain(self, path: Path, options: object, ids: list[str], bad: list[BadLine]) -> None:
        from belta_spider.stories.explain import UnknownArticleError, explain

        try:
            found = explain(path, self.editions(), options, ids, bad)  # type: ignore[arg-type]
        except UnknownArticleError as error:
            raise wrong(error) from error
        _show(found)


def _hours(day: str | None) -> float | None:
    if not day:
        return None
    try:
        one = date.fromisoformat(day)
    except ValueError:
        raise wrong(f"--since {day}: not a day; write it like 2024-04-01") from None
    if one > datetime.now(MINSK).date():
        raise wrong(f"--since {day}: is still to come")
    return datetime(one.year, one.month, one.day, tzinfo=UTC).timestamp() / 3600


def _tell(summary: object, place: str, *, meaning: bool) -> None:
    from belta_spider.stories.write import Summary

    assert isinstance(summary, Summary)  # noqa: S101 (for the type checker)
    print(f"{summary.stories} stories of {summary.articles} articles, in {place}")
    if summary.undated:
        print(f"{summary.undated} articles have no date and were left out")
    if summary.without_figures and not meaning:
        print(f"{summary.without_figures} articles without figures were left alone: --meaning may find their versions")


def _show(found: Explained) -> None:
    from rich.text import Text

    from belta_spider.reporting import terminal
    from belta_spider.text.printable import one_line

    console = terminal.console()
    for title in found.titles:
        console.print(Text(one_line(title), "bold"))
    for row in found.rows:
        console.print(Text(f"{row.points:>7}  {row.name.replace('_', ' ')} {row.value:g}"))
    for name, pairs in (("figures", found.figures), ("names", found.names)):
        if pairs:
            words = ", ".join(one if one == other else f"{one} = {other}" for one, other in pairs)
            terminal.show(console, Text(f"         {name}: "), Text(one_line(words, 2_000)))
    console.print(
        Text(f"{found.total:>7}  in all: a chance of {found.chance / 10:.1f} %, {found.least / 10:.0f} % are needed")
    )
    for reason in found.reasons:
        console.print(Text(one_line(reason), "bold"))
