"""Show each line of a page beside the rule that took it, or the field it went to."""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.text import Text
from scrapy.commands import ScrapyCommand

from belta_spider import sources
from belta_spider.cleaning import Options, explain
from belta_spider.commands._options import wrong
from belta_spider.commands._reading import UNREAD, ReadingCommand
from belta_spider.editions import Editions, addresses
from belta_spider.items import Article
from belta_spider.output import reading
from belta_spider.output.beside import LINE_SUFFIXES, PACKED_SUFFIXES, articles_of
from belta_spider.reporting import terminal
from belta_spider.text.printable import one_line

_STYLES = {
    explain.KEPT: "",
    explain.FIELD: "green",
    explain.BOILERPLATE: "dim",
    explain.UNKNOWN: "bold red",
    explain.DOUBTFUL: "bold yellow",
}
_LINES = tuple(f"{suffix}{packed}" for suffix in LINE_SUFFIXES for packed in PACKED_SUFFIXES)
_FETCHED = frozenset({"live", "archive"})
_MARKS = {explain.UNKNOWN: "?", explain.DOUBTFUL: "?"}


class Command(ReadingCommand, ScrapyCommand):
    """`scrapy explain`, for whoever wonders where a line went."""

    files = (1, 1_000_000)
    takes = "scrapy explain takes a file: scrapy explain page.txt"

    def syntax(self) -> str:
        return "[--edition EDITION] [--url URL] [--record RECORD] [--id ID] FILE ..."

    def short_desc(self) -> str:
        return "Show what took each line of a page"

    def long_desc(self) -> str:
        return (
            f"{self.short_desc()}: its rule, the field it went to, or text. A line near the top or the end "
            "that no rule knows is marked with a question mark, and so is a title that is a section's name. Of a file "
            "with many pages --url, --record (or a page's number) and --id choose; with --id the file may be an output "
            "too. Example: scrapy explain fixtures/de/page.txt"
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--edition", help="the edition of a page whose address does not tell it")
        parser.add_argument("--url", help="the page of this address alone, in any spelling")
        parser.add_argument("--record", help="the page of this record, row or member alone, or of this number")
        parser.add_argument("--id", help="the page of this article alone; FILE may be the output that holds it")

    def read(self, args: list[str], opts: argparse.Namespace) -> None:
        editions = self.editions()
        if opts.edition and opts.edition not in editions.by_code:
            known = " ".join(editions.by_code)
            raise wrong(f"unknown edition: {opts.edition} (known: {known})")
        for path in map(Path, args):
            told = articles_of(path)
            if told and path.is_file():
                raise wrong(f"{path}: is the {told[0]} beside {told[1]}, and no page")
        options = Options(edition=opts.edition, editions=editions)
        self._explain_all(args, opts, options)

    def _explain_all(self, args: list[str], opts: argparse.Namespace, options: Options) -> None:
        """Show the pages that are asked for.

        Raises:
            UsageError: there is none.
        """
        console = terminal.console()
        titles: Counter[str] = Counter()
        shown = 0
        source, asked = _asked_for(args, opts)
        for number, page in enumerate(sources.read(source), 1):
            if isinstance(page, sources.Unread):
                self.exitcode = UNREAD
                console.print(Text(f"cannot read {one_line(page.uri)}: {one_line(page.detail)}", "bold red"))
                continue
            explained = explain.explain(page, options)
            if asked.fits(number, page, explained.article, options):
                shown += 1
                titles[explained.article.title or ""] += 1
                _show(console, number, page, explained)
        if asked.words and not shown:
            raise wrong(f"no page of {source} has {asked.words}")
        for title, count in titles.most_common():
            if title and count > 1:
                words = f"? a title on {count} of {shown} pages: {one_line(title)}"
                console.print(Text(words, _STYLES[explain.DOUBTFUL]))


class _Asked(NamedTuple):
    """Which pages of a source are to be shown: nothing means all."""

    url: str | None
    record: str | None
    id: str | None

    @property
    def words(self) -> str:
        given = self._asdict().items()
        return " ".join(f"--{name} {one_line(value)}" for name, value in given if value)

    def fits(self, number: int, page: sources.Page, article: Article, options: Options) -> bool:
        """Whether a page is asked for."""
        if self.record and self.record not in {page.record, str(number)}:
            return False
        if self.id and self.id != article.id:
            return False
        known = options.known_editions
        return not self.url or _canonical(self.url, known) in {
            _canonical(url, known) for url in (page.url, article.url) if url
        }


def _canonical(url: str, editions: Editions) -> str:
    address = addresses.parse(url, editions)
    return address.url if address else url


def _asked_for(args: list[str], opts: argparse.Namespace) -> tuple[str, _Asked]:
    """Return what is read, and what of it is shown: of an output, the page that its article came from.

    Raises:
        UsageError: the output lacks the article, or the page was fetched and stands in no file.
    """
    found = _held(Path(args[0]), opts.id) if opts.id and len(args) == 1 else None
    if found is None:
        return ",".join(args), _Asked(opts.url, opts.record, opts.id)
    if found.source.kind in _FETCHED:
        raise wrong(
            f"{opts.id} was fetched from {found.source.uri}, and its page is in no file here: "
            "-s BELTA_WARC_DIR=captures keeps pages, then scrapy explain captures/ --id ID"
        )
    return found.source.uri, _Asked(None, found.source.record, None if found.source.record else opts.id)


def _held(path: Path, identity: str) -> Article | None:
    """The record of an article, where a file holds records.

    Raises:
        UsageError: it holds others alone.
    """
    if not path.is_file() or not path.name.endswith(_LINES):
        return None
    one = None
    for one in reading.articles(path, []):
        if one.id and one.id == identity:
            return one
    if one and one.id:
        raise wrong(f"{path}: no article {identity} in it")
    return None


def _show(console: Console, number: int, page: sources.Page, explained: explain.Explained) -> None:
    parts = (str(number) if page.record else None, page.uri, page.record, page.url)
    console.print(Text("  ".join(one_line(part) for part in parts if part), "bold"))
    rows, verdict, _ = explained
    width = max((len(row.label) for row in rows), default=0)
    for row in rows:
        style = _STYLES[row.kind]
        head = f"{row.line:>5} {_MARKS.get(row.kind, ' ')} {row.label:<{width}}  "
        terminal.show(console, Text(head, style), Text(row.text, style))
    console.print(Text(verdict, "bold"))
