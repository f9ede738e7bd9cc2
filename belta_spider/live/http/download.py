"""Which answers of a live crawl are taken in: Scrapy limits bodies, but neither heads nor crumbs."""

from __future__ import annotations

from typing import Any

from scrapy import signals
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.exceptions import StopDownload
from scrapy.http import Request, Response

from belta_spider.live.http.throttle import Throttle

NOT_MODIFIED = 304  # HTTP's status code
_HEAD = 2**20
"""Bytes of an answer before its body, those of preliminary answers too; servers' own limits are some KiB."""
_PIECES = 50_000
"""Pieces of a body: a page as large as we read it comes in a quarter of that."""


class Unasked(Exception):  # noqa: N818 (an answer that is one)
    """A page has not changed, and nobody had asked whether it has."""


def check(request: Any, response: Any) -> None:
    """Raise `Unasked` for what is no answer to the request (RFC 9110, 15.4.5)."""
    is_conditional = {b"If-None-Match", b"If-Modified-Since"} & request.headers.keys()
    if response.status == NOT_MODIFIED and not is_conditional:
        raise Unasked("304 (not modified) to a request that did not ask for that")


def limit_heads(factory: Any) -> Any:
    """A factory of HTTP connections that end where a head does not."""

    class Limited(factory):
        def buildProtocol(self, addr: Any) -> Any:  # noqa: N802 (Twisted's)
            protocol = super().buildProtocol(addr)
            protocol.dataReceived = _Head(protocol).received
            return protocol

    return Limited


class _Head:
    """Counts what comes before a body, on one connection."""

    def __init__(self, protocol: Any):
        self.protocol = protocol
        self.hand_on = protocol.dataReceived
        self.parser: Any = None
        self.size = 0

    def received(self, data: bytes) -> None:
        parser = self.protocol._parser  # noqa: SLF001 (nothing public tells where the head ends)
        if parser is not self.parser:
            self.parser, self.size = parser, 0
        if parser is not None and parser.state in {"STATUS", "HEADER"}:
            self.size += len(data)
            if self.size > _HEAD:
                self.protocol.transport.abortConnection()
                return
        self.hand_on(data)


def limit_pieces(crawler: Any) -> None:
    """End each answer whose body comes in crumbs: one costs more than its bytes."""
    crawler.signals.connect(_begin, signals.headers_received, weak=False)
    crawler.signals.connect(_count, signals.bytes_received, weak=False)


def _begin(request: Any) -> None:
    request.meta["pieces"] = 0


def _count(request: Any) -> None:
    request.meta["pieces"] += 1
    if request.meta["pieces"] > _PIECES:
        raise StopDownload(fail=True)


class Handler(HTTP11DownloadHandler):
    """Scrapy's with further limits, which tells `Pace` of a failure before the host's next request goes out."""

    def __init__(self, crawler: Any):
        super().__init__(crawler)
        self._pool._factory = limit_heads(self._pool._factory)  # noqa: SLF001 (Scrapy's own too)
        limit_pieces(crawler)

    async def download_request(self, request: Request) -> Response:
        try:
            response = await super().download_request(request)
            check(request, response)
            return response
        except Exception:
            throttle = self._crawler.get_extension(Throttle)
            if throttle:  # archives have paces of their own
                throttle.failed(request)
            raise
