"""What a file holds: by its content first, by its name second."""

from __future__ import annotations

import re
import zlib

import msgspec
import zstandard

from belta_spider.sources.unpacking import GZIP, ZSTD

_PACKED = re.compile(r"\.(?:gz|zst)$")
HEAD = 4096
_HTML = re.compile(
    rb"^\s*(?:<!--.*?-->\s*|<\?xml.*?\?>\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL
)
_MAGIC = ((b"WARC/", "warc"), (b"PK\x03\x04", "wacz"), (b"PAR1", "parquet"))
_SUFFIXES = {
    ".warc": "warc",
    ".wet": "warc",
    ".wacz": "wacz",
    ".parquet": "parquet",
    ".jsonl": "table",
    ".html": "html",
    ".htm": "html",
    ".txt": "text",
}
_AUDIT = ".audit.jsonl"
_BOMS = (b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")
_CONTROL = bytes([*range(0x09), *range(0x0E, 0x1B), *range(0x1C, 0x20)])


def is_known(name: str) -> bool:
    """Whether a file's name says that it holds pages; an output's audit holds none."""
    plain = _PACKED.sub("", name.lower())
    return plain.endswith(tuple(_SUFFIXES)) and not plain.endswith(_AUDIT)


def kind_of(magic: bytes, name: str) -> str:
    """Return warc, wacz, parquet, table, html, text or binary, from a file's first bytes and its name."""
    head = unpacked_head(magic)
    for start, kind in _MAGIC:
        if head.startswith(start):
            return kind
    if _HTML.match(head):
        return "html"
    plain = _PACKED.sub("", name.lower())
    named = next((kind for suffix, kind in _SUFFIXES.items() if plain.endswith(suffix)), "text")
    if named in {"text", "html"}:
        if _is_json_line(head):
            return "table"
        if not head.startswith(_BOMS) and 10 * _count(head, _CONTROL) > len(head):
            return "binary"
    return named


def _count(data: bytes, marks: bytes) -> int:
    """How many of the marks there are: to take them out is ten times as fast as to look for them."""
    return len(data) - len(data.translate(None, marks))


def is_packed(magic: bytes) -> bool:
    """Whether a file is compressed."""
    return magic.startswith((GZIP, ZSTD))


def unpacked_head(magic: bytes) -> bytes:
    """The first bytes of a file without its compression, as far as they can be told."""
    try:
        if magic.startswith(GZIP):
            return zlib.decompressobj(31).decompress(magic, HEAD)
        if magic.startswith(ZSTD):
            return zstandard.ZstdDecompressor().decompressobj().decompress(magic)[:HEAD]
    except (zlib.error, zstandard.ZstdError):
        return b""
    return magic[:HEAD]


def is_markup(body: bytes, media: str) -> bool:
    """Whether a body is a page in markup, by its media type or by how it starts."""
    return media.startswith(("text/html", "application/xhtml")) or _HTML.match(body[:HEAD]) is not None


def _is_json_line(head: bytes) -> bool:
    """Whether the first line is a JSON object that is a row of a table."""
    if not head.startswith(b"{"):
        return False
    try:
        row = msgspec.json.decode(head.partition(b"\n")[0])
    except RecursionError:
        return True
    except (msgspec.DecodeError, UnicodeDecodeError):  # the latter for a key that is not UTF-8
        return re.match(rb'\{\s*"[^"\\]{1,100}"\s*:', head) is not None and b"\n" not in head
    return isinstance(row, dict)
