"""Which articles an output holds, and whether a new capture says anything else."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from belta_spider.items import Article
from belta_spider.output.revisions import ALL, Captures, content

__all__ = ["HeldArticle", "content", "newest"]


class HeldArticle(NamedTuple):
    """The newest record of an article."""

    url: str | None
    date_published: str | None
    captured_at: str | None
    content: bytes


def newest(path: Path, since: str) -> dict[str, HeldArticle]:
    """Return the articles that were published since that RFC 3339 time, by id, as their newest captures have them.

    An article is as young as any of its captures says, since a date may be corrected, or missing for an hour; one
    that states none is as young as its first capture.
    """
    captures = Captures(path, [])  # whoever opened the file to write has reported what is damaged
    young = {article.id for article in captures.of(ALL) if _is_young(article, since)}
    return {
        article.id: HeldArticle(article.url, article.date_published, article.captured_at, content(article))
        for article in captures.newest()
        if article.url and article.id in young
    }


def _is_young(article: Article, since: str) -> bool:
    """Whether a capture states a day since then; without a date its own time counts, in whatever zone."""
    if article.date_published:
        return article.date_published >= since
    if not article.captured_at:
        return False
    return datetime.fromisoformat(article.captured_at) >= datetime.fromisoformat(since)
