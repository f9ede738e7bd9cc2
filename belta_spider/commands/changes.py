"""Say what is new, what was edited and how, and what is gone."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand

from belta_spider.commands._options import wrong
from belta_spider.commands._reading import ReadingCommand

if TYPE_CHECKING:
    from rich.console import Console

    from belta_spider.changes.collect import Changes
    from belta_spider.changes.edits import Edit

_USE = "scrapy changes takes one file: scrapy changes corpus.jsonl --since 1d"
_CONTEXT = 60
"""Letters of unchanged text that are shown on either side of a change."""
_SIGNS = {"gone": ("red", "[-", "-]"), "added": ("green", "{+", "+}")}


class Command(ReadingCommand, ScrapyCommand):
    """`scrapy changes`, for whoever watches the site."""

    takes = _USE

    def syntax(self) -> str:
        return "[ARTICLES.jsonl] [--since 1d] [--editions de] [--to X.json|X.xml|-]"

    def short_desc(self) -> str:
        return "Say which articles are new, which were edited and how, and which are gone"

    def long_desc(self) -> str:
        return (
            f"{self.short_desc()}, from the captures that an output holds of each (a crawl with -a refresh adds "
            "them) and from what visits noted beside it. Default: data/articles.jsonl, on the terminal. "
            "Example: scrapy changes articles.jsonl --since 1d --to changes.xml"
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--since", metavar="SPAN", help="changes seen since: 1d, 12h, 2w, or a day (default: all)")
        parser.add_argument("--editions", metavar="CODES", default="", help="of these editions alone: de,en")
        parser.add_argument("--to", metavar="TARGET", help="X.json, X.xml (an Atom feed), or - (JSON)")

    def read(self, args: list[str], opts: argparse.Namespace) -> None:
        from belta_spider.changes.collect import collect, moment_of
        from belta_spider.output import reading
        from belta_spider.output.beside import beside
        from belta_spider.output.targets import check_file

        if opts.to and opts.to != "-" and Path(opts.to).suffix not in {".json", ".xml"}:
            raise wrong(f"--to {opts.to}: the name must end in .json or .xml, or be -")
        try:
            since = moment_of(opts.since, datetime.now(UTC)) if opts.since else None
        except ValueError as error:
            raise wrong(error) from error
        path = reading.existing(args[0] if args else None)
        if opts.to and opts.to != "-":
            check_file(Path(opts.to), [path])
        visits = beside(path, "visits.jsonl")
        bad: list[reading.BadLine] = []
        found = collect(path, visits, self.editions(), since=since, chosen=self._chosen(opts.editions), bad=bad)
        self._hand_out(found, path.name, opts.to)
        self.complain(bad)

    def _chosen(self, codes: str) -> list[str]:
        chosen = [code.strip() for code in codes.split(",") if code.strip()]
        known = self.editions().by_code
        for code in chosen:
            if code not in known:
                raise wrong(f"unknown edition: {code} (known: {' '.join(known)})")
        return chosen

    def _hand_out(self, found: Changes, name: str, target: str | None) -> None:
        if target is None:
            _show(found)
            return
        made = _feed(found, name) if target.endswith(".xml") else _json(found)
        if target == "-":
            sys.stdout.write(made.decode())
            return
        from belta_spider.output.replacing import replaced

        with replaced(Path(target)) as new:
            new.write_bytes(made)
        print(f"{_counts(found)}, in {target}")


def _feed(found: Changes, name: str) -> bytes:
    from belta_spider.changes.atom import feed

    return feed(found, name)


def _json(found: Changes) -> bytes:
    import msgspec

    counts = {
        "articles": found.articles,
        "captures": found.captures,
        "new": len(found.new),
        "edited": len(found.edited),
        "silent": found.silent,
        "gone": len(found.gone),
        "kinds": dict(sorted(found.kinds.items())),
    }
    made = {"since": found.since, "counts": counts, "new": found.new, "edited": found.edited, "gone": found.gone}
    return msgspec.json.format(msgspec.json.encode(made), indent=1) + b"\n"


def _counts(found: Changes) -> str:
    return f"{len(found.new)} new, {len(found.edited)} edited ({found.silent} silently), {len(found.gone)} gone"


def _show(found: Changes) -> None:
    from rich.text import Text

    from belta_spider.reporting import terminal
    from belta_spider.text.printable import one_line

    console = terminal.console()
    for edit in found.edited:
        _show_edit(console, edit)
    for gone in found.gone:
        terminal.show(
            console, Text(f"gone ({one_line(gone.why)}) {one_line(gone.id)}  ", "bold"), Text(one_line(gone.title))
        )
    if found.since:
        for new in found.new:
            terminal.show(console, Text(f"new {one_line(new.id)}  ", "bold"), Text(one_line(new.title)))
    console.print(Text(f"{found.articles} articles in {found.captures} captures: {_counts(found)}", "bold"))
    if found.kinds:
        console.print(Text(", ".join(f"{kind} {number}" for kind, number in found.kinds.most_common())))


def _show_edit(console: Console, edit: Edit) -> None:
    from rich.text import Text

    from belta_spider.reporting import terminal
    from belta_spider.text.printable import one_line

    silent = ", silent" if edit.silent else ""
    head = Text(f"edited {one_line(edit.id)} ({', '.join(edit.kinds)}{silent})  ", "bold")
    terminal.show(console, head, Text(one_line(edit.title), "bold"))
    seen = f"  seen from {edit.after.first} on; before from {edit.before.first} to {edit.before.last}"
    console.print(Text(one_line(seen), "dim"))
    for one in edit.differences:
        row = Text(f"    {one.field}: ", "cyan")
        terminal.show(console, row, Text.assemble(*(_piece(sign, text) for sign, text in one.pieces)))


def _piece(sign: str, text: str) -> tuple[str, str]:
    from belta_spider.text.printable import one_line

    if sign in _SIGNS:
        style, start, end = _SIGNS[sign]
        return f"{start}{one_line(text, len(text) + 1)}{end}", style
    plain = text if text.isspace() else one_line(text, len(text) + 1)
    start, end = " " * text.startswith(" "), " " * text.endswith(" ")
    if len(plain) > 2 * _CONTEXT:
        plain = f"{plain[:_CONTEXT].rstrip()} … {plain[-_CONTEXT:].lstrip()}"
    return f"{start}{plain.strip()}{end}", ""
