"""Each request and answer of a live crawl as WARC 1.1: bodies as they were sent, one time for both."""

from __future__ import annotations

import errno
import fcntl
import io
import logging
import os
import zlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from scrapy import signals
from scrapy.exceptions import CloseSpider
from scrapy.http import Headers, Request, Response
from scrapy.utils.httpobj import urlparse_cached
from twisted.web.http import RESPONSES
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from belta_spider import stats_keys
from belta_spider.text.printable import one_line
from belta_spider.version import __version__

logger = logging.getLogger(__name__)

_LARGEST_FILE = 10**9  # bytes: what web archives' own crawlers use
_BLOCK = 2**20  # bytes of a file that are read at once
_PROTOCOL = "HTTP/1.1"


class WarcMiddleware:
    """Downloader middleware on the downloader's side of HttpCompression: it sees bodies as they were sent.

    It gives each answer its `captured_at`, and writes it where `BELTA_WARC_DIR` names a folder.
    """

    def __init__(self, crawler: Any):
        self.crawler = crawler
        folder = crawler.settings["BELTA_WARC_DIR"]
        self.files = WarcWriter(Path(folder), crawler.settings["USER_AGENT"]) if folder else None
        crawler.signals.connect(self.open, signals.spider_opened)
        crawler.signals.connect(self.close, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Any) -> Self:
        return cls(crawler)

    def open(self) -> None:
        """Open the first file, so that a folder that cannot be written ends the run before it starts."""
        if self.files:
            try:
                self.files.open()
            except OSError as error:
                self._fail(error)
                raise CloseSpider("output_failed") from error

    def process_response(self, request: Request, response: Response) -> Response:
        moment = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        request.meta["captured_at"] = moment
        if self.files:
            try:
                self.files.write(
                    request, response, self.crawler.spider.live.arguments.bases.to_site(request.url), moment
                )
            except OSError as error:
                self._fail(error)
                self.crawler.spider.live.close("output_failed")
                self.files = None
        return response

    def close(self) -> None:
        if self.files:
            self.files.close()

    def _fail(self, error: OSError) -> None:
        self.crawler.stats.set_value(stats_keys.OUTPUT_FAILURE, one_line(error))


class WarcWriter:
    """WARC files in a folder, each under a gigabyte, gzipped by record.

    What belongs together is written by one call, so that a killed run leaves whole records; what a
    kill or a power cut still tore is cut off when the folder is next written to.

    Raises:
        OSError: the folder or a file cannot be written; what was there stays whole.
    """

    def __init__(self, folder: Path, agent: str):
        self.folder = folder
        self.agent = agent
        self.fd = -1
        self.size = 0

    def open(self) -> None:
        """Begin a file, with a record that says who writes it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        earlier = sorted(self.folder.glob("belta-*.warc.gz"))
        if earlier and self.fd < 0:
            repair(earlier[-1])
        now = datetime.now(UTC)
        name = f"belta-{now:%Y%m%d%H%M%S}-{len(earlier):05}-{os.getpid()}.warc.gz"
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC
        fresh = os.open(self.folder / name, flags, 0o644)
        fcntl.flock(fresh, fcntl.LOCK_EX)
        self.close()
        self.fd, self.size = fresh, 0
        buffer = io.BytesIO()
        writer = WARCWriter(buffer, gzip=True, warc_version="WARC/1.1")
        info = {
            "software": f"belta_spider/{__version__}",
            "format": "WARC File Format 1.1",
            "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
            "robots": "classic",
            "http-header-user-agent": self.agent,
        }
        record = writer.create_warcinfo_record(name, info)
        record.rec_headers.replace_header("WARC-Date", now.strftime("%Y-%m-%dT%H:%M:%SZ"))
        writer.write_record(record)
        self._append(buffer.getvalue())

    def write(self, request: Request, response: Response, url: str, moment: str) -> None:
        """Write an answer and its request, under the address `url`."""
        self.add(_records(request, response, url, moment))

    def add(self, data: bytes) -> None:
        """Write whole records, gzipped one by one."""
        if self.size + len(data) > _LARGEST_FILE:
            self.open()
        self._append(data)

    def _append(self, data: bytes) -> None:
        try:
            written = os.write(self.fd, data)
        except OSError:
            os.ftruncate(self.fd, self.size)
            raise
        if written != len(data):
            os.ftruncate(self.fd, self.size)
            raise OSError(errno.ENOSPC, f"short write ({written} of {len(data)} bytes)", str(self.folder))
        self.size += written

    def close(self) -> None:
        if self.fd >= 0:
            os.fsync(self.fd)
            os.close(self.fd)
            self.fd = -1


def _records(request: Request, response: Response, url: str, moment: str) -> bytes:
    buffer = io.BytesIO()
    writer = WARCWriter(buffer, gzip=True, warc_version="WARC/1.1")
    told = {"WARC-Date": moment}
    if response.ip_address:
        told["WARC-IP-Address"] = str(response.ip_address)
    protocol = response.protocol or _PROTOCOL
    answer = answer_record(writer, response, url, _headers(response.headers), told, protocol)
    parts = urlparse_cached(request)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    asked = writer.create_warc_record(
        url,
        "request",
        payload=io.BytesIO(request.body),
        length=len(request.body),
        http_headers=StatusAndHeaders(
            f"{request.method} {target} HTTP/1.1",
            [("Host", parts.netloc), *_headers(request.headers)],
            is_http_request=True,
        ),
        warc_headers_dict={"WARC-Date": moment},
    )
    writer.write_request_response_pair(asked, answer)
    return buffer.getvalue()


def answer_record(
    writer: WARCWriter,
    response: Response,
    url: str,
    headers: list[tuple[str, str]],
    told: dict[str, str],
    protocol: str = _PROTOCOL,
) -> Any:
    """Return the record of an answer for `url`; `headers` are HTTP's, `told` the record's own."""
    reason = RESPONSES.get(response.status, b"").decode("latin-1")
    return writer.create_warc_record(
        url,
        "response",
        payload=io.BytesIO(response.body),
        length=len(response.body),
        http_headers=StatusAndHeaders(f"{response.status} {reason}".strip(), headers, protocol=protocol),
        warc_headers_dict=told,
    )


def _headers(headers: Headers) -> list[tuple[str, str]]:
    return [(name.decode("latin-1"), value.decode("latin-1")) for name, values in headers.items() for value in values]


def repair(path: Path) -> None:
    """Cut a torn last record off a file of records gzipped one by one; leave one that another run is writing."""
    whole = 0
    rest = b""
    member = zlib.decompressobj(zlib.MAX_WBITS | 16)
    with path.open("r+b") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        while block := rest or file.read(_BLOCK):
            try:
                member.decompress(block)
            except zlib.error:
                break
            rest = b""
            if member.eof:
                rest = member.unused_data
                whole = file.tell() - len(rest)
                member = zlib.decompressobj(zlib.MAX_WBITS | 16)
        torn = path.stat().st_size - whole
        if torn:
            logger.warning("%s: cut %d torn bytes off its end", path, torn)
            file.truncate(whole)
