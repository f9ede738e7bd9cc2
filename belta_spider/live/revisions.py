"""Which articles an output holds, and whether a new capture says anything else."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import NamedTuple

import msgspec

from belta_spider.items import Article
from belta_spider.output.reading import opened

_OF_THE_CAPTURE = frozenset({"captured_at", "captured_on", "weather", "source", "provenance", "flags", "producer"})
_CONTENT = tuple(name for name in Article.__dataclass_fields__ if name not in _OF_THE_CAPTURE)
_decode = msgspec.json.Decoder(Article).decode


class HeldArticle(NamedTuple):
    """The newest record of an article."""

    url: str | None
    date_published: str | None
    captured_at: str | None
    content: bytes


def content(article: Article) -> bytes:
    """Return a digest of what the article says, whenever it was captured."""
    values = [getattr(article, name) for name in _CONTENT]
    return hashlib.blake2b(msgspec.json.encode(values), digest_size=16).digest()


def newest(path: Path, since: str) -> dict[str, HeldArticle]:
    """Return the articles published since that RFC 3339 time, by id; later records stand for earlier ones."""
    held = {}
    with opened(path) as file:
        for line in file:
            try:
                article = _decode(line)
            except (msgspec.DecodeError, UnicodeDecodeError):
                continue  # whoever opened the file to write has reported it
            if article.url and (article.date_published or "") >= since:
                held[article.id] = HeldArticle(
                    article.url, article.date_published, article.captured_at, content(article)
                )
    return held
