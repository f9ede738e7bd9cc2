"""A page in, an article and its audit out: the only door to the cleaner.

Nothing here imports Scrapy, does I/O or keeps state: the same functions run in a pipeline,
in a process pool, in a notebook and on a cluster.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from belta_spider.cleaning import stages
from belta_spider.cleaning.draft import Draft, Reading
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
    "Reading",
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
    work = run(begin(page, options))
    return Cleaned(None if work.drop else work.article, work.audit, work.drop)


def begin(page: Page, options: Options = Options(), kind: type[Article] = Article) -> Reading:
    """Return the reading of a page, for an article of the class `kind`, that knows nothing else yet."""
    digest = hashlib.sha256(page.body).hexdigest()
    article = kind(source=Source(page.kind, page.uri, page.record, f"sha256:{digest}"))
    return Reading(
        article,
        page,
        options.known_editions,
        any_site=options.any_site,
        keep_audit=options.audit,
        asked_edition=options.edition,
    )


def run(reading: Reading) -> Reading | Draft:
    """Run all stages, up to the one that finds that the page is no article; return what the last one knew."""
    draft = stages.remove_chrome(reading)
    if draft is None:
        return reading
    for stage in (stages.read_header, stages.compose_body, stages.tell_language, stages.finish):
        if draft.drop:
            break
        stage(draft)
    return draft
