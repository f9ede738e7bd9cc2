"""Which of a page's blocks an extracted text was made of: each stretch of the text is of one block alone."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from typing import NamedTuple

import regex

from belta_spider.cleaning.markup.blocks import Block
from belta_spider.editions.limits import Limits
from belta_spider.text.normalization import normalize

_SEARCH_LIMIT = 100_000_000  # characters compared: a bound on time
_PAIRS = 100_000
"""Blocks times lines that read alike: more than that has only a page that is made to keep us busy."""
_NO_KEY = regex.compile(r"[^\p{L}\p{N}]+")


class _Text(NamedTuple):
    """An extracted text."""

    lines: list[str]
    """The keys of its lines."""
    starts: list[int]
    """Where each line starts in `whole`."""
    whole: str
    taken: bytearray
    """For each letter whether a block gave it."""
    limits: Limits


def key_of(text: str) -> str:
    """Letters and digits alone: extractors differ in all else."""
    return _NO_KEY.sub("", text).casefold()


def matched(blocks: list[Block], extracted: str, limits: Limits) -> set[int]:
    """The numbers of the blocks that are one of the text's lines, part of it, several of them, or mostly so.

    What stands twice on the page, and once in the text, is kept where the lines around it stand.
    """
    keys = [key_of(block.line.text) for block in blocks]
    text = _read(extracted, limits)
    kept = _exact(keys, text)
    first, last = min(kept, default=0), max(kept, default=0)
    rest = [at for at, key in enumerate(keys) if len(key) >= limits.match_long and at not in kept]
    effort = 0
    for at in sorted(rest, key=lambda at: (-len(keys[at]), not first <= at <= last, at)):
        effort += 4 * len(text.whole) + len(text.lines) * len(keys[at])
        if effort > _SEARCH_LIMIT:
            break
        if _takes(keys[at], text):
            kept.add(at)
    return {blocks[at].line.number for at in kept}


def _read(extracted: str, limits: Limits) -> _Text:
    lines = list(filter(None, (key_of(normalize(line)) for line in extracted.split("\n"))))
    starts, end = [], 0
    for line in lines:
        starts.append(end)
        end += len(line)
    return _Text(lines, starts, "".join(lines), bytearray(end), limits)


def _exact(keys: list[str], text: _Text) -> set[int]:
    """The places of the blocks that are a line of the text, each line's once."""
    at_lines: dict[str, list[int]] = {}
    for at, key in enumerate(text.lines):
        at_lines.setdefault(key, []).append(at)
    counts = Counter(keys)
    places: dict[str, list[int]] = {}
    for at, key in enumerate(keys):
        if key in at_lines:
            places.setdefault(key, []).append(at)
    sure = {at_lines[key][0]: found[0] for key, found in places.items() if counts[key] == len(at_lines[key]) == 1}
    order = sorted(sure)
    kept: set[int] = set()
    for key, found in places.items():
        lines = at_lines[key]
        for at in lines:
            text.taken[text.starts[at] : text.starts[at] + len(key)] = b"\1" * len(key)
        kept.update(found if len(found) <= len(lines) else _nearest(found, lines, order, sure))
    return kept


def _nearest(found: list[int], lines: list[int], order: list[int], sure: dict[int, int]) -> set[int]:
    """Of the blocks that read alike, as many as the text has such lines: nearest to where their neighbours stand."""
    if len(found) * len(lines) > _PAIRS:
        return set(found[: len(lines)])
    kept: set[int] = set()
    for line in lines:
        after = bisect_left(order, line)
        low = sure[order[after - 1]] if after else -1
        high = sure[order[after]] if after < len(order) else low + 1
        left = [at for at in found if at not in kept]
        kept.add(min(left, key=lambda at: max(low - at, at - max(high, low), 0)))
    return kept


def _takes(key: str, text: _Text) -> bool:
    """Whether a block stands in what no other gave; marks it as given."""
    start = text.whole.find(key)
    while start >= 0:
        if _takes_stretch(start, start + len(key), text):
            return True
        start = text.whole.find(key, start + len(key))
    return _takes_lines(key, text) or _takes_between(key, text)


def _takes_stretch(start: int, end: int, text: _Text) -> bool:
    if text.taken.count(1, start, end) > text.limits.match_again * (end - start):
        return False
    text.taken[start:end] = b"\1" * (end - start)
    return True


def _takes_lines(key: str, text: _Text) -> bool:
    """Whether a block is mostly lines of the text."""
    within = [
        at for at, line in enumerate(text.lines) if text.limits.match_long <= len(line) < len(key) and line in key
    ]
    left = [at for at in within if not text.taken[text.starts[at]]]
    if sum(len(text.lines[at]) for at in left) <= text.limits.match_share * len(key):
        return False
    for at in left:
        _takes_stretch(text.starts[at], text.starts[at] + len(text.lines[at]), text)
    return True


def _takes_between(key: str, text: _Text) -> bool:
    """Whether a block begins and ends as a stretch of the text does, and is hardly longer: it holds a note or two."""
    size, long, short = len(key), text.limits.match_long, text.limits.match_short
    end = text.whole.find(key[-long:]) + long
    start = text.whole.find(key[:short], max(0, end - size), end) if end >= long else -1
    if start < 0:
        start = text.whole.find(key[:long])
        last = text.whole.rfind(key[-short:], start, start + size) if start >= 0 else -1
        end = last + short if last >= 0 else -1
    return start >= 0 and text.limits.match_share * size <= end - start <= size and _takes_stretch(start, end, text)
