"""One form for every string."""

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from belta_spider.text.normalization import normalize, raw_offset


@pytest.mark.parametrize(
    ("string", "normal"),
    [
        ("cafe\u0301", "café"),
        ("\u0438\u0306", "й"),
        ("a\u00a0b\u2009c\u3000d\te", "a b c d e"),
        ("  a   b  ", "a b"),
        ("a\u2028b\u2029c", "a b c"),
        ("a\nb\r\nc\x0bd\x0ce\x85f\x1cg", "a b c d e f g"),
        ("Wort\u00adtrennung", "Worttrennung"),
        ("\ufeffa\u200bb\u200cc\u200dd\u2060e", "abcde"),
        ("\u202aa\u202e\u2066b\u2069\u200e\u200f", "ab"),
        ("a\x00b\x1bc\x7fd", "abcd"),
        ("a\ud800b", "ab"),
        ("a \u200b b", "a b"),
        ("\u00a0\u200b\t", ""),
        ("„so“ – «так» — “so” … '", "„so“ – «так» — “so” … '"),
        ("Septriembre  Nuer", "Septriembre Nuer"),
        ("ﬁ ½ Ⅳ ２", "ﬁ ½ Ⅳ ２"),
    ],
)
def test_string_gets_its_one_form(string: str, normal: str) -> None:
    assert normalize(string) == normal


def test_every_white_space_is_a_space_and_no_other_character() -> None:
    characters = [chr(code) for code in range(0x4000)]  # there is none beyond
    spaces = [one for one in characters if normalize(f"a{one}b") == "a b"]
    assert spaces == [one for one in characters if regex.fullmatch(r"[\s\x1c-\x1f]", one)]


@given(st.text(st.one_of(st.characters(), st.sampled_from("\u0301\u0345\u200d\u00a0\u2028\ud834각가ᄀ"))))
def test_normalising_twice_changes_nothing(string: str) -> None:
    assert normalize(normalize(string)) == normalize(string)


@given(st.text(st.one_of(st.characters(codec="utf-8"), st.sampled_from("\u00a0\u00ad  \u2028ab"))), st.integers(0, 20))
def test_raw_offset_divides_a_string_where_its_normal_form_is(raw: str, offset: int) -> None:
    normal = normalize(raw)
    place = raw_offset(raw, min(offset, len(normal)))
    before, after = normalize(raw[:place]), normalize(raw[place:])
    assert (before + after).replace(" ", "") == normal.replace(" ", "")
