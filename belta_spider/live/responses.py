"""A Scrapy response as a `Page`, of the live site or of a saved file that `scrapy parse` was given; its headers."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from scrapy.http import Response
from w3lib.encoding import http_content_type_encoding
from w3lib.url import file_uri_to_path

from belta_spider.cleaning.markup.stopped import stops_short
from belta_spider.items import Page
from belta_spider.live.http.unpacking import CUT
from belta_spider.sources import files

_PARTIAL = 206  # HTTP's status code
_NO_LENGTH = "partial"
"""Scrapy's flag of an answer that ended with its connection: only its shape tells whether all of it came."""
_RANGE = re.compile(r"bytes 0-(?P<end>[0-9]{1,18})/(?P<size>[0-9]{1,18})")


def page_of(response: Response) -> Page:
    """Return the page of a response: `live` with its address, `html` or `text` with its path for a file's."""
    body = response.body
    content_type = header_of(response, "Content-Type") or ""
    is_html = "html" in content_type or files.is_html(response.url, body)
    page = Page("live", response.url, body[: files.PAGE_LIMIT], is_html)
    page.truncated = len(body) > files.PAGE_LIMIT or is_cut(response)
    if response.url.startswith("file:"):
        page.kind, page.uri = "html" if is_html else "text", file_uri_to_path(response.url)
    else:
        page.url = response.url
        page.captured_at = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        page.charset = charset_of(response)
    return page


def is_cut(response: Response) -> bool:
    """Whether an answer holds a part of its page alone: cut on the way, or asked for so by something between."""
    if response.status != _PARTIAL:
        return CUT in response.flags or (_NO_LENGTH in response.flags and stops_short(response.body))
    span = _RANGE.fullmatch(header_of(response, "Content-Range") or "")
    return span is None or int(span["end"]) + 1 != int(span["size"])


def charset_of(response: Response) -> str | None:
    """The encoding that the Content-Type header declares."""
    return http_content_type_encoding(header_of(response, "Content-Type"))


def header_of(response: Response, name: str) -> str | None:
    value = response.headers.get(name)
    return value.decode("latin-1") if value else None
