"""Datelines: where, when and by whom, in each edition's forms."""

from dataclasses import replace

import pytest

from belta_spider.cleaning import clean
from belta_spider.editions import Edition, datelines, load
from belta_spider.items import Page
from tests.factory.sample_articles import stories

LOADED = load()
KNOWN = [pytest.param(edition, id=code) for code, edition in LOADED.by_code.items()]


@pytest.mark.parametrize("edition", KNOWN)
def test_datelines_are_taken_up_to_the_text_and_prose_is_left(edition: Edition) -> None:
    taken, left = edition.examples["dateline"]
    for text in taken:
        found = datelines.match(f"{text} Abc", edition)
        assert found is not None, text
        assert found.raw == text
        assert found.agency in edition.agencies
    assert [text for text in left if datelines.match(text, edition)] == []


def test_an_edition_may_have_datelines_that_nobody_signs() -> None:
    german = LOADED.by_code["de"]
    unsigned = replace(german, dateline_sources=(*german.dateline_sources, r"(?P<place>\p{Lu}+): "))
    assert datelines.match("MINSK: Text", german) is None
    assert datelines.match("MINSK: Text", unsigned) is not None


@pytest.mark.parametrize(
    ("code", "text", "place", "day", "reporter", "rest"),
    [
        ("de", "MINSK; 26. Januar (BelTA) – Der", "MINSK", (26, 1), None, "Der"),
        ("de", "ST. PETERSBURG, 05. Juni (BelTA) -Am", "ST. PETERSBURG", (5, 6), None, "Am"),
        ("en", "MINSK (BelTA) – The", "MINSK", (None, None), None, "The"),
        ("en", "GRODNO OBLAST, 2 October (BelTA) — The", "GRODNO OBLAST", (2, 10), None, "The"),
        ("es", "MINSK, sep 29 (BelTA). - El", "MINSK", (29, 9), None, "El"),
        ("es", "VÍTEBSK, 29 Ago (BelTA). – El", "VÍTEBSK", (29, 8), None, "El"),
        ("ru", "25 июня, Витебск /Корр. БЕЛТА/. Текст", "Витебск", (25, 6), None, "Текст"),
        (
            "ru",
            "05 июня, Ростов-на-Дону /Анна Лозовая - БЕЛТА/. Текст",
            "Ростов-на-Дону",
            (5, 6),
            "Анна Лозовая",
            "Текст",
        ),
        ("ru", "5 июня, аг. Александрия /Корр.БЕЛТА/.Текст", "аг. Александрия", (5, 6), None, "Текст"),
        ("ru", "5 июня, Минск /Корр. БЕЛТА. Текст", "Минск", (5, 6), None, "Текст"),
        ("be", "21 траўня, Мар'іна Горка /Кар. БЕЛТА/. Тэкст", "Мар'іна Горка", (21, 5), None, "Тэкст"),
        ("pl", "3 lipca, Bielsko-Biała /Kor. BELTA/. Tekst", "Bielsko-Biała", (3, 7), None, "Tekst"),
        ("zh", "白通社明斯克4月19日电。文", "明斯克", (19, 4), None, "文"),
        ("zh", "白通社 明斯克2 月 14 日 电 白通社报道。", "明斯克", (14, 2), None, "白通社报道。"),
        ("zh", "白通社维捷布斯克12月1日电（记者某某）。文", "维捷布斯克", (1, 12), "某某", "文"),
        (
            "zh",
            "白通社明斯克2月11日电。记者叶卡捷琳娜•克里申尼克报道。文",
            "明斯克",
            (11, 2),
            "叶卡捷琳娜•克里申尼克",
            "文",
        ),
        ("zh", "白通社明斯克2月8日电 据白通社报道,文", "明斯克", (8, 2), None, "据白通社报道,文"),
    ],
)
def test_a_dateline_gives_place_day_and_reporter(
    code: str, text: str, place: str, day: tuple[int | None, int | None], reporter: str | None, rest: str
) -> None:
    found = datelines.match(text, LOADED.by_code[code])
    assert found is not None
    assert (found.place, (found.day, found.month), found.reporter) == (place, day, reporter)
    assert text[found.end :].strip() == rest


def test_a_reporter_in_a_dateline_is_an_author_and_several_are_several() -> None:
    line = "5 июня, Минск /Анна Лозовая, Петр Кленов - БЕЛТА/. "
    page = Page("text", "page.txt", (line + stories("ru")[0].paragraphs[0]).encode())
    article = clean(page).article
    assert article is not None
    assert article.authors == ["Анна Лозовая", "Петр Кленов"]
    assert article.dateline.agency == "БЕЛТА"
