"""What a run wants of its sources, and what becomes of it: the article and its audit, or why it is none. Pure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

import msgspec

from belta_spider import cleaning
from belta_spider.cleaning.markup.stopped import stops_short
from belta_spider.editions import addresses
from belta_spider.editions.addresses import is_of_the_site
from belta_spider.items import DUPLICATE, Article, Page, Removal, Source
from belta_spider.sources.entries import Dropped
from belta_spider.sources.place import OfTheSite

_COMPLETE = 2**40
"""More than any capture's time in seconds."""


class Finished(NamedTuple):
    """An article with what became of its page."""

    article: Article
    audit: list[Removal]
    drop: str | None
    """Why it is no article; None where it is one."""


def finish(entry: Page | Dropped, options: cleaning.Options, kind: type[Article] = Article) -> Finished:
    """Clean a page, or tell why a capture that its archive knows to be no article is none."""
    if not isinstance(entry, Page):
        return _dropped(entry, options, kind)
    draft = cleaning.run(cleaning.begin(entry, options, kind))
    return Finished(draft.article, draft.audit, draft.drop)


def _dropped(entry: Dropped, options: cleaning.Options, kind: type[Article]) -> Finished:
    """A capture that is no article, with its one entry of the audit."""
    article = kind(source=Source(entry.kind, entry.uri, entry.record, ""))
    address = addresses.parse(entry.url, options.known_editions)
    drop, identity = entry.reason, None
    if entry.reason == DUPLICATE and address is not None and address.id:
        rule, identity = DUPLICATE, address.id
    else:
        if entry.reason == DUPLICATE:
            drop = (address and address.drop) or "unknown_edition"
        rule = f"drop.{drop}"
    removal = Removal(identity, entry.uri, entry.record, 1, 0, rule, None, entry.text)
    return Finished(article, [removal] if options.audit else [], drop)


def is_cut(page: Page) -> bool:
    """Whether a page is no complete capture: any that is goes before it, wherever it stands."""
    return page.truncated or (page.is_html and stops_short(page.body))


def line_of(article: Article, others: Callable[[object], object] | None = None) -> bytes:
    """Return an article's line of articles.jsonl; `others` turns what JSON lacks into what it has.

    Raises:
        TypeError, ValueError: the article holds what JSON cannot.
    """
    return msgspec.json.encode(article, enc_hook=others) + b"\n"


def newness(article: Article) -> int:
    """How new a capture is, in seconds: any complete one is newer than those that were cut off."""
    seconds = int(datetime.fromisoformat(article.captured_at).timestamp()) if article.captured_at else 0
    return seconds if "truncated" in article.flags else seconds + _COMPLETE


def wanted_by(options: cleaning.Options) -> Callable[[str], bool]:
    """Whether an address is the site's, or on a host of a further edition; any, where the run asks for that."""
    if options.any_site:
        return bool
    hosts = options.editions.by_host if options.editions else {}
    return OfTheSite(tuple(f"//{host}/" for host in hosts if not is_of_the_site(f"https://{host}/")))
