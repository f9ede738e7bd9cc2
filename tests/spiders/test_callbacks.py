"""What a Scrapy user tries on one page: parse, shell, check; and the page that a response makes."""

from __future__ import annotations

from pathlib import Path

import pytest
from scrapy.exceptions import UsageError
from scrapy.http import HtmlResponse, Response

from belta_spider.live.responses import page_of
from belta_spider.spiders.belta import BeltaSpider
from tests.conftest import ROOT, Crawl, scrapy

PAGE = ROOT / "fixtures/de/full-page.html"
TITLE = "Traktorenschau in Grodno"


@pytest.mark.parametrize("arguments", [(), ("--pipelines",)])
def test_scrapy_parse_shows_the_record_of_a_saved_page(arguments: tuple[str, ...]) -> None:
    done = scrapy("parse", PAGE.as_uri(), "--nocolour", *arguments)
    assert done.returncode == 0
    assert TITLE in done.stdout
    assert "'kind': 'html'" in done.stdout


def test_scrapy_shell_opens_a_saved_page() -> None:
    done = scrapy("shell", f"./{PAGE.relative_to(ROOT)}", "-c", "response.css('h1::text').get()")
    assert (done.returncode, done.stderr) == (0, "")
    assert TITLE in done.stdout


def test_the_contracts_of_the_callbacks_hold_offline() -> None:
    done = scrapy("check")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Ran 3 contracts" in done.stderr


RESPONSES = [
    (HtmlResponse("https://deu.belta.by/a", body=b"x", headers={"Content-Type": "text/html; charset=koi8-r"}), True),
    (Response("https://deu.belta.by/a", body=b"<!doctype html><p>x"), True),
    (Response("https://deu.belta.by/a", body=b"x", flags=["dataloss"]), False),
]


@pytest.mark.parametrize(("response", "is_html"), RESPONSES)
def test_a_live_response_is_a_page_with_its_address(response: Response, is_html: bool) -> None:
    page = page_of(response)
    assert (page.kind, page.uri, page.url, page.is_html) == ("live", response.url, response.url, is_html)
    assert page.captured_at is not None
    assert page.captured_at.endswith("Z")
    assert page.charset == ("koi8-r" if isinstance(response, HtmlResponse) else None)
    assert page.truncated is bool(response.flags)


def test_a_saved_files_response_is_a_page_with_its_path() -> None:
    page = page_of(Response("file:///a%20b/c.html", body=b"<p>x"))
    assert (page.kind, page.uri, page.url, page.captured_at) == ("html", "/a b/c.html", None, None)


async def test_another_sites_pages_are_cleaned_only_if_asked_for(crawl: Crawl, tmp_path: Path) -> None:
    prose = "Elf Igel haben am Mittwoch eine Straße überquert, und niemand hat gehupt. " * 3
    link = '<title>Igel</title><link rel="canonical" href="https://example.org/1">'
    (tmp_path / "a.html").write_text(f"<html><head>{link}</head><p>{prose}</p></html>", encoding="utf-8")
    items, stats = await crawl(source=str(tmp_path))
    assert (items, stats["belta/drop/other_site"]) == ([], 1)
    items, _ = await crawl(source=str(tmp_path), any_site="1")
    assert [item.title for item in items] == ["Igel"]


def test_any_site_is_0_or_1() -> None:
    done = scrapy("crawl", "belta", "-a", "any_site=yes", "-O", "-:jsonl")
    assert done.returncode == 2
    assert "any_site=yes: 0 or 1" in done.stderr
    with pytest.raises(UsageError):
        BeltaSpider(any_sites="1")
