"""What a title is about: fire, harvest, hospital, by the same names in all editions (`[stories.concepts]`)."""

from __future__ import annotations

from functools import lru_cache

import regex

from belta_spider.editions.edition import Edition

_WORD = regex.compile(r"[^\W\d_]{2,}")
_SHORT, _ENDING = 3, 2
"""So short a stem begins many words: it takes an ending of so many letters at most."""
_MOST_WORDS = 20_000
"""Words that are remembered."""


class ConceptReader:
    """Finds the concepts in one edition's texts."""

    def __init__(self, edition: Edition):
        words = edition.stories
        self._of: dict[str, frozenset[str]] = {}
        for concept, stems in words.concepts.items():
            for stem in stems:
                self._of[stem] = self._of.get(stem, frozenset()) | {concept}
        self._longest = max(map(len, self._of), default=0)
        longest_first = sorted(self._of, key=lambda stem: (-len(stem), stem))
        pattern = "|".join(map(regex.escape, longest_first))
        self._pattern = regex.compile(pattern) if words.characters and pattern else None
        self._known: dict[str, frozenset[str]] = {}

    def read(self, text: str) -> set[str]:
        """Return the concepts of a text."""
        plain = text.lower()
        if self._pattern:
            return {concept for stem in self._pattern.findall(plain) for concept in self._of[stem]}
        return {concept for word in set(_WORD.findall(plain)) for concept in self._of_word(word)}

    def _of_word(self, word: str) -> frozenset[str]:
        """The concepts of the longest stem by which a word begins."""
        found = self._known.get(word)
        if found is None:
            if len(self._known) >= _MOST_WORDS:
                self._known.clear()
            ends = (end for end in range(min(len(word), self._longest), 0, -1) if _may_end(word, end))
            found = next((self._of[word[:end]] for end in ends if word[:end] in self._of), frozenset())
            self._known[word] = found
        return found


def _may_end(word: str, end: int) -> bool:
    return end > _SHORT or len(word) - end <= _ENDING


@lru_cache(maxsize=64)
def concepts_of(edition: Edition) -> ConceptReader:
    """Return the edition's reader, made once."""
    return ConceptReader(edition)
