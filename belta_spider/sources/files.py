"""One page in one file: a text dump or saved HTML, compressed or not."""

from __future__ import annotations

import gzip
import io
import re
import zlib
from collections.abc import Iterator
from pathlib import Path

import zstandard

from belta_spider.items import Page
from belta_spider.sources.unread import Unread

PAGE_LIMIT = 4 * 2**20
_SUFFIXES = (".html", ".htm", ".txt")
_COMPRESSED = ("", ".gz", ".zst")
_GZIP, _ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
_HTML = re.compile(
    rb"^\s*(?:<!--.*?-->\s*|<\?xml.*?\?>\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL
)


def is_known(name: str) -> bool:
    """Whether a file's name says that it holds pages."""
    return name.lower().endswith(tuple(suffix + packed for suffix in _SUFFIXES for packed in _COMPRESSED))


def read(path: Path, uri: str) -> Iterator[Page | Unread]:
    """Yield the one page of a file, or why it could not be read."""
    try:
        body = _unpacked(path.read_bytes())
    except (OSError, EOFError, zlib.error, zstandard.ZstdError) as error:
        yield Unread(uri, "unreadable", f"{type(error).__name__}: {error}")
        return
    html = is_html(path.name, body)
    yield Page("html" if html else "text", uri, body[:PAGE_LIMIT], html, truncated=len(body) > PAGE_LIMIT)


def _unpacked(data: bytes) -> bytes:
    """The file's bytes without gzip or Zstandard, at most one byte over the limit."""
    if data.startswith(_GZIP):
        with gzip.open(io.BytesIO(data)) as file:
            return file.read(PAGE_LIMIT + 1)
    if data.startswith(_ZSTD):
        with zstandard.ZstdDecompressor().stream_reader(io.BytesIO(data), read_across_frames=True) as reader:
            return reader.read(PAGE_LIMIT + 1)
    return data[: PAGE_LIMIT + 1]


def is_html(name: str, body: bytes) -> bool:
    """Whether a page is HTML. Its name decides only where the content does not: a fragment in a .html file."""
    if _HTML.match(body[:4096]):
        return True
    return re.search(r"\.html?(?:\.gz|\.zst)?$", name, re.IGNORECASE) is not None and b"<" in body
