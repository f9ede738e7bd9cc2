"""What an element of a page holds, shows and hides."""

from __future__ import annotations

from collections.abc import Iterator

import regex
from selectolax.lexbor import LexborNode

from belta_spider.editions.elements import ElementRule
from belta_spider.text.normalization import normalize

SILENT = frozenset(
    "script style template noscript iframe object embed svg math canvas audio video head title meta link datalist"
    " base param source track area map input".split()
)
_HIDDEN = regex.compile(r"(?i)\b(?:display\s*:\s*none|visibility\s*:\s*hidden)\b")
TEXT = "-text"
"""What the parser calls a text's tag."""


def is_tag(node: LexborNode) -> bool:
    """Whether an element is a link to a tag; a selector for it would be read anew for each page."""
    attributes = node.attributes if node.tag == "a" else {}
    return "title" in attributes or "tag_item" in (attributes.get("class") or "").split()


def is_photo(figure: LexborNode, rule: ElementRule, attributes: dict[str, str | None]) -> bool:
    """Whether a figure is one by its class or a picture in it: editors put tables and quotations into one too."""
    names = (attributes.get("class") or "").split()
    return not rule.classes.isdisjoint(names) or figure.css_first("img") is not None


def is_hidden(attributes: dict[str, str | None]) -> bool:
    """Whether the markup itself says that an element is not shown."""
    if not attributes:
        return False
    return "hidden" in attributes or ("style" in attributes and bool(_HIDDEN.search(attributes["style"] or "")))


def first_text(node: LexborNode, size: int) -> str:
    """The first `size` characters of an element's text, its pieces joined by a space."""
    pieces: list[str] = []
    room, most = size, 4 * size
    stack: list[Iterator[LexborNode]] = [iter((node,))]
    while stack and room >= 0:
        for one in stack[-1]:
            tag = one.tag or ""
            if tag == TEXT:
                raw = one.text_content or ""
                piece = normalize(raw if len(raw) <= most else raw.lstrip()[:most])
                if piece:
                    pieces.append(piece)
                    room -= len(piece) + 1
                    if room < 0:
                        break
            elif tag not in SILENT and not is_hidden(one.attributes):
                stack.append(one.iter(include_text=True, skip_empty=True))
                break
        else:
            stack.pop()
    return " ".join(pieces)[:size]
