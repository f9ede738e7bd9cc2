"""Where a live crawl does not go."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from twisted.internet._resolver import HostResolution
from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.interfaces import IHostnameResolver
from zope.interface import implementer

from belta_spider.live.http import throttle
from belta_spider.live.http.guard import is_public
from tests.conftest import Crawl
from tests.factory.site import Site

FORBIDDEN = (
    "http://127.0.0.1:{port}/x",
    "http://127.0.0.2:{port}/x",
    "http://localhost:{port}/x",
    "http://localhost.:{port}/x",
    "http://127.1:{port}/x",
    "http://2130706433:{port}/x",
    "http://0x7f000001:{port}/x",
    "http://0177.0.0.1:{port}/x",
    "http://0.0.0.0:{port}/x",
    "http://0:{port}/x",
    "http://[::1]:{port}/x",
    "http://[::ffff:127.0.0.1]:{port}/x",
    "http://[::]:{port}/x",
    "http://127.0.0.1.:{port}/x",
    "http://169.254.169.254/latest/meta-data/",
    "http://10.0.0.1/",
    "http://192.168.0.1/",
    "http://172.16.0.1/",
    "http://[fe80::1]/",
    "http://[fd00:ec2::254]/",
    "http://100.64.0.1/",
    "http://metadata.google.internal/",
    "http://example.org/",
    "https://belta.by.example.org/",
    "https://deu.belta.by:8443/x",
    "https://deu.belta.by@127.0.0.1:{port}/x",
    "https://127.0.0.1:{port}/x",
    "//127.0.0.1:{port}/x",
    "file:///etc/hostname",
    "data:text/html,x",
    "ftp://127.0.0.1:{port}/x",
    "s3://bucket/x",
)

NOT_PUBLIC = (
    *("127.0.0.1", "0.0.0.0", "10.0.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254", "100.64.0.1"),
    *("224.0.0.1", "255.255.255.255", "::", "::1", "::ffff:127.0.0.1", "fe80::1%eth0", "fc00::1", "ff02::1"),
    "2002:7f00:1::",
)


@pytest.fixture
def other() -> Iterator[Site]:
    """What nobody may ask: it stands at another port."""
    with Site() as site:
        yield site


@pytest.fixture(autouse=True)
def no_long_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttle, "_BACKOFF", 0.01)


async def test_no_redirect_leads_to_a_forbidden_address(crawl: Crawl, other: Site) -> None:
    """All kinds in one crawl: each article's address leads to one of them."""
    with Site(count=26) as site:
        paths = [story.path for story in site.stories] + [f"/{slug}/" for slug in site.slugs]
        assert len(paths) >= len(FORBIDDEN)
        for path, address in zip(paths, FORBIDDEN, strict=False):
            site.answers[path] = (302, {"Location": address.format(port=other.port)}, b"")
        items, _ = await crawl(site.settings | {"RETRY_TIMES": 0}, source="live", editions="de")
        assert items == []
        assert other.log == []
        assert len(site.fetched) == len(site.stories)


@pytest.mark.parametrize("kind", ["links", "feed", "load_more"])
async def test_no_page_leads_to_a_forbidden_address(crawl: Crawl, other: Site, kind: str) -> None:
    addresses = [one.format(port=other.port) for one in FORBIDDEN]
    views = [f"{one.rstrip('x')}sport/view/a-{number}-2024" for number, one in enumerate(addresses)]
    with Site() as site:
        site.stories = site.stories[:1]
        if kind == "feed":
            items = "".join(f"<item><link>{one}</link></item>" for one in views)
            site.answers["/rss"] = (200, {}, f"<rss>{items}</rss>".encode())
        elif kind == "links":
            links = "".join(f'<div class="news_item"><a href="{one}">x</a></div>' for one in views)
            site.answers["/all_news/"] = (200, {}, links.encode())
        else:
            more = "".join(f"""<div class="load_more" onclick="go('{one}')"></div>""" for one in addresses)
            links = site._items(site.stories)
            site.answers["/all_news/"] = (200, {}, (links + more).encode())
        await crawl(site.settings, source="live", editions="de")
        assert other.log == []
        assert site.stories[0].path in site.fetched


@implementer(IHostnameResolver)
class Pointing:
    """A resolver that finds one address behind each name."""

    def __init__(self, address: str):
        self.address = address

    def resolveHostName(self, receiver: Any, host: str, port: int = 0, **_: Any) -> Any:  # noqa: N802 (Twisted's)
        receiver.resolutionBegan(HostResolution(host))
        receiver.addressResolved((IPv6Address if ":" in self.address else IPv4Address)("TCP", self.address, port))
        receiver.resolutionComplete()
        return receiver


@pytest.mark.parametrize(
    ("address", "asked"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1::1", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("169.254.169.254", False),
        ("::1", False),
        ("::ffff:10.0.0.1", False),
        ("fd00::1", False),
    ],
)
async def test_an_edition_s_host_is_asked_at_public_addresses_alone(
    crawl: Crawl, address: str, asked: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Names are checked where the connection asks for them, so nothing changes between check and use."""
    from twisted.internet import reactor

    connected: list[str] = []

    def connect(host: str, *_: Any, **__: Any) -> None:
        connected.append(host)
        raise ConnectionRefusedError("no connection leaves the tests")

    monkeypatch.setattr(reactor, "connectTCP", connect)
    original = reactor.installNameResolver(Pointing(address))
    settings = {"BELTA_CONTACT": "desk@example.org", "DOWNLOAD_DELAY": 0, "RETRY_TIMES": 0}
    try:
        items, stats = await crawl(settings, source="live", editions="de")
    finally:
        reactor.installNameResolver(original)
    assert items == []
    assert set(connected) == ({address} if asked else set())
    assert stats["belta/unread/robots_unreachable"] == 1


@pytest.mark.parametrize(
    "address",
    NOT_PUBLIC,
)
def test_these_are_no_public_addresses(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1", "::ffff:93.184.216.34"])
def test_these_are_public_addresses(address: str) -> None:
    assert is_public(address)
