"""Replay the fixtures and compare each with the expected record beside it."""

from __future__ import annotations

import argparse
import json
from typing import Any

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from belta_spider import golden, sources
from belta_spider.logs import one_line

_CHANGED = 1


class Command(ScrapyCommand):
    """`scrapy golden`, for whoever changes a rule."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        return "[--update] [EDITION]"

    def short_desc(self) -> str:
        return "Compare the fixtures with their expected records, field by field"

    def long_desc(self) -> str:
        return (
            f"{self.short_desc()}. With --update, rewrite the expected records for review with git diff. "
            "Exit code 1 if any differs. Example: scrapy golden --update de"
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--update", action="store_true", help="rewrite the expected records that differ")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if len(args) > 1:
            raise UsageError("scrapy golden takes one edition: scrapy golden de", print_help=False)
        folder = "/".join(["fixtures", *args])
        try:
            self._compare(folder, update=opts.update)
        except sources.SourceError as error:
            raise UsageError(one_line(error), print_help=False) from error

    def _compare(self, folder: str, *, update: bool) -> None:
        number = changed = 0
        for number, page in enumerate(golden.pages(folder), 1):  # noqa: B007 (counts)
            found = golden.outcome(page)
            rows = golden.differences(golden.expected(page), found)
            if rows:
                changed += 1
                _show(page.uri, rows)
                if update:
                    golden.write(page, found)
        print(f"{number} pages, {changed} {'rewritten' if update else 'differ'}")
        self.exitcode = _CHANGED if changed and not update else 0


def _show(uri: str, rows: list[tuple[str, Any, Any]]) -> None:
    print(uri)
    for name, before, after in rows:
        print(f"  {name}")
        for sign, value in (("-", before), ("+", after)):
            if value is not None:
                print(f"    {sign} {one_line(json.dumps(value, ensure_ascii=False))}")
