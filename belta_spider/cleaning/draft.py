"""An article in the making: what is known of a page between two stages."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from belta_spider.editions import Edition, Editions
from belta_spider.editions.addresses import Address
from belta_spider.editions.rules import Parts, Rule
from belta_spider.items import Article, Image, Page, Removal
from belta_spider.text.lines import Line, Piece


class Found(NamedTuple):
    """What a rule of the head read from a line."""

    rule: Rule
    parts: Parts
    origin: str
    """Where in the page it stood: a word for `provenance`."""


@dataclass(slots=True)
class Draft:
    """What the stages hand on. Extraction fills it, the later stages read it out."""

    article: Article
    """What the stages fill: of an item in Scrapy's pipelines, the item itself."""
    page: Page
    editions: Editions
    asked_edition: str | None = None
    any_site: bool = False
    keep_audit: bool = True
    edition: Edition | None = None
    address: Address | None = None
    is_foreign: bool = False
    """Whether the page is another site's."""
    source_text: str = ""
    """The page as text: what a dropped page's entry in the audit quotes."""
    lines: list[Line] = field(default_factory=list)
    """All lines that are not blank; of a page in markup, its text blocks in document order."""
    header: list[Found] = field(default_factory=list)
    title: str | None = None
    head_found: bool = False
    """Whether the head ended where the body lines begin; else a dateline must show where."""
    body: list[Line] = field(default_factory=list)
    """The lines after the head and before the tail."""
    published: datetime | None = None
    """When the page says that it was published, Minsk wall time."""
    modified: str | None = None
    """When the page says that it was changed last, RFC 3339."""
    authors: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    captions: list[str] = field(default_factory=list)
    text_as_composed: str = ""
    """The text as the body's lines gave it: normalised, unless a pipeline of the user's has changed it."""
    images: list[Image] = field(default_factory=list)
    provenance: dict[str, str] = field(default_factory=dict)
    """Where each field was read, where that is not the page's lines."""
    flags: set[str] = field(default_factory=set)
    drop: str | None = None
    """Why the page is no article, None where it is one."""
    audit: list[Removal] = field(default_factory=list)
    """Where each line went; in order, and with the article's id, once the page is finished or dropped."""
    is_finished: bool = False
    """Whether the last stage is done."""

    @property
    def known(self) -> Edition:
        """The edition, once extraction has told it."""
        if self.edition is None:
            raise LookupError("the edition is not told yet: extraction comes first")
        return self.edition

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

    def remove_unknown(self, line: Line, where: str) -> None:
        """Put a line that no rule knows into the audit, and raise the flag."""
        self.remove_line(line, self.known.rule_name(f"{where}.unknown"))
        self.flags.add("unknown_chrome")
