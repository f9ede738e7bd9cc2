"""The content codings of HTTP (RFC 9110, 8.4.1): bodies unpacked up to a limit, also those that were cut."""

from __future__ import annotations

import zlib
from collections.abc import Callable

import brotli
import zstandard

from belta_spider.sources.files import PAGE_LIMIT

_MOST = PAGE_LIMIT + 1
_ZSTD_CHUNK = 512  # may unpack to 16 MiB
_PIECE = 2**20  # bytes that are unpacked at once: a bound on memory, counted between two
_GZIP, _RAW = 31, -15  # zlib's wbits: a gzip member, deflate without a head


class CodingError(ValueError):
    """The bytes are not in that coding, or damaged."""


def gunzip(body: bytes) -> tuple[bytes, bool]:
    """Unpack gzip, member by member; what stands behind the last is none of it."""
    parts: list[bytes] = []
    size = 0
    while body.startswith(b"\x1f\x8b") and size < _MOST:
        data, is_cut, body = _inflate(body, _GZIP, _MOST - size)
        parts.append(data)
        size += len(data)
        if is_cut:
            return b"".join(parts), True
    if not parts:
        raise CodingError("no gzip member starts here")
    return b"".join(parts), False


def inflate(body: bytes) -> tuple[bytes, bool]:
    """Unpack deflate: in a zlib stream as the standard says, or bare as many servers send it."""
    try:
        return _inflate(body, zlib.MAX_WBITS, _MOST)[:2]
    except CodingError:
        return _inflate(body, _RAW, _MOST)[:2]


def _inflate(body: bytes, form: int, most: int) -> tuple[bytes, bool, bytes]:
    """What was unpacked, whether its end is missing, and what stands behind it."""
    stream = zlib.decompressobj(form)
    try:
        data = stream.decompress(body, most)
    except zlib.error as error:
        raise CodingError(str(error)) from error
    if not data and not stream.eof:
        raise CodingError("nothing can be unpacked")
    return data, not stream.eof and len(data) < most, stream.unused_data


def unbrotli(body: bytes) -> tuple[bytes, bool]:
    stream = brotli.Decompressor()
    parts: list[bytes] = []
    size, packed = 0, body
    try:
        while size < _MOST:
            data = stream.process(packed, output_buffer_limit=_PIECE)
            packed = b""
            parts.append(data)
            size += len(data)
            if stream.is_finished() or not data:
                break
    except brotli.error as error:
        raise CodingError(str(error)) from error
    if not size:
        raise CodingError("nothing can be unpacked")
    return b"".join(parts)[:_MOST], not stream.is_finished() and size < _MOST


def unzstd(body: bytes) -> tuple[bytes, bool]:
    parts: list[bytes] = []
    size = 0
    frame = zstandard.ZstdDecompressor().decompressobj()
    try:
        for start in range(0, len(body), _ZSTD_CHUNK):
            parts.append(frame.decompress(body[start : start + _ZSTD_CHUNK]))
            size += len(parts[-1])
            if frame.eof or size >= _MOST:
                break
    except zstandard.ZstdError as error:
        raise CodingError(str(error)) from error
    if not size:
        raise CodingError("nothing can be unpacked")
    return b"".join(parts)[:_MOST], not frame.eof and size < _MOST


DECODERS: dict[str, Callable[[bytes], tuple[bytes, bool]]] = {
    "gzip": gunzip,
    "x-gzip": gunzip,
    "deflate": inflate,
    "br": unbrotli,
    "zstd": unzstd,
}
"""By the coding's name; one that is none of them changes nothing."""
