"""The names in a text: of persons, places and firms, by their capitals or their characters."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import regex

from belta_spider.editions.edition import Edition
from belta_spider.stories.facts.sounds import ear_of

_NAME = regex.compile(r"\p{Lu}[\w’'\u02bc-]*\w(?: \p{Lu}[\w’'\u02bc-]*\w)*")
_OPENS = regex.compile(r"(?:^|[.!?…:]\s+|[“„«\"]\s?|\n)$")
_BEFORE = 4
"""Characters that tell whether a word opens a sentence."""
_DOTS = "·•∙‧・"
_RUN = regex.compile(rf"[\p{{Han}}{_DOTS}]+")
_LEAST_RUN = 2  # characters: one is a word of the language


class NameReader:
    """Reads the names of one edition's texts."""

    def __init__(self, edition: Edition):
        words = edition.stories
        self._ear = ear_of(edition)
        self._no_names = {word.casefold() for word in words.openers} | set(edition.months)
        self._characters = words.characters
        self._syllables = {
            character: "" if sound == "vowel" else sound
            for sound, characters in words.syllables.items()
            for character in characters
        }

    def read(self, text: str) -> tuple[dict[str, str], dict[str, str]]:
        """Return the names amid sentences and those that may only open one: code to printed form."""
        sure: dict[str, str] = {}
        unsure: dict[str, str] = {}
        for word, opens in self._words(text):
            code = self._ear.code(word)
            if code:
                (unsure if opens else sure).setdefault(code, word)
        return sure, {code: word for code, word in unsure.items() if code not in sure}

    def _words(self, text: str) -> Iterator[tuple[str, bool]]:
        if self._characters:
            return
        for match in _NAME.finditer(text):
            opens = bool(_OPENS.search(text[max(0, match.start() - _BEFORE) : match.start()]))
            for place, word in enumerate(match[0].split(" ")):
                if self._is_name(word):
                    yield word, opens and place == 0

    def _is_name(self, word: str) -> bool:
        if not word[0].isupper() or (len(word) < 3 and not word.isupper()):
            return False
        return word.casefold() not in self._no_names

    def runs(self, text: str) -> list[str]:
        """Return the runs of characters that may write a foreign name."""
        if not self._syllables:
            return []
        found: list[str] = []
        for run in _RUN.findall(text):
            found += [part for part in self._parts(run) if sum(one not in _DOTS for one in part) >= _LEAST_RUN]
        return found

    def _parts(self, run: str) -> Iterator[str]:
        part = ""
        for one in run:
            if one in self._syllables or one in _DOTS:
                part += one
            else:
                yield part
                part = ""
        yield part

    def sound(self, run: str) -> str:
        """Return the consonants of a run of characters."""
        return "".join(self._syllables.get(one, "") for one in run)

    def words_of(self, run: str) -> list[str]:
        """Return the parts of a name in characters, between its dots."""
        return [part for part in regex.split(f"[{_DOTS}]", run) if part]


@lru_cache(maxsize=64)
def names_of(edition: Edition) -> NameReader:
    """Return the edition's reader, made once."""
    return NameReader(edition)
