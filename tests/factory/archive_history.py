"""A small history of the site, as an archive has it: its WARC files, and what an index says of them."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
import random
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from tests.factory import corpus

NOTICE = b"<html><head><title>Just a moment...</title></head><body><p>Checking your browser.</p></body></html>"
FRONT = b'<html><body><div class="main"><a href="/politics/view/a-1-2026">Eins</a></div></body></html>'
PICTURE = b"\xff\xd8\xff\xe0" + bytes(200)
_IN_A_FILE = 60
_SIZE = 5000


class Seen(NamedTuple):
    """A capture."""

    timestamp: str
    url: str
    status: int
    media: str
    body: bytes
    is_revisit: bool = False

    @property
    def digest(self) -> str:
        return base64.b32encode(hashlib.sha1(self.body).digest()).decode()

    @property
    def moment(self) -> str:
        t = self.timestamp
        return f"{t[:4]}-{t[4:6]}-{t[6:8]}T{t[8:10]}:{t[10:12]}:{t[12:14]}Z"


class History(NamedTuple):
    """What an archive holds."""

    captures: list[Seen]
    rows: list[dict[str, Any]]
    """The lines of its index, in their order; each with the number of its capture."""
    folder: Path
    articles: int
    gave_way: int
    """Captures that an index lists as good and that are no article, before the oldest that is one."""
    edits: int
    """Captures with a body that differs from the article's first."""


def spellings(url: str) -> list[str]:
    """Five ways to write an article's address."""
    parts = urlsplit(url)
    phone = f"https://m.{parts.netloc}{parts.path}" if parts.netloc[:3] in {"deu", "eng", "esp", "pol"} else url
    return [url, f"{url}/", url.replace("https", "http"), f"{url}?utm_source=mail", phone]


def _stamp(day: int, second: int) -> str:
    return f"2026{1 + day // 28:02d}{1 + day % 28:02d}{second // 3600 % 24:02d}{second // 60 % 60:02d}{second % 60:02d}"


def _captures(count: int) -> Iterator[tuple[Seen, int, int]]:
    """Captures, and which of them give way or are edits."""
    chance = random.Random(3)
    for number, (url, html) in enumerate(corpus.html_pages(count, _SIZE), 1):
        forms = spellings(url)
        day = chance.randrange(0, 60)
        if number % 10 == 1:
            yield Seen(_stamp(day, number), url, 404, "text/html", b"<html><body>404</body></html>"), 0, 0
        elif number % 10 == 2:
            yield Seen(_stamp(day, number), forms[1], 200, "text/html", NOTICE), 1, 0
        elif number % 10 == 3:
            yield Seen(_stamp(day, number), forms[2], 200, "text/html", FRONT), 1, 0
        for again in range(chance.choice([1, 2, 3, 5])):
            form = forms[(number + again) % len(forms)]
            moment = _stamp(day + 9 + again * 9, number)
            is_revisit = again > 0 and number % 2 == 0
            yield Seen(moment, form, 200, "text/html; charset=utf-8", html, is_revisit), 0, 0
        if number in {4, 5}:
            for edit, words in enumerate((b" (aktualisiert)</h1>", b" (zum zweiten Mal aktualisiert)</h1>")):
                body = html.replace(b"</h1>", words, 1)
                yield Seen(_stamp(day + 90 + edit, number), url, 200, "text/html; charset=utf-8", body), 0, 1


def _noise(count: int) -> Iterator[Seen]:
    for number in range(count):
        host = ("deu.belta.by", "eng.belta.by", "belta.by", "m.deu.belta.by")[number % 4]
        yield Seen(_stamp(number, number), f"https://{host}/all_news/page/{number}/", 200, "text/html", FRONT)
        yield Seen(_stamp(number, number), f"https://{host}/images/{number}.jpg", 200, "image/jpeg", PICTURE)
        yield Seen(
            _stamp(number, number), f"https://{host}/printv/society/view/x-{number + 1}-2026", 200, "text/html", FRONT
        )


def make(folder: Path, count: int) -> History:
    """Write the WARC files of a history of so many articles."""
    found = list(_captures(count))
    captures = sorted([one for one, _, _ in found] + list(_noise(max(4, count // 8))))
    rows = sorted(_written(captures, folder), key=lambda row: (row["urlkey"], row["timestamp"]))
    return History(captures, rows, folder, count, sum(one[1] for one in found), sum(one[2] for one in found))


def _written(captures: list[Seen], folder: Path) -> Iterator[dict[str, Any]]:
    folder.mkdir(parents=True, exist_ok=True)
    for start in range(0, len(captures), _IN_A_FILE):
        name = f"history-{start // _IN_A_FILE:03d}.warc.gz"
        with (folder / name).open("wb") as file:
            for number, one in enumerate(captures[start : start + _IN_A_FILE], start):
                offset, data = file.tell(), record(one, captures)
                file.write(data)
                yield row_of(one) | {
                    "filename": name,
                    "offset": str(offset),
                    "length": str(len(data)),
                    "number": number,
                }


def row_of(one: Seen) -> dict[str, Any]:
    """What an index says of a capture."""
    row = {"urlkey": surt(one.url), "timestamp": one.timestamp, "url": one.url}
    if one.is_revisit:
        return row | {"mime": "warc/revisit", "digest": one.digest}
    return row | {"mime": one.media.partition(";")[0], "status": str(one.status), "digest": one.digest}


def record(one: Seen, captures: list[Seen]) -> bytes:
    """The capture's record, gzipped."""
    buffer = io.BytesIO()
    writer = WARCWriter(buffer, gzip=True, warc_version="WARC/1.1")
    headers = [("Content-Type", one.media), ("Content-Length", str(len(one.body))), ("Server", "nginx")]
    http = StatusAndHeaders(f"{one.status} X", headers, protocol="HTTP/1.1")
    if one.is_revisit:
        first = next(each for each in captures if each.body == one.body and not each.is_revisit)
        made = writer.create_revisit_record(one.url, f"sha1:{one.digest}", first.url, first.moment, http_headers=http)
        made.rec_headers.replace_header("WARC-Date", one.moment)
    else:
        made = writer.create_warc_record(
            *(one.url, "response", io.BytesIO(one.body), len(one.body)),
            warc_headers_dict={"WARC-Date": one.moment},
            http_headers=http,
        )
    writer.write_record(made)
    return buffer.getvalue()


@cache
def surt(url: str) -> str:
    """The key of an address in an index: the host's parts turned round, no www, no slash at the end."""
    parts = urlsplit(url)
    host = ",".join(reversed((parts.hostname or "").removeprefix("www.").split(".")))
    return f"{host}){parts.path.rstrip('/').lower() or '/'}{'?' if parts.query else ''}{parts.query}"


def write_cdxj(history: History, path: Path) -> Path:
    """An index of the history, as pywb keeps it."""
    skipped = {"urlkey", "timestamp", "number"}
    lines = [
        f"{row['urlkey']} {row['timestamp']} {json.dumps({k: v for k, v in row.items() if k not in skipped})}\n"
        for row in history.rows
    ]
    path.write_text("".join(lines))
    return path


def write_csv(history: History, path: Path) -> Path:
    """A table of the history's records, as Common Crawl's columnar index gives it."""
    names = {"url": "url", "timestamp": "fetch_time", "status": "fetch_status", "digest": "content_digest"}
    names |= {"filename": "warc_filename", "offset": "warc_record_offset", "length": "warc_record_length"}
    names |= {"mime": "content_mime_type"}
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(names.values()))
        writer.writeheader()
        writer.writerows({names[k]: v for k, v in row.items() if k in names} for row in history.rows)
    return path
