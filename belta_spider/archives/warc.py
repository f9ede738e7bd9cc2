"""What an archive sent, as a WARC record of the capture: its own time, the original address, the headers of then."""

from __future__ import annotations

import gzip
import io
from datetime import UTC, datetime

from scrapy.http import Headers, Response
from warcio.warcwriter import WARCWriter

from belta_spider.live.http.warc import answer_record

_ORIGINAL = b"X-Archive-Orig-"
"""Before the names of the headers that the Wayback Machine and pywb hand on."""
_OF_THE_BODY = (b"Content-Type", b"Content-Encoding")
"""What says how the body is to be read, as it was sent now."""
_LOST = frozenset({b"content-length", b"content-encoding", b"transfer-encoding", b"connection", b"content-type"})
"""Headers of then that say how the body was sent then."""


def record_of(response: Response, url: str, moment: str, *, is_cut: bool) -> bytes:
    """Return the gzipped record of a capture of `url` at the RFC 3339 time `moment`.

    One that `is_cut`, or is shorter than it was stated to be then, says so. `WARC-Source-URI` names the archive's
    address, and `WARC-Creation-Date` the time of the fetch.
    """
    buffer = io.BytesIO()
    writer = WARCWriter(buffer, gzip=True, warc_version="WARC/1.1")
    told = {
        **({"WARC-Truncated": "disconnect"} if is_cut or _is_short(response) else {}),
        "WARC-Date": moment,
        "WARC-Source-URI": response.url,
        "WARC-Creation-Date": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    writer.write_record(answer_record(writer, response, url, headers_of(response.headers), told))
    return buffer.getvalue()


def _is_short(response: Response) -> bool:
    """Whether a body has less bytes than its original header says; what was packed then may come unpacked now."""
    stated = response.headers.get(_ORIGINAL + b"Content-Length") or b""
    is_plain = not response.headers.get(_ORIGINAL + b"Content-Encoding")
    is_plain = is_plain and not response.headers.get("Content-Encoding")
    return is_plain and stated.isdigit() and len(stated) < 19 and len(response.body) < int(stated)


def headers_of(headers: Headers) -> list[tuple[str, str]]:
    """Return the headers of the capture: the original ones, and what says how the body came now."""
    found = []
    for name, values in headers.items():
        original = name[len(_ORIGINAL) :] if name.lower().startswith(_ORIGINAL.lower()) else b""
        kept = (original.lower() not in _LOST and original) or (name if name in _OF_THE_BODY else b"")
        found += [(kept.decode("latin-1"), value.decode("latin-1")) for value in values if kept]
    return found


def zipped(record: bytes) -> bytes:
    """Return a record as a gzip member of its own, as it stands in archives, or packed now."""
    return record if record.startswith(b"\x1f\x8b") else gzip.compress(record, mtime=0)
