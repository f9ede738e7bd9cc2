"""What is asked of an index server, and how its lists go on.

The Wayback Machine gives a key to resume with (https://github.com/internetarchive/wayback, wayback-cdx-server), Common
Crawl numbers its pages (https://pywb.readthedocs.io, CDX Server API), and pywb over plain files knows neither: there a
list that reaches its limit is asked for again with twice the limit. pywb over a compressed index (ZipNum) gives its
first page to who asks for none, so of a server that is not known a second page is asked for once.
"""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import urlencode

from belta_spider.editions import Edition

_ROWS = 10_000  # captures of one answer; a guess of what no archive takes long for
_MOST_ROWS = 160_000
"""Of one answer, from a server that cannot go on: some 50 MB."""
_WAYBACK = re.compile(r"/cdx/search/cdx/?$|/cdx/search/?$")
_COMMON_CRAWL = re.compile(r"/CC-MAIN-[\w-]+-index/?$")
_BARE = re.compile(r"^www\.")
_ARTICLES = ".*/view/.*"


class Query(NamedTuple):
    """One answer of a list: of a host's captures, from a place on."""

    host: str
    since: str = ""
    """14 digits or fewer: no capture before that is asked for."""
    limit: int = _ROWS
    resume_key: str = ""
    page: int | None = None
    pages: int | None = None
    """How many there are, where the server numbers them and has told."""
    is_filtered: bool = True
    """Whether the server is asked to leave out what is no article."""

    @property
    def asks_number(self) -> bool:
        """Whether it asks how many pages there are."""
        return self.page == 0 and self.pages is None

    @property
    def is_try(self) -> bool:
        """Whether it asks for a page of a server that has not said that it numbers them."""
        return bool(self.page) and self.pages is None

    def address(self, endpoint: str) -> str:
        """Return the address to ask at an index server."""
        asked: list[tuple[str, str]] = [("url", self.host), ("matchType", "host"), ("output", "json")]
        if self.since:
            asked.append(("from", self.since))
        if self.asks_number:
            asked.append(("showNumPages", "true"))
        else:
            asked += [] if self.page is None else [("page", str(self.page))]
            asked += [("limit", str(self.limit)), ("showResumeKey", "true")] if self.pages is None else []
        if self.is_filtered:
            url = f"original:{_ARTICLES}" if _is_wayback(endpoint) else f"~original:{_ARTICLES}"
            asked += [("filter", one) for one in ("statuscode:200", "mimetype:text/html", url)]
        if self.resume_key:
            asked.append(("resumeKey", self.resume_key))
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(asked)}"

    def following(self, rows: int, resume_key: str | None, *, has_pages: bool = False) -> Query | None:
        """Return what goes on behind an answer of so many rows; None where the list ends.

        Raises:
            ValueError: the list is longer than the server can say.
        """
        if self.pages is not None:
            return self._replace(page=(self.page or 0) + 1) if (self.page or 0) + 1 < self.pages else None
        if resume_key:
            return self._replace(resume_key=resume_key) if rows and resume_key != self.resume_key else None
        if self.resume_key:
            return None
        if rows == self.limit and self.limit < _MOST_ROWS:
            return self._replace(limit=self.limit * 2)
        if rows and has_pages:
            return self._replace(page=(self.page or 0) + 1)
        if rows == self.limit:
            raise ValueError(f"over {self.limit} captures, and the server gives no way to go on: choose with since")
        return None


def may_have_pages(endpoint: str) -> bool:
    """Whether a server may number its pages unasked; the Wayback Machine gives keys to resume with."""
    return not _is_wayback(endpoint)


def _is_wayback(endpoint: str) -> bool:
    """Whether a server speaks as the Wayback Machine does."""
    return _WAYBACK.search(endpoint.partition("?")[0]) is not None


def first(endpoint: str, host: str, since: str) -> Query:
    """Return the first question for a host's captures."""
    query = Query(host, since)
    return query._replace(page=0) if _COMMON_CRAWL.search(endpoint) else query


def number_of_pages(text: str) -> int:
    """Read the answer to `showNumPages`.

    Raises:
        ValueError: it tells no number.
    """
    found = re.search(r'"pages":\s*"?(\d{1,9})', text) or re.fullmatch(r'[\s"\[\]a-zA-Z,]*?(\d{1,9})[\s"\]]*', text)
    if not found:
        raise ValueError(f"no number of pages: {text[:80]}")
    return int(found[1])


def hosts_of(edition: Edition) -> tuple[str, ...]:
    """The hosts whose lists differ: an index's key knows no www."""
    return tuple(dict.fromkeys(_BARE.sub("", host) for host in edition.hosts))


def replay_of(endpoint: str) -> str | None:
    """Return where an index server's captures are replayed, by the ways that are usual; None where none fits.

    >>> replay_of("https://archive.example/belta/cdx"), replay_of("https://web.archive.org/cdx/search/cdx")
    ('https://archive.example/belta', 'https://web.archive.org/web')
    """
    plain = endpoint.partition("?")[0].rstrip("/")
    if _COMMON_CRAWL.search(plain):
        return None
    if _WAYBACK.search(plain):
        return f"{_WAYBACK.sub('', plain)}/web"
    for end in ("/cdx", "/index"):
        if plain.endswith(end) and plain.removesuffix(end).count("/") > 2:
            return plain.removesuffix(end)
    return None
