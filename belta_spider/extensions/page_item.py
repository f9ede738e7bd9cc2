"""The item of Scrapy's pipelines: an article with the work on it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, cast

from belta_spider import cleaning
from belta_spider.cleaning import Draft, Options
from belta_spider.cleaning.audit import encode
from belta_spider.items import Article, Page, Removal
from belta_spider.sources.entries import Dropped
from belta_spider.sources.finishing import finish


class PageItem(Article):
    """An article on its way through the pipelines.

    ItemAdapter and the encoder see the record's fields alone: what stands here is no field of the dataclass.
    """

    draft: Draft | None = None
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
        draft = cleaning.begin(page, options, cls)
        item = cast("PageItem", draft.article)
        item.draft = draft
        return item

    @classmethod
    def finished(cls, entry: Page | Dropped, options: Options) -> PageItem:
        """Return the item of a page after all stages, or of a capture that its archive tells to be no article."""
        article, audit, drop = finish(entry, options, cls)
        item = cast("PageItem", article)
        item.audit, item.drop = audit, drop
        return item

    def advance(self, stage: Callable[[Draft], None]) -> None:
        """Run one stage; let the draft go after the last one, or where the page is no article."""
        draft = self.draft
        if draft is None:
            return
        stage(draft)
        if draft.is_finished or draft.drop:
            self.settle(draft)

    def settle(self, draft: Draft) -> None:
        """Take what a draft came to, and let it go."""
        self.audit, self.drop, self.draft = draft.audit, draft.drop, None

    @property
    def audit_lines(self) -> bytes:
        """The audit as the file holds it."""
        return self.audit if isinstance(self.audit, bytes) else encode(self.audit)
