"""Inputs made to break a reader or the cleaner; `alone` reads them.

python -m tests.faults.hostile FOLDER <<< NAME   # a name in each line; prints one JSON line for each
"""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import os
import struct
import subprocess
import sys
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import zstandard

from tests.faults.answers import ANSWERS

MIB = 2**20

Make = Callable[[], bytes]
_HEAD = "Projekte\nStaatsorgane\nflag Freitag, 19 April 2024\nAlle Nachrichten\nAlle Nachrichten\nKultur\n"
_DATE = "03 April 2024, 14:54\n\nChor singt auf dem Markt\n\n"
_BODY = "MINSK, 3. April (BelTA) - Der Chor sang auf dem Markt, und viele Gäste hörten bis in den Abend zu.\n"
_TAIL = "\nAbonnieren Sie uns auf\nTwitter\nLetzte Nachrichten aus Belarus\n"
_LINE = "Der Chor sang auf dem Markt, und viele Gäste hörten zu"
_WARC = b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:1>\r\nWARC-Date: 2024-04-30T00:00:00Z\r\n"
_HTTP = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html><body><h1>Chor</h1></body></html>"


def _page(body: str = _BODY, head: str = _HEAD, date: str = _DATE, tail: str = _TAIL) -> Make:
    return lambda: (head + date + body + tail).encode("utf-8", "surrogatepass")


def _text(text: str) -> Make:
    return lambda: text.encode("utf-8", "surrogatepass")


def _html(inside: str, head: str = "", times: int = 1, after: str = "") -> Make:
    def make() -> bytes:
        start = f"<!DOCTYPE html><html><head><meta charset=utf-8>{head}</head><body><div class=main>"
        return (start + inside * times + after + "</div></body></html>").encode("utf-8", "surrogatepass")

    return make


def _charset(name: str) -> Make:
    page = f"<html><head><meta charset='{name}'></head><body><h1>Chor</h1><p>{_LINE}. " + _LINE * 200
    return lambda: page.encode()


def _zst_window() -> bytes:
    """A frame that asks for a window of 2 GiB."""
    return b"\x28\xb5\x2f\xfd" + bytes([0x00, 21 << 3]) + b"\x01\x00\x00"


def _bomb(pack: Callable[[bytes], bytes], size: int) -> Make:
    return lambda: pack(bytes(size))


def _zst(data: bytes) -> bytes:
    return zstandard.ZstdCompressor(level=3, write_checksum=True).compress(data)


def _zip(entries: dict[str, bytes], **options: int) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, **options) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return file.getvalue()


def _warc(length: object, body: bytes = _HTTP, extra: bytes = b"") -> bytes:
    head = _WARC + b"WARC-Target-URI: https://deu.belta.by/culture/view/chor-1-2024\r\n" + extra
    return head + f"Content-Length: {length}\r\n\r\n".encode() + body + b"\r\n\r\n"


def _row(**cells: object) -> bytes:
    return json.dumps({"url": "https://deu.belta.by/culture/view/chor-1-2024", "text": _BODY * 4, **cells}).encode()


def _nested_gzip(depth: int) -> bytes:
    data = _page()()
    for _ in range(depth):
        data = gzip.compress(data, mtime=0)
    return data


_GOOD = _page()()

TEXT: dict[str, Make] = {
    "days without a head": _text("flag Freitag, 19 April 2024\n" * 500_000),
    "days below a title": _text("Kultur 03.04.2024 | 14:54\n" * 500_000),
    "heads alone": _text(_HEAD * 100_000),
    "joined dumps": _text((_HEAD + _DATE + _BODY * 4 + _TAIL) * 10_000),
    "blank lines between days": _text(("\n" * 60 + "flag Freitag, 19 April 2024\n") * 100_000),
    "a list without a second key": _text("- a: b\n" + "    c\n" * 100_000 + "d\n"),
    "empty": _text(""),
    "one newline": _text("\n"),
    "a million newlines": _text("\n" * 10**6),
    "a million returns": _text("\r" * 10**6),
    "nul bytes": lambda: bytes(MIB),
    "nul between letters": lambda: _GOOD.replace(b"a", b"a\0"),
    "all bytes": lambda: bytes(range(256)) * 4096,
    "escape sequences": _page("\x1b[2J\x1b]0;gone\x07" * 999 + _BODY),
    "bidi overrides": _page("\u202e\u2066" * 9999 + _BODY),
    "zero-width letters": _page("\u200b".join(_BODY) * 300),
    "lone surrogates": _page("\ud800\udfff" * 9999 + _BODY),
    "private use": _page("\ue000\U0010ffff\ufffe" * 9999),
    "a hundred thousand marks on a letter": _page("a" + "\u0301" * 100_000),
    "marks in the wrong order": _page("a\u0315\u0300\u05ae\u0300" * 20_000),
    "letters that grow when normalised": _page("\ufdfa\u0390\U0001d160" * 60_000),
    "hangul in parts": _page("\u1100\u1161\u11a8" * 60_000),
    "line and paragraph separators": _page("\u2028\u2029\x85\x0b\x0c" * 60_000),
    "one line of 15 MiB": _text(_LINE * (15 * MIB // len(_LINE))),
    "one word of 15 MiB": _text("a" * 15 * MIB),
    "over the limit": _text((_LINE + ".\n") * (17 * MIB // len(_LINE))),
    "a million short lines": _text("a\n" * 10**6),
    "a hundred thousand unfinished lines": _page(_LINE + "\n" + "und das Lied\n" * 100_000),
    "a hundred thousand wrapped lines": _page((_LINE + "\n") * 100_000),
    "a hundred thousand blank lines between": _page(_LINE + ".\n" + "\n \t\u00a0\n" * 50_000 + _BODY),
    "a million spaces": _page(_LINE + " " * 10**6 + _BODY),
    "a million tabs at the front": _page("\t" * 10**6 + _BODY),
    "the page a thousand times": lambda: _GOOD * 1000,
    "the head a thousand times": _page(head=_HEAD * 1000),
    "the date ten thousand times": _page(date=_DATE * 10_000),
    "the tail ten thousand times": _page(tail=_TAIL * 10_000),
    "the dateline ten thousand times": _page(_BODY * 10_000),
    "the dateline in one line ten thousand times": _page(_BODY.strip() * 10_000),
    "captions fifty thousand times": _page(date=_DATE + "Der Chor\nDer Chor\n" * 50_000),
    "captions that differ": _page(date=_DATE + "".join(f"Chor {n}\nChor {n}\n" for n in range(20_000))),
    "a caption in runs of four": _page(date=_DATE + "a\nb\nc\nd\n" * 25_000),
    "end marks": _page(_BODY + "-0-\n" * 100_000),
    "end marks in one line": _page(_BODY + " -0-" * 100_000),
    "credits": _page(_BODY + "Foto: Chor\n" * 100_000),
    "credits and end marks in turn": _page(_BODY + "Foto: Chor\n-0-\n" * 30_000),
    "embed addresses": _page(_BODY + "https://www.youtube.com/embed/a1B2c3\n" * 50_000),
    "an embed address of a megabyte": _page(_BODY + "https://www.youtube.com/embed/" + "a" * MIB),
    "a headline glued twice of a megabyte": _page(_BODY + "Der Chor singt " * 70_000),
    "headlines glued twice": _page(_BODY + "".join(f"Chor {n} singtChor {n} singt\nDas Lied.\n" for n in range(9999))),
    "a repeated end of thousands": _page((_BODY + (_LINE + ".\n") * 2) * 5000),
    "the same paragraph": _page((_LINE + ".\n\n") * 100_000),
    "nearly the same paragraphs": _page("".join(f"{_LINE} {n % 3}.\n\n" for n in range(60_000))),
    "mojibake": _page("Der Chor sang: Ã¤Ã¶Ã¼ â€œLiedâ€\n" * 5000),
    "mojibake of many rounds": _page("ÃƒÆ’Ã†â€™ÃƒÂ¢Ã¢â‚¬Å¡" * 3000),
    "a weather of many digits": _page(head=_HEAD.replace("Alle", f"Minsk +{'9' * 9999}°C\nAlle", 1)),
    "a weather of another script's digits": _page(head=_HEAD.replace("Alle", "Minsk +\u0661\u0664°C\nAlle", 1)),
    "a date of many digits": _page(date=f"{'9' * 9999} April {'9' * 9999}, 14:54\n\nChor\n\n"),
    "a year 0": _page(date="03 April 0000, 14:54\n\nChor\n\n"),
    "a year 9999": _page(date="31 Dezember 9999, 23:59\n\nChor\n\n"),
    "a year 1": _page(date="01 Januar 0001, 00:00\n\nChor\n\n"),
    "no such day": _page(date="31 Februar 2024, 14:54\n\nChor\n\n"),
    "no such hour": _page(date="03 April 2024, 25:61\n\nChor\n\n"),
    "a day of another script's digits": _page(date="\u0660\u0663 April \u0662\u0660\u0662\u0664, 14:54\n\nChor\n\n"),
    "a superscript day": _page(date="³ April 2024, 14:54\n\nChor\n\n"),
    "a dateline of no such day": _page(_BODY.replace("3. April", "99. April")),
    "a dateline of many digits": _page(_BODY.replace("3. April", "9" * 9999 + ". April")),
    "a place of a megabyte": _page("M" * MIB + _BODY),
    "brackets": _page("(" * 100_000 + "[" * 100_000 + _BODY),
    "quotes": _page("„“»«\"'" * 50_000),
    "dashes": _page("- – — −" * 50_000),
    "letters with digits": _page("a1" * 500_000),
    "markup in text": _page("<p>Der <b>Chor</b></p>\n" * 20_000),
    "a title of a megabyte": _page(date="03 April 2024, 14:54\n\n" + "Chor " * 200_000 + "\n\n"),
    "only chrome": _text(_HEAD + _TAIL),
    "only a date": _text(_DATE),
    "utf-16, half a letter": lambda: _GOOD.decode().encode("utf-16")[:-1],
    "utf-16 without its mark": lambda: _GOOD.decode().encode("utf-16-le"),
    "utf-32": lambda: _GOOD.decode().encode("utf-32"),
    "utf-8 with its mark twice": lambda: b"\xef\xbb\xbf" * 2 + _GOOD,
    "utf-8, overlong": lambda: _GOOD + b"\xc0\xaf\xe0\x80\xaf\xf0\x80\x80\xaf" * 9999,
    "utf-8, cut in a letter": lambda: _GOOD + "ä".encode()[:1],
    "utf-7": lambda: _GOOD.decode().encode("utf-7"),
    "latin-1": lambda: (_GOOD.decode() * 20).encode("latin-1"),
    "koi8-r": lambda: ("Хор пел на рынке. " * 999).encode("koi8-r"),
    "big5 bytes": lambda: ("白通社明斯克電" * 999).encode("big5"),
    "iso-2022-jp": lambda: ("白通社" * 999).encode("iso2022_jp"),
    "encodings mixed": lambda: _GOOD + "Гости слушали. ".encode("cp1251") * 999 + _GOOD,
    "a row that is no utf-8": lambda: b'{"te\xff": "Der Chor", "url": "a"}\n' + _GOOD,
    "a row of many rows": lambda: b'{"text": ' + b"[" * 2000 + b"]" * 2000 + b"}\n" + _row(),
    "an executable": lambda: b"\x7fELF" + os.urandom(0) + bytes(range(256)) * 99,
    "an image": lambda: b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 99,
    "a pickle": lambda: b"\x80\x04\x95\x1a\x00\x00\x00\x00\x00\x00\x00\x8c\x05posix\x8c\x06system\x93.",
}
MARKUP: dict[str, Make] = {
    "a hundred thousand nested": _html("<div>", times=100_000, after=_BODY),
    "nested lists": _html("<ul><li>", times=20_000, after=_BODY),
    "nested tables": _html("<table><tr><td>", times=5000, after=_BODY),
    "nested formatting, misclosed": _html("<b><i></b>", times=20_000, after=_BODY),
    "nested quotes": _html("<blockquote>", times=50_000, after=_BODY),
    "forty thousand attributes": _html("<p " + " ".join(f"a{n}=1" for n in range(40_000)) + f">{_BODY}</p>"),
    "names of attributes between quoted ends of tags": _html(
        "<p " + " ".join(f"{n:x}" + " q='>'" * (n % 200 == 0) for n in range(200_000)) + f">{_BODY}</p>"
    ),
    "hundreds of attributes in thousands of tags": _html(
        "<i " + " ".join(f"{n:x}" for n in range(300)) + "></i>", times=4_000, after=_BODY
    ),
    "an attribute of 10 MiB": _html(f"<p title='{'a' * 10 * MIB}'>{_BODY}</p>"),
    "two hundred thousand paragraphs": _html(f"<p>{_LINE}.</p>", times=100_000),
    "two hundred thousand breaks": _html("<br>", times=200_000, after=_BODY),
    "two hundred thousand links": _html("<a href='/culture/view/chor-1-2024'>Chor</a>", times=200_000),
    "a hundred thousand titles": _html("<h1>Chor singt</h1>", times=100_000),
    "a hundred thousand dates": _html("<div class=date_full>03 April 2024, 14:54</div>", times=100_000),
    "a hundred thousand pictures": _html("<div class=main_img><img alt=Chor src=a.jpg>Chor</div>", times=50_000),
    "empty elements": _html("<p></p>", times=500_000, after=_BODY),
    "no end": lambda: b"<html><body><p>" + _BODY.encode(),
    "a tag with no end": lambda: b"<html><body><p " + b"a" * MIB,
    "a comment with no end": _html("<!--", after=_BODY),
    "comments": _html("<!-- a --!>", times=100_000, after=_BODY),
    "a script with no end": _html("<script>", after=_BODY),
    "a title with no end": lambda: b"<html><head><title>" + _BODY.encode() * 999,
    "a textarea with no end": _html("<textarea>", after=_BODY),
    "cdata": _html("<![CDATA[" + _BODY + "]]>", times=9999),
    "less-than signs": _html("<", times=10**6),
    "ampersands": _html("&", times=10**6),
    "entities out of range": _html("&#99999999999;&#xD800;&#0;&#x1b;&#128;", times=50_000),
    "entities within entities": lambda: (
        b'<?xml version="1.0"?><!DOCTYPE html [<!ENTITY a "lol">'
        + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
        + b"]><html><body><p>&j;</p></body></html>"
    ),
    "an entity from a file": lambda: (
        b'<?xml version="1.0"?><!DOCTYPE html [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
        b"<html><body><p>&a;</p></body></html>"
    ),
    "nul in tags": lambda: b"<html><body><p\0 cl\0ass=a>" + _BODY.encode() + b"</\0p>",
    "escape in attributes": _html("<img alt='\x1b[2J' src='\x1b'><a title='\x07'>Chor</a>", after=_BODY),
    "a title of 5 MiB": _html(_BODY, head="<title>" + "Chor " * MIB + "</title>"),
    "properties of 5 MiB": _html(_BODY, head=f"<meta property='og:title' content='{'Chor ' * MIB}'>"),
    "a hundred thousand properties": _html(_BODY, head="<meta property='og:title' content='Chor'>" * 100_000),
    "times that are none": _html(_BODY, head="<meta property='article:published_time' content='9999-99-99 99:99:99'>"),
    "times out of range": _html(_BODY, head="<meta property='article:published_time' content='0001-01-01 00:00:00'>"),
    "deep json-ld": _html(_BODY, head="<script type='application/ld+json'>" + "[" * 100_000 + "</script>"),
    "json-ld of other types": _html(_BODY, head="<script type='application/ld+json'>{\"@type\": [1, null]}</script>"),
    "a base address": _html("<img src='a.jpg'>" + _BODY, head="<base href='javascript:alert(1)//'>"),
    "addresses that are none": _html("<img src='http://[::1'><img src='//'><img src='http://a:b/'>" + _BODY),
    "a data address of 5 MiB": _html(f"<img src='data:image/png;base64,{'A' * 5 * MIB}'>" + _BODY),
    "a refresh": _html(_BODY, head="<meta http-equiv=refresh content='0;url=file:///etc/passwd'>"),
    "svg and math": _html("<svg><desc><p><math><mtext><table>", times=5000, after=_BODY),
    "templates": _html("<template>", times=9999, after=_BODY),
    "hidden": _html("<p style='display:none' hidden>" + _BODY + "</p>", times=9999),
    "an iframe of itself": _html("<iframe srcdoc='<p>Chor'></iframe>", times=9999, after=_BODY),
    "frames": lambda: b"<html><frameset>" + b"<frame src=a>" * 9999,
    "unclosed article": _html("<div class='inner_content'><div class=text><div class=js-mediator-article>" + _BODY),
    "articles in an article": _html("<div class=js-mediator-article>", times=5000, after=_BODY),
    "a doctype of a megabyte": lambda: b"<!DOCTYPE html " + b"a" * MIB + b"><html><body>" + _BODY.encode(),
    **{
        f"charset {name}": _charset(name)
        for name in (
            "punycode", "idna", "utf-7", "rot13", "hex", "zlib", "base64", "undefined", "unicode_escape",
            "raw_unicode_escape", "utf-16", "utf-32", "none such", "a" * 9999, "utf-8\\0", "iso-2022-kr", "hz", "cp037",
        )
    },
}  # fmt: skip
PACKED: dict[str, Make] = {
    "starts of gzip members": lambda: (gzip.compress(b"", mtime=0)[:10] + b"\xff" * 9) * 100_000,
    "starts of Zstandard frames": lambda: b"\x28\xb5\x2f\xfd" * 100_000,
    "gzip: nothing.txt.gz": lambda: b"",
    "gzip: its mark alone.txt.gz": lambda: b"\x1f\x8b",
    "gzip: cut.txt.gz": lambda: gzip.compress(_GOOD * 99)[:200],
    "gzip: without its end.txt.gz": lambda: gzip.compress(_GOOD)[:-8],
    "gzip: wrong sum.txt.gz": lambda: gzip.compress(_GOOD)[:-8] + bytes(8),
    "gzip: flipped.txt.gz": lambda: (data := bytearray(gzip.compress(_GOOD * 9)), data.__setitem__(60, 255))[0],
    "gzip: junk behind.txt.gz": lambda: gzip.compress(_GOOD) + b"junk",
    "gzip: nul behind.txt.gz": lambda: gzip.compress(_GOOD) + bytes(9999),
    "gzip: ten thousand members.txt.gz": lambda: gzip.compress(b"a\n") * 10_000,
    "gzip: a name of a megabyte.txt.gz": lambda: b"\x1f\x8b\x08\x08" + bytes(6) + b"a" * MIB,
    "gzip: bomb.txt.gz": _bomb(gzip.compress, 256 * MIB),
    "gzip: bomb of markup.html.gz": lambda: gzip.compress(b"<html>" + b"<div>" * (40 * MIB)),
    "gzip: in gzip.txt.gz": lambda: _nested_gzip(9),
    "gzip: bomb in gzip.txt.gz": lambda: gzip.compress(gzip.compress(bytes(256 * MIB))),
    "gzip: stored as deflate.txt.gz": lambda: zlib.compress(_GOOD),
    "zst: nothing.txt.zst": lambda: b"",
    "zst: its mark alone.txt.zst": lambda: b"\x28\xb5\x2f\xfd",
    "zst: cut.txt.zst": lambda: _zst(_GOOD * 99)[:60],
    "zst: wrong sum.txt.zst": lambda: _zst(_GOOD)[:-4] + bytes(4),
    "zst: junk behind.txt.zst": lambda: _zst(_GOOD) + b"junk",
    "zst: bomb.txt.zst": _bomb(_zst, 256 * MIB),
    "zst: window of 2 GiB.txt.zst": _zst_window,
    "zst: skippable frames.txt.zst": lambda: struct.pack("<II", 0x184D2A50, 4) * 9999,
    "zst: ten thousand frames.txt.zst": lambda: _zst(b"a\n") * 10_000,
}
ARCHIVES: dict[str, Make] = {
    "visits without entries": lambda: b'{"log": {"version": "1.2", "pages": [' + b'{"title": "entries"},' * 2_000_000,
    "visits of nothing": lambda: b'{"log": {"version": "1.2", "entries": [' + b'{"request": {}},' * 500_000,
    "answers without end": lambda: b"HTTP/1.1 200 OK\r\nA: b\r\n\r\n" * 200_000,
    "answers that all claim to be huge": lambda: (_HTTP[:15] + b"\r\nContent-Length: 999999999" + _HTTP[15:]) * 20_000,
    "an answer of ends": lambda: _HTTP + b"</html>" * 1_000_000 + b"</html" + b" " * 5_000_000,
    "an answer of fields": lambda: _HTTP[:17] + b"A: b\r\n" * 1_000_000,
    "small answers": lambda: (_HTTP[:17] + b"Content-Length: 1\r\n\r\na") * 20_000,
    "an answer that is a bomb": _bomb(
        lambda data: _HTTP[:42] + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(data), 200 * MIB
    ),
    "empty.warc": lambda: b"",
    "no head.warc": lambda: b"WARC/1.0\r\n",
    "no length.warc": lambda: _WARC + b"\r\n" + _HTTP,
    "negative length.warc": lambda: _warc(-1),
    "huge length.warc": lambda: _warc(2**63),
    "length is a word.warc": lambda: _warc("many"),
    "short.warc": lambda: _warc(len(_HTTP) + 999),
    "long.warc": lambda: _warc(3),
    "bad time.warc": lambda: _warc(len(_HTTP)).replace(b"2024-04-30T00:00:00Z", b"yesterday"),
    "no http.warc": lambda: _warc(9, b"Der Chor."),
    "http of other times.warc": lambda: _warc(len(_HTTP), _HTTP.replace(b"HTTP/1.1 200", b"HTTP/9.9 2x0")),
    "a head of a megabyte.warc": lambda: _warc(len(_HTTP), extra=b"X-A: " + b"a" * MIB + b"\r\n"),
    "forty thousand heads.warc": lambda: _warc(len(_HTTP), extra=b"X-A: a\r\n" * 40_000),
    "ten thousand records.warc": lambda: _warc(len(_HTTP)) * 10_000,
    "junk between.warc": lambda: _warc(len(_HTTP)) + b"junk" * 99 + _warc(len(_HTTP)),
    "nul behind.warc": lambda: _warc(len(_HTTP)) + bytes(9999),
    "an address of a megabyte.warc": lambda: _warc(len(_HTTP)).replace(b"chor", b"a" * MIB),
    "an address with escapes.warc": lambda: _warc(len(_HTTP)).replace(b"chor", b"\x1b[2J%1b%00\xff"),
    "one member for all.warc.gz": lambda: gzip.compress(_warc(len(_HTTP)) * 99),
    "cut.warc.gz": lambda: (gzip.compress(_warc(len(_HTTP))) * 9)[:-30],
    "flipped.warc.gz": lambda: gzip.compress(_warc(len(_HTTP))) + b"\x1f\x8b\x08" + bytes(99),
    "bomb.warc.gz": lambda: gzip.compress(_warc(256 * MIB, bytes(256 * MIB))),
    "body packed wrongly.warc": lambda: _warc(99, _HTTP.replace(b"\r\n\r\n", b"\r\nContent-Encoding: gzip\r\n\r\n")),
    "chunks that lie.warc": lambda: _warc(
        99, _HTTP.replace(b"\r\n\r\n", b"\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFF\r\n")
    ),
    "empty.wacz": lambda: b"",
    "no zip.wacz": lambda: b"PK\x03\x04" + bytes(99),
    "empty zip.wacz": lambda: _zip({}),
    "no archive in it.wacz": lambda: _zip({"a.txt": b"a"}),
    "climbs out.wacz": lambda: _zip({"archive/../../../tmp/a.warc": _warc(len(_HTTP))}),
    "ten thousand names.wacz": lambda: _zip({f"archive/{n}.warc": b"" for n in range(10_000)}),
    "bomb.wacz": lambda: _zip({"archive/a.warc": _warc(256 * MIB, bytes(256 * MIB))}),
    "encrypted.wacz": lambda: _zip({"archive/a.warc": _warc(len(_HTTP))}).replace(b"\x14\0\0\0", b"\x14\0\1\0"),
    "a method that nobody knows.wacz": lambda: _zip({"archive/a.warc": _warc(len(_HTTP))}).replace(
        b"\x14\0\0\0\x08", b"\x14\0\0\0\x63"
    ),
    "sizes that lie.wacz": lambda: _zip({"archive/a.warc": (one := _warc(len(_HTTP)))}).replace(
        struct.pack("<I", len(one)), b"\xf0\xff\xff\xff"
    ),
    "a directory over the end.wacz": lambda: _zip({"archive/a.warc": b""})[:-22] + b"PK\5\6" + b"\xff" * 16 + b"\0\0",
    "names that are no text.wacz": lambda: _zip({"archive/aaaa.warc": _warc(len(_HTTP))}).replace(
        b"aaaa", b"\xff\0\x1b/"
    ),
    "zips in a zip.wacz": lambda: _zip({"archive/a.warc": _zip({"archive/a.warc": _warc(len(_HTTP))})}),
    "cut.wacz": lambda: _zip({"archive/a.warc": _warc(len(_HTTP))})[:-30],
    "wrong sums.wacz": lambda: _zip({"archive/a.warc": _warc(len(_HTTP)) * 9}).replace(
        b"\x00\x00\x00", b"\x01\x00\x00"
    ),
    "no json.jsonl": lambda: b"Der Chor\n" * 99,
    "deep.jsonl": lambda: b'{"text": ' + b"[" * 100_000 + b"\n" + _row(),
    "numbers.jsonl": lambda: b'{"text": 1e999, "url": ' + b"9" * 99_999 + b"}\n" + _row(),
    "surrogates.jsonl": lambda: b'{"text": "\\ud800 Der Chor", "url": "https://deu.belta.by/a"}\n' + _row(),
    "nulls.jsonl": lambda: _row(text=None, url=None, html=None) + b"\n" + _row(),
    "other types.jsonl": lambda: _row(text=[1], url={"a": 1}, captured_at=[None]) + b"\n" + _row(),
    "keys twice.jsonl": lambda: _row()[:-1] + b', "text": "Chor", "url": 5}\n',
    "no newline.jsonl": _row,
    "not a number.jsonl": lambda: b'{"text": NaN, "url": Infinity}\n' + _row(),
    "a row of 15 MiB.jsonl": lambda: _row(text="Chor " * (3 * MIB)),
    "rows in one row.jsonl": lambda: b'{"rows": [' + b'{"a": ["b"], "c": {"d": 1}},' * 500_000 + b"{}]}",
    "rows in one value.json": lambda: b'{\n"rows": [' + b'{"a": ["b"],\n"c": {"d": 1}},' * 210_000 + b"{}]}",
    "nul bytes.jsonl": lambda: _row() + b"\n" + bytes(9999) + b"\n" + _row(),
    "times.jsonl": lambda: b"\n".join(_row(captured_at=time) for time in ("", "9" * 99, -1, 1e300, "2024-02-30")),
    "addresses.jsonl": lambda: b"\n".join(_row(url=url) for url in ("http://[", "//", "\x1b", "http://a:99999")),
    "bomb.jsonl.zst": _bomb(_zst, 256 * MIB),
    "no parquet.parquet": lambda: b"PAR1" + bytes(99) + b"PAR1",
    "empty.parquet": lambda: b"",
    "a huge footer.parquet": lambda: b"PAR1" + bytes(99) + b"\xff\xff\xff\x7fPAR1",
}


def _tar(*members: tuple[str, bytes, bytes], size: int | None = None) -> bytes:
    """A tar of members: name, type and what is in them; `size` is what each head says of its size."""
    data = b""
    for name, kind, inside in members:
        info = tarfile.TarInfo(name)
        info.type, info.size, info.linkname = kind, len(inside) if size is None else size, "/etc/passwd"
        data += info.tobuf(tarfile.GNU_FORMAT) + inside + bytes(-len(inside) % 512)
    return data + bytes(1024)


def _nested_zip(depth: int) -> bytes:
    data = _zip({"a.txt": _GOOD})
    for _ in range(depth):
        data = _zip({"a.zip": data})
    return data


def _overlapping_zip() -> bytes:
    """Ten thousand names for one member of 8 MiB."""
    whole = _zip({"a.txt": b"a" * 8 * MIB})
    start = whole.index(b"PK\1\2")
    entry = whole[start : whole.index(b"PK\5\6")]
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 10_000, 10_000, len(entry) * 10_000, start, 0)
    return whole[:start] + entry * 10_000 + end


def _mail(*parts: str, times: int = 1, end: str = "--B--\n") -> bytes:
    head = "From: a\nMIME-Version: 1.0\nContent-Type: multipart/related; boundary=B\n\n"
    return (head + "".join(f"--B\n{part}\n" for part in parts) * times + end).encode()


_PART = "Content-Type: text/html\n\n<html><p>Der Chor sang.</p>"
_REG, _LINK, _DEVICE = tarfile.REGTYPE, tarfile.SYMTYPE, tarfile.CHRTYPE
CONTAINERS: dict[str, Make] = {
    "bomb.zip": lambda: _zip({"a.txt": b"a" * 256 * MIB}),
    "bombs.zip": lambda: _zip({f"{n}.txt": b"a" * 8 * MIB for n in range(60)}),
    "overlapping.zip": _overlapping_zip,
    "nested.zip": lambda: _nested_zip(9),
    "ten thousand names.zip": lambda: _zip({f"{n}.txt": b"" for n in range(10_000)}),
    "climbs out.zip": lambda: _zip({"../../../etc/a.txt": _GOOD, "/etc/b.txt": _GOOD}),
    "encrypted.zip": lambda: _zip({"a.txt": _GOOD}).replace(b"\x14\0\0\0", b"\x14\0\1\0"),
    "cut.zip": lambda: _zip({"a.txt": _GOOD})[:-30],
    "a zip of zeros.zip": lambda: b"PK\3\4" + bytes(MIB),
    "links.tar": lambda: _tar(("a.txt", _LINK, b""), ("b.txt", tarfile.LNKTYPE, b""), ("c.txt", _REG, _GOOD)),
    "devices.tar": lambda: _tar(("a.txt", _DEVICE, b""), ("b.txt", tarfile.FIFOTYPE, b""), ("c.txt", _REG, _GOOD)),
    "absolute paths.tar": lambda: _tar(("/etc/a.txt", _REG, _GOOD), ("../../b.txt", _REG, _GOOD)),
    "sizes that lie.tar": lambda: _tar(("a.txt", _REG, _GOOD), size=2**33 - 1),
    "sparse.tar": lambda: _tar(("a.txt", tarfile.GNUTYPE_SPARSE, b""), ("c.txt", _REG, _GOOD), size=2**33 - 1),
    "a long name.tar": lambda: _tar(("a", tarfile.GNUTYPE_LONGNAME, b"a" * 32 * MIB), ("c.txt", _REG, _GOOD)),
    "pax of many.tar": lambda: _tar(("a", tarfile.XHDTYPE, b"12 a=bcdefg\n" * 300_000), ("c.txt", _REG, _GOOD)),
    "ten thousand members.tar": lambda: _tar(*[(f"{n}.txt", _REG, b"") for n in range(10_000)]),
    "zeros.tar": lambda: _tar(("c.txt", _REG, _GOOD)) + bytes(64 * MIB),
    "junk.tar": lambda: _tar(("c.txt", _REG, _GOOD)) + b"\1" * 32 * MIB,
    "cut.tar": lambda: _tar(("c.txt", _REG, _GOOD * 9))[:1500],
    "bomb.tar.gz": lambda: gzip.compress(_tar(("c.txt", _REG, b"a" * 256 * MIB)), 1),
    "bomb.tar.bz2": lambda: bz2.compress(_tar(("c.txt", _REG, bytes(256 * MIB)))),
    "bomb.tar.xz": lambda: lzma.compress(_tar(("c.txt", _REG, bytes(128 * MIB))), preset=0),
    "bomb.txt.bz2": lambda: bz2.compress(bytes(256 * MIB)),
    "bomb.txt.xz": lambda: lzma.compress(bytes(256 * MIB), preset=0),
    "a dictionary of 4 GiB.txt.xz": lambda: b"\xfd7zXZ\0\0\1\x69\x22\xde\x36\2\0\x21\1\x28\0\0\0" + bytes(200),
    "cut.txt.lz4": lambda: pa.Codec("lz4").compress(_GOOD * 99, asbytes=True)[:-40],
    "bomb.txt.lz4": lambda: pa.Codec("lz4").compress(bytes(256 * MIB), asbytes=True),
    "a dictionary that is none.warc.zst": lambda: struct.pack("<II", 0x184D2A5D, 99) + bytes(99) + _zst(b"a"),
    "a dictionary that unpacks.warc.zst": lambda: (
        (packed := _zst(bytes(256 * MIB))) and struct.pack("<II", 0x184D2A5D, len(packed)) + packed
    ),
    "a frame to skip of 4 GiB.warc.zst": lambda: struct.pack("<II", 0x184D2A50, 2**32 - 1) + bytes(MIB),
    "deep.json": lambda: b'[{"text": ' + b"[" * 100_000,
    "one string.json": lambda: b'[{"text": "' + b"a" * 70 * MIB,
    "brackets.json": lambda: b"[{" * 10**6,
    "commas.json": lambda: b"[{}" + b"," * 10**7,
    "ten thousand rows.json": lambda: b"[" + b",".join([_row(text="")] * 10_000) + b"]",
    "an open quote.csv": lambda: b'url,text\na,"' + b"a\n" * 20 * MIB,
    "commas.csv": lambda: b"url,text\n" + b"," * 20 * MIB,
    "quotes.csv": lambda: b"url,text\n" + b'"",' * 10**6,
    "a line of 70 MiB.csv": lambda: b"url,text\na," + b"a" * 70 * MIB,
    "lines.csv": lambda: b"url,text\n" + b"\n" * 10**6,
    "no arrow.arrow": lambda: b"ARROW1\0\0" + b"\xff" * 200 + b"ARROW1",
    "a huge message.arrow": lambda: b"\xff\xff\xff\xff\xff\xff\xff\x7f" + bytes(200),
    "no orc.orc": lambda: b"ORC" + bytes(200) + b"\x10ORC\x10",
    "parts in parts.eml": lambda: b"".join(
        b"MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(2000)
    ),
    "ten thousand parts.mhtml": lambda: _mail(_PART, times=10_000),
    "no end.mhtml": lambda: _mail(_PART, end=""),
    "a part of 60 MiB.mhtml": lambda: _mail(_PART + "a" * 60 * MIB),
    "base64 that is none.mhtml": lambda: _mail("Content-Type: text/html\nContent-Transfer-Encoding: base64\n\n!!!!"),
    "heads.eml": lambda: b"MIME-Version: 1.0\n" + b"A: a\n" * 10**6,
    "no length.arc": lambda: b"filedesc://a 0 20240430100000 text/plain x\n\n",
    "huge length.arc": lambda: b"https://deu.belta.by/a 1.2.3.4 20240430100000 text/html 999999999999\n" + _HTTP,
    "lines.arc": lambda: b"filedesc://a 0 20240430100000 text/plain 0\n" + b"http://a " * 2 * MIB,
}

_ITEM = "<div class=news_item><a href='/culture/view/chor-1-2024'>Chor</a></div>"
_RSS = "<item><link>https://deu.belta.by/culture/view/chor-1-2024</link></item>"


def _rss(inside: str, times: int = 1, before: str = "") -> Make:
    return lambda: f"<?xml version='1.0'?>{before}<rss><channel>{inside * times}{_RSS}</channel></rss>".encode()


LISTS: dict[str, Make] = {
    "empty.rss": lambda: b"",
    "no xml.rss": lambda: b"\x1f\x8b" + bytes(999),
    "cut.rss": lambda: _rss(_RSS)()[:-40],
    "a feed of 15 MiB.rss": _rss(_RSS, 15 * MIB // len(_RSS)),
    "a million elements.rss": _rss("<a/>", 10**6),
    "a hundred thousand deep.rss": _rss("<a>", 100_000),
    "laughs.rss": _rss(
        "<title>&j;</title>",
        before="<!DOCTYPE a [<!ENTITY a 'ha'>"
        + "".join(f"<!ENTITY {chr(98 + n)} '{f'&{chr(97 + n)};' * 10}'>" for n in range(9))
        + "]>",
    ),
    "a file.rss": _rss("<link>&a;</link>", before="<!DOCTYPE a [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>"),
    "an entity of a megabyte.rss": _rss("&a;" * 999, before=f"<!DOCTYPE a [<!ENTITY a '{'a' * MIB}'>]>"),
    "a link of 5 MiB.rss": _rss(f"<item><link>{'a' * 5 * MIB}</link></item>"),
    "attributes.rss": _rss("<a " + " ".join(f"a{n}='1'" for n in range(100_000)) + "/>"),
    "bad times.rss": _rss("<item><link>//</link><pubDate>99 Foo 9999999999 99:99</pubDate></item>", 9999),
    "wrong charset.rss": lambda: _rss(_RSS)().replace(b"?>", b" encoding='punycode'?>", 1),
    "utf-16 in name alone.rss": lambda: _rss(_RSS)().replace(b"?>", b" encoding='utf-16'?>", 1),
    "two hundred thousand links.list": _html(_ITEM, times=200_000),
    "other links.list": _html("<a href='https://example.org/view/a-1-2024'>a</a>", times=200_000),
    "a hundred thousand deep.list": _html("<div>", times=100_000, after=_ITEM),
    "items in items.list": _html("<div class=news_item>", times=20_000, after=_ITEM),
    "days alone.list": _html("<div class=new_date><span class=day>99</span></div>", times=100_000),
    "more and more.list": _html("<div class=load_more onclick='a(\"/b/\")'>", times=20_000, after=_ITEM),
    "forty thousand attributes.list": _html("<a " + " ".join(f"a{n}=1" for n in range(40_000)) + ">" + _ITEM),
    "a link of 5 MiB.list": _html(f"<a href='/culture/view/{'a' * 5 * MIB}-1-2024'>a</a>" + _ITEM),
    "fifteen MiB of less-than signs.list": lambda: b"<" * 15 * MIB,
    "charset.list": _html(_ITEM, head="<meta charset=punycode>"),
    "empty.robots": lambda: b"",
    "bytes.robots": lambda: bytes(range(256)) * 2000,
    "stars.robots": lambda: b"User-agent: *\nDisallow: /" + b"*a" * 50_000 + b"\n",
    "short stars.robots": lambda: b"User-agent: *\n" + (b"Disallow: /" + b"*c" * 20 + b"$\n") * 9999,
    "agents.robots": lambda: b"".join(b"User-agent: a%d\nDisallow: /\n" % n for n in range(20_000)),
    "rules.robots": lambda: b"User-agent: *\n" + b"".join(b"Disallow: /a%d\n" % n for n in range(50_000)),
    "a line of 5 MiB.robots": lambda: b"User-agent: *\nDisallow: /" + b"a" * 5 * MIB,
}
HUGE: dict[str, Make] = {
    f"huge {name}": make
    for name, make in {
        "less-than signs.html": lambda: b"<html>" + b"<" * 15 * MIB,
        "attributes.html": lambda: b"<html>" + b"<p a=1 b=2 c=3 d=4 e=5 f=6 g=7 h=8 i=9>x</p>" * (MIB // 3),
        "tags of ten thousand bytes.html": lambda: (
            b"<html>" + f"<p {' '.join(f'{n:03x}' for n in range(2450))}>".encode() * 420
        ),
        "elements.html": lambda: b"<html>" + b"<p>a" * (15 * MIB // 4),
        "breaks.html": lambda: b"<html>" + b"a<br>" * (3 * MIB),
        "text.html": lambda: b"<html>" + b"Der Chor\n" * (15 * MIB // 9),
        "comments.html": lambda: b"<html>" + b"<!--" * (4 * MIB) + _BODY.encode(),
        "script.html": lambda: b"<html><script>" + b"<" * 15 * MIB,
        "picture.html": lambda: b"<html><img src='data:," + b"A" * 15 * MIB + b"'>" + _BODY.encode(),
        "titles that are never closed.html": lambda: b"<html>" + b"<title>\n<p>" * (15 * MIB // 11) + _BODY.encode(),
        "title.html": lambda: b"<html><title>" + b"Chor " * (3 * MIB),
        "words of cp1251.html": lambda: ("<html>" + "<p>Хор пел на рынке.</p>" * 700_000).encode("cp1251"),
        "mojibake.html": lambda: ("<html>" + "<p>Der Chor: Ã¤Ã¶Ã¼ â€œLiedâ€</p>" * 300_000).encode(),
        "mojibake.txt": lambda: ("Der Chor: Ã¤Ã¶Ã¼ â€œLiedâ€\n" * 400_000).encode(),
        "bytes over 127.html": lambda: b"<html>" + bytes(range(128, 256)) * (15 * MIB // 128),
        "words of cp1251.txt": lambda: ("Хор пел на рынке.\n" * 800_000).encode("cp1251"),
        "row.jsonl": lambda: _row(html="<p>Chor</p>" * (15 * MIB // 11)),
        "row of escapes.jsonl": lambda: _row(text="ж" * (5 * MIB)),
        "row over the limit.jsonl": lambda: _row(text="a" * 100 * MIB),
        "html.warc": lambda: _warc(15 * MIB + len(_HTTP), _HTTP + b"<p>a</p" * (15 * MIB // 7) + b" " * 5),
    }.items()
}


def table() -> dict[str, Make]:
    """Every input by its file's name."""
    named = {f"{name}.txt": make for name, make in TEXT.items()}
    named |= {f"markup {name[:60]}.html".replace("\\", ""): make for name, make in MARKUP.items()}
    named |= {f"{name.replace('/', ' ')}.http": make for name, make in ANSWERS.items()}
    return named | PACKED | ARCHIVES | CONTAINERS | LISTS | HUGE


def main() -> None:
    """Make each input whose name comes in, have it read in a process of its own, and say what that took."""
    command = [sys.executable, "-m", "tests.faults.alone"]
    made, folder = table(), Path(sys.argv[1])
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin
        assert process.stdout
        for line in sys.stdin:
            path = folder / line.removesuffix("\n")
            path.write_bytes(made[path.name]())
            process.stdin.write(f"{path}\n")
            process.stdin.flush()
            sys.stdout.write(process.stdout.readline())
            sys.stdout.flush()
            path.unlink()
        process.stdin.close()


if __name__ == "__main__":
    main()
