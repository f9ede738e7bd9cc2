"""What a page states of itself where no reader sees it: meta tags, JSON-LD, the canonical link."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

import regex
from selectolax.lexbor import LexborHTMLParser, LexborNode

from belta_spider.editions import dates
from belta_spider.text.normalization import normalize

_ARTICLE_TYPES = regex.compile(r"(?:\w*Article|\w*Posting|Report)")
_SAVED_FROM = regex.compile(
    rb"(?i)<!--\s*saved from url=(?:\([0-9]{1,5}\))?(?P<url>\S+)\s*-->"  # browsers
    rb"|<!--\s*Page saved with SingleFileZ?\s+url:\s*(?P<url>\S+)"
    rb"|<!--\s*Mirrored from (?P<url>\S+) by HTTrack"
    rb"|<!--\s*Saved from (?P<url>\S+) at [^<>]{1,40} using monolith"
)
_SAVED_FROM_WITHIN = 4_000  # bytes: it is above or behind the doctype; a bound on time
_SCHEME = regex.compile(r"https?://", regex.IGNORECASE)
_LD_TYPE = b"application/ld+json"
_LD_PLUS = _LD_TYPE.index(b"+")
_WRAPPING = regex.compile(r"^(?:\s|//|/\*|\*/|<!--|<!\[CDATA\[)+(?=[\[{])|(?<=[\]}])(?:\s|;|//|/\*|\*/|-->|\]\]>)+$")
_LD_LIMIT = 200_000  # characters of a script: a bound on time and memory
_LD_NODES = 200  # objects in it: a bound on time
_MISLABELLED = "mediator_published_time"
"""Minsk wall time that bears UTC's zone."""


class Time(NamedTuple):
    """A time that the page states, as Minsk wall time."""

    moment: datetime
    origin: str
    otherwise: datetime
    """The same without its zone: systems mislabel wall time as UTC."""


@dataclass(slots=True)
class Metadata:
    """The statements, each list in the order of trust."""

    titles: list[tuple[str, str]] = field(default_factory=list)
    """Value and origin: og:title, title, json_ld."""
    published: list[Time] = field(default_factory=list)
    modified: list[Time] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)
    """og:url, then the canonical link."""
    base: str = ""
    """The address that the page's own are relative to, as `<base>` states it."""
    saved_from: str = ""
    """The address in the comment that browsers write into a page that they save."""
    authors: list[str] = field(default_factory=list)


def read(tree: LexborHTMLParser, data: bytes) -> Metadata:
    """Read a page's head; what stands in the body by mistake is found too."""
    named = _named(tree, data)
    found = Metadata()
    saved = _SAVED_FROM.search(data[:_SAVED_FROM_WITHIN])
    found.saved_from = _with_scheme(saved["url"].decode("utf-8", "replace")) if saved else ""
    found.base = named.get("base", "").strip()
    found.addresses = [named[name].strip() for name in ("og:url", "canonical") if name in named]
    for name in ("og:title", "title"):
        title = normalize(named.get(name, ""))
        if title:
            found.titles.append((title, name))
    for name in ("article:published_time", _MISLABELLED):
        _add_time(found.published, named.get(name), "meta", mislabelled=name == _MISLABELLED)
    _add_time(found.modified, named.get("article:modified_time"), "meta")
    if _has_json_ld(data):
        _read_json_ld(found, tree)
    return found


def _with_scheme(url: str) -> str:
    return url if _SCHEME.match(url) else f"https://{url}"


def _named(tree: LexborHTMLParser, data: bytes) -> dict[str, str]:
    """The contents of meta tags by their names, with `title` and `canonical`."""
    named: dict[str, str] = {}
    head = tree.head
    for node in head.iter() if head is not None else ():
        if node.tag == "meta":
            _name(named, node)
        elif node.tag == "base":
            named.setdefault("base", node.attributes.get("href") or "")
        elif node.tag == "title":
            named.setdefault("title", node.text())
        elif node.tag == "link" and node.attributes.get("rel") == "canonical":
            named.setdefault("canonical", node.attributes.get("href") or "")
    if "og:title" not in named and b"og:title" in data:
        for node in tree.css("meta"):
            _name(named, node)
    return named


def _name(named: dict[str, str], node: LexborNode) -> None:
    attributes = node.attributes
    name = attributes.get("property") or attributes.get("name") or attributes.get("itemprop")
    content = attributes.get("content")
    if name and content:
        named.setdefault(name.lower(), content)


def _add_time(times: list[Time], stated: Any, origin: str, *, mislabelled: bool = False) -> None:
    moments = dates.wall_times(stated) if isinstance(stated, str) else None
    if moments:
        moment, printed = moments
        times.append(Time(printed if mislabelled else moment, origin, printed))


# JSON-LD: none is known on the site; read where it does appear.


def _has_json_ld(data: bytes) -> bool:
    """Whether JSON-LD is announced; looked for by the rarest character of its type, in a tenth of the time."""
    plus = data.find(b"+")
    while plus >= 0:
        if data.startswith(_LD_TYPE, plus - _LD_PLUS):
            return True
        plus = data.find(b"+", plus + 1)
    return False


def _read_json_ld(found: Metadata, tree: LexborHTMLParser) -> None:
    for script in tree.css(f'script[type="{_LD_TYPE.decode()}"]'):
        for one in _objects(script.text()[:_LD_LIMIT]):
            kind = one.get("@type")
            kinds = kind if isinstance(kind, list) else [kind]
            if any(isinstance(name, str) and _ARTICLE_TYPES.fullmatch(name) for name in kinds):
                _read_object(found, one)


def _bare(source: str) -> str:
    """A script without what hid it from old browsers and from XML: comments and CDATA around it."""
    return _WRAPPING.sub("", source)


def _objects(source: str) -> Iterator[dict[str, Any]]:
    """The objects of a script, those of lists and graphs too; none where it is no JSON."""
    try:
        pending = [json.loads(_bare(source), strict=False)]
    except (ValueError, RecursionError):
        return
    seen = 0
    while pending and seen < _LD_NODES:
        one = pending.pop(0)
        seen += 1
        if isinstance(one, list):
            pending += one[:_LD_NODES]
        elif isinstance(one, dict):
            yield one
            pending += [one.get("@graph"), one.get("mainEntity")]


def _read_object(found: Metadata, one: dict[str, Any]) -> None:
    headline = one.get("headline")
    if isinstance(headline, str) and normalize(headline):
        found.titles.append((normalize(headline), "json_ld"))
    _add_time(found.published, one.get("datePublished"), "json_ld")
    _add_time(found.modified, one.get("dateModified"), "json_ld")
    authors = one.get("author")
    for author in authors if isinstance(authors, list) else [authors]:
        if isinstance(author, dict) and author.get("@type") == "Person" and isinstance(author.get("name"), str):
            found.authors.append(author["name"])
