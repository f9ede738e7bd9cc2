"""The countries that a text names, by their names in CLDR and the stems in the edition's file."""

from __future__ import annotations

from functools import lru_cache

import regex
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
        stems = "|".join(map(regex.escape, sorted(self._codes, key=lambda stem: (-len(stem), stem))))
        pattern = stems if words.characters else rf"\b(?:{stems})"
        self._pattern = regex.compile(pattern) if stems else None

    def read(self, text: str) -> set[str]:
        """Return the codes of the countries in a text."""
        if self._pattern is None:
            return set()
        return {self._codes[stem] for stem in self._pattern.findall(text.lower())}


def _names(language: str, words: StoryWords) -> dict[str, str]:
    try:
        territories = Locale.parse(language).territories
    except (UnknownLocaleError, ValueError):  # an edition of a language that CLDR does not know
        return {}
    found = {}
    for code, printed in sorted(territories.items()):
        name = regex.split(r" ?[(（]", printed)[0].lower()
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
