"""One form for every string: NFC, no invisible characters, single spaces.

Words, spelling, quotes and dashes stay as printed.
"""

import unicodedata

import regex

_INVISIBLE = regex.compile(r"[\p{Cc}\p{Cf}\p{Cs}]+")


def normalize(string: str) -> str:
    r"""Return `string` as one normalised line.

    Any white space is one space, none at either end; control, zero-width, bidi and soft-hyphen
    characters and lone surrogates are gone; the rest is NFC. Normalising twice changes nothing.

    >>> print(ascii(normalize("  cafe\u0301\u00a0\u200b au   lait ")))
    'caf\xe9 au lait'
    """
    string = string.strip()
    if not string.isprintable():  # printable: no control, format, surrogate; no space but U+0020
        string = " ".join(string.split())
        if not string.isprintable():
            string = _INVISIBLE.sub("", string)
    if not string.isascii() and not unicodedata.is_normalized("NFC", string):
        string = unicodedata.normalize("NFC", string)
    if "  " in string:
        string = " ".join(string.split())
    return string.strip(" ")


def raw_offset(raw: str, offset: int) -> int:
    """Return where in `raw` the first `offset` characters of its normalised form end.

    White space behind them belongs to them, so that what follows starts with a word.
    """
    normalized = normalize(raw)
    if raw.strip(" ") == normalized:
        end = offset + len(raw) - len(raw.lstrip(" "))
    else:
        end = _shortest_prefix(raw, normalized[:offset].rstrip(" "))
    while end < len(raw) and not normalize(raw[end]):
        end += 1
    return end


def _shortest_prefix(raw: str, normalized: str) -> int:
    """Length of the shortest prefix of `raw` whose normal form is as long as `normalized`."""
    low, high = 0, len(raw)
    while low < high:
        middle = (low + high) // 2
        if len(normalize(raw[:middle])) < len(normalized):
            low = middle + 1
        else:
            high = middle
    return _past_combining(raw, low)


def _past_combining(raw: str, end: int) -> int:
    """Move past marks that compose with the character before `end`."""
    while end < len(raw) and unicodedata.combining(raw[end]):
        end += 1
    return end
