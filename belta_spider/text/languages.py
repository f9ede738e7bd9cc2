"""Tell the language of a text."""

import math
from collections.abc import Iterable
from functools import cache
from typing import Any

import regex

UNDETERMINED = "und"
_CONFIDENCE = 0.5  # the contract: below it a language is `und`
_LETTERS = 20  # the contract: below it too
_HAN_WEIGHT = 3  # the contract: letters for which a Han character counts
_LIKELY = ["ru", "be", "en", "de", "es", "pl", "zh", "uk"]
_SAMPLE = 300
"""Characters that the detector gets."""
_STEEPNESS = 2.0
"""Fitted to 6,745 snippets of 6 to 100 characters in eight languages, as a logistic curve of right and wrong."""

_LETTER = regex.compile(r"\p{L}+")
_ENOUGH = regex.compile(rf"(?:\P{{L}}*+\p{{L}}){{{_LETTERS}}}")
_HAN = regex.compile(r"\p{Han}+")


@cache
def _detectors() -> tuple[Any, Any]:
    """One for sixty languages, so that French is not called one of ours; one for those that are likely here."""
    import eldc  # 24 MB: only where a text is looked at

    eldc.init()
    every, likely = eldc.instance(), eldc.instance()
    likely.set_languages(_LIKELY)
    return every, likely


def count_letters(text: str) -> int:
    """Count the letters, a Han character for three."""
    han = sum(map(len, _HAN.findall(text))) if _HAN.search(text) else 0
    return sum(map(len, _LETTER.findall(text))) + han * (_HAN_WEIGHT - 1)


def letters_of(texts: Iterable[str], most: int) -> int:
    """Count the letters of texts, no further than until there are more than `most`."""
    letters = 0
    for text in texts:
        letters += count_letters(text[: 2 * most])
        if letters > most:
            break
    return letters


def detect(text: str) -> tuple[str, float]:
    """Return a BCP 47 primary tag and a confidence from 0 to 1, rounded to four decimals.

    The tag is `und` under 20 letters (a Han character counts for three) or under confidence 0.5.
    The start of the text decides.
    """
    sample = text[:_SAMPLE]
    if not _ENOUGH.match(sample) and count_letters(sample) < _LETTERS:
        return UNDETERMINED, 0.0
    every, likely = _detectors()
    found = every.detect_details(sample)
    if not found.reliable:  # few words, or names: where evidence is thin, what is likely counts
        found = likely.detect_details(sample)
    length = len(sample) - sample.count(" ")
    confidence = _confidence(list(found.scores.values()), length, is_reliable=found.reliable)
    return (found.language if confidence >= _CONFIDENCE else UNDETERMINED), confidence


def _confidence(scores: list[float], length: int, *, is_reliable: bool) -> float:
    """How sure the first of the scores is against the others: they are means, so each character adds its evidence.

    Where the detector knows few of the words (names, say), no surer than its score.
    """
    if not scores:
        return 0.0
    others = sum(math.exp(_STEEPNESS * length * (score - scores[0])) for score in scores[1:])
    confidence = 1 / (1 + others)
    return round(confidence if is_reliable else min(confidence, scores[0]), 4)
