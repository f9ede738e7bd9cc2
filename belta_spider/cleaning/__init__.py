"""A page in, an article and its audit out: the only door to the cleaner.

Nothing here imports Scrapy, does I/O or keeps state: the same functions run in a pipeline,
in a process pool, in a notebook and on a cluster.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from belta_spider.cleaning import stages
from belta_spider.cleaning.draft import Draft
from belta_spider.cleaning.stages import (
    compose_body,
    finish,
    producer,
    read_header,
    remove_chrome,
    tell_language,
)
from belta_spider.editions import Editions, load
from belta_spider.items import Article, Page, Removal, Source

__all__ = [
    "Cleaned",
    "Draft",
    "Options",
    "begin",
    "clean",
    "compose_body",
    "finish",
    "producer",
    "read_header",
    "remove_chrome",
    "run",
    "tell_language",
]


@dataclass(frozen=True, slots=True)
class Options:
    """What a run tells the cleaner."""

    edition: str | None = None
    """The edition of pages whose address does not tell it."""
    audit: bool = True
    editions: Editions | None = None
    """Other editions than the built-in ones."""
    any_site: bool = False
    """Clean pages of other sites too."""

    @property
    def known_editions(self) -> Editions:
        """The editions of the run, the built-in ones where it names no others."""
        return self.editions or load()


@dataclass(slots=True)
class Cleaned:
    """What became of a page: an article, or why it is none; and where each line went."""

    article: Article | None
    audit: list[Removal]
    dropped: str | None


def clean(page: Page, options: Options = Options()) -> Cleaned:
    """Clean one page: the article is None where the page is none, and `dropped` says why."""
    draft = run(begin(page, options))
    return Cleaned(None if draft.drop else draft.article, draft.audit, draft.drop)


def begin(page: Page, options: Options = Options(), kind: type[Article] = Article) -> Draft:
    """Return the draft of an article, of the class `kind`, that knows its page and nothing else yet."""
    digest = hashlib.sha256(page.body).hexdigest()
    article = kind(source=Source(page.kind, page.uri, page.record, f"sha256:{digest}"))
    return Draft(article, page, options.known_editions, options.edition, options.any_site, keep_audit=options.audit)


def run(draft: Draft) -> Draft:
    """Run all stages, up to the one that finds that the page is no article."""
    for stage in (
        stages.remove_chrome,
        stages.read_header,
        stages.compose_body,
        stages.tell_language,
        stages.finish,
    ):
        stage(draft)
        if draft.drop:
            break
    return draft
