"""Which articles feeds, lists and neighbours show: from their bytes to addresses with days and titles."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import urljoin

import regex
from lxml import etree
from selectolax.lexbor import LexborHTMLParser, LexborNode

from belta_spider.cleaning.markup import hostile
from belta_spider.editions import Editions, addresses
from belta_spider.editions.addresses import Address
from belta_spider.editions.dates import MINSK, valid
from belta_spider.live.mirrors import Bases
from belta_spider.text.encodings import markup_as_utf8
from belta_spider.text.normalization import normalize

FEEDS = ("/rss", "/rss/")
"""A feed stands at one of the two; the other may answer 404."""

_ABSOLUTE = ("http://", "https://")
"""A feed may have a hundred thousand such links, and none is to be joined."""
_ITEM = "div.news_item, .lenta_item"
_DATE = ".new_date"
_LINK = 'a[href*="/view/"]'
_LOAD_MORE = "div.load_more"
_SHORT_DATE = regex.compile(r"(?P<day>[0-9]{1,2}) ?\. ?(?P<month>[0-9]{1,2}) ?\. ?(?P<year>(?:20)?[0-9]{2})")
_QUOTED_ADDRESS = regex.compile(r"""["']((?:https?:)?/[^"'\s]+|\?[^"'\s]+)["']""")
_NO_LIST = frozenset({"video_record", "print_view", "search_page", "front_page"})


class Listed(NamedTuple):
    """One article as a feed, a list or a neighbour shows it."""

    address: Address
    day: str | None
    """The day in Minsk, `2024-04-03`."""


@dataclass(slots=True)
class Listing:
    """What a page of a list shows."""

    items: list[Listed] = field(default_factory=list)
    """The list's own, each once, in order."""
    others: list[Listed] = field(default_factory=list)
    """Articles that the page links besides: no part of the list's order."""
    following: str | None = None
    """The address that "load more" names, as the site's own."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads pages of the site, or of the mirrors that stand in for it."""

    editions: Editions
    bases: Bases

    def read_feed(self, body: bytes, url: str = "") -> list[Listed]:
        """Return what an RSS feed at `url` shows, nothing where it is none; its entities are not resolved."""
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True)
        try:
            root = etree.fromstring(body, parser)
        except (etree.XMLSyntaxError, ValueError):
            return []
        items = root.iter("item") if root is not None else ()
        links = dict.fromkeys((item.findtext("link") or "", item.findtext("pubDate")) for item in items)
        return _each_once(self._listed(link, _feed_day(published), url) for link, published in links)

    def read_list(self, body: bytes, url: str, charset: str | None = None) -> Listing:
        """Return what a list at `url` shows. Without a list's markup, all linked articles are its items."""
        tree = _parse(body, charset)
        url = _base(tree, url)
        everything = _each_once(self._linked(node, url) for node in tree.css(_LINK))
        items = _each_once(self._items(tree, url)) or everything
        known = {one.address.id for one in items}
        others = [one for one in everything if one.address.id not in known]
        return Listing(items, others, self._following(tree, url))

    def read_neighbours(self, body: bytes, url: str, charset: str | None = None) -> list[Listed]:
        """Return the articles that a page links, without days."""
        tree = _parse(body, charset)
        url = _base(tree, url)
        return _each_once(self._linked(node, url) for node in tree.css(_LINK))

    def _items(self, tree: LexborHTMLParser, url: str) -> Iterator[Listed | None]:
        """The list's items; a day may be printed once for all that follow."""
        day = None
        for node in tree.css(f"{_DATE}, {_ITEM}"):
            own = node if "new_date" in (node.attributes.get("class") or "").split() else node.css_first(_DATE)
            day = (_short_day(own) if own else None) or day
            link = node.css_first(_LINK)
            if link and own is not node:
                listed = self._linked(link, url)
                yield listed._replace(day=day) if listed else None

    def _linked(self, link: LexborNode, url: str) -> Listed | None:
        return self._listed(link.attributes.get("href") or "", None, url)

    def _listed(self, link: str, day: str | None, url: str = "") -> Listed | None:
        address = self.read_link(link, url)[1]
        return Listed(address, day) if address and address.id else None

    def read_link(self, link: str, url: str) -> tuple[str, Address | None]:
        """Return the site's own address of a link at `url`, and what it tells: an article's, if it may be one."""
        found: tuple[str, Address | None] = "", None
        for site in self._sites(link, url):
            address = addresses.parse(site, self.editions)
            if address and (found[1] is None or (address.id and not found[1].id)):
                found = site, address
        return found

    def _sites(self, link: str, url: str) -> Iterator[str]:
        """The site's own address of a link at `url`. Under a base with a path, links may bear the path or not."""
        if link.startswith(_ABSOLUTE):
            yield self.bases.to_site(link.strip())
            return
        for page in dict.fromkeys((url, self.bases.to_site(url))):
            yield self.bases.to_site(_join(page, link))

    def _following(self, tree: LexborHTMLParser, url: str) -> str | None:
        """The address in "load more": in its own `onclick`, or in that of what stands in it."""
        for box in tree.css(_LOAD_MORE):
            for node in (box, *box.css("[onclick]")):
                quoted = _QUOTED_ADDRESS.findall(node.attributes.get("onclick") or "")
                for site in (site for link in quoted for site in self._sites(link, url)):
                    address = addresses.parse(site, self.editions)
                    if address and not address.id and address.drop not in _NO_LIST:
                        return site
        return None


def _parse(body: bytes, charset: str | None) -> LexborHTMLParser:
    data, _ = markup_as_utf8(hostile.cut(body, is_html=True)[0], charset)
    return LexborHTMLParser(hostile.safe(data))


def _base(tree: LexborHTMLParser, url: str) -> str:
    """What a page's links are relative to: its own address, or what it states in `<base>`."""
    node = tree.css_first("base[href]")
    return _join(url, node.attributes.get("href") or "") or url if node is not None else url


def list_address(host: str, section: str, page: int, day: date | None = None) -> str:
    """Return the address of a list's page, of one day's where `day` is given.

    >>> list_address("deu.belta.by", "all_news", 2, date(2024, 4, 3))
    'https://deu.belta.by/all_news/page/2/?day=03&month=04&year=24'
    """
    if day:
        return f"https://{host}/{section}/page/{page}/?day={day:%d}&month={day:%m}&year={day:%y}"
    return f"https://{host}/{section}/" + (f"page/{page}/" if page > 1 else "")


def _join(url: str, link: str) -> str:
    try:
        return urljoin(url, link.strip())
    except ValueError:
        return ""


def _each_once(found: Iterator[Listed | None]) -> list[Listed]:
    """Each article once, in order; the first that has a day counts."""
    once: dict[str | None, Listed] = {}
    for one in filter(None, found):
        held = once.get(one.address.id)
        if held is None or (held.day is None and one.day):
            once[one.address.id] = one
    return list(once.values())


def _short_day(node: LexborNode) -> str | None:
    """The day of `09` and `.01.26`."""
    found = _SHORT_DATE.search(normalize(node.text(separator="")))
    if not found:
        return None
    year = int(found["year"])
    moment = valid(year if year >= 2000 else 2000 + year, int(found["month"]), int(found["day"]))
    return moment.date().isoformat() if moment else None


@lru_cache(1024)
def _feed_day(published: str | None) -> str | None:
    """The day in Minsk of an RFC 822 date; one without a zone is Minsk's own."""
    try:
        moment = parsedate_to_datetime(published or "")
    except (TypeError, ValueError):
        return None
    return (moment.astimezone(MINSK) if moment.tzinfo else moment).date().isoformat()
