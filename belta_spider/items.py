"""What comes in, a `Page`, and what goes out, an `Article` with its `Removal`s.

The docstring under each field of `Article` is its description in the published JSON Schema
(`docs/article.schema.json`). The order of the fields is the order of the keys in the output.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import msgspec

SCHEMA_VERSION = "1"
DUPLICATE = "duplicate.capture"
"""The rule under which the audit names a later capture of an article that is held."""

FLAGS = {
    "captured_before_published": "The capture is older than the publication: one of the two days is wrong.",
    "date_sources_differ": "The page states its publication time twice, a minute or more apart.",
    "dateline_date_differs": "The dateline's day is over two days from the publication.",
    "encoding_repaired": "The bytes were not what they claimed to be; the text was decoded anew.",
    "generic_extraction": "Unknown markup: a general extractor found the body.",
    "language_differs": "The text is not in the edition's language.",
    "no_date": "No publication date was found.",
    "no_title": "No title was found.",
    "photo_date_differs": "A picture that bears the article's number was uploaded over a day away.",
    "repeated_text": "The last paragraphs stood twice; the second copy is in the audit.",
    "title_sources_differ": "The page states two titles that differ in more than case and white space.",
    "truncated": "The page was cut off: by a size limit, on its way, or where it was saved.",
    "unclosed_element": "An element was never closed, or a cell stands in no table: a line may be too many, or parted.",
    "unknown_chrome": "A line at the page's edge fits no rule: look at it in the audit.",
    "unknown_section": "The printed section is not in the edition's table.",
    "unpaired_caption": "A line between title and dateline stands once, where captions stand twice.",
}
"""Every flag, with what it tells a careful reader."""


@dataclass(slots=True)
class Page:
    """One captured page, as a source hands it on. From here on every source goes one way."""

    kind: str
    """text, html, live, archive, warc, wet, wacz, arc, mhtml or table."""
    uri: str
    """The path as given, with the path inside a folder; the address for a live page."""
    body: bytes
    """The page's bytes: a file unpacked, an HTTP body decoded, a table's cell as UTF-8."""
    is_html: bool = False
    record: str | None = None
    """WARC-Record-ID, row number or member name inside `uri`."""
    url: str | None = None
    captured_at: str | None = None
    """RFC 3339, UTC. Never a file's own time."""
    charset: str | None = None
    """The encoding that the HTTP header declares."""
    truncated: bool = False
    mirrored_from: str | None = None
    """The address that the path tells, where a mirror saved the page; asked where nothing else states one."""


@dataclass
class Dateline:
    """The dateline: where, when and by whom; all null where there is none."""

    raw: str | None = None
    """As printed, its dash included, normalised."""
    place: str | None = None
    """As printed."""
    date: str | None = None
    """`2024-04-03`: in the year that brings it nearest to the publication; null without date_published."""
    agency: str | None = None
    """As printed, without "correspondent"."""


@dataclass
class Weather:
    """The weather line of the page's header; all null where there is none."""

    place: str | None = None
    """As printed: often the visitor's, not the article's."""
    condition: str | None = None
    """The words, as printed."""
    temperature_c: int | None = None
    """Degrees Celsius."""


@dataclass
class Image:
    """A picture of the article."""

    url: str
    """Absolute."""
    caption: str | None = None
    """What the page prints with it."""
    credit: str | None = None
    """The photo's source, as printed."""


@dataclass
class Source:
    """Where the page came from."""

    kind: str
    """text, html, live, archive, warc, wet, wacz, arc, mhtml or table."""
    uri: str
    """The path as given, with the path inside a folder; the address of a live page."""
    record: str | None
    """The record, row or member within it."""
    digest: str
    """`sha256:` and the hex digest of the page's bytes, as the reader hands them on."""


@dataclass
class Provenance:
    """Which part of the page each value was read from; null where there is no value."""

    title: str | None = None
    section: str | None = None
    date_published: str | None = None
    text: str | None = None
    language: str | None = None


@dataclass
class Article:
    """One article of BelTA: a line of articles.jsonl."""

    schema_version: str = SCHEMA_VERSION
    """The version of this schema. Keys are added, never renamed."""
    id: str = ""
    """Edition, number and year from the address; without one, a hash over edition, date and title."""
    url: str | None = None
    """The canonical address."""
    edition: str = ""
    """ru be en de es pl or zh."""
    language: str = "und"
    """BCP 47 primary tag of the language found in the text itself; `und` where that is not sure."""
    language_confidence: float = 0.0
    """0 to 1, four decimals."""
    title: str | None = None
    """One line, as printed."""
    section: str | None = None
    """The site's slug."""
    section_title: str | None = None
    """The section as printed."""
    date_published: str | None = None
    """RFC 3339 with Minsk's offset on that day."""
    date_modified: str | None = None
    """The same form; null where it equals date_published."""
    captured_at: str | None = None
    """RFC 3339, UTC: the time of the fetch, or the archive's."""
    captured_on: str | None = None
    """The day of the capture in Minsk: from captured_at, else from the page's own header."""
    dateline: Dateline = field(default_factory=Dateline)
    """raw, place, date and agency."""
    weather: Weather = field(default_factory=Weather)
    """place, condition and temperature_c of the page's header."""
    text: str = ""
    """The body alone: paragraphs joined by one blank line."""
    captions: list[str] = field(default_factory=list)
    """Each once, in order."""
    credits: list[str] = field(default_factory=list)
    """Photographer lines as printed."""
    tags: list[str] = field(default_factory=list)
    """Each once, in order."""
    authors: list[str] = field(default_factory=list)
    """Reporters and columnists that the page names."""
    images: list[Image] = field(default_factory=list)
    """url, caption and credit; each address once."""
    source: Source = field(default_factory=lambda: Source("", "", None, ""))
    """kind, uri, record and digest of the page."""
    provenance: Provenance = field(default_factory=Provenance)
    """A word for where each value came from."""
    flags: list[str] = field(default_factory=list)
    """Sorted: what a careful reader should know."""
    producer: str = ""
    """The program's version and a digest of its rules."""

    def to_dict(self) -> dict[str, Any]:
        """The record as a line of articles.jsonl holds it: every key, in the order of this class."""
        found: dict[str, Any] = msgspec.to_builtins(self)
        return found

    def to_json(self) -> str:
        """The record as JSON, the same characters as in articles.jsonl."""
        return msgspec.json.encode(self).decode()


@dataclass(slots=True)
class Removal:
    """One line of the audit: a piece of the input that is not in `text`, and where it went."""

    id: str | None
    """The article's; null where the page gave none."""
    uri: str
    """The page's, as in the record's `source`."""
    record: str | None
    """The record, row or member within `uri`."""
    line: int
    """From 1, blank lines counted; in HTML, text blocks in document order."""
    column: int
    """From 0, in characters."""
    rule: str
    """What took it: a rule of docs/rules.md behind its edition, or `drop.` and why the page is no article."""
    field: str | None
    """The record's key that it went to; null where it was boilerplate."""
    text: str
    """As it stood, before normalisation."""
