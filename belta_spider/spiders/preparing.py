"""Scrapy set for what a run is asked for: a replay, a live crawl, an archive, or to say only what it would do."""

from __future__ import annotations

from typing import Any

from belta_spider.extensions.known_settings import local_outputs
from belta_spider.extensions.plain_signals import Signals
from belta_spider.extensions.plan import Plan
from belta_spider.live import arguments as live_arguments
from belta_spider.live.settings import settings_of
from belta_spider.pipelines import begin_with_the_stages
from belta_spider.replay.settings import REPLAY
from belta_spider.spiders import arguments


def prepare(spider: Any, kind: str, settings: Any) -> None:
    """Set Scrapy for a run over that kind of source.

    Raises:
        UsageError: something is wrong: says what, and what it may be.
    """
    if arguments.is_dry(spider.given.others.get("dry_run", "0")):
        spider.plan = Plan(spider.crawler, [path for path in local_outputs(settings) if path.is_file()])
        settings.set("FEEDS", {}, priority="cmdline")
        settings.set("BELTA_WARC_DIR", None, priority="cmdline")
        settings.set("BELTA_MIN_ARTICLES", 0, priority="cmdline")  # there are none
    if kind == arguments.LIVE:
        _prepare_live(spider, settings)
    elif kind == arguments.ARCHIVE:
        _prepare_archive(spider, settings)
    else:
        _prepare_replay(spider, settings)


def _prepare_replay(spider: Any, settings: Any) -> None:
    settings.setdict(REPLAY, priority="spider")
    # Handlers that are connected already hang on the crawler, and stay.
    spider.crawler.signals = Signals(spider.crawler)


def _prepare_live(spider: Any, settings: Any) -> None:
    """Check what a live crawl is asked for, and say in its user agent who asks."""
    given = {"editions": spider.given.edition, **spider.given.of_live}
    with arguments.wrong_use(ValueError, TypeError):
        contact = live_arguments.check_contact(settings["BELTA_CONTACT"])
        bases = settings.getdict("BELTA_BASE_URLS")
        asked = live_arguments.read(given, spider.options.known_editions, bases, arguments.today())
    settings.setdict(settings_of(asked, contact), priority="spider")
    from belta_spider.live.crawl import LiveCrawl  # a replay does not pay for it

    spider.fetches = True
    spider.live = LiveCrawl(spider.crawler, asked, spider.options, cleans_ahead=begin_with_the_stages(settings))


def _prepare_archive(spider: Any, settings: Any) -> None:
    """Check what is asked of an archive, and say in the user agent who asks; of files here, set a replay."""
    asked = arguments.of_archive(spider.source, spider.given, spider.captures, spider.options.known_editions, settings)
    if asked.folder is not None:
        spider.reader = arguments.records_of(asked, spider.options)
        _prepare_replay(spider, settings)
        return
    from belta_spider.archives import s3
    from belta_spider.archives import settings as archive_settings
    from belta_spider.archives.crawl import ArchiveCrawl

    with arguments.wrong_use(ValueError, TypeError):
        contact = live_arguments.check_contact(settings["BELTA_CONTACT"], "a run over an archive")
        s3.check(asked.base)
        paces = asked.paces(archive_settings.delay_asked(settings))
    archive_settings.bring(settings, asked, contact)
    spider.fetches = True
    cleans_ahead = begin_with_the_stages(settings)
    spider.live = ArchiveCrawl(spider.crawler, asked, paces, spider.options, cleans_ahead=cleans_ahead)
