"""Scrapy's settings for a replay."""

from __future__ import annotations

REPLAY = {
    # A replay talks to no network: nothing that could is loaded, which halves the start-up time.
    "DOWNLOADER_MIDDLEWARES_BASE": {},
    "SPIDER_MIDDLEWARES_BASE": {},
    "EXTENSIONS_BASE": {
        "scrapy.extensions.logcount.LogCount": 0,
        "scrapy.extensions.memusage.MemoryUsage": 0,
        "scrapy.extensions.closespider.CloseSpider": 0,
    },
    "DOWNLOAD_HANDLERS_BASE": {
        "data": "scrapy.core.downloader.handlers.datauri.DataURIDownloadHandler",
        "file": "scrapy.core.downloader.handlers.file.FileDownloadHandler",  # scrapy check, scrapy parse
    },
}
