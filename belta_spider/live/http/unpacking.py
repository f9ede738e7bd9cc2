"""Bodies that were packed for the way, and whether they came whole."""

from __future__ import annotations

import io
import zlib
from typing import Any

import brotli
import zstandard
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.http import Request, Response

CUT = "dataloss"
"""The flag of an answer that ends before its Content-Length (Scrapy's), or whose packed body has no end."""
_CHUNK = 2**16  # bytes that are unpacked at once: a bound on memory, counted between two


class Unpacking(HttpCompressionMiddleware):
    """Scrapy's, which unpacks what there is of a body; this one tells where that is not all."""

    def process_response(  # type: ignore[override] # the spider is no argument any more
        self, request: Request, response: Response
    ) -> Request | Response:
        packed = (
            b",".join(response.headers.getlist("Content-Encoding")).strip().lower()
        )  # Scrapy's takes the header off
        unpacked: Any = super().process_response(request, response)
        if isinstance(unpacked, Response) and response.body and not ends(response.body, packed.decode("latin-1")):
            return unpacked.replace(flags=[*unpacked.flags, CUT])
        return unpacked


def ends(body: bytes, coding: str) -> bool:
    """Whether a packed body has an end; true of one that is packed in no way, in several, or not as it says."""
    try:
        if coding in {"gzip", "x-gzip", "deflate"}:
            return _inflates(body, 47) if coding != "deflate" else _inflates(body, 15) or _inflates(body, -15)
        if coding == "br":
            return _ends_brotli(body)
        if coding == "zstd":
            return _ends_zstd(body)
    except (zlib.error, brotli.error, zstandard.ZstdError):
        return coding == "deflate" and _is_raw_and_whole(body)
    return True


def _inflates(body: bytes, bits: int) -> bool:
    """Whether a deflate stream has its end; what stands in it is let go piece by piece."""
    stream = zlib.decompressobj(bits)
    while not stream.eof:
        if not stream.decompress(body, _CHUNK) and not stream.unconsumed_tail:
            break
        body = stream.unconsumed_tail
    return stream.eof


def _is_raw_and_whole(body: bytes) -> bool:
    """Whether a deflate stream without a header, as some servers send it, has its end."""
    try:
        return _inflates(body, -15)
    except zlib.error:
        return False


def _ends_brotli(body: bytes) -> bool:
    stream = brotli.Decompressor()
    stream.process(body, output_buffer_limit=_CHUNK)
    while not stream.is_finished():
        if not stream.process(b"", output_buffer_limit=_CHUNK):
            break
    return bool(stream.is_finished())


def _ends_zstd(body: bytes) -> bool:
    """Whether the last frame ends: its size is told by nothing but reading it."""
    rest = io.BytesIO(body)
    frame = zstandard.ZstdDecompressor().decompressobj()
    while piece := (frame.unused_data if frame.eof else rest.read(_CHUNK // 64)):
        if frame.eof:
            frame = zstandard.ZstdDecompressor().decompressobj()
        frame.decompress(piece)
    return frame.eof
