"""What robots.txt allows, and what an answer for it means."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from typing import Any

from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request, Response, TextResponse
from scrapy.utils.httpobj import urlparse_cached

from belta_spider import stats_keys
from belta_spider.live.http.closing import Closing
from belta_spider.live.http.guard import AddressGuard
from belta_spider.text.printable import one_line

_TOO_MANY = 429  # HTTP's status code
logger = logging.getLogger(__name__)

_CAUSES = {
    "CannotResolveHostError": "no such name",
    "DNSLookupError": "no such name",
    "DownloadConnectionRefusedError": "connection refused",
    "ConnectionRefusedError": "connection refused",
    "DownloadTimeoutError": "timeout",
    "TimeoutError": "timeout",
    "Error": "TLS: no secure connection",  # OpenSSL.SSL.Error
    "VerificationError": "TLS: no secure connection",
    "CertificateError": "TLS: no secure connection",
}
"""By the exception's name, as Scrapy and Twisted have several for one thing."""
_FORBID_ALL = b"User-agent: *\nDisallow: /\n"


class Disallowed(IgnoreRequest):
    """robots.txt forbids the address."""


class Robots(RobotsTxtMiddleware):
    """Scrapy's, with one task a host that all requests await.

    Scrapy 2.19 awaits one Deferred from many requests: the first takes its result away, and the
    others see none, which means that all is allowed.
    """

    def __init__(self, crawler: Any):
        super().__init__(crawler)
        self._tasks: dict[str, asyncio.Future[Any]] = {}

    async def process_request(  # type: ignore[override] # the spider is no argument any more
        self, request: Request
    ) -> None:
        """Let pass what robots.txt allows; a store of files that is no web server has none."""
        if urlparse_cached(request).scheme in {"http", "https"}:
            await super().process_request(request)

    async def robot_parser(self, request: Request) -> Any:
        self.crawler.get_downloader_middleware(AddressGuard).process_request(
            request
        )  # or its robots.txt would be asked
        host = urlparse_cached(request).netloc
        if host not in self._tasks:
            self._tasks[host] = asyncio.ensure_future(super().robot_parser(request))
        return await asyncio.shield(self._tasks[host])

    def process_request_2(self, rp: Any, request: Request) -> None:
        try:
            super().process_request_2(rp, request)
        except IgnoreRequest as error:
            raise Disallowed(f"robots.txt forbids {request.url}") from error


class RobotsAnswer:
    """What an answer for robots.txt means, after RFC 9309, 2.3.1: 4xx allows all, an unreachable one nothing.

    Nearer the engine than Retry, so that each new attempt has failed before.
    """

    def __init__(self, crawler: Any):
        self.stats = crawler.stats

    @classmethod
    def from_crawler(cls, crawler: Any) -> RobotsAnswer:
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Response:
        if not _is_robots(request) or response.status < 300:
            return response
        unreachable = response.status < 400 or response.status >= 500 or response.status == _TOO_MANY
        return self._answer(request, f"HTTP {response.status}" if unreachable else "")

    def process_exception(self, request: Request, exception: Exception) -> Response | None:
        if not _is_robots(request) or isinstance(exception, Closing):
            return None
        return self._answer(request, cause_of(exception))

    def _answer(self, request: Request, cause: str) -> Response:
        """What stands for the file; `cause` says why it did not come, and is empty where there is none."""
        if cause:
            self.stats.inc_value(f"{stats_keys.UNREAD}robots_unreachable")
            host = one_line(urlparse_cached(request).netloc)
            self.stats.set_value(f"{stats_keys.DOWN}{host}", cause)
            logger.warning("%s: robots.txt did not come (%s), so nothing of the host may be asked now", host, cause)
        return TextResponse(request.url, body=_FORBID_ALL if cause else b"", encoding="utf-8", request=request)


def cause_of(exception: BaseException) -> str:
    """Why nothing came, in words: of the exception, or of what lies behind it."""
    names = {type(one).__name__ for one in _chain(exception)}
    told = next((words for name, words in _CAUSES.items() if name in names), None)
    if told:
        return told
    text = one_line(exception).lower()
    return "TLS: no secure connection" if "ssl" in text or "certificate" in text else f"no connection: {text}"


def _chain(exception: BaseException | None) -> Iterator[BaseException]:
    """The exception and its causes; Twisted keeps reasons of its own."""
    while exception is not None:
        yield exception
        yield from (getattr(one, "value", one) for one in getattr(exception, "reasons", None) or ())
        exception = exception.__cause__


def _is_robots(request: Request) -> bool:
    """Only Scrapy's own request for robots.txt is so marked, and what it is redirected to."""
    return bool(request.meta.get("dont_obey_robotstxt"))
