"""Pages by the thousand, made of the tests' fictional articles: each with an address and a title of its own."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import msgspec
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from belta_spider.editions import load
from tests.factory.html_page import HtmlLook, markup
from tests.factory.page_looks import seen
from tests.factory.sample_articles import EDITIONS, stories
from tests.factory.text_dump import dump_of

CAPTURED = "2026-05-04T10:00:00Z"
_NUMBER = "{NUMBER}"
_LAYOUT = 5
_FORMS = 20
_LOOKS = (
    HtmlLook(inserts=("subscribe",), end_mark=True),
    HtmlLook(body="div", photos="slides", inserts=("read_also", "subscribe"), modified=None),
    HtmlLook(body="br"),
    HtmlLook(body="word", end_mark=True, inserts=("advertising",)),
    HtmlLook(body="list", subhead=True, inserts=("video",)),
)


def texts(count: int) -> Iterator[tuple[str, str]]:
    """Addresses and text dumps of the seven editions, in turn."""
    forms = [(edition, form) for form in range(_FORMS) for edition in EDITIONS]
    for number in range(count):
        edition, form = forms[number % len(forms)]
        yield address(edition, number), _dump(edition, form).replace(_NUMBER, str(number))


def address(edition: str, number: int) -> str:
    return f"https://{load().by_code[edition].hosts[0]}/society/view/page-{number + 1}-2026"


@cache
def _dump(edition: str, form: int) -> str:
    one = stories(edition)[form]
    return dump_of(replace(one, title=f"{one.title} {_NUMBER}"), seen(edition, _LAYOUT)).text


def html_pages(count: int, size: int) -> Iterator[tuple[str, bytes]]:
    """Addresses and pages in the site's markup of about `size` bytes."""
    templates = [_template(edition, form, size) for form in range(_FORMS) for edition in EDITIONS]
    for number in range(count):
        which = number % len(templates)
        start, end = templates[which]
        yield address(EDITIONS[which % len(EDITIONS)], number), b"%b %d%b" % (start, number, end)


@cache
def _template(edition: str, form: int, size: int) -> tuple[bytes, bytes]:
    """A page in two parts: a number goes between them, at the end of its title.

    What it has over the article's own size is side column and scripts, as on the site.
    """
    one, look = stories(edition)[form], _LOOKS[form % len(_LOOKS)]
    measured = ((0, 0), (20, 0), (0, 20))
    least, item, script = (
        len(markup(one, replace(look, side=side, scripts=scripts)).encode()) for side, scripts in measured
    )
    room = max(0, size - least)
    look = replace(look, side=room * 40 // 3 // (item - least), scripts=room * 20 // 3 // (script - least))
    start, mark, end = markup(one, look).encode().partition(b"</h1>")
    return start, mark + end


def write_dumps(folder: Path, count: int) -> None:
    """One text dump a file."""
    folder.mkdir(parents=True)
    for number, (_, text) in enumerate(texts(count)):
        (folder / f"{number:06}.txt").write_text(text, encoding="utf-8", newline="")


def write_rows(path: Path, count: int) -> None:
    """A table of text dumps in JSON Lines."""
    with path.open("wb") as file:
        for url, text in texts(count):
            file.write(msgspec.json.encode({"url": url, "text": text, "captured_at": CAPTURED}) + b"\n")


def write_warc(path: Path, groups: dict[int, int]) -> None:
    """A WARC of pages: how many of which size. One gzip member a record, as crawlers write it."""
    number = 0
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=True, warc_version="1.1")
        for size, count in groups.items():
            for _, html in html_pages(count, size):
                _write_response(writer, address(EDITIONS[number % len(EDITIONS)], number), html)
                number += 1


def _write_response(writer: WARCWriter, url: str, html: bytes) -> None:
    head = [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(html)))]
    headers = StatusAndHeaders("200 OK", head, protocol="HTTP/1.1")
    record = writer.create_warc_record(
        url,
        "response",
        payload=io.BytesIO(html),
        length=len(html),
        http_headers=headers,
        warc_headers_dict={"WARC-Date": CAPTURED},
    )
    writer.write_record(record)
