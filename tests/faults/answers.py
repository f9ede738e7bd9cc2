"""Answers of an HTTP server that is broken or hostile, byte for byte; `fetching` meets them."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable

import brotli
import zstandard

from tests.faults.fetching import AGAIN

MIB = 2**20
_OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
_BODY = b"<html><body><h1>Chor singt</h1><p>Der Chor sang auf dem Markt.</p></body></html>"


def _answer(*heads: bytes, body: bytes = _BODY, length: int | None = None, status: bytes = b"200 OK") -> bytes:
    counted = b"Content-Length: %d\r\n" % (len(body) if length is None else length)
    lines = b"".join(head + b"\r\n" for head in heads)
    return b"HTTP/1.1 " + status + b"\r\nContent-Type: text/html\r\n" + counted + lines + b"\r\n" + body


def _chunked(chunks: bytes, *heads: bytes) -> bytes:
    return _OK + b"".join(head + b"\r\n" for head in heads) + b"Transfer-Encoding: chunked\r\n\r\n" + chunks


def _packed(encoding: bytes, body: bytes) -> bytes:
    return _answer(b"Content-Encoding: " + encoding, body=body)


def _many_gzips() -> bytes:
    body = _BODY
    for _ in range(50):
        body = gzip.compress(body, mtime=0)
    return _packed(b"gzip" + b", gzip" * 49, body)


ANSWERS: dict[str, Callable[[], bytes]] = {
    "nothing": lambda: b"",
    "no status": lambda: b"Der Chor\r\n\r\n" + _BODY,
    "a page alone": lambda: _BODY,
    "a status of words": lambda: b"HTTP/1.1 fine OK\r\n\r\n" + _BODY,
    "a status of many digits": lambda: b"HTTP/1.1 " + b"2" * 9999 + b" OK\r\n\r\n" + _BODY,
    "status 0": lambda: _answer(status=b"000 No"),
    "status -1": lambda: _answer(status=b"-1 No"),
    "status 999": lambda: _answer(status=b"999 No"),
    "status 101": lambda: _answer(status=b"101 Switching"),
    "status 204 with a body": lambda: _answer(status=b"204 No Content"),
    "status 206": lambda: _answer(b"Content-Range: bytes 0-9/99", status=b"206 Partial"),
    "status 304 that nobody asked for": lambda: _answer(status=b"304 Not Modified", body=b""),
    "status 407": lambda: _answer(b"Proxy-Authenticate: Basic", status=b"407 Proxy"),
    "another protocol": lambda: b"SSH-2.0-a\r\n",
    "a version of words": lambda: b"HTTP/nine OK\r\n\r\n" + _BODY,
    "a later version": lambda: b"HTTP/9.9 200 OK\r\n\r\n" + _BODY,
    "frames of HTTP/2": lambda: b"\0\0\x12\4\0\0\0\0\0\0\3\0\0\0\x64" * 9,
    "an alert of TLS": lambda: b"\x15\3\1\0\2\2\x28",
    "nul bytes": lambda: bytes(MIB),
    "a status line without an end": lambda: b"HTTP/1.1 200 " + b"a" * 10 * MIB,
    "a head without an end": lambda: _OK,
    "a head that is cut": lambda: _OK + b"X-A",
    "a header of 10 MiB": lambda: _answer(b"X-A: " + b"a" * 10 * MIB),
    "forty thousand headers": lambda: _answer(*(b"X-%d: a" % n for n in range(40_000))),
    "one header forty thousand times": lambda: _answer(*[b"X-A: a"] * 40_000),
    "folded headers": lambda: _answer(b"X-A: a", *[b" a"] * 40_000),
    "a fold at the start": lambda: _OK.replace(b"Content-Type", b" Content-Type") + b"\r\n" + _BODY,
    "headers that never end": lambda: _OK + AGAIN + b"X-A: a\r\n",
    "folds that never end": lambda: _OK + b"X-A: a\r\n" + AGAIN + b" a\r\n",
    "preliminary answers that never end": lambda: AGAIN + b"HTTP/1.1 100 Continue\r\n\r\n",
    "a header that never ends": lambda: _OK + b"X-A: " + AGAIN + b"a",
    "a header without a colon": lambda: _answer(b"Der Chor"),
    "a header without a name": lambda: _answer(b": a", b":"),
    "a header with escapes": lambda: _answer(b"X-\x1b[2J: \x1b]0;gone\x07"),
    "a header with nul bytes": lambda: _answer(b"X-\0A: \0", b"Content-Language: d\0e"),
    "a header of bytes over 127": lambda: _answer(b"X-\xff\xfe: \x80\xff", b"ETag: \xff"),
    "lines that end in a newline": lambda: _answer().replace(b"\r\n", b"\n"),
    "lines that end in a return": lambda: _answer().replace(b"\r\n", b"\r"),
    "an ETag of 10 KiB": lambda: _answer(b'ETag: "' + b"a" * 10_000 + b'"'),
    "a type with escapes": lambda: _answer(b"Content-Type: text/\x1b[2Jhtml; charset=\x1b[2J"),
    "a type of words": lambda: _answer(b"Content-Type: a/b/c;;;=;charset", b"Content-Type: text/html"),
    "a type of a picture": lambda: _OK.replace(b"text/html", b"image/png") + b"\r\n" + _BODY,
    "a charset of code": lambda: _answer(b"Content-Type: text/html; charset=punycode", body=_BODY + b"a" * 9999),
    "a charset of 10 KiB": lambda: _OK.replace(b"utf-8", b"a" * 10_000) + b"\r\n" + _BODY,
    "ten thousand cookies": lambda: _answer(*[b"Set-Cookie: a=b; Domain=.by"] * 10_000),
    "200 with no body": lambda: _answer(body=b""),
    "200 with neither length nor body": lambda: _OK + b"\r\n",
    "a length that is too small": lambda: _answer(length=9),
    "a length that is too large": lambda: _answer(length=9999),
    "a length over all limits": lambda: _answer(length=2**63),
    "a length of many digits": lambda: _OK + b"Content-Length: " + b"9" * 9999 + b"\r\n\r\n" + _BODY,
    "a negative length": lambda: _answer(length=-1),
    "a length of words": lambda: _OK + b"Content-Length: many\r\n\r\n" + _BODY,
    "a length of other digits": lambda: _OK + "Content-Length: \u0663\u00b2\r\n\r\n".encode() + _BODY,
    "two lengths": lambda: _answer(b"Content-Length: 9"),
    "a length beside chunks": lambda: _chunked(b"5\r\nDer C\r\n0\r\n\r\n", b"Content-Length: 3"),
    "an encoding of the transfer that nobody knows": lambda: _OK + b"Transfer-Encoding: rot13\r\n\r\n" + _BODY,
    "chunked twice": lambda: _chunked(b"5\r\nDer C\r\n0\r\n\r\n", b"Transfer-Encoding: chunked"),
    "a chunk's size of words": lambda: _chunked(b"many\r\nDer Chor\r\n0\r\n\r\n"),
    "a chunk's size that is negative": lambda: _chunked(b"-5\r\nDer Chor\r\n0\r\n\r\n"),
    "a chunk's size that is too small": lambda: _chunked(b"3\r\nDer Chor\r\n0\r\n\r\n"),
    "a chunk's size that is too large": lambda: _chunked(b"FFFFFFFF\r\nDer Chor\r\n0\r\n\r\n"),
    "a chunk's size of many digits": lambda: _chunked(b"F" * 9999 + b"\r\nDer Chor\r\n"),
    "a chunk's size without an end": lambda: _chunked(AGAIN + b"0"),
    "a chunk's extension without an end": lambda: _chunked(b"5;" + AGAIN + b"a"),
    "chunks without a last": lambda: _chunked(b"5\r\nDer C\r\n"),
    "chunks of a byte": lambda: _chunked(b"1\r\na\r\n" * 200_000 + b"0\r\n\r\n"),
    "chunks of a byte that never end": lambda: _chunked(AGAIN + b"1\r\na\r\n"),
    "trailers that never end": lambda: _chunked(b"5\r\nDer C\r\n0\r\n" + AGAIN + b"X-A: a\r\n"),
    "junk behind the chunks": lambda: _chunked(b"5\r\nDer C\r\n0\r\n\r\n") + b"junk" * 9999,
    "a second answer behind the first": lambda: _answer() * 2,
    "a body over the limit": lambda: _answer(body=b"<html>" + b"a" * 17 * MIB),
    "a body that never ends": lambda: _OK + b"\r\n" + AGAIN + b"<p>",
    "gzip: bomb": lambda: _packed(b"gzip", gzip.compress(bytes(256 * MIB))),
    "gzip: bomb in gzip": lambda: _packed(b"gzip, gzip", gzip.compress(gzip.compress(bytes(256 * MIB)))),
    "gzip: in gzip fifty times": _many_gzips,
    "gzip: ten thousand members": lambda: _packed(b"gzip", gzip.compress(b"<p>a") * 10_000),
    "gzip: none": lambda: _packed(b"gzip", _BODY),
    "gzip: cut": lambda: _packed(b"gzip", gzip.compress(_BODY)[:40]),
    "gzip: wrong sum": lambda: _packed(b"gzip", gzip.compress(_BODY)[:-8] + bytes(8)),
    "gzip: nothing": lambda: _packed(b"gzip", b""),
    "deflate: bomb": lambda: _packed(b"deflate", zlib.compress(bytes(256 * MIB))),
    "deflate: none": lambda: _packed(b"deflate", _BODY),
    "br: bomb": lambda: _packed(b"br", brotli.compress(bytes(256 * MIB), quality=1)),
    "br: none": lambda: _packed(b"br", _BODY),
    "zstd: bomb": lambda: _packed(b"zstd", zstandard.ZstdCompressor(level=3).compress(bytes(256 * MIB))),
    "zstd: window of 2 GiB": lambda: _packed(b"zstd", b"\x28\xb5\x2f\xfd" + bytes([0, 21 << 3]) + b"\1\0\0"),
    "zstd: none": lambda: _packed(b"zstd", _BODY),
    "an encoding that nobody knows": lambda: _packed(b"rot13", _BODY),
    "encodings of a megabyte": lambda: _packed(b"gzip," * 3000 + b"gzip", _BODY),
    "a redirect to itself": lambda: _answer(b"Location: /culture/view/chor-1-2024", status=b"302 Found"),
    "a redirect without an address": lambda: _answer(status=b"302 Found"),
    "a redirect with escapes": lambda: _answer(b"Location: /\x1b[2J\0\xff%00", status=b"301 Moved"),
    "a redirect of 10 KiB": lambda: _answer(b"Location: /" + b"a" * 10_000, status=b"301 Moved"),
    "a redirect to a file": lambda: _answer(b"Location: file:///etc/passwd", status=b"301 Moved"),
    "a redirect to no address": lambda: _answer(b"Location: http://[::1", status=b"301 Moved"),
    "a time of a retry that is none": lambda: _answer(b"Retry-After: \xff\x00soon", status=b"503 Busy"),
}  # fmt: skip
