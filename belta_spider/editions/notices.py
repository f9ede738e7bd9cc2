"""Notices: the words of bot checks, consent walls and the like, which stand where an article should."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import regex

from belta_spider.editions.tables import NoticeTable

_WORDS_ARE_PARTED = r"(?<![\p{L}\p{N}])(?!\p{Han})"
"""Where a word may start; between Han characters any place is one."""


@dataclass(frozen=True)
class Notice:
    """One kind of notice, and the words that tell it."""

    name: str
    words: tuple[str, ...]
    """Starts of words or phrases, in lower case, in whatever language."""
    takes: tuple[str, ...]
    leaves: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class NoticeWords:
    """All kinds of notices together. Equal to itself alone, as an edition is."""

    kinds: tuple[Notice, ...]

    @cached_property
    def _pattern(self) -> regex.Pattern[str]:
        words = sorted({word for kind in self.kinds for word in kind.words}, key=lambda word: (-len(word), word))
        parted = "|".join(regex.escape(word, literal_spaces=True) for word in words)
        return regex.compile(rf"(?:{_WORDS_ARE_PARTED}|(?=\p{{Han}}))(?:{parted or '(?!)'})")

    def found(self, texts: Iterable[str]) -> set[str]:
        """Return the words of notices that stand in the texts, each once."""
        return {word for text in texts for word in self._pattern.findall(text.casefold())}


def notice_words(tables: Iterable[NoticeTable]) -> NoticeWords:
    """Make the kinds of `[[notice]]` tables: name, words, takes, leaves."""
    return NoticeWords(
        tuple(
            Notice(
                table.name,
                tuple(word.casefold() for word in table.words),
                tuple(table.takes),
                tuple(table.leaves),
            )
            for table in tables
        )
    )
