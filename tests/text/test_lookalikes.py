"""Letters of another script, full-width digits and radicals that stand for what they look like."""

from __future__ import annotations

import pytest

from belta_spider.cleaning import clean
from belta_spider.items import Article, Page
from belta_spider.text.lookalikes import as_it_looks
from tests.factory.page_looks import seen
from tests.factory.sample_articles import stories
from tests.factory.text_dump import dump_of

LATIN = str.maketrans("іоаесІОАЕСрхТМН", "ioaecIOAECpxTMH")
ALL_LATIN = str.maketrans("іоаесухрІОАЕСРТМНКВХ", "ioaecyxpIOAECPTMHKBX")
WIDE = str.maketrans(
    "0123456789月日白", "\uff10\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18\uff19\u2f49\u2f47\u2f69"
)
CYRILLIC = str.maketrans("eocTA", "еосТА")


def read(text: str) -> Article:
    found = clean(Page("text", "page.txt", text.encode())).article
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("code", "table"),
    [
        ("be", LATIN),
        ("ru", LATIN),
        ("be", ALL_LATIN),
        ("ru", ALL_LATIN),
        ("zh", WIDE),
        ("de", CYRILLIC),
        ("en", CYRILLIC),
        ("pl", CYRILLIC),
    ],
)
@pytest.mark.parametrize("layout", [1, 4, 5])
def test_chrome_date_and_dateline_are_read_as_they_look_and_the_text_stays(code: str, table: dict, layout: int) -> None:
    one = next(one for one in stories(code) if one.dateline and one.section)
    text = dump_of(one, seen(code, layout)).text
    plain, odd = read(text), read(text.translate(table))
    assert (odd.edition, odd.section, odd.date_published, odd.captured_on) == (
        plain.edition,
        plain.section,
        plain.date_published,
        plain.captured_on,
    )
    assert (odd.dateline.date, odd.flags) == (plain.dateline.date, plain.flags)
    assert odd.dateline.raw == (plain.dateline.raw or "").translate(table) != ""
    assert odd.text == plain.text.translate(table)
    assert odd.section_title == (plain.section_title or "").translate(table)


@pytest.mark.parametrize(
    ("text", "looks"),
    [
        ("\u043a\u0440\u0430\u0441\u0430\u0432i\u043a\u0430", "\u043a\u0440\u0430\u0441\u0430\u0432\u0456\u043a\u0430"),
        ("BelT\u0410 \u0438 \u0411\u0415\u041bTA", "BelTA \u0438 \u0411\u0415\u041b\u0422\u0410"),
        (
            "M\u0438\u043d\u0441\u043a /Kopp. \u0411\u0415\u041bTA/",
            "\u041c\u0438\u043d\u0441\u043a /\u041a\u043e\u0440\u0440. \u0411\u0415\u041b\u0422\u0410/",
        ),
        ("Minsk und \u041c\u0456\u043d\u0441\u043a", "Minsk und \u041c\u0456\u043d\u0441\u043a"),
        ("4\u2f49\uff11\uff19\u2f47\uff1a", "4\u670819\u65e5\uff1a"),
    ],
)
def test_a_word_of_two_scripts_is_of_the_one_that_it_must_be(text: str, looks: str) -> None:
    assert as_it_looks(text) == looks
