"""Bytes to text, with the well-kept libraries for it, within an allow-list of encodings."""

from __future__ import annotations

import codecs
import re
import unicodedata

import regex

from belta_spider.text.forms import utf_16_of
from belta_spider.text.labels import CODECS
from belta_spider.text.languages import detect

# What the site and its mirrors were ever saved in. A list, since a page may declare any codec:
# `punycode` costs quadratic time, `unicode_escape` changes the text.
_GUESSED = ["cp1250", "cp1251", "cp1252", "iso8859_2", "iso8859_5", "koi8_r", "gb18030"]
_ALLOWED = {name: name for name in ("utf-8", *(codecs.lookup(one).name for one in _GUESSED))} | {
    # supersets, as browsers read them (WHATWG Encoding Standard)
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-15": "iso8859-15",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "koi8-u": "koi8-u",
    "utf-16": "utf-16",
    "utf-16-le": "utf-16-le",
    "utf-16-be": "utf-16-be",
}
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE = 50_000  # characters, or bytes, that tell an encoding: a bound on time
_REPAIRED, _LINE_COST = 200_000, 20
"""Characters of a page's broken lines that are put right, and what a line costs besides: ftfy takes four seconds for a
million."""
_LONE_BYTE = re.compile("[\udc80-\udcff]+")
_CYRILLIC = re.compile("[\u0400-\u04ff]")
_HAN = re.compile("[\u4e00-\u9fff]")
_SURROGATES = re.compile("\udced[\udca0-\udcaf][\udc80-\udcbf]\udced[\udcb0-\udcbf][\udc80-\udcbf]")
"""CESU-8: a letter beyond the first plane as six bytes."""
_BESIDE = r"(?<![^\W_\udc80-\udcff]){}(?![^\W_]|[\udc80-\udcff])"
"""With no letter beside it that was read already: damage stands within a word."""
_CYRILLIC_SPAN = re.compile(_BESIDE.format("[\udc80-\udcff](?:[^\\w\n<>]*[\udc80-\udcff])*"))
_CYRILLIC_WORD = re.compile("[\u0401\u0406\u040e\u0410-\u044f\u0451\u0456\u045e]+")
"""The letters of Russian and Belarusian: of the others none is to be expected."""
_VOWELS = frozenset("\u0430\u0435\u0438\u043e\u0443\u044b\u044d\u044e\u044f\u0451\u0456")
_LEAST_LETTERS = 3  # of a word: halves of letters make two at most, read as another encoding
_LEAST_SHARE = 0.2
"""Of vowels, and of consonants, in words: in running Russian 0.42 and 0.58."""
_WESTERN_LETTERS = re.compile(
    "(?<![\udc80-\udcff])[\udcd1\udcd3\udcd6\udcdc\udcdf-\udce1\udce4\udce7-\udcee\udcf1-\udcfc]{1,3}(?![\udc80-\udcff])"
)
"""Letters of Windows-1252 that are no half of a letter in UTF-8 on a page of the west or the centre of Europe."""


def _as_read(first: int, last: int) -> str:
    """The characters that a single-byte encoding of the west or the centre of Europe reads in these bytes."""
    pages = ("latin-1", "cp1252", "cp1250", "iso8859_2")
    return "".join(sorted({bytes([byte]).decode(page, "ignore") for page in pages for byte in range(first, last + 1)}))


# What UTF-8's bytes become when they are read as a single-byte encoding: a lead byte and as many others
# as it asks for, the Cyrillic capitals Er and Es at every other place, a quote or dash as Ve and Dje.
# No pattern starts with a branch: so `re` passes over what cannot begin one.
_PAIR, _TRIPLE, _FOLLOWING = _as_read(0xC2, 0xDF), _as_read(0xE0, 0xF4), _as_read(0x80, 0xBF)
_WESTERN = re.compile(f"[{_PAIR}{_TRIPLE}][{_FOLLOWING}](?:(?<=[{_PAIR}].)|[{_FOLLOWING}])")
_ER, _ES = "\u0420", "\u0421"
_CYRILLIC_PAIRS = re.compile(f"[{_ER}{_ES}].[{_ER}{_ES}].[{_ER}{_ES}].")
_PAIRS = 3  # in a row; a guess: fewer may be capitals of a Russian heading
_CYRILLIC_QUOTE = re.compile("\u0432\u0402.")

_STRANGE = regex.compile(r"[^\p{Latin}\p{Cyrillic}\p{Han}\p{Common}\p{Inherited}]")
"""A letter of no edition's script: what a quote behind a letter with an accent would be read as."""

_META = re.compile(rb"""(?is)<meta\b[^>]{0,200}?\bcharset\s*=\s*["']?\s*([a-z0-9_:-]{2,40})""")
_META_WITHIN = 4096  # bytes: the standard asks for 1,024, pages take more
_COMMENT = re.compile(rb"<!--.*?(?:-->|\Z)", re.DOTALL)
"""What browsers do not read: a declaration in it is none."""
_TAG = re.compile(rb"<[^<>]*>")
_MARKUP = re.compile(r"<[^>]*>|&[a-zA-Z0-9#]+;")
_FOREIGN_WORD = re.compile(r"\S*[^\x00-\x7f]\S*")
_PLAUSIBLE = 0.8  # a guess: the share of words that read as words, names and marks aside
_CLEARLY = 8
"""Times more characters of UTF-8 than other bytes: then the bytes are UTF-8's, whatever is declared."""


def decode(body: bytes, declared: str | None = None) -> tuple[str, bool]:
    """Return the text, and whether the bytes were not what they claimed to be.

    In order: a byte order mark, UTF-16 that shows itself without one, UTF-8 where the bytes are,
    what is `declared` (if it is on the allow-list, and gives words), a guess. Text that was decoded
    wrongly before it was saved (mojibake) is put right.
    """
    text, repaired, _ = _decode(body, [declared])
    if not is_mojibake(text):
        return text, repaired
    fixed = unmojibake(text)
    return fixed, repaired or fixed != text


def markup_as_utf8(body: bytes, declared: str | None = None) -> tuple[bytes, bool]:
    """Likewise for a page in markup, which may declare its encoding itself; in UTF-8, mojibake left in it."""
    found = _META.search(_COMMENT.sub(b"", body[:_META_WITHIN]))
    text, repaired, is_utf8 = _decode(body, [declared, found[1].decode("ascii") if found else None])
    return body if is_utf8 else text.encode("utf-8", "replace"), repaired


def is_mojibake(text: str) -> bool:
    """Whether the text looks as if it had been decoded wrongly before."""
    if text.isascii():
        return False
    if _WESTERN.search(text) or _CYRILLIC_QUOTE.search(text):
        return True
    return text.count(_ER) + text.count(_ES) >= _PAIRS and _CYRILLIC_PAIRS.search(text) is not None


def _decode(body: bytes, declared: list[str | None]) -> tuple[str, bool, bool]:
    """The text, whether the bytes claimed to be something else, and whether they are its UTF-8."""
    shown = next((name for mark, name in _BOMS if body.startswith(mark)), None) or utf_16_of(body)
    if shown:
        text = body.decode(shown, "replace").removeprefix("\ufeff")
        return text, "\ufffd" in text, False
    named = [codec for codec in map(_codec, declared) if codec]
    first = named[0] if named else None
    try:
        text = body.decode("utf-8")
        return text, not text.isascii() and first not in {None, "utf-8"}, True
    except UnicodeDecodeError:
        pass
    if _is_mostly_utf8(body, _CLEARLY):
        return _decode_mixed(body), True, False
    found = _as_declared(body, named)
    if found is not None:
        return (*found, False)
    if _is_mostly_utf8(body):
        return _decode_mixed(body), True, False
    return body.decode(_guess(body), "replace"), True, False


def _as_declared(body: bytes, named: list[str]) -> tuple[str, bool] | None:
    """The text by the first declared codec that gives words, and whether another was declared first."""
    for codec in dict.fromkeys(named):
        if codec != "utf-8":
            text = body.decode(codec, "replace")
            if "\ufffd" not in text and _is_plausible(text):
                return text, codec != named[0]
    return None


def _is_plausible(text: str) -> bool:
    """Whether the words with other than ASCII letters look like words of one script."""
    words = _FOREIGN_WORD.findall(_MARKUP.sub(" ", text)[:_SAMPLE])
    return not words or sum(map(_is_word, words)) >= _PLAUSIBLE * len(words)


def _is_word(word: str) -> bool:
    """One script, lower case but for its start or all capitals, accents in the minority."""
    inner = word.strip("".join({one for one in word if not one.isalpha()}))
    if not all(map(_may_stand_within, inner)):
        return False
    plain, accented, other = _count_scripts(inner)
    if accented:
        return not other and accented <= plain + 1 and _is_cased(inner)
    return _is_divided(inner) if plain and other else _is_cased(inner)


def _may_stand_within(character: str) -> bool:
    """Whether a character may stand between a word's first letter and its last: a letter, punctuation, a number."""
    return character.isalpha() or unicodedata.category(character)[0] in "PNM" or character in "\xad\xa0"


def _count_scripts(text: str) -> tuple[int, int, int]:
    """How many letters are ASCII's, other Latin ones, and of another script."""
    letters = [one for one in text if one.isalpha()]
    plain, latin = sum(one < "\x80" for one in letters), sum(one < "\u0250" for one in letters)
    return plain, latin - plain, len(letters) - latin


def _is_divided(text: str) -> bool:
    """Whether ASCII letters and those of another script stand together as they may: Chinese, or with a mark between."""
    return not text.isalpha() or next(one for one in text if one > "\x7f") >= "\u2e80"


def _is_cased(text: str) -> bool:
    """Whether each part of a word is in lower case but for its start, or all in capitals."""
    parts = filter(None, re.split(r"[^\w]+", text))
    return all(part.islower() or part.isupper() or part[:1] + part[1:].lower() == part for part in parts)


def _codec(declared: str | None) -> str | None:
    """The codec for a declared label, None where it is not on the list."""
    if not declared:
        return None
    label = declared.strip().strip("\"'").strip().lower()
    if label in CODECS:
        return CODECS[label]
    try:
        return _ALLOWED.get(codecs.lookup(label).name)
    except (LookupError, ValueError):
        return None


def _is_mostly_utf8(body: bytes, times: int = 1) -> bool:
    """Whether there are that many times more characters of several bytes than bytes that fit none."""
    text = body.decode("utf-8", "surrogateescape")
    lone = sum(map(len, _LONE_BYTE.findall(text)))
    return sum(1 for character in text if character > "\x7f") - lone > times * lone


def _decode_mixed(body: bytes) -> str:
    """UTF-8 that is damaged, or holds words of a Windows code page; U+FFFD for what is neither.

    Letters that two surrogates stand for, each in UTF-8 (CESU-8), are what was meant.
    """
    text = body.decode("utf-8", "surrogateescape")
    text = _SURROGATES.sub(lambda found: _bytes_of(found[0]).decode("utf-8", "surrogatepass"), text)
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
    if _CYRILLIC.search(text):
        text = _CYRILLIC_SPAN.sub(lambda found: _cyrillic_words(found[0]) or found[0], text)
    elif not _HAN.search(text):
        text = _WESTERN_LETTERS.sub(lambda found: _bytes_of(found[0]).decode("cp1252"), text)
    return _LONE_BYTE.sub(lambda found: _bytes_of(found[0]).decode("utf-8", "replace"), text)


def _bytes_of(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _cyrillic_words(span: str) -> str | None:
    """What words in Windows-1251 between words in UTF-8 say, None where the bytes are damage.

    Halves of letters are no words: those need three letters, vowels and consonants among them, and each its case.
    """
    text = _bytes_of(span).decode("cp1251", "replace")
    letters = [one for one in text if one.isalpha()]
    vowels = sum(one.lower() in _VOWELS for one in letters)
    if len(letters) < _LEAST_LETTERS or not _LEAST_SHARE <= vowels / len(letters) <= 1 - _LEAST_SHARE:
        return None
    words = _CYRILLIC_WORD.findall(text)
    is_said = sum(map(len, words)) == len(letters) and len({one.lower() for one in letters}) >= _LEAST_LETTERS
    return text if is_said and all(word.islower() or word.istitle() or word.isupper() for word in words) else None


def _guess(body: bytes) -> str:
    """Guess a single-byte encoding or GB 18030."""
    import charset_normalizer  # loads slowly: only where bytes are not UTF-8

    sample = _TAG.sub(b" ", body[: 4 * _SAMPLE])[:_SAMPLE]
    best = charset_normalizer.from_bytes(sample, cp_isolation=_GUESSED).best()
    if best is not None and best.encoding not in {"cp1250", "cp1252", "iso8859_2"}:
        return best.encoding
    # Western and Central European code pages differ in few letters: the words decide.
    polish = detect(sample.decode("ascii", "ignore"))[0] == "pl"
    if not polish:
        return "cp1252"
    return "iso8859_2" if re.search(rb"[\xb1\xb6\xbc]", sample) and not re.search(rb"[\x80-\x9f]", sample) else "cp1250"


def unmojibake(text: str) -> str:
    """Put text right that was decoded wrongly before, line by line; beyond `_REPAIRED` it stays as it is."""
    import ftfy  # loads slowly: only where the text looks broken

    config = ftfy.TextFixerConfig(
        unescape_html=False,
        remove_terminal_escapes=False,
        fix_latin_ligatures=False,
        fix_character_width=False,
        uncurl_quotes=False,
        fix_line_breaks=False,
        fix_surrogates=False,
        remove_control_chars=False,
        normalization=None,
    )
    lines = text.split("\n")
    mended: dict[int, str] = {}
    fixed: dict[str, str] = {}
    room = _REPAIRED
    for index, line in enumerate(lines):
        if is_mojibake(line):
            room -= _LINE_COST if line in fixed else len(line) + 2 * _LINE_COST
            if room < 0:
                break
            if line not in fixed:
                fixed[line] = ftfy.fix_text(line, config)
            mended[index] = fixed[line]
    witness = min((lines[index] for index, line in mended.items() if line != lines[index]), key=len, default="")
    for index, line in mended.items():
        if witness and line == lines[index]:  # too short to tell alone: broken as its neighbours are
            line = ftfy.fix_encoding(f"{line}\n{witness}", config).partition("\n")[0]  # noqa: PLW2901
        if not _STRANGE.search(line):
            lines[index] = line
    return "\n".join(lines)
