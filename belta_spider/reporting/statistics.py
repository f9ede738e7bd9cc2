"""What is in an output and its audit, counted in one pass; memory does not grow with the number of records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any

from belta_spider import stats_keys
from belta_spider.items import DUPLICATE, Article, Removal
from belta_spider.reporting.groups import Groups, by_year
from belta_spider.text.languages import UNDETERMINED

_DROP = "drop."
_DAY, _MINUTE = len("2024-04-03"), len("2024-04-03T14:54")
_SHORT = 60  # characters of a label, as `label_length` in common.toml
_EDGE = 2  # paragraphs at either end of a text, where chrome that no rule knows is left
TEXT = 200  # characters of a text by which it is counted: a bound on memory
DISTINCT = 50_000  # texts that are counted: a bound on memory
_DISTINCT_OF_RULE = 1_000  # likewise, for each of many rules
_KINDS = {
    "text": "text dump",
    "html": "HTML page",
    "live": "page of the site",
    "archive": "capture of a web archive",
    "warc": "WARC record",
    "wet": "WET record",
    "wacz": "WACZ record",
    "arc": "ARC record",
    "mhtml": "MHTML page",
    "table": "row of a table",
}
FIELDS = tuple(one.name for one in fields(Article))


class TopTexts:
    """Counts of the most frequent texts, in bounded memory.

    Where there are more than `most` distinct ones, the rarest are forgotten: counts of rare texts
    may be too low then (`is_exact` tells), the frequent ones stand.
    """

    def __init__(self, most: int = DISTINCT):
        self.most = most
        self.is_exact = True
        self.counts: Counter[str] = Counter()
        self.where: dict[str, str] = {}

    def add(self, text: str, where: str | None = None) -> None:
        """Count a text; remember the first place where it stood."""
        text = text[:TEXT]
        self.counts[text] += 1
        if where and text not in self.where:
            self.where[text] = where
        if len(self.counts) > self.most:
            self._forget()

    def _forget(self) -> None:
        kept = self.counts.most_common(self.most // 2)
        self.is_exact = False
        self.counts = Counter(dict(kept))
        self.where = {text: place for text, place in self.where.items() if text in self.counts}

    def most_common(self, number: int) -> list[tuple[str, int, str]]:
        """The most frequent texts with count and first place; equal ones in the order of the text."""
        ranked = sorted(self.counts.items(), key=lambda one: (-one[1], one[0]))[:number]
        return [(text, count, self.where.get(text, "")) for text, count in ranked]


@dataclass
class Span:
    """How an edition's articles lie in time."""

    first: str = ""
    last: str = ""
    days: set[str] = field(default_factory=set)

    def add(self, day: str) -> None:
        self.first = min(self.first or day, day)
        self.last = max(self.last, day)
        self.days.add(day)

    @property
    def length(self) -> int:
        """Days from the first to the last, both counted."""
        return (date.fromisoformat(self.last) - date.fromisoformat(self.first)).days + 1 if self.first else 0


@dataclass
class Size:
    """How much text there is."""

    articles: int = 0
    words: int = 0
    """By Unicode's rules; in Chinese each character counts (`text/words.py`)."""
    characters: int = 0


@dataclass
class Statistics:
    """The counts. `take` and `add_removal` fill them."""

    articles: int = 0
    """Different articles; all counts but `captures` and those of the audit are of each one's newest capture."""
    earlier: int = 0
    """Earlier captures of articles."""
    groups: Groups = field(default_factory=Groups)
    editions: Counter[str] = field(default_factory=Counter)
    languages: Counter[str] = field(default_factory=Counter)
    flags: Counter[str] = field(default_factory=Counter)
    flagged: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    producers: Counter[str] = field(default_factory=Counter)
    by_edition: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Articles by day and edition; without those that have no date."""
    spans: dict[str, Span] = field(default_factory=dict)
    fetches: Counter[str] = field(default_factory=Counter)
    """Live fetches by minute."""
    edges: TopTexts = field(default_factory=TopTexts)
    """Short paragraphs without an end mark, kept at the top or the end of a text."""
    entries: int = 0
    drops: Counter[str] = field(default_factory=Counter)
    drop_examples: dict[str, TopTexts] = field(default_factory=dict)
    rules: Counter[str] = field(default_factory=Counter)
    rule_fields: dict[str, str] = field(default_factory=dict)
    rule_texts: dict[str, TopTexts] = field(default_factory=dict)
    boilerplate: TopTexts = field(default_factory=TopTexts)
    """Cut lines that went to no key."""
    unknown: TopTexts = field(default_factory=TopTexts)
    """Lines cut at a page's edge that no rule knows."""

    titles: TopTexts = field(default_factory=TopTexts)
    sections: set[str] = field(default_factory=set)
    """Sections as printed, the first thousand."""

    @property
    def odd_titles(self) -> list[tuple[str, int, str]]:
        """Titles that repeat or are a section's name, with count and first article; some are lines of chrome."""
        ranked = self.titles.most_common(DISTINCT)
        return [one for one in ranked if one[1] > 1 or one[0] in self.sections]

    @property
    def kinds_in_words(self) -> str:
        """`300 text dumps, 1 WARC record`."""
        return ", ".join(_number_of(kind, number) for kind, number in self.kinds.most_common())

    @property
    def pages(self) -> int:
        """Pages that are accounted for: written, or dropped for a reason."""
        return self.captures + self.drops.total()

    @property
    def sizes(self) -> dict[tuple[str, str], Size]:
        """Articles, words and characters by edition and year, in order; without a date the year is empty, and last."""
        found: dict[tuple[str, str], Size] = {}
        for group in sorted(self.groups, key=by_year):
            counts = self.groups[group]
            size = found.setdefault((group.edition, group.year), Size())
            size.articles += counts.articles
            size.words += counts.words
            size.characters += counts.characters
        return found

    @property
    def filled(self) -> Counter[tuple[str, str]]:
        """Records by key and edition in which that key has a value."""
        found: Counter[tuple[str, str]] = Counter()
        for group, counts in self.groups.items():
            found.update({(name, group.edition): number for name, number in counts.filled.items()})
        return found

    @property
    def characters(self) -> int:
        """Characters of all texts."""
        return sum(counts.characters for counts in self.groups.values())

    @property
    def words(self) -> int:
        """Words of all texts."""
        return sum(counts.words for counts in self.groups.values())

    @property
    def captures(self) -> int:
        """Records: an article has several where an output keeps its revisions."""
        return self.articles + self.earlier

    def add(self, article: Article, *, is_newest: bool = True) -> None:
        """Count a record."""
        if article.source.kind == "live" and article.captured_at:
            self.fetches[article.captured_at[:_MINUTE]] += 1
        if not is_newest:
            self.earlier += 1
            return
        self.articles += 1
        edition = article.edition
        day = day_of(article)
        self.groups.add(article, day, tuple(name for name in FIELDS if has_value(getattr(article, name))))
        self.editions[edition] += 1
        self.languages[article.language] += 1
        self.kinds[article.source.kind] += 1
        self.producers[article.producer] += 1
        self.flags.update(article.flags)
        self.flagged += bool(article.flags)
        if article.title:
            self.titles.add(article.title, article.id)
        if article.section_title and len(self.sections) < _DISTINCT_OF_RULE:
            self.sections.add(article.section_title)
        if day:
            self.by_edition[day, edition] += 1
            self.spans.setdefault(edition, Span()).add(day)
        for paragraph in edge_lines(article.text):
            self.edges.add(paragraph, article.id)

    def add_removal(self, removal: Removal) -> None:
        """Count an entry of the audit."""
        rule, text = removal.rule, removal.text
        if rule == DUPLICATE or rule.startswith(_DROP):
            reason = rule.removeprefix(_DROP)
            self.drops[reason] += 1
            self.drop_examples.setdefault(reason, TopTexts(_DISTINCT_OF_RULE)).add(text, _place(removal))
            return
        self.entries += 1
        self.rules[rule] += 1
        self.rule_texts.setdefault(rule, TopTexts(_DISTINCT_OF_RULE)).add(text, removal.id)
        if removal.field:
            self.rule_fields[rule] = removal.field
        elif rule.endswith(".unknown"):
            self.unknown.add(text, removal.id)
        else:
            self.boilerplate.add(text, removal.id)

    def as_stats(self) -> dict[str, Any]:
        """The counts under the names that a crawl's stats have."""
        groups = (
            (stats_keys.EDITION, self.editions),
            (stats_keys.LANGUAGE, self.languages),
            (stats_keys.FLAG, self.flags),
            (stats_keys.DROP, self.drops),
        )
        counted = {f"{prefix}{key}": count for prefix, counts in groups for key, count in counts.items()}
        return {
            stats_keys.PAGES_READ: self.pages,
            stats_keys.ARTICLES: self.articles,
            stats_keys.CAPTURES: self.captures,
            "item_scraped_count": self.captures,
            **counted,
        }


def survey(captures: Iterable[tuple[Article, bool]], removals: Iterable[Removal]) -> Statistics:
    """Count records, each with whether it is the newest of its article, and the entries of their audit."""
    counts = Statistics()
    for article, is_newest in captures:
        counts.add(article, is_newest=is_newest)
    for removal in removals:
        counts.add_removal(removal)
    return counts


def has_value(value: Any) -> bool:
    """Whether a key of a record says anything: not null, not empty, not `und`."""
    if value is None or isinstance(value, (str, list)):
        return bool(value) and value != UNDETERMINED
    if isinstance(value, (int, float)):
        return True
    return any(getattr(value, one.name) is not None for one in fields(value))


def _number_of(kind: str, number: int) -> str:
    """`1 row of a table`, `2 rows of a table`."""
    first, space, rest = _KINDS.get(kind, kind).partition(" of ")
    return f"{number:,} {first}{'s' * (number != 1)}{space}{rest}"


def day_of(article: Article) -> str:
    """The day of an article's publication; empty where none is known."""
    day = (article.date_published or "")[:_DAY]
    return day if _is_day(day) else ""


def _is_day(day: str) -> bool:
    try:
        date.fromisoformat(day)
    except ValueError:
        return False
    return True


def edge_lines(text: str) -> Iterator[str]:
    """The short paragraphs at a text's edges that end in a letter or digit, as a line of chrome does."""
    paragraphs = text.split("\n\n")
    edges = paragraphs if len(paragraphs) <= 2 * _EDGE else [*paragraphs[:_EDGE], *paragraphs[-_EDGE:]]
    return (line for line in edges if len(line) <= _SHORT and line[-1:].isalnum())


def _place(removal: Removal) -> str:
    return f"{removal.uri} {removal.record}" if removal.record else removal.uri
