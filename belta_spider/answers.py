"""How much of an answer is taken in beside its body: Scrapy limits that, but neither heads nor crumbs."""

from __future__ import annotations

from typing import Any

from scrapy import signals
from scrapy.exceptions import StopDownload

_HEAD = 2**20
"""Bytes of an answer before its body, those of preliminary answers too; servers' own limits are some KiB."""
_PIECES = 50_000
"""Pieces of a body: a page as large as we read it comes in a quarter of that."""


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
