"""Where each line went: the entries of the audit, as the file holds them."""

from __future__ import annotations

from dataclasses import fields
from operator import itemgetter
from typing import Any

import msgspec

from belta_spider.cleaning.draft import Cut
from belta_spider.items import DUPLICATE, Article, Removal

_DROP_TEXT = 200
_encode = msgspec.json.Encoder().encode
_encode_lines = msgspec.json.Encoder().encode_lines
# A Removal as msgspec has it: a page has dozens, and these are made and written in a fourth of the time.
_Entry: Any = msgspec.defstruct("_Entry", [(one.name, one.type) for one in fields(Removal)], gc=False)
_decode_removal = msgspec.json.Decoder(Removal).decode


def _encode_audit(article: Article, cuts: list[Cut]) -> bytes:
    source = article.source
    start = article.id, source.uri, source.record
    return _encode_lines([_Entry(*start, *cut) for cut in sorted(cuts, key=itemgetter(0, 1))])


def duplicate_entry(article: Article) -> bytes:
    """The audit's one entry for a later capture of an article that is held."""
    return _one_entry(article, article.id, DUPLICATE)


def leave_out(article: Article, reason: str) -> None:
    """Drop a finished article that the run was not asked for."""
    article.drop = reason
    article.audit = _one_entry(article, None, f"drop.{reason}")


def _one_entry(article: Article, identity: str | None, rule: str) -> bytes:
    source = article.source
    text = (article.title or article.text)[:_DROP_TEXT]
    return _encode(Removal(identity, source.uri, source.record, 1, 0, rule, None, text)) + b"\n"
