"""Names as they sound: one code for one name in Latin, Cyrillic and Chinese.

A word's code is its consonants by class, vowels gone: h stands for g and h and kh, f for v and w and f, S for
s, z and ts, X for sh, zh and ch. Each edition's letters stand in its file (`[stories] sounds`).
"""

from __future__ import annotations

import math
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

import regex

from belta_spider.editions.edition import Edition

_VOWELS = frozenset("aeiouy")
_UNMARKED = str.maketrans({0x142: "l", 0xDF: "S", 0xF8: "o", 0x111: "d", 0x131: "i"})
_SILENT = regex.compile(r"[’'\u02bc-]")
_MOST_WORDS = 20_000  # that are remembered, an edition: some days have fewer
_ENDING = 2
"""Consonants that a case's ending may add to a name."""

# Characters of a transcription say less than letters: b is p, d is t, r is l, g is h.
_COARSE = str.maketrans("bdrg", "ptlh")
_PRICES: dict[str, dict[str, float]] = defaultdict(dict)
for _one, _other, _price in (
    # How far two classes are in Xinhua's transcriptions; set by hand on invented names (docs/stories.md).
    ("t", "J", 0.3), ("k", "J", 0.3), ("h", "J", 0.4), ("S", "J", 0.15), ("X", "J", 0.1), ("S", "X", 0.3),
    ("h", "k", 0.3), ("p", "f", 0.35), ("l", "r", 0.0), ("n", "m", 0.35), ("t", "S", 0.6), ("t", "X", 0.7),
):  # fmt: skip
    _PRICES[_one][_other] = _PRICES[_other][_one] = _price
_WRONG = 1.0  # the price of any other consonant: a whole one
_UNHEARD, _UNHEARD_OFTEN = 0.9, 0.5
"""Prices of a consonant that the characters leave out; n, f and h are left out often."""
_ADDED, _ADDED_OFTEN = 0.7, 0.35
"""Prices of one that they add; n, l and f are added often."""


class Ear:
    """Hears one edition's words."""

    def __init__(self, edition: Edition):
        sounds = edition.stories.sounds
        self._sounds = dict(sounds)
        letters = sorted(self._sounds, key=lambda one: (-len(one), one))
        self._letters = regex.compile("|".join(map(regex.escape, letters)) or "(?!)")
        self._cache: dict[str, str] = {}

    def code(self, word: str) -> str:
        """Return the code of a word."""
        found = self._cache.get(word)
        if found is None:
            if len(self._cache) >= _MOST_WORDS:
                self._cache.clear()
            found = self._cache[word] = self._code(word)
        return found

    def _code(self, word: str) -> str:
        plain = _SILENT.sub("", word.lower())
        heard = self._letters.sub(lambda match: self._sounds[match[0]], plain)
        letters = (one for one in unmarked(heard).replace("v", "f").replace("g", "h") if one.isalnum())
        return "".join(one for one, _ in groupby(one for one in letters if one not in _VOWELS))


@lru_cache(maxsize=64)
def ear_of(edition: Edition) -> Ear:
    """Return the edition's ear, made once."""
    return Ear(edition)


def unmarked(text: str) -> str:
    """Return letters without their marks."""
    if text.isascii():
        return text
    parts = unicodedata.normalize("NFD", text.translate(_UNMARKED))
    return "".join(one for one in parts if not unicodedata.combining(one))


def sound_alike(one: str, other: str) -> bool:
    """Whether two codes are equal, or one is longer by an ending."""
    if one == other:
        return True
    short, long = (one, other) if len(one) < len(other) else (other, one)
    return len(short) >= 3 and len(long) - len(short) <= _ENDING and long.startswith(short)


def coarse(code: str) -> str:
    """Return a code in the classes that characters tell apart."""
    return code.translate(_COARSE)


class Near(NamedTuple):
    """A run of syllables that may write a name."""

    price: float
    sound: str


def nearest(code: str, sounds: Iterable[str], most: float) -> Near | None:
    """Return the run of syllables that is nearest to a coarse code, if one is no farther than `most`."""
    least_length = len(code) - most / _UNHEARD_OFTEN  # a shorter one leaves too much unheard
    prices = [(price_of(code, sound, most), sound) for sound in sounds if len(sound) >= least_length]
    price, sound = min(prices, default=(math.inf, ""))
    return Near(price, sound) if price <= most else None


@lru_cache(maxsize=20_000)  # of the last days
def price_of(code: str, syllables: str, most: float) -> float:
    """How far the nearest part of a run of syllables is from a coarse code: 0 for the same, some 1 a consonant.

    Infinite where it is farther than `most`.
    """
    before = [0.0] * (len(syllables) + 1)
    for row, heard in enumerate(code, 1):
        unheard = _UNHEARD_OFTEN if heard in "nfh" else _UNHEARD
        prices = _PRICES[heard]
        best = float(row)
        line = [best]
        for place, written in enumerate(syllables):
            best += _ADDED_OFTEN if written in "nlf" else _ADDED
            other = before[place] if heard == written else before[place] + prices.get(written, _WRONG)
            if other < best:  # noqa: PLR1730 (min() costs twice as much)
                best = other
            other = before[place + 1] + unheard
            if other < best:  # noqa: PLR1730 (min() costs twice as much)
                best = other
            line.append(best)
        if min(line) > most:  # what follows costs no less
            return math.inf
        before = line
    return min(before)
