"""Bytes to text: what is read as what, and when that counts as repaired."""

import codecs

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from belta_spider.text.encodings import decode, is_mojibake

GERMAN = "Über die Brücke zogen fünf Störche – „größer“ als im Vorjahr, sagten die Zuschauer in Lida."
RUSSIAN = "Мост через реку открыли раньше срока, сообщили строители. Движение начнется в понедельник утром."
POLISH = "Źródło bije pod mostem, więc łąka jest zielona nawet zimą – mówią mieszkańcy wsi. Żółte kaczeńce kwitną."
CHINESE = "明斯克一所普通中学近日开设了中文阅览室，书屋由学生自己管理，每天放学后有两名同学值班。"


@pytest.mark.parametrize(
    ("data", "declared", "text", "repaired"),
    [
        (GERMAN.encode(), None, GERMAN, False),
        (GERMAN.encode(), "utf-8", GERMAN, False),
        (codecs.BOM_UTF8 + GERMAN.encode(), None, GERMAN, False),
        (codecs.BOM_UTF16_LE + GERMAN.encode("utf-16-le"), None, GERMAN, False),
        (GERMAN.encode("cp1252"), None, GERMAN, True),
        (GERMAN.encode("cp1252"), "windows-1252", GERMAN, False),
        (GERMAN.encode("cp1252"), "iso-8859-1", GERMAN, False),
        (GERMAN.encode(), "iso-8859-1", GERMAN, True),
        (RUSSIAN.encode("cp1251"), None, RUSSIAN, True),
        (RUSSIAN.encode("koi8-r"), None, RUSSIAN, True),
        (RUSSIAN.encode("cp1251"), "windows-1251", RUSSIAN, False),
        (POLISH.encode("cp1250"), None, POLISH, True),
        (CHINESE.encode("gb18030"), "gb2312", CHINESE, False),
        (CHINESE.encode("gb18030"), None, CHINESE, True),
        (GERMAN.encode() + b" f\xfcr", None, f"{GERMAN} für", True),
        (RUSSIAN.encode() + " так".encode("cp1251"), None, f"{RUSSIAN} так", True),
        (GERMAN.encode().decode("cp1252").encode(), None, GERMAN, True),
        (f"Świat\n{POLISH}".encode().decode("latin-1").encode(), None, f"Świat\n{POLISH}", True),
        (f"15 мая\n{RUSSIAN}".encode().decode("cp1251", "replace").encode(), None, f"15 мая\n{RUSSIAN}", True),
        (b"plain", "ascii", "plain", False),
        (b"plain", "no-such-codec", "plain", False),
        ("für".encode(), "punycode", "für", False),
        (b"", None, "", False),
    ],
)
def test_bytes_are_read(data: bytes, declared: str | None, text: str, repaired: bool) -> None:
    assert decode(data, declared) == (text, repaired)


@pytest.mark.parametrize(
    "text",
    [
        "Ã ist ein Buchstabe des Portugiesischen, ¼ ein Bruch.",
        "La Habana, São Paulo, Łódź, Świat – «así»",
        "РАССКАЗЫ СССР и РСФСР",
        "über ½ für ¾",
        "Zehn Maß‰, ein CAFÉ“, „SÜDÖ“, „Spaß“ und Gruß€",
        "SPÓŁKA «PERÚ» MAŁŻEŃSTWO „MATKĘ” książkę, źródło",
    ],
)
def test_text_that_only_looks_odd_stays(text: str) -> None:
    assert decode(text.encode()) == (text, False)


@pytest.mark.parametrize(
    ("text", "broken"),
    [
        ("gr\u00c3\u00b6\u00c3\u0178er", True),  # two bytes, read as those of the west
        ("\u00e2\u20ac\u201cso", True),  # three
        ("\u00e2\u20ac so", False),
        ("\u00e9\u00bb und \u00c3", False),
        ("\u0420\u045a\u0420\u0451\u0420\u0405\u0421\u0403\u0420\u0454", True),  # Cyrillic ones
        ("\u0420\u045a\u0420\u0451\n\u0420\u0405", False),
        ("\u0432\u0402\u201d", True),
        ("\u0432\u0402", False),
        ("Igel", False),
    ],
)
def test_mojibake_is_told_by_its_forms(text: str, broken: bool) -> None:
    assert is_mojibake(text) is broken


@pytest.mark.parametrize("body", [b"\xff", b"\xfe\xff\xd8", b"\x80\x81\x8d" * 50, b"\x00" * 40, bytes(range(256))])
def test_any_bytes_give_text_without_lone_surrogates(body: bytes) -> None:
    decode(body)[0].encode("utf-8")


LETTER = RUSSIAN.encode().index("через".encode())


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (RUSSIAN.encode()[:LETTER] + RUSSIAN.encode()[LETTER + 1 :], RUSSIAN.replace("через", "\ufffdерез")),
        (RUSSIAN.encode()[: LETTER + 1] + RUSSIAN.encode()[LETTER + 2 :], RUSSIAN.replace("через", "\ufffdерез")),
        (RUSSIAN.encode()[:-2], RUSSIAN[:-2] + "\ufffd"),
        (RUSSIAN.encode() + b" \xc0\x80", f"{RUSSIAN} \ufffd\ufffd"),
        (RUSSIAN.encode() + b" \xed\xa0\xbd\xed\xb8\x80", f"{RUSSIAN} \U0001f600"),
        (RUSSIAN.encode() + b" " + b"\xff\xfe" * 5, f"{RUSSIAN} " + "\ufffd" * 10),
        (RUSSIAN.encode() + " «В парке и на реке».".encode("cp1251"), f"{RUSSIAN} «В парке и на реке»."),
        (GERMAN.encode() + b" gr\xf6\xdfer", f"{GERMAN} größer"),
        (GERMAN.encode() + b" gr\xc3er \x9f", f"{GERMAN} gr\ufffder \ufffd"),
        (CHINESE.encode()[1:], "\ufffd\ufffd" + CHINESE[1:]),
    ],
)  # fmt: skip
def test_damaged_utf_8_gives_what_was_meant_or_a_mark(data: bytes, text: str) -> None:
    assert decode(data) == (text, True)
    assert decode(data, "windows-1251")[0] == text


@given(st.integers(0, len(RUSSIAN.encode()) - 1), st.integers(0, 255))
@example(LETTER, 0xE0)
def test_a_changed_byte_gives_no_letter_that_nobody_wrote(place: int, byte: int) -> None:
    """Unless the bytes are UTF-8 still: then nothing tells."""
    data = bytearray(RUSSIAN.encode())
    data[place] = byte
    try:
        data.decode()
    except UnicodeDecodeError:
        text, repaired = decode(bytes(data))
        assert repaired
        assert {one for one in text if ord(one) > 0x7F} <= {*RUSSIAN, "\ufffd"}


@given(st.integers(40, len(RUSSIAN.encode()) - 1))
def test_lost_and_inserted_bytes_give_no_letter_either(place: int) -> None:
    data = RUSSIAN.encode()
    for damaged in (data[:place], data[:place] + data[place + 1 :], data[:place] + b"\xff\xfe" + data[place:]):
        assert {one for one in decode(damaged)[0] if ord(one) > 0x7F} <= {*RUSSIAN, "\ufffd"}
