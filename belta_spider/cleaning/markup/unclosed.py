"""Elements that were opened and never closed: what they have taken in is the article's, as a reader sees it.

Nothing in a tree tells such an element from one that is whole, but what it holds: an advertisement's box with
paragraphs of text is no advertisement. What is not surely the box's stays in the text, with a flag.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from belta_spider.cleaning.markup.blocks import Block, Picture
from belta_spider.editions import Edition
from belta_spider.text.languages import count_letters

FLAG = "unclosed_element"
_PHOTO, _SOURCE = "body.photo", "body.photo_source"
_OF_TEXT = frozenset({"body.article"})


def swallowed(blocks: list[Block], pictures: Iterable[Picture], edition: Edition) -> set[int]:
    """Return the numbers of the lines that boxes in the body hold and that are no box's."""
    boxes: dict[int, list[Block]] = {}
    for block in blocks:
        if block.is_inner and block.rule and block.rule.name not in _OF_TEXT:
            boxes.setdefault(block.owner, []).append(block)
    alts = {(picture.owner, picture.alt) for picture in pictures}
    found: set[int] = set()
    for box in boxes.values():
        rest = (
            _past_caption(box, alts, edition)
            if box[0].rule and box[0].rule.name == _PHOTO
            else _past_links(box, edition)
        )
        if any(_is_prose(block.line.text, edition) for block in rest):
            found |= {block.line.number for block in rest}
    return found


def _past_links(box: list[Block], edition: Edition) -> list[Block]:
    """The lines that the box's rule does not expect: those outside links, but for as many sentences as it may hold."""
    rule = box[0].rule
    if rule is not None and rule.field == "tags":
        return [block for block in box if is_sentence(block.line.text, edition)]
    is_link = rule is not None and "a" in rule.tags
    bare = [block for block in box if is_link or not block.is_linked]
    prose = sum(_is_prose(block.line.text, edition) for block in bare)
    links = len(box) - len(bare)
    may = (rule.prose if rule else 0) + (links if rule and rule.leads else 0)
    return bare if prose > may else []


def is_sentence(text: str, edition: Edition) -> bool:
    """Whether a text is one sentence or several, as no tag is; a name in a tag may be abbreviated, `A. S. Pushkin`."""
    return _is_prose(text, edition) and text.rstrip().endswith(tuple(edition.punctuation.full_stop))


def _past_caption(box: list[Block], alts: set[tuple[int, str]], edition: Edition) -> list[Block]:
    """The lines behind a photo's caption: behind its source, the words that the picture states, or the fourth line."""
    ends = [at + 1 for at, block in enumerate(box) if (block.owner, block.line.text) in alts]
    sources = [at for at, block in enumerate(box) if block.rule and block.rule.name == _SOURCE]
    if sources:  # one line, whatever follows in its element
        return box[sources[0] + 1 :]
    is_bare = all(owner != box[0].owner for owner, _ in alts)
    return box[ends[0] :] if ends else _past_unstated_caption(box, edition, most=0 if is_bare else 1)


def _past_unstated_caption(box: list[Block], edition: Edition, most: int) -> list[Block]:
    """The lines behind a caption that no picture states: behind the fourth, or the first where sentences follow."""
    sentences = sum(_is_prose(block.line.text, edition) for block in box[1:])
    return box[1:] if sentences > most else box[edition.limits.box_caption :]


def _is_prose(text: str, edition: Edition) -> bool:
    least = edition.limits.box_prose
    return any(mark in text for mark in edition.punctuation.full_stop) and count_letters(text[: 4 * least]) >= least


# Elements whose content is no markup: without its end, one takes the page in up to the next of its kind

_RAW = re.compile(rb"</?(?=[tTsSnNiI])(?i:title|style|script|noscript|iframe|textarea)\b")
_MARKUP = re.compile(rb"(?i)\n?</?(?:p|div|h[1-6]|body|head|meta|link|span|ul|table|blockquote)\b")
_STATEMENT = re.compile(rb"(?i)</head|<body|</body|<meta |<div |\n<p>")
"""What no title, style or frame holds, but the page."""
_OF_PAGE = re.compile(rb"(?i)(?:\n|>)\s*(?:</head|<body|</body)|\n<p>")
"""What no script writes, as most write markup in strings."""


_PASSES = 10
"""One that is closed may have held another that is open: so often is looked again, a bound on time."""


def close_raw(data: bytes) -> tuple[bytes, bool]:
    """Return a page with each such element closed where markup begins, and whether one was not."""
    whole = data
    for _ in range(_PASSES):
        before, whole = whole, _closed_once(whole)
        if whole is before:
            break
    return whole, whole is not data


def _closed_once(data: bytes) -> bytes:
    parts, at = [], 0
    for place, tag in _missing_ends(data):
        parts += [data[at:place], tag]
        at = place
    return b"".join([*parts, data[at:]]) if parts else data


def _missing_ends(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Where an element's end tag lacks, and the tag."""
    opened = None
    for found in _RAW.finditer(data):
        tag = found[0].lower()
        if opened is None:
            opened = None if tag[1:2] == b"/" else _Opened(tag[1:], found.end(), found.end())
        elif tag == b"</" + opened.name:  # what stands between is its own: scripts write markup, too
            opened = None
        elif tag == b"<" + opened.name:
            if opened.takes_in_markup(data, found.start()):
                yield opened.end(data)
                opened = _Opened(opened.name, found.end(), found.end())
            else:  # no statement goes over a tag
                opened = opened._replace(looked=found.start())
    if opened is not None and _STATEMENT.search(data, opened.start):
        yield opened.end(data)


class _Opened(NamedTuple):
    """A start tag whose end tag is looked for."""

    name: bytes
    start: int
    """Where its content begins; there is no markup in it up to `looked`."""
    looked: int

    def takes_in_markup(self, data: bytes, end: int) -> bool:
        statement = _OF_PAGE if self.name == b"script" else _STATEMENT
        return statement.search(data, self.looked, end) is not None

    def end(self, data: bytes) -> tuple[int, bytes]:
        """Where its end tag belongs, and the tag."""
        markup = _MARKUP.search(data, self.start)
        return (markup.start() if markup else len(data)), b"</" + self.name + b">"
