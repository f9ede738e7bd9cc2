"""Figures, scores and dates of a text, whatever forms its language gives them."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

import regex

from belta_spider.editions.edition import Edition
from belta_spider.editions.story_words import SIZES
from belta_spider.stories.facts.number_words import NumberWords

_GAP = " ¦ "
"""Stands for what was read, so that nothing is read across it."""
_CURRENCY = r"\b\p{Lu}\p{L}{1,2}"
"""Letters against a number, as in Br5 and USD5: one letter is no currency (A4)."""
_MONEY = regex.compile(r"[\p{Sc}\p{L}]")
_NUMBERED = regex.compile(r"(?:№|\bN[ro]\.) ?")
_FIRST_YEAR, _LAST_YEAR = 1900, 2035  # a figure between may be a year, which tells less
_PLACES = 6
"""Decimals that are kept."""

# What one figure says that two texts share, before its rarity: a study's values (docs/stories.md), where the
# weights over their sum are fitted.
_YEAR, _COUNT, _LARGEST_COUNT = 0.7, 0.45, 12
_BY_DIGITS = {1: 0.8, 2: 1.6, 3: 2.6}
_MORE_DIGITS = 3.4  # as above, of four digits and more
TELLING = 0.8
"""A figure that says as much tells two stories apart where the other text lacks it."""
OF_A_SCORE = 2.2  # of a score, between two digits and three


@dataclass(slots=True)
class Figures:
    """The figures of a text."""

    values: dict[float, str] = field(default_factory=dict)
    """Each with the form in which it is printed."""
    scores: set[str] = field(default_factory=set)
    """`29:23`, also times of the day."""
    dates: set[tuple[int, int]] = field(default_factory=set)
    """Month and day."""


class FigureReader:
    """Reads the figures of one edition's texts."""

    def __init__(self, edition: Edition):
        words = edition.stories
        self._words = words
        self._sizes = {word.casefold(): SIZES[size] for size, forms in words.sizes.items() for word in forms}
        self._months = edition.months
        self._score = regex.compile(rf"(?<!\d)(\d{{1,3}})\s?[:–{words.score_marks}-]\s?(\d{{1,3}})(?!\d)")
        self._clocks = [regex.compile(clock) for clock in words.clocks]
        self._date = regex.compile(_date_pattern(edition), regex.IGNORECASE)
        self._number = regex.compile(_number_pattern(self._sizes, spaced=not words.characters), regex.IGNORECASE)
        self._in_words = NumberWords(words, self._sizes)
        marks = "".join(regex.escape(mark) for mark in words.groups if mark.strip())
        self._grouped = regex.compile(rf"\d{{1,3}}(?:[{marks}]\d{{3}})+(?:\D\d+)?") if marks else None

    def read(self, text: str) -> Figures:
        """Return the figures of a text."""
        found = Figures()
        text = self._take_dates(text, found)
        text = _NUMBERED.sub("", text)
        for clock in self._clocks:
            text = clock.sub(r"\1:\2", text)
        text = self._take_scores(text, found)
        for value, printed in self._numbers(text):
            found.values.setdefault(value, printed)
        for value, printed in self._in_words.read(text):
            found.values.setdefault(value, printed)
        return found

    def _take_dates(self, text: str, found: Figures) -> str:
        def take(match: regex.Match[str]) -> str:
            month = match["name"] or match["name_first"]
            number = self._months[month.casefold()] if month else int(match["month"])
            found.dates.add((number, int(match["day"] or match["day_last"] or match["day_of_month"])))
            return _GAP

        return self._date.sub(take, text)

    def _take_scores(self, text: str, found: Figures) -> str:
        def take(match: regex.Match[str]) -> str:
            found.scores.add(f"{int(match[1])}:{int(match[2]):02d}")
            return f" {match[1]}{_GAP}{match[2]} "

        return self._score.sub(take, text)

    def _numbers(self, text: str) -> Iterator[tuple[float, str]]:
        """Yield the numbers in digits; `5 Mio. 321 Tsd.` is one."""
        pending: tuple[float, float, int, str] | None = None
        for match in self._number.finditer(text):
            number = self._value(match[1])
            size = self._size(match, text[match.start() - 1 : match.start()])
            if pending and number is not None and _goes_on(pending, match.start(), number, size):
                number, printed = pending[0] + number * size, f"{pending[3]} {match[0]}"
            else:
                if pending:
                    yield round(pending[0], _PLACES), pending[3]
                printed = match[0]
                number = number * size if number is not None else None
            pending = (number, size, match.end(), printed.strip()) if number is not None else None
        if pending:
            yield round(pending[0], _PLACES), pending[3]

    def _size(self, match: regex.Match[str], before: str) -> float:
        """What a number is multiplied by: `164m` are metres, `$164m` and `8.5m` millions."""
        word = (match[2] or "").casefold()
        is_letter = len(word) == 1 and word.isascii()
        if is_letter and not _MONEY.match(before) and self._words.decimals not in match[1]:
            return 1.0
        return self._sizes.get(word, 1.0)

    def _value(self, digits: str) -> float | None:
        """The value of a number in digits: by the edition's marks, else the only way in which it can be read."""
        digits = digits.replace("\u00a0", " ")
        if " " in digits:
            return float(digits.replace(" ", "").replace(",", "."))
        if self._grouped and self._grouped.fullmatch(digits):
            whole, _, rest = digits.partition(self._words.decimals)
            return float("".join(one for one in whole if one.isdigit()) + (f".{rest}" if rest else ""))
        plain = digits.replace(",", ".")
        return float(plain) if plain.count(".") <= 1 else None


def _goes_on(before: tuple[float, float, int, str], start: int, number: float, size: float) -> bool:
    """Whether a number belongs to the one before it, as the thousands do to the millions."""
    _, size_before, end, _ = before
    return size < size_before and number * size < size_before and start - end <= 1


def _date_pattern(edition: Edition) -> str:
    days = edition.stories.days
    if days:
        return rf"{days}|(?P<name>(?!))(?P<day>)|(?P<name_first>(?!))(?P<day_last>)"
    names = "|".join(regex.escape(name) for name in sorted(edition.months, key=lambda name: (-len(name), name)))
    return (
        rf"(?<!\d)(?P<day>\d{{1,2}})\.?(?: \p{{Ll}}{{2}})? (?P<name>{names})\b"
        rf"|\b(?P<name_first>{names}) (?P<day_last>\d{{1,2}})\b(?![,.]?\d)"
        r"|(?P<month>(?!))(?P<day_of_month>)"
    )


def _number_pattern(sizes: dict[str, float], *, spaced: bool) -> str:
    words = "|".join(regex.escape(word, literal_spaces=True) for word in sorted(sizes, key=lambda w: (-len(w), w)))
    if not spaced:
        return rf"(\d+(?:[.,]\d+)*)({words or '(?!)'})?"
    digits = r"\d{1,3}(?:[ \u00a0]\d{3})+(?:,\d+)?(?!\d)|\d+(?:[.,]\d+)*"
    return rf"(?:(?<![\w.,:])|(?<={_CURRENCY}))({digits})(?:[ \u00a0-]?({words or '(?!)'})\b\.?)?"


@lru_cache(maxsize=64)
def reader_of(edition: Edition) -> FigureReader:
    """Return the edition's reader, compiled once."""
    return FigureReader(edition)


@lru_cache(maxsize=20_000)
def digits_of(value: float) -> int:
    """How many significant digits a figure has: 1 for 500."""
    plain = f"{value:.6f}".rstrip("0").rstrip(".").replace(".", "").lstrip("0").rstrip("0")
    return max(1, len(plain))


@lru_cache(maxsize=20_000)
def telling(value: float) -> float:
    """How much it says that two texts share a figure, before its rarity."""
    if value == int(value):
        if _FIRST_YEAR <= value <= _LAST_YEAR:
            return _YEAR
        if value <= _LARGEST_COUNT:
            return _COUNT
    return _BY_DIGITS.get(digits_of(value), _MORE_DIGITS)


@lru_cache(maxsize=20_000)
def are_near(one: float, other: float) -> bool:
    """Whether a figure is the other, cut or rounded to two digits or more."""
    if one == other:
        return True
    if one <= 0 or other <= 0 or not 0.8 < one / other < 1.25:
        return False
    short, long = sorted((one, other), key=digits_of)
    kept = digits_of(short)
    if kept < 2 or digits_of(long) <= kept or long < 20:
        return False
    step = 10.0 ** (math.floor(math.log10(long)) - kept + 1)
    cut, rounded = math.floor(long / step) * step, round(long / step) * step
    return min(abs(cut - short), abs(rounded - short)) < step * 1e-6
