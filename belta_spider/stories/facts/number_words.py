"""Numbers in words: fourteen, sixty-eight, two million, half a million, in each language's forms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import regex

from belta_spider.editions.story_words import StoryWords

_FIRST_NUMBER = 3
"""What the first of an edition's number words means: smaller ones are articles and pronouns too."""
_FIRST_TENS, _TENS, _MOST_ONES = 20, 10, 9
"""The words for tens begin with twenty, and take a word for one to nine: that is how people count."""


class NumberWords:
    """Reads the numbers that one edition's texts have in words."""

    def __init__(self, words: StoryWords, sizes: Mapping[str, float]):
        self._sizes = sizes
        self._tens = _valued(words.tens, _FIRST_TENS, _TENS)
        self._small = _valued(words.numbers, _FIRST_NUMBER)
        self._ones = {form: value for form, value in self._small.items() if value <= _MOST_ONES} | _valued(words.ones)
        self._amounts = {form.lower(): float(amount) for amount, forms in words.amounts.items() for form in forms}
        self._pattern = regex.compile(self._of(words), regex.IGNORECASE)

    def read(self, text: str) -> Iterator[tuple[float, str]]:
        """Yield the numbers, each with the form in which it is printed."""
        for match in self._pattern.finditer(text):
            yield self._value(match), match[0]

    def _of(self, words: StoryWords) -> str:
        tens, ones = f"(?P<tens>{_any(self._tens)})", f"(?P<ones>{_any(self._ones)})"
        small, amount = f"(?P<small>{_any(self._small)})", f"(?P<amount>{_any(self._amounts)})"
        both = words.compound.format(tens=tens, ones=ones)
        if words.characters:
            before = f"(?<![{words.numerals}])" if words.numerals else ""
            behind = f"(?=[{words.counted}])" if words.counted else ""
            return rf"{before}(?:{both}|(?P<just>{_any(self._tens)})|{small}){behind}|{before}{amount}"
        size = rf"(?P<size>{_any(self._sizes)})"
        few = f"(?P<few>{_any(_valued(words.ones))})"
        counted = rf"(?:{both}|(?P<just>{_any(self._tens)})|{small})\b(?: {size}\b)?"
        return rf"\b(?:{amount}\b|{counted}|{few} (?P<of_few>{_any(self._sizes)})\b)"

    def _value(self, match: regex.Match[str]) -> float:
        found = {name: form.lower() for name, form in match.groupdict().items() if form}
        if "amount" in found:
            return self._amounts[found["amount"]]
        tens = self._tens.get(found.get("tens") or found.get("just") or "", 0.0)
        number = tens + self._ones.get(found.get("ones") or found.get("few") or "", 0.0)
        number += self._small.get(found.get("small", ""), 0.0)
        return number * self._sizes.get(found.get("size") or found.get("of_few") or "", 1.0)


def _valued(forms: Iterable[Iterable[str]], first: int = 1, step: int = 1) -> dict[str, float]:
    """Return the forms of the first number and those that follow, with what each means."""
    return {form.lower(): float(first + step * place) for place, some in enumerate(forms) for form in some}


def _any(words: Iterable[str]) -> str:
    """A pattern of any of the words, the longest first."""
    return (
        "|".join(regex.escape(word, literal_spaces=True) for word in sorted(words, key=lambda w: (-len(w), w)))
        or "(?!)"
    )
