"""An article in the making: a reading of the page until its edition is told, a draft from then on."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Self

from belta_spider.editions import Edition, Editions, dates
from belta_spider.editions.addresses import Address
from belta_spider.editions.rules import Parts, Rule
from belta_spider.items import Article, Image, Page, Removal, Weather
from belta_spider.text.lines import Line, Piece

_MINUS = frozenset("-−–")


@dataclass(slots=True)
class _Work:
    """What a reading and a draft know of a page, and where its lines went."""

    article: Article
    """What the stages fill: of an item in Scrapy's pipelines, the item itself."""
    page: Page
    editions: Editions
    keep_audit: bool = True
    address: Address | None = None
    is_foreign: bool = False
    """Whether the page is another site's."""
    source_text: str = ""
    """The page as text: what a dropped page's entry in the audit quotes."""
    lines: list[Line] = field(default_factory=list)
    """All lines that are not blank; of a page in markup, its text blocks in document order."""
    provenance: dict[str, str] = field(default_factory=dict)
    """Where each field was read, where that is not the page's lines."""
    flags: set[str] = field(default_factory=set)
    audit: list[Removal] = field(default_factory=list)
    """Where each line went; in order, and with the article's id, once the page is finished or dropped."""
    drop: str | None = None
    """Why the page is no article, None where it is one."""

    def flag(self, name: str) -> None:
        """Raise one of the record's flags."""
        self.flags.add(name)

    def remove_line(self, line: Line, rule: str, into: str | None = None) -> None:
        """Put a whole line into the audit."""
        if self.keep_audit:
            source = self.article.source
            self.audit.append(Removal(None, source.uri, source.record, line.number, 0, rule, into, line.raw))

    def remove_pieces(self, pieces: list[Piece], rule: str, into: str | None = None) -> None:
        """Put pieces of lines into the audit."""
        if self.keep_audit:
            source = self.article.source
            self.audit += [
                Removal(None, source.uri, source.record, piece.line.number, piece.start, rule, into, piece.raw)
                for piece in pieces
            ]


@dataclass(slots=True, kw_only=True)
class Reading(_Work):
    """A page whose edition is not told yet."""

    any_site: bool = False
    """Whether other sites' pages are read too."""
    asked_edition: str | None = None
    """The edition of pages that do not tell theirs, where the run names one."""


@dataclass(slots=True)
class Header:
    """What the head says, each read once, as what it is."""

    title: str | None = None
    section_title: str | None = None
    section: str | None = None
    """The section's word in addresses, where the edition knows the title."""
    published: datetime | None = None
    """When the page says that it was published, Minsk wall time."""
    modified: datetime | None = None
    """When the page says that it was changed last, likewise."""
    capture_day: date | None = None
    """The visitor's day."""
    weather: Weather | None = None

    def name_section(self, title: str, edition: Edition) -> None:
        """Take the section's title, as printed."""
        self.section_title, self.section = title, edition.section_slug(title)

    def take(self, rule: Rule, parts: Parts, edition: Edition) -> bool:
        """Take what a rule of the chrome read from its line, the visitor's day or weather; return whether it may be."""
        if rule.shape == "capture_day":
            moment = dates.moment_of(parts, edition)
            if moment is None:
                return False
            self.capture_day = self.capture_day or moment.date()
        elif rule.shape == "weather":
            degrees = int(parts["degrees"] or 0)
            sign = -1 if parts["sign"] in _MINUS else 1
            self.weather = Weather(parts["place"], parts["condition"], sign * degrees)
        return True

    @property
    def is_marked(self) -> bool:
        """Whether it says anything but a title: any site's pages have one."""
        return bool(self.published or self.section_title or self.capture_day or self.weather)


@dataclass(slots=True, kw_only=True)
class Draft(_Work):
    """A page of a known edition. The first stage divides it, the later stages read it out."""

    edition: Edition
    header: Header = field(default_factory=Header)
    head_found: bool = False
    """Whether the head ended where the body lines begin; else a dateline must show where."""
    body: list[Line] = field(default_factory=list)
    """The lines after the head and before the tail."""
    authors: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    captions: list[str] = field(default_factory=list)
    text_as_composed: str = ""
    """The text as the body's lines gave it: normalised, unless a pipeline of the user's has changed it."""
    images: list[Image] = field(default_factory=list)
    is_finished: bool = False
    """Whether the last stage is done."""

    @classmethod
    def of(cls, reading: Reading, edition: Edition) -> Self:
        """Return the draft that a reading becomes once its edition is told."""
        return cls(
            article=reading.article,
            page=reading.page,
            editions=reading.editions,
            keep_audit=reading.keep_audit,
            address=reading.address,
            is_foreign=reading.is_foreign,
            source_text=reading.source_text,
            lines=reading.lines,
            provenance=reading.provenance,
            flags=reading.flags,
            audit=reading.audit,
            edition=edition,
        )

    def remove_unknown(self, line: Line, where: str) -> None:
        """Put a line that no rule knows into the audit, and raise the flag."""
        self.remove_line(line, self.edition.rule_name(f"{where}.unknown"))
        self.flag("unknown_chrome")
