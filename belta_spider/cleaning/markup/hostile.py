"""Hostile markup, made harmless before it is parsed: no text is lost, only tags. And huge pages, cut.

The parser's cost is quadratic in the depth of a page and in the attributes of one tag, and each
element takes some 200 bytes.
"""

from __future__ import annotations

import re

CLEANED = 4 * 2**20
"""Bytes of a page that are cleaned: decoded, divided and parsed, each may take 30 bytes of memory and more."""
_ATTRIBUTES = 10_000  # a bound on time and memory; few pages have as many in all
_PAIRS = 10_000_000  # attributes of a tag, each compared with each: some twenty milliseconds of the parser
_TAG_ATTRIBUTES = 100  # what a tag of a tamed page keeps: some ten times as many as any of the site's has
_STRETCH = 1_000  # bytes without a `>` that are looked at: attributes may fill them, or a picture, or a script
_LARGE = 2**20  # bytes of a page whose stretches are looked at from a fifth of that: it may hold thousands
_TAG_LENGTH = 10_000  # a bound: beyond it a tag holds data, or attributes made to cost time
_SCRIPT_HEAD = 10_000  # bytes: far more than any script's tag, which says that it is JSON-LD
_TAGS = 20_000  # a bound: the tags of a page as saved are a few thousand
_UNCLOSED = 2_000  # a bound on depth: what is never closed nests
_CHUNK = 10_000  # bytes that are counted at once, until enough are found
_NO_MARK = bytes(set(range(256)) - {*b"<>=\"'"})
_DEPTH = 512  # as deep as browsers nest
_MOST_TAGS = 200_000  # a bound on memory: 40 MB at 200 bytes an element
_MOST_ATTRIBUTES = 300_000  # a bound on memory, likewise
_FORMATTING_DEPTH = 8  # each is opened anew in each later block: a bound on what that multiplies

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:-]*+)[^>]*+>?")
_BETWEEN_ATTRIBUTES = re.compile(r"[\s/=]")
# As the parser reads a tag (WHATWG, "Tokenization"): a quote is one behind an `=` alone, and may hold a `>`.
# Not closed, it holds all that follows.
_VALUE = rb"""=[ \t\n\f\r]*+(?:"[^"]*+"?|'[^']*+'?|[^ \t\n\f\r>]++)?+"""
_ATTRIBUTE = re.compile(rb"[^ \t\n\f\r/>][^ \t\n\f\r/>=]*+(?:[ \t\n\f\r]*+" + _VALUE + rb")?+")
_WHOLE_TAG = re.compile(
    rb"<(?P<name>[a-zA-Z][^ \t\n\f\r/>]*+)(?P<attributes>(?:[ \t\n\f\r/]++|" + _ATTRIBUTE.pattern + rb")*+)>?"
)
# In marks alone. No page of the site has one such value.
_QUOTED_END = re.compile(rb"""="[^">]*+>|='[^'>]*+>""")
# What may fill megabytes of a saved page and is no text: comments, scripts, styles, pictures in attributes. A script
# that is not closed may have taken the page in.
_BULK = re.compile(
    rb"""<!--(?!-?>)(?:[^-]++|-(?!-!?>))*+(?:--!?>)?
    |<(?P<raw>script|style)\b[^>]*+>(?:[^<]++|<(?!/?(?P=raw)\b))*+(?=</(?P=raw)\b)
    |<(?P<name>[a-z][a-z0-9:-]*+)(?=[^>]{100})(?:=\s*+(?:"[^"]*+"?|'[^']*+'?)|[^>=]++|=)*+>?""",
    re.IGNORECASE | re.VERBOSE,
)
# Elements without content, and those whose end tag may be missing: they do not nest by themselves.
_FLAT = frozenset(
    "area base br col embed hr img input link meta param source track wbr p li dt dd td th tr thead tbody tfoot"
    " colgroup option optgroup rp rt html head body script style".split()
)
# In a drawing a tag that ends in `/>` is closed; one of any other name ends the drawing, as the parser sees it.
_DRAWN = frozenset(
    "svg g path circle ellipse line polygon polyline rect use image text tspan textpath marker mask pattern symbol stop"
    " lineargradient radialgradient clippath filter defs animate animatetransform set view".split()
)
# The parser opens these anew in each later block, until they are closed.
_FORMATTING = frozenset("a b big code em font i nobr s small strike strong tt u".split())


def cut(body: bytes, *, is_html: bool) -> tuple[bytes, bool]:
    """Return the part of a page that is cleaned, and whether text of it may be left out.

    A huge page in markup loses what is no text first.
    """
    if is_html and len(body) > CLEANED:
        body = without_bulk(body)
    if len(body) <= CLEANED:
        return body, False
    end = CLEANED
    while end > CLEANED - 3 and body[end] & 0xC0 == 0x80:  # not within a letter of UTF-8
        end -= 1
    return body[:end], True


def without_bulk(body: bytes) -> bytes:
    """Return a page in markup without comments, scripts but JSON-LD, styles, and what long tags say."""
    return _BULK.sub(_emptied, body)


def _emptied(found: re.Match[bytes]) -> bytes:
    if found["name"]:
        return b"<%s>" % found["name"] if len(found[0]) > _TAG_LENGTH else found[0]
    if found["raw"]:
        return found[0] if b"ld+json" in found[0][:_SCRIPT_HEAD] else b"<%s>" % found["raw"]
    return b""


def is_hostile(body: bytes) -> bool:
    """Whether a page has so many attributes or tags, or so many attributes in a tag, that it must be tamed."""
    is_long = len(body) > 2 * _ATTRIBUTES
    marks = body.translate(None, _NO_MARK) if is_long else body  # one pass for all that is counted
    opened = marks.count(b"<")
    if opened > _TAGS or opened - 2 * _closed(body, (opened - _UNCLOSED) / 2) > _UNCLOSED:
        return True
    if is_long and marks.count(b"=") > _ATTRIBUTES:
        return True
    if is_long and _QUOTED_END.search(marks):
        return _pairs(body, 0, len(body)) > _PAIRS
    return _pairs_in_stretches(body) > _PAIRS


def _pairs_in_stretches(body: bytes) -> int:
    """The same of the tags in stretches without any `>`: a picture in a tag has few attributes, a script none."""
    pairs = start = 0
    stretch = _STRETCH if len(body) < _LARGE else _STRETCH // 5
    while start < len(body) - stretch:
        if body.find(b">", start, start + stretch) < 0:
            first, start = body.rfind(b">", 0, start) + 1, body.find(b">", start)
            if start < 0:
                start = len(body)
            pairs += _pairs(body, first, start)
        start += stretch
    return pairs


def _pairs(body: bytes, start: int, end: int) -> int:
    """How often the parser compares two attributes of one tag, in the long tags that begin there."""
    pairs = 0
    for found in _WHOLE_TAG.finditer(body, start):
        if found.start() >= end:
            break
        pairs += _attributes(found) ** 2
    return pairs


def _attributes(found: re.Match[bytes]) -> int:
    """How many attributes a tag has; 0 of a short one, which has few."""
    if found.end() - found.start() <= 2 * _TAG_ATTRIBUTES:
        return 0
    return len(_ATTRIBUTE.findall(found["attributes"]))


def _closed(body: bytes, enough: float) -> int:
    """How many end tags there are; at least `enough` if there are so many, since counting takes its time."""
    closed = 0
    for start in range(0, len(body), _CHUNK):
        if closed >= enough:
            break
        closed += body.count(b"</", start, start + _CHUNK + 1)
    return closed


def safe(data: bytes) -> bytes:
    """Return a page in UTF-8 as the parser may get it. What scripts write in strings and compare is no tag."""
    if not is_hostile(data):
        return data
    bare = without_bulk(data)
    return tame(bare) if is_hostile(bare) else bare


def tame(data: bytes) -> bytes:
    """Return the page without tags nested too deep, without those past the limit, huge ones without attributes."""
    return _Depth().cut(_WHOLE_TAG.sub(_shorten, data).decode()).encode()


def _shorten(found: re.Match[bytes]) -> bytes:
    is_huge = found.end() - found.start() > _TAG_LENGTH or _attributes(found) > _TAG_ATTRIBUTES
    return b"<%s>" % found["name"] if is_huge else found[0]


class _Depth:
    """Counts open elements, and leaves out the tags of those that are too deep."""

    def __init__(self) -> None:
        self.open = 0
        self.formatting = 0
        self.is_drawing = False
        self.tags = 0
        self.attributes = 0
        """At most: what parts attributes, or them and their values."""

    def cut(self, html: str) -> str:
        return _TAG.sub(self._tag, html)

    def _tag(self, found: re.Match[str]) -> str:
        name, tag = found[2].lower(), found[0]
        self.tags += 1
        if self.tags > _MOST_TAGS:
            return " "
        self.attributes += len(_BETWEEN_ATTRIBUTES.findall(tag))
        if self.attributes > _MOST_ATTRIBUTES:
            tag = f"<{found[1]}{name}>"
        self.is_drawing = name in _DRAWN and (self.is_drawing or name == "svg")
        if name in _FLAT or (self.is_drawing and tag.endswith("/>")):
            return tag
        step = -1 if found[1] else 1
        if name in _FORMATTING:
            depth, most = self.formatting, _FORMATTING_DEPTH
            self.formatting = max(0, depth + step)
        else:
            depth, most = self.open, _DEPTH
            self.open = max(0, depth + step)
        return tag if depth + (step > 0) <= most else " "
