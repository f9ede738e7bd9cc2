"""Rules: which lines of a text dump are chrome, and what becomes of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache, wraps
from typing import TypeVar

import regex

from belta_spider.text.lookalikes import as_it_looks

_COLONS = ": \uff1a"
# Behind a sentence, with a space or none, an end mark, or glued to a word: `wird-0-Foto: BelTA`, `DRABKOFoto von`.
_SENTENCE_END = regex.compile(r"\p{P} |[.!?…](?! )|[-–—][0O\u041e][-–—](?! )|(?<=\p{Ll}|\p{Lu}{2})(?=\p{Lu}\p{Ll})")
_MARKS = {"weather": "\u00b0", "capture_day": " "}
_REMEMBERED, _MEMORY = 100, 4096
"""Characters of a text that caches hold, and texts in each."""
_AS_PRINTED = frozenset({"section", "place", "condition"})
T = TypeVar("T")
R = TypeVar("R")


Parts = dict[str, str | None]
"""The named parts of a line that a rule took."""


def label_key(text: str) -> str:
    """The form in which labels are compared: as they look, case folded, without a colon of either width."""
    return as_it_looks(text).casefold().rstrip(_COLONS)


@dataclass(frozen=True)
class Rule:
    """One decision with one name: which lines it takes, and what becomes of them."""

    name: str
    """`de.header.weather`: the same in the TOML, the audit, the stats and the tests."""
    where: str
    """head or tail, in the file's order, or end: the end of the body."""
    shape: str | None
    labels: frozenset[str]
    """Whole lines, as `label_key` gives them."""
    source: str | None
    """The pattern, a regular expression for a whole normalised line."""
    field: str | None
    most: int
    takes: tuple[str, ...]
    leaves: tuple[str, ...]
    headed: bool = False
    """Whether a headline stands above each line of it: the tail's latest news."""

    @cached_property
    def mark(self) -> str | None:
        """A character without which no line fits the rule's shape: cheaper to look for than the pattern."""
        return _MARKS.get(self.shape or "")

    @cached_property
    def pattern(self) -> regex.Pattern[str]:
        return regex.compile(self.source or r"(?!)")

    @cached_property
    def _mark_at_end(self) -> regex.Pattern[str]:
        return regex.compile(f"(?<![0-9])(?:{self.source})$")

    def ending(self, text: str, offset: int = 0) -> int | None:
        """Return where the end of a paragraph begins that the rule takes, looked for from `offset` on.

        An end mark stands anywhere, all else behind a sentence, or is the whole paragraph.
        """
        if self.shape == "end_mark":
            found = self._mark_at_end.search(text, offset)
            return found.start() if found else None
        looks = as_it_looks(text)
        return next((start for start in _starts(text, offset) if self.pattern.fullmatch(looks, start)), None)

    def match(self, text: str, key: str | None = None) -> Parts | None:
        """Return the named parts of a whole line that the rule takes, None where it leaves it.

        `key` is the line's `label_key`, for whoever asks many rules.
        """
        if self.labels:
            return {} if (key or label_key(text)) in self.labels else None
        if self.mark and self.mark not in text:
            return None
        looks = as_it_looks(text)
        found = self.pattern.fullmatch(looks)
        if found is None:
            return None
        return found.groupdict() if looks is text else _printed(found, text)


def _printed(found: regex.Match[str], text: str) -> Parts:
    """The parts of a line that was read as it looks: what goes into the record is as printed."""
    names = _AS_PRINTED.intersection(found.re.groupindex)
    spans = {name: found.span(name) for name in names if found[name] is not None}
    return found.groupdict() | {name: text[start:end] for name, (start, end) in spans.items()}


def _starts(text: str, offset: int) -> Iterator[int]:
    """Where something may stand behind a sentence: far fewer places than a search would try."""
    if not offset:
        yield 0
    for found in _SENTENCE_END.finditer(text, max(0, offset - 2)):
        if found.end() >= offset:
            yield found.end()


def remembered(ask: Callable[[str, T], R]) -> Callable[[str, T], R]:
    """Have a function remember what it was asked of short texts: chrome is the same on page after page."""
    of_short = lru_cache(_MEMORY)(ask)

    @wraps(ask)
    def asked(text: str, of: T) -> R:
        return of_short(text, of) if len(text) <= _REMEMBERED else ask(text, of)

    return asked
