"""An archive on loopback that speaks as the Wayback Machine, pywb and Common Crawl do, with faults to switch on."""

from __future__ import annotations

import json
import random
import re
import socket
import struct
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.factory.archive_history import History, Seen, surt

CRAWL = "CC-MAIN-2026-10"
_REPLAY = re.compile(r"/(?:web|coll)/(\d{4,14})(id_)?/(.*)", re.DOTALL)
HTML = b"<!doctype html><html><body><h1>Please wait</h1></body></html>"
_NAMES = ("urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length")
_PAGE = 7
"""Rows of a numbered page: of a list of some dozens there are several."""

Answer = tuple[int, dict[str, str], bytes]


@dataclass
class Archive:
    """The archive, and the log of what was asked of it."""

    history: History
    robots: str = ""
    now: Callable[[], float] = time.monotonic
    """The clock that the log is kept by."""
    broken: float = 0.0
    """The share of answers that are broken."""
    kinds: tuple[str, ...] = ("429", "503", "html", "cut", "reset")
    answers: dict[str, Answer] = field(default_factory=dict)
    """Answers for single paths, without their queries; `{query}` in a header stands for that."""
    most: int = 10
    """Rows of an answer in the Wayback Machine's way."""
    behaviour: str = ""
    """Of the index: `endless` (the same page for ever), `plain` (lines of seven fields), `no_filters` (400)."""
    dialect: Callable[[list[dict[str, Any]], dict[str, list[str]]], Answer] | None = None
    """Makes the answer of the index at `/coll/cdx` from the rows of a host and the query, in place of pywb."""
    log: list[tuple[float, str]] = field(default_factory=list)
    whole: Counter[str] = field(default_factory=Counter)
    """How often each capture was sent whole."""
    agents: set[str] = field(default_factory=set)
    """Who has asked."""
    ended: list[float] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)
    """Set at the end: what stalls waits for it."""

    def __enter__(self) -> Archive:
        self.chance = random.Random(1)
        archive = self

        class Handler(_Handler):
            pass

        Handler.archive = archive
        self.server = _Server(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self.server.shutdown()
        self.server.server_close()

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    @property
    def settings(self) -> dict[str, Any]:
        """What a test's run needs: no pauses that nobody watches."""
        return {
            "BELTA_CONTACT": "desk@example.org",
            "BELTA_WAYBACK_URL": self.base,
            "BELTA_COMMONCRAWL_URL": f"{self.base}/cc",
            "DOWNLOAD_DELAY": 0,
        }

    @property
    def paths(self) -> list[str]:
        return [path for _, path in self.log]

    @property
    def captures(self) -> list[str]:
        """What was asked for of pages and records, robots.txt and indexes left out."""
        return [path for path in self.paths if _REPLAY.fullmatch(path) or path.endswith(".warc.gz")]

    # What it answers

    def answer(self, target: str, headers: dict[str, str]) -> Answer:
        parts = urlsplit(target)
        if parts.path in self.answers:
            status, fields, body = self.answers[parts.path]
            return status, {name: value.replace("{query}", parts.query) for name, value in fields.items()}, body
        if parts.path == "/robots.txt":
            return (200, {"Content-Type": "text/plain"}, self.robots.encode()) if self.robots else (404, {}, b"")
        query = parse_qs(parts.query)
        speaks = {"/cdx/search/cdx": self._wayback, "/coll/cdx": self._pywb, f"/cc/{CRAWL}-index": self._common_crawl}
        if parts.path in speaks:
            return speaks[parts.path](query)
        if parts.path == "/cc/collinfo.json":
            return 200, {"Content-Type": "application/json"}, json.dumps([{"id": CRAWL, "cdx-api": "x"}]).encode()
        if parts.path.endswith(".warc.gz"):
            return self._range(parts.path.rpartition("/")[2], headers)
        replay = _REPLAY.fullmatch(target)
        return self._replay(*replay.groups()) if replay else (404, {}, b"")

    def _rows(self, query: dict[str, list[str]]) -> list[dict[str, Any]]:
        """The rows of a host, as the filters leave them."""
        host = surt(f"http://{query['url'][0]}/").partition(")")[0] + ")"
        rows = [row for row in self.history.rows if row["urlkey"].startswith(host)]
        rows = [row for row in rows if row["timestamp"] >= query.get("from", [""])[0]]
        return [row for row in rows if all(_passes(row, one) for one in query.get("filter", []))]

    def _wayback(self, query: dict[str, list[str]]) -> Answer:
        if self.behaviour == "no_filters" and "filter" in query:
            return 400, {}, b"bad filter"
        rows, limit = self._rows(query), min(int(query["limit"][0]), self.most)
        start = 0 if self.behaviour == "endless" else int(query.get("resumeKey", ["0"])[0])
        part, end = rows[start : start + limit], start + limit
        key = str(end + random.randrange(10**6)) if self.behaviour == "endless" else str(end)
        is_more = bool(part) and (end < len(rows) or self.behaviour == "endless")
        cells = [[str(_named(row, name)) for name in _NAMES] for row in part]
        if self.behaviour == "plain":
            text = "".join(" ".join(row) + "\n" for row in cells) + (f"\n{key}\n" if is_more else "")
            return 200, {"Content-Type": "text/plain"}, text.encode()
        found: list[Any] = [list(_NAMES), *cells, *([[], [key]] if is_more else [])] if part else []
        return 200, {"Content-Type": "application/json"}, json.dumps(found).encode()

    def _pywb(self, query: dict[str, list[str]]) -> Answer:
        if self.dialect:
            return self.dialect(self._rows(query), query)
        rows = self._rows(query)[: int(query["limit"][0])]
        if self.behaviour == "endless":
            rows = (rows * int(query["limit"][0]))[: int(query["limit"][0])] if rows else []
        return 200, {"Content-Type": "text/x-ndjson"}, _lines(rows)

    def _common_crawl(self, query: dict[str, list[str]]) -> Answer:
        rows = self._rows(query)
        if not rows:
            return 404, {"Content-Type": "application/json"}, b'{"message": "No Captures found for: it"}'
        if "showNumPages" in query:
            return 200, {}, json.dumps({"pages": -(-len(rows) // _PAGE), "pageSize": 5, "blocks": 9}).encode()
        page = int(query["page"][0])
        rows = [row | {"filename": f"crawl-data/{row['filename']}"} for row in rows[page * _PAGE : (page + 1) * _PAGE]]
        return 200, {"Content-Type": "text/x-ndjson"}, _lines(rows)

    def _range(self, name: str, headers: dict[str, str]) -> Answer:
        if not (self.history.folder / name).exists():
            return 404, {}, b"no such file"
        data = (self.history.folder / name).read_bytes()
        start, _, end = headers.get("Range", "bytes=0-").removeprefix("bytes=").partition("-")
        part = data[int(start) : int(end or len(data)) + 1]
        self.whole[f"{name} {start}"] += 1
        return 206, {"Content-Range": f"bytes {start}-{int(start) + len(part) - 1}/{len(data)}"}, part

    def _replay(self, timestamp: str, raw: str | None, url: str) -> Answer:
        """The nearest capture; the Wayback Machine redirects to it where it is not the one that was asked for."""
        same = [one for one in self.history.captures if surt(one.url) == surt(url)]
        if not same or not raw:
            return 404, {"Content-Type": "text/html"}, b"not archived"
        one = min(same, key=lambda each: abs(int(each.timestamp) - int(timestamp)))
        if one.timestamp != timestamp:
            return 302, {"Location": f"/web/{one.timestamp}/{one.url}"}, b""
        self.whole[f"{timestamp} {url}"] += 1
        return one.status, _headers_of(one), one.body


def _headers_of(one: Seen) -> dict[str, str]:
    moment = datetime.strptime(one.timestamp, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    return {
        "Content-Type": one.media,
        "Memento-Datetime": format_datetime(moment, usegmt=True),
        "X-Archive-Orig-Server": "nginx",
        "X-Archive-Orig-Content-Length": str(len(one.body)),
    }


def _named(row: dict[str, Any], name: str) -> str:
    return str(row.get({"original": "url", "mimetype": "mime", "statuscode": "status"}.get(name, name), "-"))


def _passes(row: dict[str, Any], asked: str) -> bool:
    name, _, wanted = asked.partition(":")
    value = _named(row, name.lstrip("~=!"))
    return bool(re.search(wanted, value)) if ".*" in wanted else wanted in value


def _lines(rows: list[dict[str, Any]]) -> bytes:
    return b"".join(json.dumps({k: v for k, v in row.items() if k != "number"}).encode() + b"\n" for row in rows)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: Any) -> None:
        """Clients that go away are what some tests are about."""


class _Handler(BaseHTTPRequestHandler):
    archive: Archive
    protocol_version = "HTTP/1.1"
    wbufsize = 2**16

    def log_message(self, *_: Any) -> None:
        """The archive keeps its own log."""

    def do_GET(self) -> None:
        archive = self.archive
        archive.log.append((archive.now(), self.path))
        archive.agents.add(self.headers.get("User-Agent", ""))
        kind = archive.chance.choice(archive.kinds) if archive.chance.random() < archive.broken else ""
        if kind == "reset":
            self.close_connection = True
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
            return
        before = archive.whole.copy()
        status, extra, body = archive.answer(self.path, dict(self.headers.items()))
        if kind:
            archive.whole = before
        if kind in {"429", "503"}:
            status, extra, body = int(kind), {}, b"slow"
        elif kind == "html":
            status, extra, body = 200, {"Content-Type": "text/html"}, HTML
        self.send_response(status)
        for name, value in ({"Content-Type": "text/html", "Content-Length": str(len(body))} | extra).items():
            self.send_header(name, value)
        self.end_headers()
        if kind in {"cut", "stall"} and len(body) > 1:
            self.wfile.write(body[: len(body) * 2 // 3])
            self.wfile.flush()
            self.close_connection = True
            if kind == "stall":
                archive.over.wait(60)
        else:
            self.wfile.write(body)
        archive.ended.append(archive.now())


def gaps(archive: Archive) -> Iterator[float]:
    """Seconds between requests."""
    for one, other in zip(archive.log, archive.log[1:], strict=False):
        yield other[0] - one[0]
