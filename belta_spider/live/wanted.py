"""Which articles of a live crawl are asked for, each once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from scrapy.http import Request

from belta_spider import stats_keys
from belta_spider.editions import Editions, addresses
from belta_spider.extensions.feeds import DurableFeeds
from belta_spider.live import again, revisions
from belta_spider.live.arguments import LiveArguments
from belta_spider.live.discovery import Listed
from belta_spider.live.state import CUT, HELD, ROBOTS, ArticleState, State

# Between feeds and lists: lists go on only when their articles are in, so that a run that is cut
# short has brought articles; neighbours, whose days nobody told, come last.
_ARTICLE, _UNDATED = 10, -10


class Wanted:
    """Makes the requests for articles; `on_article` and `on_error` take what comes."""

    def __init__(
        self,
        crawler: Any,
        arguments: LiveArguments,
        editions: Editions,
        on_article: Callable[..., Any],
        on_error: Callable[..., Any],
    ):
        self.crawler = crawler
        self.arguments = arguments
        self.editions = editions
        self.on_article, self.on_error = on_article, on_error
        self.state = State(None, overwrite=False)
        """What is known of each article."""
        self.held: dict[str, revisions.HeldArticle] = {}
        """Young articles of the output, to be looked at again."""
        self.requested: set[str] = set()
        self.written: set[str] = set()

    def holds(self, identity: str) -> bool:
        """Whether the output holds the article."""
        if identity in self.written:
            return True
        feeds = self.crawler.get_extension(DurableFeeds)
        return bool(feeds and feeds.holds(identity))

    def offer(self, listed: list[Listed], priority: int = _ARTICLE) -> Iterator[Request]:
        """Ask for each article that is wanted, and neither held nor asked for yet."""
        for address, day in listed:
            if address.id and self._is_wanted(address, day):
                known = self.state.get(address.id) or ArticleState(address.url, address.id, address.section, day)
                known = self.state.note(known, day=known.day or day)
                if self._may_ask(known) and self._includes(known.edition, known.section, known.day):
                    yield from self._ask(known, priority if known.day else _UNDATED)

    def _is_wanted(self, address: addresses.Address, day: str | None) -> bool:
        if not self._includes(address.edition.code, address.section, day):
            return False
        _, number, year = (address.id or "--").split("-")
        has_year = number.isdigit()
        return self.arguments.may_include(int(year) if has_year else None)

    def _includes(self, edition: str, section: str | None, day: str | None) -> bool:
        asked = self.arguments
        return asked.includes_edition(edition) and asked.includes_section(section) and asked.includes(day)

    def missed(self, *, failed: bool) -> Iterator[Request]:
        """Ask for what earlier runs listed and did not come to; at the end, again for what they did not get."""
        for known in list(self.state):
            is_wanted = self._includes(known.edition, known.section, known.day)
            if is_wanted and self._may_ask(known) and (failed or not known.outcome):
                yield from self._ask(known, _ARTICLE if known.day and not failed else _UNDATED)

    def refreshed(self) -> Iterator[Request]:
        """Look again at the young articles that are held: each is sent only if it changed."""
        for identity, held in self.held.items():
            address = addresses.parse(held.url or "", self.editions)
            day = (held.date_published or "")[:10] or None
            if address and self._includes(address.edition.code, address.section, day):
                known = self.state.get(identity) or ArticleState(address.url, identity, address.section)
                self.requested.add(identity)
                request = self._request(known, _ARTICLE)
                for name, value in (("If-None-Match", known.etag), ("If-Modified-Since", known.last_modified)):
                    if value and known.captured_at == held.captured_at:
                        request.headers[name] = value
                yield request

    def _may_ask(self, known: ArticleState) -> bool:
        return again.may_ask(known, datetime.now(UTC), insists=self.arguments.missing)

    def _ask(self, known: ArticleState, priority: int) -> Iterator[Request]:
        if known.id in self.requested:
            return
        self.requested.add(known.id)
        if self.holds(known.id) and known.outcome != CUT:
            self.crawler.stats.inc_value(stats_keys.PAGES_HELD)
            return
        yield self._request(known, priority)

    def _request(self, known: ArticleState, priority: int) -> Request:
        """An article's request. Its redirects are followed here, as each article is asked for once."""
        return Request(
            self.arguments.bases.to_request(known.url),
            self.on_article,
            errback=self.on_error,
            priority=priority,
            cb_kwargs={"known": known},
            meta={"dont_redirect": True, "download_fail_on_dataloss": False},
            dont_filter=True,
        )

    # What became of it

    def note(self, known: ArticleState, outcome: str) -> None:
        """Note what became of an article, beside what lists have told since it was asked for."""
        before = self.state.get(known.id) or known
        self.state.note(before, **again.after(before, outcome))

    def note_held(self, known: ArticleState, reason: str) -> None:
        """Note that something else stood at the address of an article that is held."""
        self.crawler.stats.inc_value(f"{stats_keys.REFRESH}{'gone' if reason == 'error_page' else reason}")
        before = self.state.get(known.id) or known
        self.state.note(before, **again.after(before, CUT if before.outcome == CUT else f"{HELD}{reason}"))

    def refuse(self, known: ArticleState, reason: str) -> None:
        """Note that asking for an article again would bring nothing."""
        if self.holds(known.id):
            self.note_held(known, reason)
            return
        self.crawler.stats.inc_value(f"{stats_keys.DROP}{reason}")
        self.note(known, ROBOTS if reason == "robots" else f"dropped/{reason}")
