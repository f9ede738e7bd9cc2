"""What is found in feeds, lists and pages."""

from __future__ import annotations

from datetime import date

import pytest

from belta_spider.editions import load
from belta_spider.live.discovery import Reader, list_address
from belta_spider.live.mirrors import Bases

URL = "https://deu.belta.by/politics/"


def reader(**bases: str) -> Reader:
    return Reader(load(), Bases(load(), bases))


def item(path: str, day: str = "") -> str:
    when = f'<div class="new_date"><span class="day">{day[:2]}</span><span class="month_year">{day[2:]}</span></div>'
    return f'<div class="news_item"><a href="/politics/">s</a>{when if day else ""}<a href="{path}">t</a></div>'


def read(markup: str) -> list[tuple[str | None, str | None]]:
    return [(one.address.id, one.day) for one in reader().read_list(markup.encode(), URL).items]


@pytest.mark.parametrize(
    ("markup", "found"),
    [
        (item("/politics/view/a-1-2024/", "09.01.26"), [("de-1-2024", "2026-01-09")]),
        (item("/politics/view/a-1-2024") + item("http://deu.belta.by/politics/view/b-1-2024/"), [("de-1-2024", None)]),
        (item("//m.deu.belta.by/politics/view/-2-2024?x=1#y", "31.02.24"), [("de-2-2024", None)]),
        (
            item("/politics/view/a-1-2024", "09.01.26") + item("/politics/view/a-2-2024"),
            [("de-1-2024", "2026-01-09"), ("de-2-2024", "2026-01-09")],
        ),
        ('<div class="lenta_item"><a href="/sport/view/a-3-2023/">t</a></div>', [("de-3-2023", None)]),
        ('<a href="/sport/view/a-3-2023/">t</a>', [("de-3-2023", None)]),
        (item("https://example.org/politics/view/a-1-2024"), []),
        (item("http://[/view/") + item("/video/getRecord/1/view/"), []),
        ("", []),
    ],
)
def test_a_list_shows_each_article_once_with_its_day(markup: str, found: list[tuple[str, str]]) -> None:
    assert read(markup) == found


@pytest.mark.parametrize("link", ["/de/sport/view/a-1-2024", "/sport/view/a-1-2024/", "../sport/view/a-1-2024"])
def test_links_under_a_base_with_a_path_may_bear_it_or_not(link: str) -> None:
    found = reader(de="http://127.0.0.1/de").read_list(item(link).encode(), "http://127.0.0.1/de/sport/").items
    assert [one.address.url for one in found] == ["https://deu.belta.by/sport/view/a-1-2024"]


def test_articles_linked_beside_a_list_are_no_part_of_it() -> None:
    markup = (
        item("/politics/view/a-1-2024") + '<a href="/politics/view/b-2-2024">b</a><a href="/politics/view/a-1-2024">'
    )
    listing = reader().read_list(markup.encode(), URL)
    assert [one.address.id for one in listing.items] == ["de-1-2024"]
    assert [one.address.id for one in listing.others] == ["de-2-2024"]


@pytest.mark.parametrize(
    ("onclick", "address"),
    [
        ("load('/politics/page/2/')", "https://deu.belta.by/politics/page/2/"),
        ('go("https://deu.belta.by/all_news/page/3/?day=1")', "https://deu.belta.by/all_news/page/3/?day=1"),
        ("load('/printv/politics/'); load('/politics/page/7')", "https://deu.belta.by/politics/page/7"),
        ("load('https://example.org/politics/page/2/')", None),
        ("load('/politics/view/a-1-2024')", None),
        ("load(2)", None),
    ],
)
@pytest.mark.parametrize("form", ['<div class="load_more" onclick="{}">', '<div class="load_more"><a onclick="{}">'])
def test_load_more_names_the_next_page_of_the_site_alone(onclick: str, address: str | None, form: str) -> None:
    markup = form.format(onclick.replace('"', "&quot;"))
    assert reader().read_list(markup.encode(), URL).following == address


FEED = """<rss><channel>
<item><title>A</title><link> https://deu.belta.by/sport/view/a-1-2024/ </link><pubDate>{}</pubDate></item>
<item><title>B</title><link>https://example.org/sport/view/a-2-2024/</link></item>
<item><title>C</title></item></channel></rss>"""


@pytest.mark.parametrize(
    ("published", "day"),
    [
        ("Wed, 03 Apr 2024 14:54:00 +0300", "2024-04-03"),
        ("Wed, 03 Apr 2024 22:30:00 +0000", "2024-04-04"),
        ("Wed, 03 Apr 2024 23:30:00", "2024-04-03"),
        ("gestern", None),
        ("", None),
    ],
)
def test_a_feed_shows_articles_with_their_day_in_minsk(published: str, day: str | None) -> None:
    found = reader().read_feed(FEED.format(published).encode())
    assert [(one.address.id, one.day) for one in found] == [("de-1-2024", day)]


@pytest.mark.parametrize("body", [b"", b"<html><a href='/sport/view/a-1-2024'>", b"\x00\xff", b"<rss>", b"404"])
def test_what_is_no_feed_shows_nothing(body: bytes) -> None:
    assert reader().read_feed(body) == []


def test_a_feed_s_entities_are_not_read() -> None:
    """Neither files of this machine nor a billion laughs."""
    bomb = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    head = f'<!DOCTYPE rss [<!ENTITY l0 "x"><!ENTITY f SYSTEM "file:///etc/hostname">{bomb}]>'
    link = "<link>https://deu.belta.by/sport/view/&l11;&f;a-1-2024</link>"
    found = reader().read_feed(f"{head}<rss><channel><item>{link}</item></channel></rss>".encode())
    assert [one.address.id for one in found] in ([], ["de-1-2024"])


@pytest.mark.parametrize(
    ("base", "site", "request_"),
    [
        ("http://127.0.0.1:8000", "https://deu.belta.by/a/", "http://127.0.0.1:8000/a/"),
        ("http://127.0.0.1:8000/de/", "https://deu.belta.by/rss", "http://127.0.0.1:8000/de/rss"),
        ("http://127.0.0.1:8000", "https://deu.belta.by", "http://127.0.0.1:8000"),
        ("http://127.0.0.1:8000", "https://deu.belta.by?a=b", "http://127.0.0.1:8000?a=b"),
        ("http://127.0.0.1:8000", "https://deu.belta.by.example.org/", "https://deu.belta.by.example.org/"),
        ("http://127.0.0.1:8000", "https://deu.belta.by:8443/", "https://deu.belta.by:8443/"),
        ("http://127.0.0.1:8000", "https://a@deu.belta.by/", "https://a@deu.belta.by/"),
        ("http://127.0.0.1:8000", "https://[", "https://["),
        ("http://127.0.0.1:8000", "https://eng.belta.by/a/", "https://eng.belta.by/a/"),
    ],
)
def test_a_base_stands_in_for_the_edition_s_host_alone(base: str, site: str, request_: str) -> None:
    bases = Bases(load(), {"de": base})
    assert bases.to_request(site) == request_
    assert bases.to_site(request_) == site


@pytest.mark.parametrize("own", ["http://deu.belta.by", "https://m.deu.belta.by", "http://m.deu.belta.by"])
def test_a_base_stands_in_for_all_hosts_of_the_edition(own: str) -> None:
    assert Bases(load(), {"de": "http://127.0.0.1/x"}).to_request(f"{own}/a/?b") == "http://127.0.0.1/x/a/?b"


@pytest.mark.parametrize(
    "bases", [{"xx": "http://a.example"}, {"de": "ftp://a.example"}, {"de": "a"}, {"de": "http://"}]
)
def test_a_base_is_an_http_address_of_a_known_edition(bases: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"no http|unknown"):
        Bases(load(), bases)


def test_list_addresses_have_the_site_s_form() -> None:
    assert list_address("deu.belta.by", "sport", 1) == "https://deu.belta.by/sport/"
    assert list_address("deu.belta.by", "sport", 3) == "https://deu.belta.by/sport/page/3/"
    assert list_address("h", "all_news", 1, date(2024, 4, 3)) == "https://h/all_news/page/1/?day=03&month=04&year=24"
