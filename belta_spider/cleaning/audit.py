"""Where each line went: the entries of the audit, and their bytes."""

from __future__ import annotations

from collections.abc import Iterable
from operator import attrgetter

import msgspec

from belta_spider.items import DUPLICATE, Article, Removal, Source

_QUOTED = 200
"""Characters of a dropped page that its one entry quotes (the contract)."""
_place = attrgetter("line", "column")
_encode_lines = msgspec.json.Encoder().encode_lines


def encode(removals: Iterable[Removal]) -> bytes:
    """Return the entries as the lines of a file."""
    return _encode_lines(removals)


def finish(removals: list[Removal], identity: str) -> None:
    """Put the entries of an article into the order of line and column, and its id into each."""
    removals.sort(key=_place)
    for removal in removals:
        removal.id = identity


def drop_entry(source: Source, reason: str, text: str) -> Removal:
    """Return the one entry of a page that is no article."""
    return Removal(None, source.uri, source.record, 1, 0, f"drop.{reason}", None, text[:_QUOTED])


def duplicate_entry(article: Article) -> Removal:
    """Return the one entry of a later capture of an article that is held."""
    source = article.source
    return Removal(article.id, source.uri, source.record, 1, 0, DUPLICATE, None, _start_of(article))


def outside_entry(article: Article, reason: str) -> Removal:
    """Return the one entry of an article that the run was not asked for."""
    return drop_entry(article.source, reason, _start_of(article))


def _start_of(article: Article) -> str:
    return (article.title or article.text)[:_QUOTED]
