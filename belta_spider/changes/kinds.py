"""What kind of edit a difference is: figure, date, name, typo or wording, by the words of the edition."""

from __future__ import annotations

from collections.abc import Set
from functools import lru_cache
from itertools import takewhile

import regex

from belta_spider.changes.words import Hunk, hunks
from belta_spider.editions.edition import Edition

FIGURE, DATE, NAME, TYPO, WORDING = "figure", "date", "name", "typo", "wording"
_SLIP = 2
"""Letters that a slip of the pen changes at most."""
_LEAST_WORD = 4
"""Letters of a word from which two that are so near are one."""
_CAPITALS = regex.compile(r"\p{Lu}[\p{L}'’-]+(?: \p{Lu}[\p{L}'’-]+)*")
_OPENS = regex.compile(r"(?:^|[.!?…:]\s+|\n)[\s\"“„«(]*$")
_REACH = 40
"""Letters behind a figure within which a month makes it a day: some languages put a word between."""
_DOTS = frozenset("·•∙")
_NEIGHBOURS = 4  # characters beside a change that are looked at for the rest of a foreign name


class KindReader:
    """Tells the kinds of edits in one edition's texts."""

    def __init__(self, edition: Edition):
        words = edition.stories
        self._words = words
        self._months = set(edition.months)
        self._numbers = {form.casefold() for forms in (*words.numbers, *words.sizes.values()) for form in forms}
        self._foreign = frozenset("".join(words.syllables.values())) | _DOTS
        self._openers = {word.casefold() for word in words.openers}
        self._weekdays = edition.weekdays

    def kinds(self, old: str, new: str, names: Set[str] = frozenset()) -> set[str]:
        """Return the kinds of the differences between two texts; `names` are those of what is said around them."""
        return {self._kind(hunk, names) for hunk in hunks(old, new)}

    def names(self, whole: str) -> set[str]:
        """Return the words with capitals amid sentences: where nouns have them too, those beside another one."""
        found: set[str] = set()
        for match in _CAPITALS.finditer(whole):
            opens = bool(_OPENS.search(whole[max(0, match.start() - _REACH) : match.start()]))
            run = match[0].split(" ")[opens:]
            found.update(run if len(run) > 1 or not self._words.capital_nouns else ())
        return found

    def _kind(self, hunk: Hunk, names: Set[str]) -> str:
        changed = [one for one in (*hunk.old, *hunk.new) if not one.isspace()]
        if self._is_date(hunk, changed):
            return DATE
        if any(one[0].isdigit() or one.casefold() in self._numbers for one in changed):
            return FIGURE
        if self._is_name(hunk, names):
            return NAME
        return TYPO if _is_slip(hunk) else WORDING

    def _is_date(self, hunk: Hunk, changed: list[str]) -> bool:
        """Whether a day or a month is another: a month or a weekday changed, or a figure beside a month."""
        if any(one.casefold() in self._months for one in changed) or self._is_weekday(hunk):
            return True
        if not any(one[0].isdigit() for one in changed):
            return False
        if self._words.characters:
            return hunk.after.lstrip()[:1] in set(self._words.date_marks)
        beside = [*regex.findall(r"\w+", hunk.before)[-1:], *regex.findall(r"\w+", hunk.after[:_REACH])[:2]]
        return any(one.casefold() in self._months for one in beside)

    def _is_weekday(self, hunk: Hunk) -> bool:
        """Whether a weekday stands in another's place."""
        if self._words.characters:
            sides = ["".join(side) for side in (hunk.old, hunk.new)]
            return all(any(hunk.before[-start:] + side in self._weekdays for start in (1, 2)) for side in sides)
        return all(any(self._names_weekday(one.casefold()) for one in side) for side in (hunk.old, hunk.new))

    def _names_weekday(self, word: str) -> bool:
        """Whether a word is a weekday in one of its cases, whose last letter is another."""
        return any(word[: len(day) - 1] == day[:-1] and len(word) <= len(day) for day in self._weekdays)

    def _is_name(self, hunk: Hunk, names: Set[str]) -> bool:
        if self._words.characters:
            return self._is_name_in_characters(hunk)
        sides = [[one for one in side if one[0].isalpha()] for side in (hunk.old, hunk.new)]
        if not all(sides) or not all(any(one[0].isupper() for one in side) for side in sides):
            return False
        if any(one.casefold() in self._openers for side in sides for one in side):
            return False
        if self._words.capital_nouns or _OPENS.search(hunk.before):
            if any(one in names for side in sides for one in side):
                return True
            return self._stands_in_a_name(hunk, sides)
        return True

    def _stands_in_a_name(self, hunk: Hunk, sides: list[list[str]]) -> bool:
        """Whether a capital says nothing by itself, but the word beside has one too."""
        if all(sum(one[0].isupper() for one in side) > 1 for side in sides):
            return True
        before = regex.search(r"(\w+) $", hunk.before)
        after = regex.match(r" (\w+)", hunk.after)
        beside = [match[1] for match in (before, after) if match]
        return any(one[0].isupper() and one.casefold() not in self._openers for one in beside)

    def _is_name_in_characters(self, hunk: Hunk) -> bool:
        """Whether the characters that changed, with those beside them, write a foreign name."""
        changed = [one for one in (*hunk.old, *hunk.new) if not one.isspace()]
        if not changed or not all(one in self._foreign for one in changed):
            return False
        beside = sum(self._foreign_run(text) for text in (hunk.before[::-1], hunk.after))
        return beside + max(len(hunk.old), len(hunk.new)) > 2

    def _foreign_run(self, text: str) -> int:
        """How many characters at the start of a text may write a foreign name."""
        return len(list(takewhile(self._foreign.__contains__, text[:_NEIGHBOURS])))


def _is_slip(hunk: Hunk) -> bool:
    """Whether one word is another but for some letters, or a mark alone changed."""
    old, new = ("".join(side).strip() for side in (hunk.old, hunk.new))
    if not any(one.isalnum() for one in old + new):
        return True
    if min(len(old), len(new)) < _LEAST_WORD or abs(len(old) - len(new)) > _SLIP:
        return False
    return distance(old, new) <= _SLIP


def distance(one: str, other: str) -> int:
    """Return how many letters to change, add, leave out or swap make one word the other."""
    rows: list[list[int]] = [list(range(len(other) + 1))]
    for i, letter in enumerate(one, 1):
        row = [i]
        for j, match in enumerate(other, 1):
            best = min(rows[-1][j] + 1, row[j - 1] + 1, rows[-1][j - 1] + (letter != match))
            if i > 1 and j > 1 and (letter, one[i - 2]) == (other[j - 2], match):
                best = min(best, rows[-2][j - 2] + 1)
            row.append(best)
        rows.append(row)
    return rows[-1][-1]


@lru_cache(maxsize=64)
def kinds_of(edition: Edition) -> KindReader:
    """Return the edition's reader, made once."""
    return KindReader(edition)
