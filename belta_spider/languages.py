"""Tell the language of a text."""

from functools import cache, lru_cache
from typing import TYPE_CHECKING

import regex

if TYPE_CHECKING:
    from lingua import LanguageDetector

UNDETERMINED = "und"
_CONFIDENCE = 0.5
_LETTERS = 20
_HAN_WEIGHT = 3
_SAMPLES = (150, 600, 4000)
_SURE = 0.95

_LETTER = regex.compile(r"\p{L}+")
_HAN = regex.compile(r"\p{Han}+")
_KANA_OR_HANGUL = regex.compile(r"[\p{Hiragana}\p{Katakana}\p{Hangul}]")


@cache
def _detector() -> "LanguageDetector":
    """The seven editions' languages, and Ukrainian and Arabic: so that neither is called ours."""
    from lingua import IsoCode639_1, LanguageDetectorBuilder  # loads its models: only where needed

    codes = [getattr(IsoCode639_1, code) for code in ("RU", "BE", "UK", "EN", "DE", "ES", "PL", "ZH", "AR")]
    return LanguageDetectorBuilder.from_iso_codes_639_1(*codes).with_low_accuracy_mode().build()


def count_letters(text: str) -> int:
    """Count the letters, a Han character for three."""
    han = sum(map(len, _HAN.findall(text))) if _HAN.search(text) else 0
    return sum(map(len, _LETTER.findall(text))) + han * (_HAN_WEIGHT - 1)


def detect(text: str) -> tuple[str, float]:
    """Return a BCP 47 primary tag and a confidence from 0 to 1, rounded to four decimals.

    The tag is `und` under 20 letters (a Han character counts for three) or under confidence 0.5.
    The start of the text is enough where it is sure: the detector's cost is linear.
    """
    language, confidence = UNDETERMINED, 0.0
    for size in _SAMPLES:
        sample = _sample(text, size)
        if count_letters(sample) >= _LETTERS:
            language, confidence = _detect(sample)
        if confidence >= _SURE or len(sample) == len(text):
            break
    return (language if confidence >= _CONFIDENCE else UNDETERMINED), confidence


def _sample(text: str, size: int) -> str:
    """About the first `size` characters, up to the end of a word."""
    if len(text) <= size:
        return text
    end = text.find(" ", size)
    return text[: end if 0 < end < 2 * size else size]


@lru_cache(maxsize=64)
def _detect(sample: str) -> tuple[str, float]:
    letters = sum(map(len, _LETTER.findall(sample)))
    han = sum(map(len, _HAN.findall(sample)))
    if han * _HAN_WEIGHT > letters:
        return ("zh", 1.0) if not _KANA_OR_HANGUL.search(sample) else (UNDETERMINED, 0.0)
    best = _detector().compute_language_confidence_values(sample)[0]
    return best.language.iso_code_639_1.name.lower(), round(best.value, 4)
