"""Bodies that were cut, at any byte and in whatever packing: a text shorter than the whole one is never silent."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import brotli
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st
from scrapy.http import HtmlResponse, Request, Response
from scrapy.utils.test import get_crawler

from belta_spider.cleaning import clean
from belta_spider.cleaning.markup.stopped import stops_short
from belta_spider.items import Article, Page
from belta_spider.live.http.unpacking import Unpacking
from belta_spider.live.responses import page_of
from tests.conftest import Crawl
from tests.factory import archives

FULL = Path("fixtures/de/full-page.html")
FIXTURES = sorted(path for path in Path("fixtures").glob("*/*.html") if not path.name.startswith("dropped"))


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


def unsized_zstd(data: bytes) -> bytes:
    packer = zstandard.ZstdCompressor().compressobj()
    return packer.compress(data) + packer.flush()


def chunked(data: bytes, size: int = 1_000) -> bytes:
    parts = [data[at : at + size] for at in range(0, len(data), size)]
    return b"".join(b"%x\r\n%b\r\n" % (len(one), one) for one in parts) + b"0\r\n\r\n"


PACKINGS = {
    "gzip": ("gzip", gzip.compress),
    "x-gzip": ("x-gzip", gzip.compress),
    "deflate": ("deflate", zlib.compress),
    "raw deflate": ("deflate", raw_deflate),
    "br": ("br", brotli.compress),
    "zstd": ("zstd", zstandard.compress),
    "zstd without a size": ("zstd", unsized_zstd),
}


@cache
def whole(path: Path) -> tuple[bytes, str]:
    data = path.read_bytes()
    found = clean(Page("html", "x.html", data, is_html=True)).article
    assert found is not None
    return data, found.text


def is_silent(found: Article | None, text: str) -> bool:
    """Whether an article lacks something of its text, and nothing says so."""
    return found is not None and len(found.text) < len(text) and "truncated" not in found.flags


paths = st.sampled_from(FIXTURES)
shares = st.floats(0, 1, exclude_max=True)


@cache
def middleware() -> Unpacking:
    return Unpacking.from_crawler(get_crawler())


def live(body: bytes, coding: str, flags: list[str]) -> Article | None:
    """What the live crawl makes of an answer, from its bytes on."""
    request = Request("https://deu.belta.by/society/view/x-1-2024")
    headers = {"Content-Type": "text/html; charset=utf-8"} | ({"Content-Encoding": coding} if coding else {})
    response: Response = HtmlResponse(request.url, headers=headers, body=body, flags=flags, request=request)
    try:
        unpacked = middleware().process_response(request, response)
    except EOFError:  # cut before its first byte came out: the request fails, and is made again
        return None
    assert isinstance(unpacked, Response)
    page = page_of(unpacked)
    return clean(Page("html", "x.html", page.body, is_html=True, truncated=page.truncated)).article


@settings(max_examples=120, derandomize=True, deadline=None)
@given(paths, st.sampled_from(sorted(PACKINGS)), shares)
def test_a_packed_body_that_is_cut_at_any_byte_is_no_short_text_in_silence(path: Path, name: str, share: float) -> None:
    data, text = whole(path)
    coding, pack = PACKINGS[name]
    packed = pack(data)
    body = packed[: int(share * len(packed))]
    assert not is_silent(live(body, coding, []), text)
    assert not is_silent(live(packed, coding, []), text)


@settings(max_examples=120, derandomize=True, deadline=None)
@given(paths, st.sampled_from(["length", "chunked", "206", "none", *sorted(PACKINGS)]), shares)
def test_a_record_whose_body_is_cut_at_any_byte_is_no_short_text_in_silence(
    tmp_path_factory: pytest.TempPathFactory, path: Path, name: str, share: float
) -> None:
    data, text = whole(path)
    headers, status = ["Content-Type: text/html; charset=utf-8"], "200 OK"
    if name in PACKINGS:
        headers.append(f"Content-Encoding: {PACKINGS[name][0]}")
        data = PACKINGS[name][1](data)
    elif name == "chunked":
        headers.append("Transfer-Encoding: chunked")
        data = chunked(data)
    size = int(share * len(data))
    if name == "length":
        headers.append(f"Content-Length: {len(data)}")
    elif name == "206":
        headers.append(f"Content-Range: bytes 0-{max(size - 1, 0)}/{len(data)}")
        status = "206 Partial Content"
    for found in warc(tmp_path_factory, archives.http(data[:size], *headers, status=status)):
        assert not is_silent(found, text)


def warc(tmp_path_factory: pytest.TempPathFactory, block: bytes) -> Iterator[Article | None]:
    file = tmp_path_factory.mktemp("cut") / "a.warc"
    for entry in archives.entries(file, archives.record(1, block)):
        if isinstance(entry, Page):
            entry.url = None
            yield clean(entry).article


@settings(max_examples=150, derandomize=True, deadline=None)
@given(paths, shares)
def test_a_saved_page_that_is_cut_at_any_byte_is_no_short_text_in_silence(path: Path, share: float) -> None:
    """Without a length its shape tells. Above the article, boxes may be closed: then nothing of it was read."""
    data, text = whole(path)
    found = clean(Page("html", "x.html", data[: int(share * len(data))], is_html=True)).article
    assert not is_silent(found, text) or (found is not None and "generic_extraction" in found.flags)


@pytest.mark.parametrize("captures", ["first", "newest"])
async def test_a_page_whose_shape_alone_shows_a_cut_is_beaten_by_a_whole_one(
    crawl: Crawl, tmp_path: Path, captures: str
) -> None:
    page = whole(FULL)[0]
    pages = [page[: page.index(b"js-mediator-article") + 900], page]
    for number, (one, date) in enumerate(zip(pages, ["2024-05-02T10:00:00Z", "2024-05-01T10:00:00Z"], strict=True)):
        record = archives.record(number, archives.http(one), WARC_Date=date, WARC_Target_URI=archives.url(1))
        (tmp_path / f"{number}.warc").write_bytes(record)
    items, stats = await crawl(source=str(tmp_path), captures=captures)
    assert [("truncated" in item.flags, item.source.record) for item in items] == [(False, archives.ids(1)[0])]
    assert stats["belta/drop/duplicate.capture"] == 1


@pytest.mark.parametrize("path", FIXTURES, ids=str)
def test_no_whole_page_seems_to_stop_short(path: Path) -> None:
    assert not stops_short(path.read_bytes())


@pytest.mark.parametrize(
    ("page", "stops"),
    [
        (b"<p>Elf Igel</p>", False),
        (b"<html><body><p>Elf Igel<p>Ein Bus", False),
        (b"<div><p>Elf Igel</p></div>", False),
        (b"<DIV>Elf Igel</DIV>\n<!-- saved -->", False),
        (b"<ul><li>Elf<li>Igel</ul>", False),
        (b"Elf Igel", False),
        (b"1 < 2 und 3", False),
        (b"<div>Elf <p>Igel</body>", False),
        (b"<div>Elf Igel</HTML>" + b" " * 3_000, False),
        (b"<div>Elf Igel", True),
        (b"<div><div>Elf Igel</div>", True),
        (b"<article><p>Elf Igel</p>", True),
        (b"<p>Elf Igel</p><a href='", True),
        (b"<p>Elf Igel</p></", True),
        (b"<p>Elf Igel</p><", True),
    ],
)
def test_a_page_without_an_end_stops_short_within_a_tag_or_a_box(page: bytes, stops: bool) -> None:
    assert stops_short(page) is stops
