"""The live crawl: what to ask for next, and what to make of the answers."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
from scrapy import signals
from scrapy.exceptions import CloseSpider
from scrapy.http import Request, Response

from belta_spider import cleaning
from belta_spider.cleaning import audit
from belta_spider.editions import addresses
from belta_spider.editions.dates import MINSK
from belta_spider.extensions.feeds import DurableFeeds
from belta_spider.items import Article, Page
from belta_spider.live import coverage, drift, revisions
from belta_spider.live.arguments import Plan
from belta_spider.live.discovery import Listed, Reader
from belta_spider.live.drift import Drift
from belta_spider.live.failures import MOVED, failure_of, refusal, report
from belta_spider.live.http.closing import Closing
from belta_spider.live.http.download import NOT_MODIFIED
from belta_spider.live.lists import Walks
from belta_spider.live.responses import charset_of, header_of, page_of
from belta_spider.live.state import ROBOTS, Visit, Visits, visits_path
from belta_spider.text.printable import one_line

# Between feeds and lists: lists go on only when their articles are in, so that a run that is cut
# short has brought articles; neighbours, whose days nobody told, come last.
_ARTICLE, _UNDATED = 10, -10
_HOPS = 5


class LiveCrawl:
    """The requests of one live crawl, and their callbacks."""

    def __init__(self, spider: Any, plan: Plan):
        self.spider = spider
        self.crawler = spider.crawler
        self.plan = plan
        self.bases = plan.bases
        self.reader = Reader(spider.options.editions, plan.bases)
        self.codes = {edition.code for edition in plan.editions}
        self.today = datetime.now(MINSK).date()
        self.visits = Visits(None, overwrite=False)
        self.output: Path | None = None
        self.requested: set[str] = set()
        self.written: set[str] = set()
        self.pages: dict[str, Visit] = {}
        """What was read from an address, until it is written or dropped."""
        self.held: dict[str, revisions.Held] = {}
        self.drift = Drift(self.crawler.settings.getfloat("BELTA_MAX_DRIFT"), lambda code: self.visits.fill(code))
        # Connected before the feeds are: it asks them what they hold before they close.
        self.crawler.signals.connect(self._spider_closed, signals.spider_closed)

    # The run

    def requests(self) -> Iterator[Request]:
        """The first requests of the run."""
        try:
            self._open()
        except OSError as error:
            self._fail(error)
            raise CloseSpider("output_failed") from error
        yield from self._missed(failed=False)
        if not self.plan.missing:
            walks = Walks(self.plan, self.reader, self.visits, self.crawler.stats, self.today, self._offer)
            yield from walks.requests()
            yield from self._refreshed()
        yield from self._missed(failed=True)

    def _open(self) -> None:
        """Open what earlier runs remember, beside the first durable output."""
        # Connected after the feeds were: an article counts as written when it is.
        self.crawler.signals.connect(self._item_scraped, signals.item_scraped)
        self.crawler.signals.connect(self._item_dropped, signals.item_dropped)
        ledgers = self._ledgers()
        if ledgers:
            path = ledgers[0].articles.path
            feeds = self.crawler.settings.getdict("FEEDS").values()
            self.visits = Visits(visits_path(path), overwrite=any(feed.get("overwrite") for feed in feeds))
            self.output = path
            if self.plan.refresh:
                since = datetime.now(MINSK) - self.plan.refresh
                self.held = revisions.newest(path, since.isoformat(timespec="seconds"))

    def _ledgers(self) -> list[Any]:
        feeds = self.crawler.get_extension(DurableFeeds)
        return feeds.ledgers if feeds else []

    def holds(self, identity: str) -> bool:
        """Whether the output holds the article."""
        if identity in self.written:
            return True
        feeds = self.crawler.get_extension(DurableFeeds)
        return bool(feeds and feeds.holds(identity))

    def close(self, reason: str) -> None:
        """End the run."""
        asyncio.ensure_future(self.crawler.engine.close_spider_async(reason=reason))  # noqa: RUF006 (the engine holds it)

    def _fail(self, error: OSError) -> None:
        self.crawler.stats.set_value("belta/output_failure", one_line(error))

    def _spider_closed(self) -> None:
        rows = coverage.table((visit for visit in self.visits if visit.edition in self.codes), self.holds)
        self.crawler.stats.set_value("belta/coverage", coverage.lines(rows))
        try:
            if self.output:
                everything = coverage.table(self.visits, self.holds)
                coverage.write(everything, self.output.with_name("coverage.jsonl"))
            self._judge_drift()
        except OSError as error:
            self._fail(error)
        self.visits.close()

    def _judge_drift(self) -> None:
        """Say what changed in the site's layout, and keep pages that show it."""
        findings = self.drift.findings()
        for fill in self.drift.fills():
            self.visits.note_fill(fill)
        if findings:
            folder = (self.output or Path("data/articles.jsonl")).with_name("drift") / self.today.isoformat()
            self.crawler.stats.set_value("belta/drift", drift.lines(findings, folder))
            self.drift.keep(folder, findings)

    # Articles

    def _offer(self, listed: list[Listed], priority: int = _ARTICLE) -> Iterator[Request]:
        """Ask for each article that is wanted, and neither held nor asked for yet."""
        for address, day in listed:
            if address.id and address.edition.code in self.codes and self._is_wanted(address, day):
                visit = self.visits.get(address.id) or Visit(address.url, address.id, address.section, day)
                visit = self.visits.note(visit, day=visit.day or day)
                if not visit.is_final and self.plan.includes(visit.day):
                    yield from self._article(visit, priority if visit.day else _UNDATED)

    def _is_wanted(self, address: addresses.Address, day: str | None) -> bool:
        year = (address.id or "").rpartition("-")[2]
        has_year = (address.id or "").count("-") == 2 and len(year) == 4 and address.section not in addresses.YEARLESS
        return self.plan.includes(day) and self.plan.may_include(int(year) if has_year else None)

    def _missed(self, *, failed: bool) -> Iterator[Request]:
        """Ask for what earlier runs listed and did not come to; at the end, again for what they did not get."""
        for visit in list(self.visits):
            is_wanted = visit.edition in self.codes and not visit.is_final and self.plan.includes(visit.day)
            if is_wanted and (failed or not visit.outcome):
                yield from self._article(visit, _ARTICLE if visit.day and not failed else _UNDATED)

    def _article(self, visit: Visit, priority: int) -> Iterator[Request]:
        if visit.id in self.requested:
            return
        self.requested.add(visit.id)
        if self.holds(visit.id):
            self.crawler.stats.inc_value("belta/pages/held")
            return
        yield self._request(visit, priority)

    def _request(self, visit: Visit, priority: int) -> Request:
        """An article's request. Its redirects are followed here, as each article is asked for once."""
        return Request(
            self.bases.to_request(visit.url),
            self.on_article,
            errback=self.on_article_error,
            priority=priority,
            cb_kwargs={"visit": visit},
            meta={"dont_redirect": True},
            dont_filter=True,
        )

    def _refreshed(self) -> Iterator[Request]:
        """Look again at the young articles that are held: each is sent only if it changed."""
        for identity, held in self.held.items():
            address = addresses.parse(held.url or "", self.reader.editions)
            if address and address.edition.code in self.codes and self.plan.includes((held.date_published or "")[:10]):
                visit = self.visits.get(identity) or Visit(address.url, identity, address.section)
                self.requested.add(identity)
                request = self._request(visit, _ARTICLE)
                for name, value in (("If-None-Match", visit.etag), ("If-Modified-Since", visit.last_modified)):
                    if value and visit.captured_at == held.captured_at:
                        request.headers[name] = value
                yield request

    def on_article(self, response: Response, visit: Visit) -> Iterator[Article | Request]:
        """Yield the article, and ask for its neighbours while it stands within the bounds."""
        if response.status in MOVED and "Location" in response.headers:
            yield from self._follow(response, visit)
            return
        failure = failure_of(response)
        if failure:
            self.on_article_error(failure)
            return
        stats = self.crawler.stats
        stats.inc_value("belta/pages/read")
        if response.status == NOT_MODIFIED:
            stats.inc_value("belta/refresh/unchanged")
            return
        page = self._page(response)
        article = cleaning.run(self.spider.item(page))
        self.drift.add(article, visit.id, page)
        day = (article.date_published or "")[:10] or visit.day
        held = self.held.get(visit.id)
        unchanged = held is not None and (bool(article.drop) or revisions.content(article) == held.content)
        captured_at = held.captured_at if held and unchanged else article.captured_at
        visit = msgspec.structs.replace(visit, day=day, etag=header_of(response, "ETag"), captured_at=captured_at)
        visit.last_modified = header_of(response, "Last-Modified")
        if unchanged:
            stats.inc_value("belta/refresh/unchanged")
            self.visits.note(visit)
            return
        article.revises = held is not None
        within = self.plan.includes(day)
        if not within and not article.drop:
            audit.leave_out(article, "outside_dates")
        self.pages[article.source.uri] = visit
        yield article
        if within:
            yield from self._offer(self.reader.read_neighbours(response.body, response.url, charset_of(response)))

    def _follow(self, response: Response, visit: Visit) -> Iterator[Request]:
        """Go where a redirect leads, if that is the article; if it is another one, that one is offered."""
        target, address = self.reader.read_link(header_of(response, "Location") or "", response.url)
        hops = response.meta.get("hops", 0) + 1
        if address is None or address.edition.code not in self.codes:
            self._refuse(visit, "other_site")
        elif address.id is None:
            self._refuse(visit, address.drop or "error_page")
        elif address.id != visit.id:
            self._refuse(visit, "moved")
            yield from self._offer([Listed(address, visit.day)])
        elif hops > _HOPS:
            self.on_article_error(failure_of(response))
        else:
            url = self.bases.to_request(target)
            yield response.request.replace(url=url, meta={**response.meta, "hops": hops})

    def _refuse(self, visit: Visit, reason: str) -> None:
        """Note that asking for an article again would bring nothing."""
        if not self.holds(visit.id):
            self.crawler.stats.inc_value(f"belta/drop/{reason}")
            self._note(visit, ROBOTS if reason == "robots" else f"dropped/{reason}")

    def _note(self, visit: Visit, outcome: str) -> None:
        """Note what became of an article, beside what lists have told since it was asked for."""
        self.visits.note(self.visits.get(visit.id) or visit, outcome=outcome)

    def _page(self, response: Response) -> Page:
        page = page_of(response)
        page.url = self.bases.to_site(response.url)
        page.captured_at = response.meta.get("captured_at") or page.captured_at
        return page

    def on_article_error(self, failure: Any) -> None:
        """Remember what became of an article that did not come."""
        visit = failure.request.cb_kwargs["visit"]
        if failure.check(Closing) or self.holds(visit.id):
            return
        refused = refusal(failure)
        if refused:
            self._refuse(visit, refused)
        else:
            self._note(visit, f"failed/{report(failure, self.crawler.stats)}")

    def _item_scraped(self, item: Any) -> None:
        visit = self.pages.pop(item.source.uri, None) if isinstance(item, Article) else None
        if visit:
            self.written.add(item.id)
            if item.revises:
                self.crawler.stats.inc_value("belta/refresh/changed")
            self.visits.note(visit, outcome="" if item.id == visit.id else "dropped/moved")

    def _item_dropped(self, item: Any, exception: Any) -> None:
        visit = self.pages.pop(item.source.uri, None) if isinstance(item, Article) else None
        if visit:
            reason = getattr(exception, "reason", type(exception).__name__)
            self.visits.note(visit, outcome=f"dropped/{reason}")
