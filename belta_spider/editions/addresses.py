"""What an address of the site tells: edition, section, number, year, or that it is no article."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import quote, unquote, urlsplit

from belta_spider.editions.edition import Edition, Editions

# An address without port, query and escapes, as nearly all are: divided in a third of the time.
_PLAIN = re.compile(r"https?://(?P<host>[a-z0-9.-]+)(?P<path>/[a-zA-Z0-9_./-]*)")
# The slug may be empty, hold dots and digits, and disagree with the title.
_ARTICLE = re.compile(r"/(?P<section>[a-z_]+)/view/(?:[^/]*-)?(?P<number>[0-9]{1,9})-(?P<year>(?:19|20)[0-9]{2})")
_WITHOUT_YEAR = re.compile(r"/(?P<section>[a-z_]+)/view/(?:[^/]*-)?(?P<number>[0-9]{1,9})")
# As the site writes nearly all: nothing to resolve, to take off or to quote.
_USUAL = re.compile(r"/[a-z_]+/view/[a-z0-9_-]+")
# Other versions of the same page: for phones, for the weak-sighted, and further pages of its comments.
_VERSION = re.compile(r"^/(?:amp|special)(?=/[a-z_]+/view/)")
_VERSION_BEHIND = re.compile(r"(?<=[0-9])(?:/(?:amp|special|page/[0-9]+|index\.[a-z]+))+$")
# What mails, feeds and programs hang on an address: punctuation of their own, a session, a query without its mark.
_HUNG_ON = re.compile(r"(?P<address>/[a-z_]+/view/[^/]*?[0-9])(?:\.html?)?(?:/?[^\w/-].*|/)?", re.DOTALL)
_QUERY_BEHIND = re.compile(r"(?<=[0-9])/?[;&?].*$", re.DOTALL)
_UNUSUAL = re.compile(r"[A-Z%\\]|//|/\.|\.$")
_KEPT = "/-._~!$'()*+,;=:@&"  # RFC 3986, 3.3: what stands in a path as it is
SITE = "belta.by"
# Sections that each count for themselves, over the years; in some editions they are numbered as all others are, with
# a year. Then the number is a long one: a short one before a year is the slug's, as in `tag-10-2020`.
_YEARLESS = frozenset({"photonews", "fotoreportage", "opinions"})
# The first that fits names the reason: a print view's address may hold the article's own.
_NO_ARTICLE = re.compile(
    r"(?P<video_record>/video(?:_official)?/getRecord/[0-9]+)"
    r"|(?P<print_view>/printv(?:/.*)?)"
    r"|(?P<search_page>/search(?:/.*)?|.*/(?:getResults|extendedSearch).*)"
    r"|(?P<front_page>(?:/index\.[a-z]+|/[a-z]{2})?)"  # which any language's code shows too
    r"|(?P<list_page>/[a-z_]+(?:/page/[0-9]+)?)",
    re.IGNORECASE,
)


class Address(NamedTuple):
    """An address on one of the editions' hosts."""

    url: str
    """Canonical: https, the edition's host, no query, no fragment, no final slash."""
    edition: Edition
    id: str | None
    """`de-65342-2024`, or `ru-photonews-28917` where the address has no year."""
    section: str | None
    drop: str | None
    """Why a page at this address is no article."""


def parse(url: str, editions: Editions) -> Address | None:
    """Return what the address tells, None for another site's."""
    host, path = _divide(url.strip())
    edition = editions.by_host.get(host) or editions.by_host.get(host.removesuffix(".").removeprefix("www."))
    if edition is None:
        return None
    plain = path.rstrip("/")
    if _USUAL.fullmatch(plain) and not _NO_ARTICLE.fullmatch(plain):
        article = _article(f"https://{edition.hosts[0]}{plain}", plain, edition)
        if article:
            return article
    return _parse_unusual(plain, edition)


def _parse_unusual(path: str, edition: Edition) -> Address:
    """What a path tells that is no article's as the site writes it, or has something before, in or behind it."""
    plain = _VERSION.sub("", path)
    if _UNUSUAL.search(plain):
        plain = _VERSION.sub("", _resolved(plain))
    if "/view/" in plain:
        plain = _VERSION_BEHIND.sub("", _QUERY_BEHIND.sub("", plain))
    canonical = f"https://{edition.hosts[0]}{quote(plain, _KEPT, errors='surrogateescape')}"
    other = _NO_ARTICLE.fullmatch(plain)
    if other:
        return Address(canonical, edition, None, None, other.lastgroup)
    return _article(canonical, plain, edition) or _hung_on(plain, edition) or Address(canonical, edition, *(None,) * 3)


def _article(canonical: str, plain: str, edition: Edition) -> Address | None:
    """What an article's path tells, None of any other."""
    dated = _ARTICLE.fullmatch(plain)
    if dated and (dated["section"] not in _YEARLESS or len(dated["number"]) >= edition.limits.long_number):
        return Address(canonical, edition, f"{edition.code}-{dated['number']}-{dated['year']}", dated["section"], None)
    undated = _WITHOUT_YEAR.fullmatch(plain)
    if undated:
        identity = f"{edition.code}-{undated['section']}-{undated['number']}"
        return Address(canonical, edition, identity, undated["section"], None)
    return None


def _hung_on(plain: str, edition: Edition) -> Address | None:
    """What a path tells that has something hung on to an article's: the shortest that is one with its year."""
    found = _HUNG_ON.fullmatch(plain)
    if not found:
        return None
    path = _VERSION_BEHIND.sub("", found["address"])
    return _article(f"https://{edition.hosts[0]}{quote(path, _KEPT, errors='surrogateescape')}", path, edition)


def _resolved(path: str) -> str:
    """A path without escapes, its dots resolved (RFC 3986, 5.2.4 and 6.2.2), no segment empty.

    An article's is in lower case, as the site writes it.
    """
    segments: list[str] = []
    for segment in unquote(path, errors="surrogateescape").replace("\\", "/").split("/"):
        bare = segment.strip()
        if bare == "..":
            del segments[-1:]
        elif bare not in {"", "."}:
            segments.append(bare)
    resolved = "".join(f"/{segment}" for segment in segments)
    return resolved.lower() if "/view/" in resolved.lower() else resolved


def _divide(url: str) -> tuple[str, str]:
    """Host and path, both empty where it is no web address."""
    plain = _PLAIN.fullmatch(url)
    if plain:
        return plain["host"], plain["path"]
    try:
        parts = urlsplit(url)
        return (parts.hostname or "", parts.path) if parts.scheme in {"http", "https"} else ("", "")
    except ValueError:
        return "", ""


def is_of_the_site(url: str) -> bool:
    """Whether the host is belta.by or one of its subdomains, of a known edition or not."""
    if SITE not in url.lower() and url.isprintable():  # urlsplit takes line ends and tabs out of a host
        return False
    plain = _PLAIN.fullmatch(url)
    try:
        host = (plain["host"] if plain else urlsplit(url.strip()).hostname or "").removesuffix(".")
    except ValueError:
        return False
    return host == SITE or host.endswith(f".{SITE}")
