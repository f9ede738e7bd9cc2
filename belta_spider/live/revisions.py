"""Which articles an output holds, and whether a new capture says anything else."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from belta_spider.output import reading
from belta_spider.output.revisions import Captures, content

__all__ = ["HeldArticle", "content", "newest"]


class HeldArticle(NamedTuple):
    """The newest record of an article."""

    url: str | None
    date_published: str | None
    captured_at: str | None
    content: bytes


def newest(path: Path, since: str) -> dict[str, HeldArticle]:
    """Return the articles published since that RFC 3339 time, by id, as their newest captures have them."""
    bad: list[reading.BadLine] = []  # whoever opened the file to write has reported it
    return {
        article.id: HeldArticle(article.url, article.date_published, article.captured_at, content(article))
        for article in Captures(path, bad).newest()
        if article.url and (article.date_published or "") >= since
    }
