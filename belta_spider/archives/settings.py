"""Scrapy's settings for a run over an archive."""

from __future__ import annotations

from typing import Any

from belta_spider.archives.arguments import ArchiveArguments
from belta_spider.live.settings import LIVE
from belta_spider.settings import BOT_NAME
from belta_spider.version import __version__

_INDEX_LIMIT = 64 * 2**20
"""Bytes of an answer: pages of an index have some MB, lists of a server that cannot divide them some 50."""
ARCHIVE: dict[str, Any] = LIVE | {
    "DOWNLOAD_HANDLERS_BASE": {
        **dict.fromkeys(("http", "https"), "belta_spider.live.http.download.Handler"),
        "s3": "belta_spider.archives.s3.Handler",
    },
    # Bodies are kept as they came: what reads the WARC record made of them unpacks them.
    "DOWNLOADER_MIDDLEWARES_BASE": {
        "belta_spider.live.http.robots.Robots": 100,
        "belta_spider.live.http.robots.RobotsAnswer": 120,
        "scrapy.downloadermiddlewares.downloadtimeout.DownloadTimeoutMiddleware": 350,
        "scrapy.downloadermiddlewares.useragent.UserAgentMiddleware": 500,
        "belta_spider.archives.http.Retry": 550,
        "belta_spider.live.http.guard.Redirects": 600,
        "scrapy.downloadermiddlewares.stats.DownloaderStats": 850,
        "belta_spider.archives.pace.Politeness": 900,
        "belta_spider.live.http.guard.AddressGuard": 1000,
    },
    "EXTENSIONS_BASE": {
        "scrapy.extensions.logcount.LogCount": 0,
        "scrapy.extensions.memusage.MemoryUsage": 0,
        "scrapy.extensions.closespider.CloseSpider": 0,
    },
    # Archives are slow: what they hold is on disks far apart.
    "DOWNLOAD_TIMEOUT": 120,
    "DOWNLOAD_MAXSIZE": _INDEX_LIMIT,
    # What comes again comes before what is new: one article is dealt with after the other.
    "RETRY_PRIORITY_ADJUST": 0,
}
_FIXED = {
    # One connection, and no delays but ours.
    "CONCURRENT_REQUESTS": 1,
    "DOWNLOAD_DELAY": 0,
    "AUTOTHROTTLE_ENABLED": False,
}


def bring(settings: Any, asked: ArchiveArguments, contact: str) -> None:
    """Set Scrapy for a run over an archive."""
    bounds = {
        "USER_AGENT": f"{BOT_NAME}/{__version__} (+{contact})",
        "ROBOTSTXT_OBEY": settings.getbool("BELTA_ARCHIVE_ROBOTS"),
        "CLOSESPIDER_PAGECOUNT": asked.scope.max_pages,
        "CLOSESPIDER_TIMEOUT": asked.scope.max_minutes * 60,
    }
    settings.setdict(ARCHIVE | bounds, priority="spider")
    settings.setdict(_FIXED, priority="cmdline")


def delay_asked(settings: Any) -> float | None:
    """Return the delay that the user names, in seconds; None where nobody did.

    Raises:
        ValueError: it is none.
    """
    if not settings.getpriority("DOWNLOAD_DELAY"):
        return None
    try:
        seconds = settings.getfloat("DOWNLOAD_DELAY")
    except (TypeError, ValueError):
        seconds = -1.0
    if not 0 <= seconds < 1e6:
        raise ValueError(f"DOWNLOAD_DELAY={settings['DOWNLOAD_DELAY']}: no number of seconds")
    return float(seconds)
