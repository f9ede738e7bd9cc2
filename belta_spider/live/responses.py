"""A Scrapy response as a `Page`, of the live site or of a saved file that `scrapy parse` was given; its headers."""

from __future__ import annotations

from datetime import UTC, datetime

from scrapy.http import Response
from w3lib.encoding import http_content_type_encoding
from w3lib.url import file_uri_to_path

from belta_spider.items import Page
from belta_spider.sources import files


def page_of(response: Response) -> Page:
    """Return the page of a response: `live` with its address, `html` or `text` with its path for a file's."""
    body = response.body
    content_type = header_of(response, "Content-Type") or ""
    is_html = "html" in content_type or files.is_html(response.url, body)
    page = Page("live", response.url, body[: files.PAGE_LIMIT], is_html)
    page.truncated = len(body) > files.PAGE_LIMIT or "dataloss" in response.flags
    if response.url.startswith("file:"):
        page.kind, page.uri = "html" if is_html else "text", file_uri_to_path(response.url)
    else:
        page.url = response.url
        page.captured_at = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        page.charset = charset_of(response)
    return page


def charset_of(response: Response) -> str | None:
    """The encoding that the Content-Type header declares."""
    return http_content_type_encoding(header_of(response, "Content-Type"))


def header_of(response: Response, name: str) -> str | None:
    value = response.headers.get(name)
    return value.decode("latin-1") if value else None
