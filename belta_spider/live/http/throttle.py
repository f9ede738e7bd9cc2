"""How often a host is asked, and for what: robots.txt, Crawl-delay, Retry-After, back-off."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from email.utils import parsedate_to_datetime
from typing import Any

from scrapy import signals
from scrapy.extensions.throttle import AutoThrottle
from scrapy.http import Request, Response
from twisted.python.failure import Failure

from belta_spider import stats_keys
from belta_spider.live.http.closing import Closing

logger = logging.getLogger(__name__)

_BACKOFF = 2.0  # seconds before the first new attempt; doubled with each failure in a row
_LONGEST_PAUSE = 3600.0  # seconds: a Retry-After of days would hold a run for ever
_LONGEST_DELAY = 600.0  # seconds: a Crawl-delay of more would hold it likewise
_LEAST_DELAY = 0.001  # Scrapy looks at pauses only where there is a delay
_WATCH_EVERY = 0.1  # seconds: a pause is begun so soon after an answer asked for it


class Throttle(AutoThrottle):
    """AutoThrottle that counts delays from the end of a request, never goes below the site's
    Crawl-delay, and pauses a host that asks for it or fails.
    """

    def __init__(self, crawler: Any):
        super().__init__(crawler)
        self.floors: dict[str, float] = {}
        self.failures: dict[str, int] = {}
        self.agent = crawler.settings["ROBOTSTXT_USER_AGENT"]
        self.repeated = {int(status) for status in crawler.settings.getlist("RETRY_HTTP_CODES")}
        self.watch: asyncio.Future[None] | None = None
        crawler.signals.connect(self._robots_parsed, signals.robots_parsed)
        crawler.signals.connect(self._request_reached, signals.request_reached_downloader)
        crawler.signals.connect(self._engine_started, signals.engine_started)

    def _slot(self, request: Request) -> Any:
        downloader = self.crawler.engine.downloader
        return downloader.slots.get(downloader.get_slot_key(request))

    def _robots_parsed(self, robotparser: Any, request: Request) -> None:
        delay = robotparser.crawl_delay(self.agent)
        if delay:
            key = self.crawler.engine.downloader.get_slot_key(request)
            self.floors[key] = max(self.floors.get(key, 0.0), min(float(delay), _LONGEST_DELAY))

    def _request_reached(self, request: Request) -> None:
        """Scrapy forgets slots that had nothing to do for a minute: their delay is set anew."""
        self._apply_floor(request.meta["download_slot"], self._slot(request))

    def _apply_floor(self, key: str, slot: Any) -> None:
        slot.delay = max(slot.delay, self.floors.get(key, 0.0), _LEAST_DELAY)

    def _response_downloaded(self, response: Response, request: Request, spider: Any) -> None:
        super()._response_downloaded(response, request, spider)
        key, slot = request.meta["download_slot"], self._slot(request)
        self._apply_floor(key, slot)
        slot.lastseen = time.monotonic()
        if response.status in self.repeated:
            self._pause(key, slot, retry_after(response))
        else:
            self.failures.pop(key, None)

    def failed(self, request: Request) -> None:
        """Note that a request brought no answer."""
        slot = self._slot(request)
        slot.lastseen = time.monotonic()
        self._pause(request.meta["download_slot"], slot, None)

    def _pause(self, key: str, slot: Any, asked: float | None) -> None:
        """Ask the host nothing for as long as it said, else twice as long as the last time, with jitter."""
        failures = self.failures[key] = self.failures.get(key, 0) + 1
        backoff = _BACKOFF * 2 ** (failures - 1) * random.uniform(1, 1.5)  # noqa: S311 (no secret)
        seconds = min(backoff if asked is None else asked, _LONGEST_PAUSE)
        slot.lastseen = max(slot.lastseen, time.monotonic() + seconds - slot.delay)
        self.crawler.stats.inc_value(stats_keys.PAUSES)

    def _engine_started(self) -> None:
        self.watch = asyncio.ensure_future(self._let_go_when_closing())

    async def _let_go_when_closing(self) -> None:
        """Scrapy waits for each request in a paused host's queue before it closes: end them instead."""
        engine = self.crawler.engine
        while engine.spider is not None or engine.running:
            if is_closing(engine):
                for queue in [one.queue for one in engine.downloader.slots.values()]:
                    while queue:
                        queue.popleft()[1].errback(Failure(Closing("the run is ending")))
            await asyncio.sleep(_WATCH_EVERY)


def is_closing(engine: Any) -> bool:
    """Whether the run is ending."""
    slot = engine._slot  # noqa: SLF001 (nothing public tells that a spider is closing)
    return slot is not None and slot.closing is not None


def retry_after(response: Response) -> float | None:
    """The seconds that a Retry-After header asks for, None where there is none (RFC 9110, 10.2.3)."""
    value = (response.headers.get("Retry-After") or b"").decode("latin-1").strip()
    if value.isascii() and value.isdigit():
        return float(value[:9])
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - time.time())
    except (TypeError, ValueError, OverflowError):
        return None
