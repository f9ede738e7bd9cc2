"""The countries that a text names, by their names in CLDR and the stems in the edition's file."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import groupby

from babel import Locale, UnknownLocaleError

from belta_spider.editions.edition import Edition
from belta_spider.editions.story_words import StoryWords

_HOME = frozenset({"BY", "EU", "UN", "EZ", "ZZ"})
"""Belarus, and what is no country."""
_LEAST_STEM, _LONG = 4, 6  # letters: a shorter stem starts other words; a long name changes two at its end


class CountryReader:
    """Finds the countries in one edition's texts."""

    def __init__(self, edition: Edition):
        words = edition.stories
        self._codes = {stem: code for code, stems in words.countries.items() for stem in stems}
        self._codes = {**_names(words.locale or edition.language, words), **self._codes}
        stems = _one_of(self._codes)
        self._pattern = re.compile(stems if words.characters else rf"\b(?:{stems})") if stems else None

    def read(self, text: str) -> set[str]:
        """Return the codes of the countries in a text."""
        if self._pattern is None:
            return set()
        return {self._codes[stem] for stem in self._pattern.findall(text.lower())}


def _one_of(stems: Iterable[str]) -> str:
    """A pattern of the longest stem that is there: by first letters, as trying each stem at each word costs much."""
    by_letter = groupby(sorted(stems), key=lambda stem: stem[0])
    return "|".join(f"{re.escape(letter)}(?:{_longest_first(of_one)})" for letter, of_one in by_letter)


def _longest_first(stems: Iterable[str]) -> str:
    return "|".join(re.escape(stem[1:]) for stem in sorted(stems, key=lambda stem: (-len(stem), stem)))


def _names(language: str, words: StoryWords) -> dict[str, str]:
    try:
        territories = Locale.parse(language).territories
    except (UnknownLocaleError, ValueError):  # an edition of a language that CLDR does not know
        return {}
    found = {}
    for code, printed in sorted(territories.items()):
        name = re.split(r" ?[(（]", printed)[0].lower()
        if len(code) == 2 and code.isalpha() and code not in _HOME:
            if words.characters and len(name) >= 2:
                found[name] = code
            elif not words.characters and len(name) >= _LEAST_STEM and " " not in name and "-" not in name:
                found[_stem(name, words.endings)] = code
    return found


def _stem(name: str, endings: int) -> str:
    """A country's name without the end that its cases change."""
    return name[: max(_LEAST_STEM, len(name) - min(endings, 2 if len(name) > _LONG else 1))]


@lru_cache(maxsize=64)
def countries_of(edition: Edition) -> CountryReader:
    """Return the edition's reader, made once."""
    return CountryReader(edition)
