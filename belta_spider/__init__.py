"""BelTA's pages to records: fetch or replay, clean, and say where each line went.

In a notebook, without Scrapy:

>>> from belta_spider import clean, read
>>> articles = [clean(page).article for page in read("fixtures/de/000*.txt")]
>>> articles[0].dateline.raw
'MINSK, 3. April (BelTA) -'
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from belta_spider.cleaning import clean
    from belta_spider.output.revisions import records as articles
    from belta_spider.sources import pages as read
    from belta_spider.version import __version__

__all__ = ["__version__", "articles", "clean", "read"]


def __getattr__(name: str) -> Any:
    """Load the cleaner or the readers when they are first asked for: an import alone costs nothing."""
    if name == "clean":
        from belta_spider.cleaning import clean

        return clean
    if name == "read":
        from belta_spider.sources import pages

        return pages
    if name == "articles":
        from belta_spider.output.revisions import records

        return records
    if name == "__version__":
        from belta_spider.version import __version__

        return __version__
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
