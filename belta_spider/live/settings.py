"""Scrapy's settings for a live crawl."""

from __future__ import annotations

from typing import Any

from belta_spider.live.arguments import LiveArguments
from belta_spider.settings import BOT_NAME
from belta_spider.sources import files
from belta_spider.version import __version__

LIVE = {
    # Only what a live crawl needs is loaded: no file, ftp, s3 and data handlers, cookies, proxies of the
    # environment, passwords, offsite rules and meta refreshes. Settings of the command line still add to these.
    "DOWNLOAD_HANDLERS_BASE": dict.fromkeys(("http", "https"), "belta_spider.live.http.download.Handler"),
    "DOWNLOADER_MIDDLEWARES_BASE": {
        "belta_spider.live.http.robots.Robots": 100,
        "belta_spider.live.http.robots.RobotsAnswer": 120,
        "scrapy.downloadermiddlewares.downloadtimeout.DownloadTimeoutMiddleware": 350,
        "scrapy.downloadermiddlewares.defaultheaders.DefaultHeadersMiddleware": 400,
        "scrapy.downloadermiddlewares.useragent.UserAgentMiddleware": 500,
        "scrapy.downloadermiddlewares.retry.RetryMiddleware": 550,
        "belta_spider.live.http.unpacking.Unpacking": 590,
        "belta_spider.live.http.guard.Redirects": 600,
        "belta_spider.live.http.warc.WarcMiddleware": 800,
        "scrapy.downloadermiddlewares.stats.DownloaderStats": 850,
        "belta_spider.live.http.guard.AddressGuard": 1000,
    },
    "SPIDER_MIDDLEWARES_BASE": {
        "scrapy.spidermiddlewares.start.StartSpiderMiddleware": 25,
        "scrapy.spidermiddlewares.referer.RefererMiddleware": 700,  # without it redirects warn
    },
    "EXTENSIONS_BASE": {
        "scrapy.extensions.logcount.LogCount": 0,
        "scrapy.extensions.memusage.MemoryUsage": 0,
        "scrapy.extensions.closespider.CloseSpider": 0,
        "belta_spider.live.http.throttle.Throttle": 0,
    },
    "REFERRER_POLICY": "no-referrer",
    # Default False: robots.txt is obeyed, and read for the name that operators know us by.
    "ROBOTSTXT_OBEY": True,
    "ROBOTSTXT_USER_AGENT": BOT_NAME,
    # Default Protego's, which compares names by their parts, versions included.
    "ROBOTSTXT_PARSER": "belta_spider.live.http.robots_file.RobotsFile",
    # Defaults 8 requests at a time to a host and no delay.
    "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
    "DOWNLOAD_DELAY": 3,
    # Default 0.5: half the delay asked for would do.
    "DOWNLOAD_DELAY_JITTER": 0,
    "AUTOTHROTTLE_ENABLED": True,
    # Default 5: begin with the delay itself.
    "AUTOTHROTTLE_START_DELAY": 0,
    # Default 2, which a busy minute uses up.
    "RETRY_TIMES": 4,
    # Default 20. RFC 9309, 2.3.1.2, asks for five, for robots.txt.
    "REDIRECT_MAX_TIMES": 5,
    # Default ERROR: what could not be fetched is counted and named as such.
    "RETRY_GIVE_UP_LOG_LEVEL": "DEBUG",
    # Default False.
    "DOWNLOAD_VERIFY_CERTIFICATES": True,
    # Default 180 s.
    "DOWNLOAD_TIMEOUT": 60,
    # Default 1 GiB, on the wire and again unpacked.
    "DOWNLOAD_MAXSIZE": files.PAGE_LIMIT,
    "DOWNLOAD_WARNSIZE": 0,
}


def settings_of(asked: LiveArguments, contact: str) -> dict[str, Any]:
    """Return the settings of a run: those of all live crawls, its bounds, and a user agent that says who asks."""
    return {
        **LIVE,
        # Default 16. More would wait in the downloader, where lists and articles are served as they came.
        "CONCURRENT_REQUESTS": len(asked.editions),
        "USER_AGENT": f"{BOT_NAME}/{__version__} (+{contact})",
        "CLOSESPIDER_PAGECOUNT": asked.max_pages,
        "CLOSESPIDER_TIMEOUT": asked.max_minutes * 60,
    }
