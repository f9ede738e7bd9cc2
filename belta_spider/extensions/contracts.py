"""Contracts for `scrapy check`, which need no network."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from scrapy.contracts import Contract

_FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"


class Fixture(Contract):
    """`@fixture de/000.txt`: the page to check stands in fixtures/."""

    name = "fixture"

    def adjust_request_args(self, args: dict[str, Any]) -> dict[str, Any]:
        args["url"] = (_FIXTURES / self.args[0]).as_uri()
        return args
