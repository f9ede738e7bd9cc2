"""Compare two outputs: which records changed, in what, and how many."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand

from belta_spider.commands._reading import ReadingCommand

if TYPE_CHECKING:
    from rich.console import Console

    from belta_spider.reporting.differences import Change, Totals

_CHANGED = 1  # the exit code that diff(1) has too


class Command(ReadingCommand, ScrapyCommand):
    """`scrapy diff`, for whoever changed the program or crawled again."""

    files = (2, 2)
    takes = "scrapy diff takes two files: scrapy diff old.jsonl new.jsonl"

    def syntax(self) -> str:
        return "OLD.jsonl NEW.jsonl"

    def short_desc(self) -> str:
        return "Show which records changed between two outputs, field by field"

    def long_desc(self) -> str:
        return (
            f"{self.short_desc()}, with totals. The producer is no change, nor is what tells of a capture where the "
            "captures are different ones. Exit code 1 if any record changed. "
            "Example: scrapy diff data/before.jsonl data/after.jsonl"
        )

    def read(self, args: list[str], opts: argparse.Namespace) -> None:
        from belta_spider.output import reading
        from belta_spider.reporting import differences, terminal

        old, new = map(reading.existing, args)
        console = terminal.console()
        totals = differences.Totals()
        for change in differences.compare(old, new, totals):
            _show(console, change)
        _sum(console, totals)
        if totals.kinds:
            self.exitcode = _CHANGED
        self.complain(totals.bad)


def _show(console: Console, change: Change) -> None:
    from rich.text import Text

    from belta_spider.reporting import terminal
    from belta_spider.text.printable import one_line

    capture = f" as of {one_line(change.capture)}" if change.capture else ""
    head = Text(f"{change.kind} {one_line(change.id)}{capture}  ", "bold")
    terminal.show(console, head, Text(one_line(change.title), "bold"))
    for one in change.differences:
        terminal.show_change(console, one.key, one.old, one.new)


def _sum(console: Console, totals: Totals) -> None:
    from rich.text import Text

    from belta_spider.reporting import terminal
    from belta_spider.text.printable import one_line

    kinds = ", ".join(f"{number} {kind}" for kind, number in sorted(totals.kinds.items()))
    console.print(Text(f"{totals.same} the same" + (f", {kinds}" if kinds else ""), "bold"))
    if totals.keys:
        keys = ", ".join(f"{one_line(key)} {number}" for key, number in totals.keys.most_common())
        terminal.show(console, Text("changed keys: "), Text(keys))
    for (old, new), number in totals.producers.most_common(5):
        console.print(Text(f"producer: {one_line(old)} -> {one_line(new)} ({number})"))
