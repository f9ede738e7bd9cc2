"""What the report counts beside the summary's counts: cuts by group, near-doubles, flags by month."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import NamedTuple

from belta_spider.items import DUPLICATE, Article, Removal
from belta_spider.reporting.groups import Group
from belta_spider.reporting.report.alignment import kind_of, place_of
from belta_spider.reporting.report.repeats import Repeat, Repeats, chosen
from belta_spider.reporting.statistics import Statistics, day_of, edge_lines
from belta_spider.text.keys import key_of

_LEAST = 60
"""Characters of a paragraph that two articles do not share by chance."""
_EXCERPT = 100
"""Characters of a paragraph that stand for a title."""
_MONTH = len("2024-04")
_MOST_DOUBLES = 500_000
"""Articles among which near-doubles are looked for: 100 bytes each."""


class Made(NamedTuple):
    """Of what a report is made."""

    name: str
    has_audit: bool
    written: str
    size: int
    """Bytes."""
    first: str
    """The first and the last capture; empty where no time is known."""
    last: str


class Census:
    """Takes each record, then each entry of the audit."""

    def __init__(self, counts: Statistics) -> None:
        self.counts, self.groups = counts, counts.groups
        self.monthly: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        self.double: dict[int, Repeat] = {}
        """The articles that share their longest paragraph with others of their edition, by the title of one."""
        lists = {"unknown": counts.unknown, "titles": counts.titles, "edges": counts.edges}
        self.lists = {name: Repeats(texts, self.group_of) for name, texts in lists.items()}
        self.captured: tuple[str, str] = ("", "")
        self._first: dict[int, str] = {}
        self._group_of: dict[int, Group] = {}
        self._same: dict[Group, Group] = {}

    def add(self, article: Article, *, is_newest: bool) -> None:
        """Count a record that `counts` has just taken."""
        group = self.groups.of(article, day_of(article))
        group = self._same.setdefault(group, group)
        self.groups[group].captured += len(article.text)
        moment = article.captured_at or article.captured_on or ""
        if moment:
            first, last = self.captured
            self.captured = (min(first or moment, moment), max(last, moment))
        if is_newest:
            self._group_of[key_of(article.id)] = group
            month = self.monthly[article.edition, (moment or article.date_published or "")[:_MONTH]]
            month[""] += 1
            month.update(article.flags)
            self._compare(article, group)
            self._place(article, group)

    def group_of(self, identity: str) -> Group | None:
        """The group of an article by its id; null where no record has it."""
        return self._group_of.get(key_of(identity))

    def doubles(self) -> list[Repeat]:
        """The near-doubles that are shown, the largest first."""
        return chosen(sorted(self.double.values(), key=lambda one: (-one.times, one.text)))

    def _place(self, article: Article, group: Group) -> None:
        if article.title:
            self.lists["titles"].add(article.title, group, article.id)
        for line in edge_lines(article.text):
            self.lists["edges"].add(line, group, article.id)

    def _compare(self, article: Article, group: Group) -> None:
        longest = max(article.text.split("\n\n"), key=len)
        if len(longest) < _LEAST or len(self._first) >= _MOST_DOUBLES:
            return
        key = key_of(article.edition, longest)
        first = self._first.setdefault(key, article.id)
        if first != article.id:
            double = self.double.setdefault(key, Repeat(article.title or f"{longest[:_EXCERPT]} …"))
            if not double.times:
                double.add(self.group_of(first) or group, first)
            double.add(group, article.id)

    def add_removal(self, removal: Removal) -> None:
        """Count a line that was cut from a page that became an article."""
        if removal.rule == DUPLICATE or removal.rule.startswith("drop.") or not removal.id:
            return
        group = self.group_of(removal.id)
        if group is None:
            return
        name = f"{kind_of(removal.rule, removal.field)} {place_of(removal.rule)}"
        cut = self.groups[group].cuts.setdefault(name, [0, 0])
        cut[0] += 1
        cut[1] += len(removal.text)
        if not removal.field and removal.rule.endswith(".unknown"):
            self.lists["unknown"].add(removal.text, group, removal.id)
