"""How often an archive is asked: paces of their own for index and captures, silence where it refuses."""

from __future__ import annotations

import asyncio
import time
from typing import Any, Self

from scrapy import signals
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request, Response

from belta_spider import stats_keys
from belta_spider.archives.limits import Paces
from belta_spider.live.http.closing import Closing
from belta_spider.live.http.robots import cause_of
from belta_spider.live.http.throttle import is_closing, retry_after
from belta_spider.text.printable import one_line

INDEX, CAPTURE = "index", "capture"
_TOO_MANY, _FORBIDDEN = 429, 403  # HTTP's status codes
_SILENCE = 60.0
"""Seconds after a first 429 or refused connection, doubled with each further one in a row: the Wayback Machine's
firewall shuts out for an hour who goes on asking for a minute."""
_REFUSALS = 3
"""In a row: then the run ends."""
_BACKOFF = 2.0
"""Seconds after a first failure of another kind, doubled likewise."""
_FAILURES = 10
"""In a row, of whatever kinds: then the run ends."""
_LONGEST = 3600.0  # seconds: an archive that asks for more is not worth the wait of a whole run
_LOOK_EVERY = 0.2  # seconds: a pause ends so soon after Ctrl-C


class Clock:
    """The time that pauses are measured in."""

    now = staticmethod(time.monotonic)
    sleep = staticmethod(asyncio.sleep)


class Pace:
    """When the next request may be sent; knows no Scrapy."""

    def __init__(self, paces: Paces, now: float):
        self.paces = {INDEX: paces.of_index, CAPTURE: paces.of_captures}
        self.refusals = 0
        """In a row: 429, or a refused connection."""
        self.failures = 0
        """In a row, of whatever kind."""
        self._ended = {INDEX: now - paces.of_index, CAPTURE: now - paces.of_captures}
        self._silent_until = now
        self._earlier = 0, 0
        """Refusals and failures before the last answer that looked like one."""

    def due(self, kind: str) -> float:
        """Return when a request of that kind may be sent."""
        least = min(self.paces.values())
        return max(self._silent_until, self._ended[kind] + self.paces[kind], max(self._ended.values()) + least)

    def slow_down(self, seconds: float) -> None:
        """Keep to a robots.txt's Crawl-delay."""
        self.paces = {kind: max(pace, seconds) for kind, pace in self.paces.items()}

    def came(self, kind: str, now: float) -> None:
        """Note an answer that looks like one."""
        self._ended[kind] = now
        self._earlier = self.refusals, self.failures
        self.refusals = self.failures = 0

    def was_none(self, kind: str, now: float) -> None:
        """Note that the last answer, which looked like one, was not what was asked for: a failure like any other."""
        self.refusals, self.failures = self._earlier
        self.failed(kind, now)

    def refused(self, kind: str, now: float, asked: float | None = None) -> None:
        """Note a 429, with the seconds of its Retry-After, or a connection that was refused."""
        self._ended[kind] = now
        pause = max(_SILENCE * 2**self.refusals, asked or 0.0)
        self.refusals += 1
        self._fail(now, pause)

    def denied(self, kind: str, now: float) -> None:
        """Note that a store refuses access, which no silence mends."""
        self._ended[kind] = now
        self.refusals += 1

    def failed(self, kind: str, now: float, asked: float | None = None) -> None:
        """Note another failure."""
        self._ended[kind] = now
        self._fail(now, _BACKOFF * 2**self.failures if asked is None else asked)

    def _fail(self, now: float, pause: float) -> None:
        self.failures += 1
        self._silent_until = max(self._silent_until, now + min(pause, _LONGEST))

    @property
    def is_over(self) -> bool:
        """Whether the archive has refused or failed so often that it is to be left alone."""
        return self.refusals >= _REFUSALS or self.failures >= _FAILURES


class Politeness:
    """Downloader middleware next to the guard: each request waits here until it is due."""

    def __init__(self, crawler: Any):
        self.crawler = crawler
        self.crawl = crawler.spider.live
        self.clock = Clock()
        self.repeated = {int(status) for status in crawler.settings.getlist("RETRY_HTTP_CODES")}
        self.pace = Pace(self.crawl.paces, self.clock.now())
        crawler.signals.connect(self._robots_parsed, signals.robots_parsed)

    @classmethod
    def from_crawler(cls, crawler: Any) -> Self:
        return cls(crawler)

    def _robots_parsed(self, robotparser: Any) -> None:
        delay = robotparser.crawl_delay(self.crawler.settings["ROBOTSTXT_USER_AGENT"])
        self.pace.slow_down(min(float(delay or 0), 600.0))

    async def process_request(self, request: Request) -> None:
        """Wait; a run that is ending sends nothing more."""
        while True:
            if self.pace.is_over or is_closing(self.crawler.engine):
                raise Closing("the run is ending")
            left = self.pace.due(_kind(request)) - self.clock.now()
            if left <= 0:
                return
            await self.clock.sleep(min(left, _LOOK_EVERY))

    def process_response(self, request: Request, response: Response) -> Response:
        kind, now = _kind(request), self.clock.now()
        if request.url.startswith("s3:") and response.status == _FORBIDDEN:
            self.pace.denied(kind, now)
            words = response.body.decode("utf-8", "replace")
            self._after_failure(f"access denied, check the credentials ({one_line(words)})")
        elif is_of_the_archive(response) and (response.status == _TOO_MANY or _is_shut_out(request, response)):
            self.pace.refused(kind, now, retry_after(response))
            self._after_failure(f"HTTP {response.status}")
        elif is_of_the_archive(response) and response.status in self.repeated:
            self.pace.failed(kind, now, retry_after(response))
            self._after_failure(f"HTTP {response.status}")
        else:
            self.pace.came(kind, now)
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        if isinstance(exception, IgnoreRequest):
            return
        cause = cause_of(exception)
        note = self.pace.refused if cause == "connection refused" else self.pace.failed
        note(_kind(request), self.clock.now())
        self._after_failure(cause)

    def not_meant(self, request: Request, cause: str) -> None:
        """Note an answer that looked like one, and is not what was asked for."""
        self.pace.was_none(_kind(request), self.clock.now())
        self._after_failure(cause)

    def _after_failure(self, cause: str) -> None:
        self.crawler.stats.inc_value(stats_keys.PAUSES)
        if self.pace.is_over:
            number = _REFUSALS if self.pace.refusals >= _REFUSALS else _FAILURES
            self.crawl.give_up(cause, number)


def is_of_the_archive(response: Response) -> bool:
    """Whether an answer is the archive's own; one that it replays bears the time of its capture (RFC 7089, 2.1.1)."""
    return "Memento-Datetime" not in response.headers


def _is_shut_out(request: Request, response: Response) -> bool:
    """Whether an index or a store of files says 403, as Common Crawl's do to who asks too often; of a capture that is
    replayed it means that this one is not shown.
    """
    is_replay = _kind(request) == CAPTURE and "Range" not in request.headers
    return response.status == _FORBIDDEN and "of_archive" in request.meta and not is_replay


def _kind(request: Request) -> str:
    return str(request.meta.get("of_archive", INDEX))
