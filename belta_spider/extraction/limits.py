"""Hostile markup, made harmless before it is parsed: no text is lost, only tags.

The parser's cost is quadratic in the depth of a page and in the attributes of one tag, and each
element takes some 200 bytes.
"""

from __future__ import annotations

import re

_ATTRIBUTES = 10_000
_WINDOW = 10_000
_TAG_LENGTH = 10_000
_TAGS = 20_000
_UNCLOSED = 2_000
_DEPTH = 512
_MOST_TAGS = 200_000
_FORMATTING_DEPTH = 8

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:-]*+)[^>]*+>?")
_LONG_TAG = re.compile(r"""<(?P<name>[a-zA-Z][a-zA-Z0-9:-]*+)(?:=\s*+(?:"[^"]*+"?|'[^']*+'?)|[^>=]++|=)*+>?""")
# Elements without content, and those whose end tag may be missing: they do not nest by themselves.
_FLAT = frozenset(
    "area base br col embed hr img input link meta param source track wbr p li dt dd td th tr thead tbody tfoot"
    " colgroup option optgroup rp rt html head body script style".split()
)
# The parser opens these anew in each later block, until they are closed.
_FORMATTING = frozenset("a b big code em font i nobr s small strike strong tt u".split())


def is_hostile(body: bytes) -> bool:
    """Whether a page has so many attributes or tags, or such long ones, that it must be tamed."""
    opened = body.count(b"<")
    if opened > _TAGS or opened - 2 * body.count(b"</") > _UNCLOSED or body.count(b"=") > _ATTRIBUTES:
        return True
    # A stretch without any `>` may be one tag of many names.
    return any(body.find(b">", start, start + _WINDOW) < 0 for start in range(0, len(body) - _WINDOW, _WINDOW))


def tame(html: str) -> str:
    """Return the page without tags nested too deep, without those past the limit, huge ones without attributes."""
    return _Depth().cut(_LONG_TAG.sub(_shorten, html))


def _shorten(found: re.Match[str]) -> str:
    return f"<{found['name']}>" if len(found[0]) > _TAG_LENGTH else found[0]


class _Depth:
    """Counts open elements, and leaves out the tags of those that are too deep."""

    def __init__(self) -> None:
        self.open = 0
        self.formatting = 0
        self.tags = 0

    def cut(self, html: str) -> str:
        return _TAG.sub(self._tag, html)

    def _tag(self, found: re.Match[str]) -> str:
        name = found[2].lower()
        self.tags += 1
        if self.tags > _MOST_TAGS:
            return " "
        if name in _FLAT:
            return found[0]
        step = -1 if found[1] else 1
        if name in _FORMATTING:
            depth, most = self.formatting, _FORMATTING_DEPTH
            self.formatting = max(0, depth + step)
        else:
            depth, most = self.open, _DEPTH
            self.open = max(0, depth + step)
        return found[0] if depth + (step > 0) <= most else " "
