"""Whether the site's layout has changed: what its pages gave, against what those of earlier runs did."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from typing import NamedTuple

from belta_spider.extensions.page_item import PageItem
from belta_spider.items import Page
from belta_spider.live.state import FieldCounts

FIELDS = ("title", "section_title", "date_published", "dateline", "images", "tags")
"""What an article's page shows, each at a place of its own; of the other fields most pages have none."""

PAGES = 3
"""So many pages make a change, and are kept."""

_EXPECTED = 0.95
"""A field that fewer of the earlier articles had is none that must be there."""
_CHANCE = 1e-4
"""Hourly runs of seven editions would otherwise cry wolf at three short notes in a row."""
_LARGEST = 2**20
"""Bytes of a page that is kept: most have a fifth of that."""
_NO_BODY = frozenset({"empty", "no_text"})
_DOCTYPE = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<!doctype[^>]*>)?", re.IGNORECASE)


@dataclass(slots=True)
class EditionPages:
    """What the pages of one edition gave in this run."""

    pages: int = 0
    unread: int = 0
    """Pages whose body generic extraction found, or nothing did."""
    articles: int = 0
    filled: dict[str, int] = field(default_factory=lambda: dict.fromkeys(FIELDS, 0))
    samples: dict[str, list[tuple[str, Page]]] = field(default_factory=lambda: defaultdict(list))
    """Pages with their articles' ids, by the field that they lack: "" for the body."""


class Finding(NamedTuple):
    """One thing that changed."""

    edition: str
    field: str
    words: str


class Drift:
    """Looks at each page of a live crawl.

    `limit` is the share of an edition's pages that may fall to generic extraction, and by how much a field's
    fill rate may fall: from 0 to 1, where 1 finds nothing.
    """

    def __init__(self, limit: float, history: Callable[[str], FieldCounts]):
        self.limit = limit
        self.history = history
        self.seen: dict[str, EditionPages] = defaultdict(EditionPages)

    def add(self, article: PageItem, identity: str, page: Page) -> None:
        """Count what a finished article has; a page that is known to be none tells nothing of the layout."""
        is_unread = "generic_extraction" in article.flags or article.drop in _NO_BODY
        if article.drop and not is_unread:
            return
        seen = self.seen[identity.partition("-")[0]]
        seen.pages += 1
        if is_unread:
            seen.unread += 1
            _keep(seen.samples[""], identity, page)
        if article.drop:
            return
        seen.articles += 1
        for name in FIELDS:
            value = article.dateline.raw if name == "dateline" else getattr(article, name)
            if value:
                seen.filled[name] += 1
            else:
                _keep(seen.samples[name], identity, page)

    def fields(self) -> list[FieldCounts]:
        """The history, with what this run saw."""
        return [_sum(self.history(edition), seen) for edition, seen in self.seen.items() if seen.articles]

    def findings(self) -> list[Finding]:
        """What changed, by edition and field."""
        found = []
        for edition, seen in sorted(self.seen.items()):
            if seen.unread >= PAGES and seen.unread / seen.pages > self.limit:
                words = f"{seen.unread} of {seen.pages} pages bear no known markup of an article's body"
                found.append(Finding(edition, "", f"{edition}: {words}; {self.limit:.0%} may"))
            before = self.history(edition)
            for name in FIELDS:
                now, then = seen.filled[name], before.filled.get(name, 0)
                if self._has_fallen(now, seen.articles, then, before.articles):
                    rates = f"{now / seen.articles:.0%} of {seen.articles} articles"
                    words = f"{edition}: {name} in {rates}, before in {then / before.articles:.0%} of {before.articles}"
                    found.append(Finding(edition, name, words))
        return found

    def _has_fallen(self, now: int, articles: int, then: int, before: int) -> bool:
        """Whether a field that is expected is lacking, more often than chance would have it.

        Chance by Chernoff's bound on a binomial tail; the rate before by Krichevsky and Trofimov's
        estimate, which trusts a short history less.
        """
        if not before or then / before < _EXPECTED or articles - now < PAGES:
            return False
        rate, usual = now / articles, (then + 0.5) / (before + 1)
        if then / before - rate <= self.limit:
            return False
        return articles * _divergence(rate, usual) > -math.log(_CHANCE)

    def keep(self, folder: Path, findings: list[Finding]) -> None:
        """Keep three pages of each edition that changed, in turn for each finding; what is there stays.

        Raises:
            OSError: they cannot be written.
        """
        for edition in dict.fromkeys(one.edition for one in findings):
            samples = [self.seen[edition].samples[one.field] for one in findings if one.edition == edition]
            wanted = dict(one for turn in zip_longest(*samples) for one in turn if one)
            folder.mkdir(parents=True, exist_ok=True)
            held = {path.stem for path in folder.glob(f"{edition}-*")}
            for identity in [one for one in wanted if one not in held][: max(0, PAGES - len(held))]:
                page = wanted[identity]
                (folder / f"{identity}{'.html' if page.is_html else '.txt'}").write_bytes(_with_address(page))


def lines(findings: list[Finding], folder: str) -> list[str]:
    """Say on a terminal what changed, where the pages are, and what to do."""
    return [
        "",
        "The site's layout has changed:",
        *(f"  {one.words}" for one in findings),
        f"Pages that show it: {folder}. See what becomes of their lines with: scrapy explain {folder}",
        "Then mend the rules (CONTRIBUTING.md), or accept the change with -s BELTA_MAX_DRIFT=1.",
    ]


def _keep(samples: list[tuple[str, Page]], identity: str, page: Page) -> None:
    if len(samples) < PAGES and len(page.body) <= _LARGEST:
        samples.append((identity, page))


def _sum(before: FieldCounts, seen: EditionPages) -> FieldCounts:
    filled = {name: before.filled.get(name, 0) + count for name, count in seen.filled.items()}
    return FieldCounts(before.edition, before.articles + seen.articles, filled)


def _divergence(rate: float, usual: float) -> float:
    """Kullback and Leibler's, of two Bernoulli distributions."""
    pairs = ((rate, usual), (1 - rate, 1 - usual))
    return sum(one * math.log(one / other) for one, other in pairs if one)


def _with_address(page: Page) -> bytes:
    """The page with its address, in the comment that browsers write into what they save."""
    body, url = page.body, page.url or ""
    head = _DOCTYPE.match(body)
    if not page.is_html or head is None:
        return body
    comment = f"<!-- saved from url=({len(url):04}){url} -->\n"
    return body[: head.end()] + comment.encode() + body[head.end() :]
