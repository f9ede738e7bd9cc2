"""One capture, as a line of an index tells it."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import urlsplit

from belta_spider.sources.capture_times import utc

_DIGITS = re.compile(r"\d{4,14}")
_MARKUP = frozenset({"text/html", "application/xhtml+xml", "unk", ""})
REVISIT = "warc/revisit"


class Capture(NamedTuple):
    """A line of an index."""

    key: str
    """The address in the order of the index, without its host: lists of several hosts go by it together."""
    timestamp: str
    """14 digits, UTC."""
    url: str
    mime: str
    status: str
    """Empty where the index has no status, `-` where it has none of this capture, as of a revisit."""
    digest: str
    """Of the body as it was sent, mostly SHA-1 in base 32; empty where the line states none."""
    filename: str | None = None
    """The archive file that holds the record, as the index names it."""
    offset: int | None = None
    length: int | None = None
    """Bytes of the record in the file, compressed as it stands there."""

    @property
    def place(self) -> str:
        """What tells this capture from all others."""
        return f"{self.timestamp} {self.url}"

    @property
    def moment(self) -> str | None:
        """RFC 3339, UTC."""
        return moment_of(self.timestamp)

    @property
    def may_be_page(self) -> bool:
        """Whether it may be an answer of 200 in markup, or a revisit of one, at a time that there is."""
        if self.moment is None:
            return False
        if self.mime == REVISIT:
            return self.status in {"", "-", "200"}
        return self.status in {"", "200"} and self.mime in _MARKUP

    @property
    def has_record(self) -> bool:
        """Whether the index says where the record stands."""
        return bool(self.filename) and self.offset is not None


def capture_of(row: dict[str, object]) -> Capture:
    """Return the capture of a row by its names, whichever of the usual ones it has.

    Raises:
        ValueError: the row has no address or no time.
    """
    url, time = _text(row, "url", "original"), _text(row, "timestamp", "fetch_time", "captured_at", "date")
    timestamp = timestamp_of(time)
    if not url or not timestamp:
        raise ValueError(f"a capture without {'a time' if url else 'an address'}: {str(dict(row))[:200]}")
    url = url if "://" in url else f"http://{url.lstrip('/')}"
    mime = _text(row, "content_mime_detected", "mime-detected", "content_mime_type", "mime", "mimetype")
    return Capture(
        key_of(_text(row, "urlkey", "url_surtkey"), url),
        timestamp,
        url,
        mime.partition(";")[0].strip().lower().removesuffix("-").removesuffix("unk"),
        _text(row, "status", "statuscode", "fetch_status").removesuffix(".0"),
        _text(row, "digest", "content_digest").removeprefix("sha1:").removesuffix("-"),
        _text(row, "filename", "warc_filename").removesuffix("-") or None,
        _number(row, "offset", "warc_record_offset"),
        _number(row, "length", "warc_record_length"),
    )


def key_of(urlkey: str, url: str) -> str:
    """The part of an index's key behind the host; of an index without keys, the path in lower case.

    >>> key_of("by,belta,deu)/politics/view/titel-1-2024", "")
    '/politics/view/titel-1-2024'
    """
    _, bracket, path = urlkey.partition(")")
    if bracket:
        return path
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    return f"{parts.path.rstrip('/')}?{parts.query}".rstrip("?").lower()


def timestamp_of(time: str) -> str:
    """Return the 14 digits of a time that is written so, or in RFC 3339; nothing where it is none."""
    if _DIGITS.fullmatch(time):
        return time.ljust(14, "0")
    found = utc(time)
    return re.sub(r"\D", "", found) if found else ""


def moment_of(timestamp: str) -> str | None:
    """Return RFC 3339 in UTC of 14 digits, the first of a month or year where they name the zeroth, as some do."""
    month, day = timestamp[4:6], timestamp[6:8]
    return utc(timestamp) or utc(f"{timestamp[:4]}{max(month, '01')}{max(day, '01')}{timestamp[8:]}")


def _text(row: dict[str, object], *names: str) -> str:
    found = next((row[name] for name in names if row.get(name) not in (None, "")), "")
    return "" if isinstance(found, (dict, list)) else str(found).strip()


def _number(row: dict[str, object], *names: str) -> int | None:
    value = _text(row, *names).removesuffix(".0")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 19 else None
