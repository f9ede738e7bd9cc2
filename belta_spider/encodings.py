"""Bytes to text, with the well-kept libraries for it, within an allow-list of encodings."""

from __future__ import annotations

import codecs
import re

from belta_spider.languages import detect

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
_SAMPLE = 50_000
_LONE_BYTE = re.compile("[\udc80-\udcff]+")
_CYRILLIC = re.compile("[\u0400-\u04ff]")
# What UTF-8's bytes become when they are read as a single-byte encoding: a lead byte and what
# follows as Latin letters and signs, or the Cyrillic capitals Er and Es at every other place.
_MOJIBAKE = re.compile(
    "[\u00c2-\u00f4\u0102-\u0111\u013d-\u0159][\u0080-\u00bf\u0152-\u0192\u02c6-\u02dd\u2013-\u203a\u20ac\u2122]"
    "|(?:[\u0420\u0421].){4}|(?:\u0432\u0402.)"
)


def decode(body: bytes, declared: str | None = None) -> tuple[str, bool]:
    """Return the text, and whether the bytes were not what they claimed to be.

    In order: a byte order mark, UTF-8 where the bytes are, what is `declared` (if it is on the
    allow-list), a guess. Text that was decoded wrongly before it was saved (mojibake) is put right.
    """
    text, repaired = _decode(body, declared)
    if text.isascii() or not _MOJIBAKE.search(text):
        return text, repaired
    fixed = _unmojibake(text)
    return fixed, repaired or fixed != text


def _decode(body: bytes, declared: str | None) -> tuple[str, bool]:
    for mark, name in _BOMS:
        if body.startswith(mark):
            text = body[len(mark) :].decode(name, "replace")
            return text, "\ufffd" in text
    codec = _codec(declared)
    try:
        text = body.decode("utf-8")
        return text, not text.isascii() and codec not in {None, "utf-8"}
    except UnicodeDecodeError:
        pass
    if codec and codec != "utf-8":
        text = body.decode(codec, "replace")
        if "\ufffd" not in text:
            return text, False
    if _is_mostly_utf8(body):
        return _decode_mixed(body), True
    return body.decode(_guess(body), "replace"), True


def _codec(declared: str | None) -> str | None:
    """The codec for a declared label, None where it is not on the list."""
    if not declared:
        return None
    try:
        return _ALLOWED.get(codecs.lookup(declared.strip().strip("\"'")).name)
    except (LookupError, ValueError):
        return None


def _is_mostly_utf8(body: bytes) -> bool:
    """Whether there are more characters of several bytes than bytes that fit none."""
    text = body.decode("utf-8", "surrogateescape")
    lone = sum(map(len, _LONE_BYTE.findall(text)))
    return sum(1 for character in text if character > "\x7f") - lone > lone


def _decode_mixed(body: bytes) -> str:
    """UTF-8 with single bytes of a Windows code page among it."""
    text = body.decode("utf-8", "surrogateescape")
    page = "cp1251" if _CYRILLIC.search(text) else "cp1252"

    def read(found: re.Match[str]) -> str:
        return found[0].encode("utf-8", "surrogateescape").decode(page, "replace")

    return _LONE_BYTE.sub(read, text)


def _guess(body: bytes) -> str:
    """Guess a single-byte encoding or GB 18030."""
    import charset_normalizer  # loads slowly: only where bytes are not UTF-8

    sample = body[:_SAMPLE]
    best = charset_normalizer.from_bytes(sample, cp_isolation=_GUESSED).best()
    if best is not None and best.encoding not in {"cp1250", "cp1252", "iso8859_2"}:
        return best.encoding
    # Western and Central European code pages differ in few letters: the words decide.
    polish = detect(sample.decode("ascii", "ignore"))[0] == "pl"
    if not polish:
        return "cp1252"
    return "iso8859_2" if re.search(rb"[\xb1\xb6\xbc]", sample) and not re.search(rb"[\x80-\x9f]", sample) else "cp1250"


def _unmojibake(text: str) -> str:
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
    return "\n".join(ftfy.fix_text(line, config) if _MOJIBAKE.search(line) else line for line in lines)
