"""The item of Scrapy's pipelines: an article with the work on it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, cast

from belta_spider import cleaning
from belta_spider.cleaning import Draft, Options, Reading
from belta_spider.cleaning.audit import encode
from belta_spider.items import Article, Page, Removal
from belta_spider.sources.entries import Dropped
from belta_spider.sources.finishing import finish


class PageItem(Article):
    """An article on its way through the pipelines.

    ItemAdapter and the encoder see the record's fields alone: what stands here is no field of the dataclass.
    """

    work: Reading | Draft | None = None
    """What the stages know of the page; None once they are done."""
    audit: Sequence[Removal] | bytes = ()
    """Where each line went: entries, or the lines of the file where another process has written them."""
    drop: str | None = None
    """Why the page is no article, None where it is one."""
    revises: bool = False
    """Whether the output holds an earlier state of the article."""
    request: Any = None
    """Of a live crawl: what the page was asked for."""

    @classmethod
    def begun(cls, page: Page, options: Options) -> PageItem:
        """Return the item of a page that no stage has seen."""
        reading = cleaning.begin(page, options, cls)
        item = cast("PageItem", reading.article)
        item.work = reading
        return item

    @classmethod
    def finished(cls, entry: Page | Dropped, options: Options) -> PageItem:
        """Return the item of a page after all stages, or of a capture that its archive tells to be no article."""
        article, audit, drop = finish(entry, options, cls)
        item = cast("PageItem", article)
        item.audit, item.drop = audit, drop
        return item

    def advance(self, stage: Callable[[Any], Draft | None], takes: type[Reading | Draft]) -> None:
        """Run one stage, of what it takes; let the work go after the last one, or where the page is no article."""
        if self.work is None:
            return
        if not isinstance(self.work, takes):
            raise LookupError("the edition is not told yet: ChromePipeline comes first, and once")
        work = self.work = stage(self.work) or self.work
        if work.drop or (isinstance(work, Draft) and work.is_finished):
            self.settle(work)

    def settle(self, work: Reading | Draft) -> None:
        """Take what a page came to, and let the work go."""
        self.audit, self.drop, self.work = work.audit, work.drop, None

    @property
    def audit_lines(self) -> bytes:
        """The audit as the file holds it."""
        return self.audit if isinstance(self.audit, bytes) else encode(self.audit)
