"""Answers as bytes on the wire, and a live crawl that meets one."""

from __future__ import annotations

import socket
import socketserver
import threading
from collections import Counter
from contextlib import suppress
from typing import Any

from scrapy.crawler import AsyncCrawlerProcess
from scrapy.utils.project import get_project_settings

from belta_spider.live.http import throttle

AGAIN = b"<again>"
"""What stands behind it in an answer is sent again and again, until nobody listens."""
_ARTICLE = "/culture/view/chor-1-2024"
_LIST = f"<html><body><div class=news_item><a href='{_ARTICLE}'>Chor</a></div></body></html>".encode()
_COUNTED = ("belta/unread/", "belta/drop/", "belta/refused")


def _answer(status: str, body: bytes) -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Type: text/html\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    return head.encode() + body


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    raw: bytes

    def handle_error(self, *_: Any) -> None:
        """Clients that go away are the point."""


class _Handler(socketserver.StreamRequestHandler):
    server: _Server

    def handle(self) -> None:
        path = self.rfile.readline().split()[1].decode()
        while self.rfile.readline().strip():
            pass
        if path == _ARTICLE:
            self._send(self.server.raw)
        elif path == "/all_news/":
            self._send(_answer("200 OK", _LIST))
        else:
            self._send(_answer("404 Not Found", b""))

    def _send(self, answer: bytes) -> None:
        once, _, again = answer.partition(AGAIN)
        with suppress(OSError):
            self.wfile.write(once)
            again *= 1 + 2**16 // len(again) if again else 0
            while again:
                self.wfile.write(again)
            self.request.shutdown(socket.SHUT_WR)


def fetch(raw: bytes) -> dict[str, int]:
    """Crawl a site one of whose two pages is answered so: what came of them, as a crawl counts it."""
    throttle._BACKOFF = 0.01
    with _Server(("127.0.0.1", 0), _Handler) as server:
        server.raw = raw
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings = get_project_settings()
        settings.setdict(
            {
                "FEEDS": {},
                "BELTA_CONTACT": "desk@example.org",
                "BELTA_BASE_URLS": {"de": f"http://127.0.0.1:{server.server_address[1]}"},
                "DOWNLOAD_DELAY": 0,
                "AUTOTHROTTLE_MAX_DELAY": 0,
                "RETRY_TIMES": 0,
            },
            priority="cmdline",
        )
        process = AsyncCrawlerProcess(settings)
        crawler = process.create_crawler("belta")
        process.crawl(crawler, source="live", editions="de")
        process.start()
        server.shutdown()
    stats = crawler.stats.get_stats()
    assert stats["finish_reason"] == "finished", stats
    assert not stats.get("spider_exceptions/count"), stats
    found = Counter({key: count for key, count in stats.items() if key.startswith(_COUNTED)})
    found["article"] = stats.get("item_scraped_count", 0)
    return dict(found)
