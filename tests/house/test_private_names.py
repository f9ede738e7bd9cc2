"""What we use of Scrapy and Twisted that they do not document: each name, who uses it, and what goes wrong without it.

A new release may change any of these without a word: then this test says which, before a crawl does.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import pytest
from pydispatch import dispatcher
from scrapy import crawler, signalmanager
from scrapy.commands import crawl as crawl_command
from scrapy.core import downloader, engine, scraper
from scrapy.core.downloader.handlers import http11
from scrapy.downloadermiddlewares import redirect, robotstxt
from scrapy.extensions import feedexport, throttle
from scrapy.utils import conf, log
from twisted.internet.base import ReactorBase
from twisted.web._newclient import HTTP11ClientProtocol, HTTPParser
from twisted.web.client import HTTPConnectionPool, _HTTP11ClientFactory


def source_of(thing: Any) -> str:
    return inspect.getsource(thing)


def parameters(function: Callable[..., Any]) -> list[str]:
    return list(inspect.signature(function).parameters)


NAMES: dict[str, tuple[str, Callable[[], bool]]] = {
    "AutoThrottle._response_downloaded(response, request, spider)": (
        "live/http/throttle.py sets a host's pause behind it: without it Retry-After is not heeded",
        lambda: parameters(throttle.AutoThrottle._response_downloaded)[1:] == ["response", "request", "spider"],
    ),
    "Downloader.slots, Downloader.get_slot_key": (
        "live/http/throttle.py keeps Crawl-delay in them: without them a host is asked too often",
        lambda: hasattr(downloader.Downloader, "get_slot_key") and "self.slots" in source_of(downloader.Downloader),
    ),
    "downloader.Slot: delay, lastseen, queue": (
        "live/http/throttle.py pauses a host by them",
        lambda: all(
            f"self.{name}" in source_of(downloader.Slot) or f"{name}:" in source_of(downloader.Slot)
            for name in ("delay", "lastseen", "queue")
        ),
    ),
    "ExecutionEngine._slot.closing": (
        "live/http/throttle.py lets go of paused requests by it: without it a stop waits for an hour's pause",
        lambda: "self._slot" in source_of(engine.ExecutionEngine) and "closing" in source_of(engine._Slot),
    ),
    "ExecutionEngine.needs_backout": (
        "replay/crawl.py ends by it: without it a signal does not stop a replay",
        lambda: hasattr(engine.ExecutionEngine, "needs_backout"),
    ),
    "RobotsTxtMiddleware.robot_parser(request), process_request_2(rp, request)": (
        "live/http/robots.py waits for one answer a host in them: without it robots.txt is read as allowing all",
        lambda: (
            inspect.iscoroutinefunction(robotstxt.RobotsTxtMiddleware.robot_parser)
            and parameters(robotstxt.RobotsTxtMiddleware.process_request_2)[1:3] == ["rp", "request"]
        ),
    ),
    "RedirectMiddleware._build_redirect_request(source_request, response, *, url)": (
        "live/http/guard.py leads redirects to a mirror by it",
        lambda: (
            parameters(redirect.RedirectMiddleware._build_redirect_request)[1:4]
            == ["source_request", "response", "url"]
        ),
    ),
    "HTTP11DownloadHandler._pool._factory": (
        "live/http/download.py limits heads by it: without it a head without an end fills the memory",
        lambda: (
            "self._pool" in source_of(http11.HTTP11DownloadHandler)
            and HTTPConnectionPool._factory is _HTTP11ClientFactory
        ),
    ),
    "HTTP11ClientProtocol._parser.state": (
        "live/http/download.py tells the head from the body by it",
        lambda: "self._parser" in source_of(HTTP11ClientProtocol) and "state" in source_of(HTTPParser),
    ),
    "reactor.installNameResolver": (
        "live/http/guard.py refuses private addresses by it",
        lambda: hasattr(ReactorBase, "installNameResolver"),
    ),
    "FeedExporter.slots, ._close_slot(slot, spider); FeedSlot.file, .start_exporting": (
        "extensions/feeds/ writes durably behind them",
        lambda: (
            parameters(feedexport.FeedExporter._close_slot)[1:] == ["slot", "spider"]
            and "self.slots" in source_of(feedexport.FeedExporter)
            and hasattr(feedexport.FeedSlot, "start_exporting")
            and "self.file" in source_of(feedexport.FeedSlot)
        ),
    ),
    "FeedExporter._start_new_batch(uri, feed_options, spider, uri_template), ._get_uri_params": (
        "extensions/feeds/ keeps the number of a part in an address by them",
        lambda: (
            {"uri", "feed_options", "spider", "uri_template"}
            <= set(parameters(feedexport.FeedExporter._start_new_batch))
            and "uri_template=uri" in source_of(feedexport.FeedExporter.open_spider)
            and parameters(feedexport.FeedExporter._get_uri_params)[1:3] == ["spider", "uri_params_function"]
        ),
    ),
    "SignalManager.send_catch_log_async(signal, **kwargs), .sender; pydispatch's receivers": (
        "extensions/plain_signals.py calls handlers plainly",
        lambda: (
            parameters(signalmanager.SignalManager.send_catch_log_async)[1:] == ["signal", "kwargs"]
            and "self.sender" in source_of(signalmanager.SignalManager)
            and hasattr(dispatcher, "getAllReceivers")
            and hasattr(dispatcher, "liveReceivers")
        ),
    ),
    "Crawler.signals may be replaced before the crawl": (
        "spiders/belta.py puts the plain signals there",
        lambda: (
            "self.signals" in source_of(crawler.Crawler)
            and "signals.send_catch_log_async" in source_of(scraper.Scraper)
        ),
    ),
    "get_scrapy_root_handler": (
        "extensions/logs.py makes each record one line by it",
        lambda: callable(log.get_scrapy_root_handler),
    ),
    "crawl.Command._create_crawler": (
        "commands/crawl.py asks it for the crawler, to read its stats at the end",
        lambda: hasattr(crawl_command.Command, "_create_crawler"),
    ),
    "build_component_list, Settings.get_component_priority_dict_with_base": (
        "pipelines.py tells by them whether pages may be cleaned ahead",
        lambda: callable(conf.build_component_list),
    ),
}


@pytest.mark.parametrize("name", NAMES)
def test_a_private_name_that_we_use_is_there(name: str) -> None:
    why, is_there = NAMES[name]
    try:
        found = is_there()
    except AttributeError as error:
        found, why = False, f"{why} ({error})"
    assert found, f"Scrapy or Twisted changed {name}: {why}. See CONTRIBUTING.md before the upper bound is raised."
