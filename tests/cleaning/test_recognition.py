"""Which edition a page is of, told by nothing but the page; and pages that are no article."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from belta_spider.cleaning import Cleaned, clean
from belta_spider.items import Page
from belta_spider.reporting import golden
from tests.factory.no_articles import NOTICES, dated_list, front_page, head, items, timed_list, yearless_list
from tests.factory.page_looks import chrome, seen
from tests.factory.sample_articles import EDITIONS, stories
from tests.factory.text_dump import dump_of

LOOKS = {
    "body": {"layout": 0},
    "old desktop": {"layout": 1},
    "old mobile": {"layout": 2},
    "2020": {"layout": 3},
    "2021": {"layout": 4},
    "2024": {"layout": 5},
    "no section": {"layout": 5, "section_line": False},
    "no tail": {"layout": 5, "tail": None},
    "tail alone": {"layout": 5, "missing": frozenset({"header.day", "header.list_link", "header.projects"})},
    "no dateline": {"layout": 4, "dateline": None},
    "time first": {"layout": 5, "time_first": True},
    "unknown label": {"layout": 5, "unknown_head": "Qoqo Zuzu"},
}


def cleaned(text: str, url: str | None = None) -> Cleaned:
    return clean(Page("text", "page.txt", text.encode(), url=url))


# Editions


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
@pytest.mark.parametrize("code", EDITIONS)
def test_the_edition_is_told_from_any_dressing(code: str, look: dict) -> None:
    for one in stories(code)[::3]:
        article = cleaned(dump_of(one, seen(code, **look)).text).article
        assert article is not None, one.key
        assert article.edition == code, one.key


def test_the_edition_is_told_from_every_fixture() -> None:
    for page in golden.pages("fixtures"):
        expected = golden.expected(page)
        assert expected is not None, page.uri
        if page.kind == "text" and "record" in expected:
            assert golden.outcome(page)["record"]["edition"] == page.uri.split("/")[1], page.uri


@pytest.mark.parametrize(
    ("head", "code"),
    [
        ("Government Bodies\nFlag Wtorek, 5 Listopada 2024\nWszystkie wiadomości\nSport\n", "pl"),
        ("Projekty\nGovernment Bodies\nFlag Friday, 29 March 2024\nWszystkie wiadomości\nPolityka\n", "pl"),
        ("专题\n便民信息\nFlag Friday, 29 March 2024\nMinsk Overcast sky +10°C\n全部新闻\n总统\n", "zh"),
        ("Government Bodies\nFlag Friday, 29 March 2024\nAll news\nAll news\nPolitics\n", "en"),
        ("Projekte\nStaatsorgane\nFlag Friday, 29 March 2024\nAlle Nachrichten\nSport\n", "de"),
        ("Дзяржорганы\nFlag Пятніца, 19 красавіка 2024\nУсе навіны\nСпорт\n", "be"),
        ("Флаг Пятница, 19 апреля 2024\nВсе новости\nВсе новости\nСпорт\n", "ru"),
    ],
)
@pytest.mark.parametrize("text_of", EDITIONS)
def test_labels_that_editions_share_do_not_mislead_and_the_text_does_not_decide(
    head: str, code: str, text_of: str
) -> None:
    """An edition's own chrome goes before the language of the text."""
    one = next(one for one in stories(text_of) if not one.dateline)
    article = cleaned(f"{head}\n{one.title}\n\n" + "\n\n".join(one.paragraphs)).article
    assert article is not None
    assert article.edition == code
    assert ("language_differs" in article.flags) is (text_of != code)


def test_a_text_without_chrome_in_a_language_of_no_edition_is_of_no_edition() -> None:
    text = "Музей льону відкрився в будівлі старої канатної майстерні, що понад десять років стояла пусткою. " * 3
    assert cleaned(text).dropped == "unknown_edition"


# Pages that are no article


@pytest.mark.parametrize("code", EDITIONS)
@pytest.mark.parametrize(
    ("page", "reason"),
    [
        (front_page, "front_page"),
        (timed_list, "list_page"),
        (yearless_list, "list_page"),
        (dated_list, "list_page"),
        (lambda code: head(code) + timed_list(code), "list_page"),
        (lambda code: head(code) + yearless_list(code), "list_page"),
        (lambda code: head(code) + dated_list(code), "list_page"),
        (lambda code: f"{NOTICES['search_page'][code]}\n{items(code, lambda *told: told[1])}", "search_page"),
        (lambda code: f"{head(code)}{NOTICES['search_page'][code]}: 12\n{stories(code)[0].title}\n", "search_page"),
        (lambda code: f"{NOTICES['error_page'][code]}\n404\n", "error_page"),
        (lambda code: f"{head(code)}404\n{NOTICES['error_page'][code]}\n", "error_page"),
        (lambda code: f"{NOTICES['error_page'][code]} - BelTA\n", "error_page"),
        (lambda code: "404 Not Found\n\nnginx\n", "error_page"),
        (lambda code: " \n\n\u200b\n", "empty"),
        (head, "no_text"),
        (lambda code: f"{stories(code)[0].title}\n", "no_text"),
    ],
)
def test_a_page_that_is_no_article_is_dropped_for_its_own_reason(
    page: Callable[[str], str], reason: str, code: str
) -> None:
    result = cleaned(page(code))
    assert (result.article, result.dropped) == (None, reason)
    assert [(entry.id, entry.rule) for entry in result.audit] == [(None, f"drop.{reason}")]


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("https://eng.belta.by/video/getRecord/1716/", "video_record"),
        ("https://eng.belta.by/printv/society/view/x-1-2020", "print_view"),
        ("https://eng.belta.by/society/page/4", "list_page"),
        ("https://eng.belta.by/", "front_page"),
        ("https://belarus.example/society/view/x-1-2020", "other_site"),
        ("https://ukr.belta.by/society/view/x-1-2020", "unknown_edition"),
    ],
)
def test_an_address_tells_what_the_page_does_not(url: str, reason: str) -> None:
    page = dump_of(stories("en")[0], seen("en", 5))
    assert cleaned(page.text, url).dropped == reason


def test_a_video_page_of_the_russian_edition_is_told_by_its_section() -> None:
    words, one = chrome("ru"), stories("ru")[0]
    text = f"{head('ru')}Видео\n16:19 24 ноября 2023\n\n{one.title}\n\n{one.paragraphs[0]}\n\n"
    text += "\n".join(words["tail"].values())
    assert cleaned(text).dropped == "video_record"
    assert cleaned(text, "https://belta.by/society/view/x-1-2023").article is not None


@pytest.mark.parametrize("code", EDITIONS)
@pytest.mark.parametrize("missing", ["header.date", "header.list_link", "header.day"])
def test_an_article_that_lacks_a_line_of_its_head_is_still_one(code: str, missing: str) -> None:
    for one in stories(code):
        page = dump_of(one, seen(code, 5, missing=frozenset({missing})))
        assert cleaned(page.text).dropped is None, one.key


@pytest.mark.parametrize("code", EDITIONS)
def test_dates_that_stand_among_sentences_make_no_list_of_an_article(code: str) -> None:
    """Each of them is beside the other, which is no title."""
    one = next(one for one in stories(code) if len(one.paragraphs) > 3)
    dates = ["10.06.2023 | 13:15", "11.06.2023 | 14:20", "12.06.2023 | 15:25"]
    page = dump_of(replace(one, paragraphs=(*one.paragraphs[:2], *dates, *one.paragraphs[2:])), seen(code, 1))
    result = cleaned(page.text)
    assert result.article is not None, result.dropped
    assert all(line in result.article.text for line in dates)


@pytest.mark.parametrize("code", EDITIONS)
def test_an_article_whose_body_holds_times_and_notices_is_still_one(code: str) -> None:
    one = next(one for one in stories(code) if one.dateline)
    page = dump_of(one, seen(code, 5)).text
    lines = ["11:39", "12:05", "13:10", "404", NOTICES["search_page"][code]]
    page = page.replace(one.paragraphs[1], "\n".join([*lines, one.paragraphs[1]]))
    assert cleaned(page).dropped is None
