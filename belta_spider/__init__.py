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
    from belta_spider.api import Article, Cleaned, Options, Page, Removal, SourceError, articles, clean, read
    from belta_spider.version import __version__

__all__ = [
    "Article",
    "Cleaned",
    "Options",
    "Page",
    "Removal",
    "SourceError",
    "__version__",
    "articles",
    "clean",
    "read",
]


def __getattr__(name: str) -> Any:
    """Load the cleaner and the readers when they are first asked for: an import alone costs nothing."""
    if name == "__version__":
        from belta_spider.version import __version__

        return __version__
    if name in __all__:
        from belta_spider import api

        return getattr(api, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    """The names that Tab shows, loaded or not."""
    return [*__all__, "arrow"]
