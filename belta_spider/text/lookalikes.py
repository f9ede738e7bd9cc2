"""Text as it looks: letters of another script that stand for look-alikes, full-width digits, Kangxi radicals.

Lines of the chrome, dates and datelines are read as they look; the text stays as printed.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import regex

_LATIN = "aceiopxyABCEHIKMOPTXYSJsj"
_CYRILLIC = (
    "\u0430\u0441\u0435\u0456\u043e\u0440\u0445\u0443\u0410\u0412\u0421\u0415\u041d\u0406\u041a\u041c\u041e\u0420"
    "\u0422\u0425\u0423\u0405\u0408\u0455\u0458"
)
"""The same letters to the eye (Unicode's confusables), in the order of those above."""
_TO_CYRILLIC = str.maketrans(_LATIN, _CYRILLIC)
_TO_LATIN = str.maketrans(_CYRILLIC, _LATIN)
_WIDE = {
    code: folded
    for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B), *range(0x2E80, 0x2FD6))
    if len(folded := unicodedata.normalize("NFKC", chr(code))) == 1 and folded != chr(code)
}
"""Full-width digits and letters, CJK and Kangxi radicals, each to the character that it looks like."""
_ODD = re.compile(
    "[A-Za-z\u00c0-\u024f](?=[\u0400-\u04ff])|[\u0400-\u04ff](?=[A-Za-z\u00c0-\u024f])|[\u2e80-\u2fd5\uff10-\uff5a]"
)
"""What shows that a text is not as it looks: two scripts side by side, or a character of other width."""
_FEW = (
    re.compile("[\u0400-\u04ff\u2e80-\u2fd5\uff10-\uff5a]"),
    re.compile("[A-Za-z\u00c0-\u024f\u2e80-\u2fd5\uff10-\uff5a]"),
)
"""What both must be in such a text; each is looked for in a third of the time."""
_LENGTH = 200
"""Characters beyond which a text is no line of the chrome, no date and no dateline."""
_MEMORY = 4096  # texts that are remembered, as in editions/rules.py
_WORD = regex.compile(r"\p{L}+")
_CYRILLIC_ONLY = regex.compile(rf"[\p{{Cyrillic}}--[{_CYRILLIC}]]", regex.VERSION1)
_LATIN_ONLY = regex.compile(rf"[\p{{Latin}}--[{_LATIN}]]", regex.VERSION1)


def as_it_looks(text: str) -> str:
    r"""Return a text with each character as what it looks like, of the same length; nearly every text is that already.

    A word of two scripts is of the one that has a letter in it without a look-alike; else of its line's, or Cyrillic.

    >>> ascii(as_it_looks("BelTA \uff13"))
    "'BelTA 3'"
    """
    return text if text.isascii() or len(text) > _LENGTH else _as_it_looks(text)


@lru_cache(_MEMORY)
def _as_it_looks(text: str) -> str:
    """Remembered: the same line is asked about by rule after rule, and chrome is the same on page after page."""
    if not all(part.search(text) for part in _FEW) or not _ODD.search(text):
        return text
    looks = text.translate(_WIDE)
    around = _script(looks)
    return _WORD.sub(lambda found: _in_one_script(found[0], around), looks)


def _in_one_script(word: str, around: dict[int, int] | None) -> str:
    """A word as it looks in a line of a script; one wholly of look-alikes only where the line's script is sure."""
    if around is None and (word.isascii() or not _ODD.search(word)):
        return word
    return word.translate(_script(word) or around or _TO_CYRILLIC)


def _script(text: str) -> dict[int, int] | None:
    """The table for the script that a text is surely in; None where no letter tells, or both scripts have letters."""
    is_latin, is_cyrillic = _LATIN_ONLY.search(text) is not None, _CYRILLIC_ONLY.search(text) is not None
    if is_latin == is_cyrillic:
        return None
    return _TO_LATIN if is_latin else _TO_CYRILLIC
