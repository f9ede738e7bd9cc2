"""robots.txt as RFC 9309 reads it, where Protego reads it otherwise."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Self

from scrapy.robotstxt import ProtegoRobotParser

from belta_spider.settings import BOT_NAME

_AGENT = re.compile(r"user[- ]?agent\s*(?::|\s)\s*(.*)", re.IGNORECASE)
_TOKEN = re.compile(r"[A-Za-z_-]*")
"""Of a product's name: it ends at the first character that is none of these (RFC 9309, 2.2.1)."""
_EVERYBODY = re.compile(r"\*(?:\s|$)")
_KNOWN = re.compile(
    r"(?:dis+al+ow|disallaw|diasllow|allow|site-?maps?|host|crawl[- ]delay|request[- ]rate|visit[- ]time)\s*(?::|\s|$)",
    re.IGNORECASE,
)
"""The lines that Protego knows, with the misspellings that it takes."""
_OTHER = "!"
"""What makes a name one that is part of no other: Protego takes `spider` for a part of ours."""


class RobotsFile(ProtegoRobotParser):
    """Scrapy's parser, given what is meant: whole names of robots, and no line that nobody knows."""

    @classmethod
    def from_crawler(cls, crawler: Any, robotstxt_body: bytes) -> Self:
        text = robotstxt_body.decode("utf-8-sig", errors="ignore")
        return super().from_crawler(crawler, "\n".join(_meant(text)).encode())


def _meant(text: str) -> Iterator[str]:
    """Yield the lines that mean something; a line that nobody knows ends no group."""
    for line in text.splitlines():
        plain = line.partition("#")[0].strip()
        agent = _AGENT.match(plain)
        if agent:
            yield f"User-agent: {_robot(agent[1])}"
        elif _KNOWN.match(plain):
            yield plain


def _robot(value: str) -> str:
    """The name of a robot, without its version: ours, everybody's, or another's."""
    if _EVERYBODY.match(value):
        return "*"
    found = _TOKEN.match(value)
    token = found[0].lower() if found else ""
    return BOT_NAME if token == BOT_NAME else f"{token}{_OTHER}"
