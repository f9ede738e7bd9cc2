"""Words by Unicode's rules (UAX #29, word boundaries)."""

from __future__ import annotations

from collections.abc import Iterator

import regex

_STARTS = regex.compile(r"(?w)\b(?=[^\W_])")


def count(text: str) -> int:
    """How many words a text has: what stands between two boundaries and begins with a letter or digit.

    Chinese and Japanese are written without spaces, and Unicode's rules put each ideograph by itself: there it is the
    number of characters. No dictionary is needed, and none is asked, so that the number is the same everywhere.
    """
    return len(_STARTS.findall(text))


def tokens(text: str, language: str) -> Iterator[tuple[str, bool]]:
    """Yield words, numbers and marks, each with whether white space stands before it.

    By ICU, whose dictionaries divide Chinese into words; the two boundaries of one token are Unicode's.

    Raises:
        ModuleNotFoundError: the extra `export` is not installed.
    """
    from icu4py.breakers import WordBreaker

    is_apart = True
    for one in WordBreaker(text, language):
        if one.isspace():
            is_apart = True
        elif one:
            yield one, is_apart
            is_apart = False
