"""Contracts for `scrapy check`, which need no network."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from scrapy.contracts import Contract


class Fixture(Contract):
    """`@fixture de/000.txt`: the page to check stands in fixtures/ of the working folder, as those of a crawl do."""

    name = "fixture"

    def adjust_request_args(self, args: dict[str, Any]) -> dict[str, Any]:
        args["url"] = Path("fixtures", self.args[0]).absolute().as_uri()
        return args
