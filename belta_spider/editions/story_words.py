"""What an edition's file says of facts that survive translation: its table `[stories]`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

SIZES = {"thousand": 1e3, "ten_thousand": 1e4, "million": 1e6, "hundred_million": 1e8, "billion": 1e9}


class StoryWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The table `[stories]`. An edition without it is compared by figures in digits, dates and Latin names alone."""

    decimals: str = ","
    """The decimal mark."""
    groups: tuple[str, ...] = (" ",)
    """Marks between groups of three digits."""
    capital_nouns: bool = False
    """Whether all nouns bear capitals, so that a capital shows no name."""
    characters: bool = False
    """Whether words are not divided by spaces."""
    endings: int = 0
    """How many letters at the end of a country's name its cases change."""
    locale: str = ""
    """CLDR's name of the language, where it is not the language's own tag."""
    numbers: tuple[tuple[str, ...], ...] = ()
    """The words for 3, 4 and so on to 19, each in all its cases."""
    ones: tuple[tuple[str, ...], ...] = ()
    """The words for 1 and 2, which count beside tens and before thousands and millions alone."""
    tens: tuple[tuple[str, ...], ...] = ()
    """The words for 20, 30 and so on to 90."""
    compound: str = "{tens} {ones}"
    """How tens and ones stand together."""
    amounts: dict[str, tuple[str, ...]] = {}
    """Other numbers, as `500000`, to the words for them, as half a million."""
    counted: str = ""
    """Characters before which alone such a word counts."""
    numerals: str = ""
    """Characters behind which such a word is a part of a longer number."""
    percent: tuple[str, ...] = ()
    common: tuple[str, ...] = ()
    """Stems of what BelTA prints everywhere."""
    openers: tuple[str, ...] = ()
    """Words that open sentences and are no names."""
    days: str = ""
    """A pattern of dates with the groups month and day_of_month, where no names of months are used."""
    date_marks: str = ""
    """What stands behind the numbers of such a date."""
    score_marks: str = ""
    """What stands in a score beside a colon and a dash."""
    clocks: tuple[str, ...] = ()
    """Patterns of times of the day beside `14:05`: two groups."""
    sounds: tuple[tuple[str, str], ...] = ()
    """Letters to consonant classes."""
    sizes: dict[str, tuple[str, ...]] = {}
    """thousand, ten_thousand, million, hundred_million and billion in words."""
    countries: dict[str, tuple[str, ...]] = {}
    """ISO 3166 codes to abbreviations and stems beside the names in CLDR."""
    concepts: dict[str, tuple[str, ...]] = {}
    """What news is about, to the beginnings of the words that say so; the names are those of the other editions."""
    syllables: dict[str, str] = {}
    """Consonant classes to the characters that sound so, where characters write foreign names."""

    def __post_init__(self) -> None:
        _check_numbers(self.sizes, self.amounts)
        if not ("{tens}" in self.compound and "{ones}" in self.compound):
            raise ValueError(f"[stories] compound is {self.compound}, and needs {{tens}} and {{ones}}")


class AddedStoryWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The table `[stories]` of a file that adds to an edition: the lists of `StoryWords` that may grow."""

    amounts: dict[str, tuple[str, ...]] = {}
    percent: tuple[str, ...] = ()
    common: tuple[str, ...] = ()
    openers: tuple[str, ...] = ()
    clocks: tuple[str, ...] = ()
    sounds: tuple[tuple[str, str], ...] = ()
    sizes: dict[str, tuple[str, ...]] = {}
    countries: dict[str, tuple[str, ...]] = {}
    concepts: dict[str, tuple[str, ...]] = {}

    def __post_init__(self) -> None:
        _check_numbers(self.sizes, self.amounts)

    def behind(self, words: StoryWords) -> StoryWords:
        """Return an edition's words with these behind them."""
        return msgspec.structs.replace(
            words,
            **{name: _joined(getattr(words, name), getattr(self, name)) for name in self.__struct_fields__},
        )


def _joined(words: Any, added: Any) -> Any:
    """Both lists in one; of tables, both lists of each key."""
    if isinstance(words, dict):
        return {key: words.get(key, ()) + added.get(key, ()) for key in words | added}
    return words + added


def _check_numbers(sizes: Iterable[str], amounts: Iterable[str]) -> None:
    unknown = set(sizes) - SIZES.keys()
    if unknown:
        raise ValueError(f"[stories.sizes] has {', '.join(sorted(unknown))}, and may have {', '.join(SIZES)}")
    for amount in amounts:
        if not amount.isdecimal():
            raise ValueError(f"[stories.amounts] has {amount}, which is no number in digits")
