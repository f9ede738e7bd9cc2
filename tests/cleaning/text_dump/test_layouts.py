"""The chrome as an ordered grammar: what it takes at its place, what it leaves elsewhere."""

import pytest

from belta_spider.cleaning import Options, clean
from belta_spider.items import Page
from tests.cleaning.one_dump import BODY, DATED, HEAD, LINE, TAIL, TEXT, TITLE, cleaned, field, rules_of, text_of


def test_whole_page_is_divided() -> None:
    assert text_of(*DATED, TITLE, *BODY, *TAIL) == TEXT


CHROME = [
    "Politik",
    "Alle Nachrichten",
    "Minsk +3°C",
    "Brest",
    "Twitter",
    "X",
    "Projekte",
    "Letzte Nachrichten aus Belarus",
    "Abonnieren Sie uns auf",
    "flag Freitag, 19 April 2024",
    "18 April 2024, 10:05",
    "Druckversion",
    "Vollversion",
]


@pytest.mark.parametrize("line", CHROME)
@pytest.mark.parametrize("place", [1, 2])
def test_line_that_equals_chrome_stays_in_the_middle(line: str, place: int) -> None:
    body = [*BODY[:place], line, *BODY[place:]]
    wanted = [*TEXT[:place], line, *TEXT[place:]]
    assert text_of(*DATED, TITLE, *body, *TAIL) == wanted
    assert text_of(*body) == wanted


@pytest.mark.parametrize("line", CHROME)
def test_single_line_that_equals_chrome_stays_at_either_end_of_a_text(line: str) -> None:
    assert text_of(line, *TEXT) == [line, *TEXT]
    assert text_of(*TEXT, line) == [*TEXT, line]


@pytest.mark.parametrize("missing", range(len(DATED)))
def test_any_line_of_the_head_may_be_missing(missing: int) -> None:
    head = [line for index, line in enumerate(DATED) if index != missing]
    assert text_of(*head, TITLE, *BODY, *TAIL) == TEXT
    assert field("title", *head, TITLE, *BODY, *TAIL) == TITLE


@pytest.mark.parametrize("missing", range(len(TAIL)))
def test_any_line_of_the_tail_may_be_missing(missing: int) -> None:
    tail = [line for index, line in enumerate(TAIL) if index != missing]
    assert text_of(*DATED, TITLE, *BODY, *tail) == TEXT


@pytest.mark.parametrize("label", ["Sonderausgabe", "Neues vom Tage", "Портал"])
@pytest.mark.parametrize("place", [0, 1, 2, 3, 5])
def test_unknown_line_above_the_date_goes_to_the_audit(label: str, place: int) -> None:
    page = [*DATED[:place], label, *DATED[place:], TITLE, *BODY, *TAIL]
    assert text_of(*page) == TEXT
    assert rules_of(label, *page) == ["de.head.unknown"]
    assert field("flags", *page) == ["unknown_chrome"]


def test_unknown_line_above_the_title_of_an_old_page_goes_to_the_audit() -> None:
    page = [
        "Mobile Version",
        "Sonderausgabe",
        "Staatsorgane",
        TITLE,
        "Kultur 18.04.2017 | 10:05",
        *BODY,
        "Druckversion",
    ]
    assert text_of(*page) == TEXT
    assert rules_of("Sonderausgabe", *page) == ["de.head.unknown"]
    assert field("title", *page) == TITLE


@pytest.mark.parametrize(
    ("line", "goes"),
    [
        ("Neuer Kurznachrichtendienst", True),
        ("Ein Kanal für alle, die Glocken mögen und Tee trinken wollen", True),
        ("Ein Kanal für alle, die Glocken mögen und Tee trinken möchten", False),
        ("Das war es.", False),
        ("Foto: Jana Kowal", False),  # a credit
    ],
)
def test_unknown_short_line_beside_the_tail_goes_to_the_audit(line: str, goes: bool) -> None:
    page = [*DATED, TITLE, *BODY, "Abonnieren Sie uns auf", "X", line, "Letzte Nachrichten aus Belarus"]
    if goes:
        assert text_of(*page) == TEXT
        assert rules_of(line, *page) == ["de.tail.unknown"]
        assert field("flags", *page) == ["unknown_chrome"]
    page = [*DATED, TITLE, *BODY, line, *TAIL]
    assert (rules_of(line, *page) == ["de.tail.unknown"]) is goes
    assert ("unknown_chrome" in field("flags", *page)) is goes


@pytest.mark.parametrize("place", [*range(len(DATED)), *range(-len(TAIL), 0)])
def test_line_of_the_chrome_that_stands_twice_is_unknown(place: int) -> None:
    page = [*DATED, TITLE, *BODY[:2], BODY[2].removesuffix("."), *TAIL]
    line = page[place]
    page.insert(place, line)
    assert text_of(*page) == [*TEXT[:2], TEXT[2].removesuffix(".")]
    assert field("title", *page) == TITLE
    assert field("date_published", *page) == "2024-04-18T10:05:00+03:00"


def test_date_line_of_an_old_page_that_stands_twice_is_unknown() -> None:
    page = ["Vollversion", TITLE, *["Kultur 18.04.2017 | 10:05"] * 2, LINE, LINE, *BODY, "Vollversion"]
    assert (text_of(*page), field("captions", *page)) == (TEXT, [LINE])
    assert rules_of("Kultur 18.04.2017 | 10:05", *page) == ["de.head.unknown"]


def test_third_list_link_is_no_chrome() -> None:
    page = [*HEAD, "Alle Nachrichten", "Kultur", "18 April 2024, 10:05", TITLE, *BODY]
    assert rules_of("Alle Nachrichten", *page) == ["de.header.list_link"] * 2 + ["de.head.unknown"]


def test_chrome_out_of_order_is_unknown() -> None:
    page = [HEAD[2], HEAD[0], *HEAD[3:], "Kultur", "18 April 2024, 10:05", TITLE, *BODY]
    assert rules_of("Projekte", *page) == ["de.head.unknown"]


@pytest.mark.parametrize(
    ("line", "weather"),
    [
        ("Minsk 0°C", ("Minsk", None, 0)),
        ("Minsk unbeständig +14°C", ("Minsk", "unbeständig", 14)),
        ("Minsk -3°C", ("Minsk", None, -3)),
        ("Minsk −3°C", ("Minsk", None, -3)),
        ("Minsk –3°C", ("Minsk", None, -3)),
        ("Minsk +3°С", ("Minsk", None, 3)),
        ("Minsk-Urutschje bewölkt mit Aufheiterungen +9°C", ("Minsk-Urutschje", "bewölkt mit Aufheiterungen", 9)),
        ("Sankt Petersburg Nebel 2°C", ("Sankt Petersburg", "Nebel", 2)),
    ],
)
def test_weather_is_a_place_words_or_none_and_degrees(line: str, weather: tuple[str, str | None, int]) -> None:
    found = field("weather", *HEAD[:3], line, *DATED[3:], TITLE, *BODY, *TAIL)
    assert (found.place, found.condition, found.temperature_c) == weather


@pytest.mark.parametrize(
    ("day", "captured_on", "flags"),
    [
        ("flag Freitag, 19 April 2024", "2024-04-19", []),
        ("Flag Freitag, 19 April 2024", "2024-04-19", []),
        ("Freitag, 19 April 2024", "2024-04-19", []),
        ("flag Freitag, 9 Mai 2025", "2025-05-09", []),
        ("flag Freytag, 19 April 2024", "2024-04-19", ["unknown_chrome"]),
        ("flagge Freitag, 19 April 2024", "2024-04-19", ["unknown_chrome"]),
    ],
)
def test_line_with_a_weekday_is_the_day_of_the_capture(day: str, captured_on: str, flags: list[str]) -> None:
    page = [*HEAD[:2], day, *DATED[3:], TITLE, *BODY, *TAIL]
    assert field("captured_on", *page) == captured_on
    assert field("flags", *page) == flags
    assert field("date_published", *page) == "2024-04-18T10:05:00+03:00"


@pytest.mark.parametrize(
    ("line", "section", "flags"),
    [("Politik", "politics", []), ("Gartenbau", None, ["unknown_section"]), ("POLITIK", "politics", [])],
)
def test_line_directly_above_the_date_is_the_section(line: str, section: str | None, flags: list[str]) -> None:
    page = [*HEAD, line, "18 April 2024, 10:05", TITLE, *BODY, *TAIL]
    assert (field("section", *page), field("section_title", *page)) == (section, line)
    assert field("flags", *page) == flags


@pytest.mark.parametrize(
    ("top", "bottom"),
    [
        (["Mobile Version", "Projekte", "Services", "Staatsorgane"], ["Druckversion", "Nachrichten der Rubrik Kultur"]),
        (["Vollversion"], ["Nachrichten der Rubrik Kultur", "Vollversion"]),
        ([], ["Nachrichten der Rubrik Kultur", "Vollversion"]),
        (["Vollversion"], []),
    ],
)
def test_old_page_has_its_title_above_section_and_date(top: list[str], bottom: list[str]) -> None:
    page = [*top, TITLE, "Kultur 18.04.2017 | 10:05", *BODY, *bottom]
    assert text_of(*page) == TEXT
    assert (field("title", *page), field("section", *page)) == (TITLE, "culture")
    assert field("date_published", *page) == "2017-04-18T10:05:00+03:00"


CITIES = ["Minsk", "Brest", "Warschau", "Gomel", "Kiew", "Sankt Petersburg", "Riga"]


def test_cities_of_the_forecast_are_tail_below_its_heading() -> None:
    page = [TITLE, "Kultur 18.04.2017 | 10:05", *BODY, "Letzte Nachrichten", "Alle Nachrichten", "Wetter", *CITIES]
    assert text_of(*page) == TEXT


def test_cities_of_an_article_stay() -> None:
    body = [*BODY, "Die Glocken reisen nach:", *CITIES[:3], BODY[1]]
    assert text_of(*DATED, TITLE, *body, *TAIL)[-4:] == [*CITIES[:3], BODY[1]]


def test_opinion_names_the_person_four_lines_long() -> None:
    page = [
        *DATED,
        "Aglaja Quitte",
        TITLE,
        "Aglaja Quitte",
        "Aglaja Quitte",
        "Leiterin der Glockenschule",
        *TEXT,
        *TAIL,
    ]
    assert text_of(*page) == TEXT
    assert (field("title", *page), field("authors", *page)) == (TITLE, ["Aglaja Quitte"])


SENTENCE = "Acht Glöcknerinnen haben am Ufer der Düna ein Stück geprobt, das sie selbst geschrieben hatten."


def test_sentence_where_the_title_is_missing_is_text() -> None:
    page = [*DATED, "", SENTENCE, *TEXT[1:], *TAIL]
    assert (field("title", *page), text_of(*page)) == (None, [SENTENCE, *TEXT[1:]])


@pytest.mark.parametrize("title", [SENTENCE.removesuffix("."), f"{SENTENCE}..", "Es bleibt dabei."])
def test_title_without_full_stop_or_with_few_words_is_one(title: str) -> None:
    page = [*DATED, "", title, "", *TEXT, *TAIL]
    assert (field("title", *page), text_of(*page)) == (title, TEXT)


def test_line_above_a_dateline_is_the_title_with_a_full_stop_too() -> None:
    page = [*DATED, "", SENTENCE, "", LINE, LINE, *BODY, *TAIL]
    assert (field("title", *page), text_of(*page)) == (SENTENCE, TEXT)


def test_date_line_within_the_text_is_none_where_the_articles_own_is_missing() -> None:
    body = [*BODY[:1], "So stand es am Tor:", "03 April 1924, 14:54", *BODY[1:]]
    page = [*HEAD, "Kultur", TITLE, *body, *TAIL]
    assert (field("title", *page), text_of(*page)) == (TITLE, [TEXT[0], *body[1:]])
    assert field("date_published", *page) is None


PROSE = f"{BODY[2].removesuffix('.')}, während unter ihr die letzten Boote an Land gezogen wurden."


@pytest.mark.parametrize(
    "labels", [("Projekte", "Staatsorgane"), ("Staatsorgane", "Kultur"), ("Projekte", PROSE, "Kultur")]
)
def test_prose_above_a_date_line_with_two_labels_stays(labels: tuple[str, ...]) -> None:
    lines = [PROSE, *labels, "18 April 2024, 10:05", *TEXT]
    assert (text_of(*lines), cleaned(*lines).audit) == (lines, [])


@pytest.mark.parametrize("place", [0, 2, 5])
@pytest.mark.parametrize("body", [BODY, TEXT])
def test_notice_above_the_date_of_a_page_goes_to_the_audit(place: int, body: list[str]) -> None:
    page = [*DATED[:place], PROSE, *DATED[place:], TITLE, *body]
    assert (field("title", *page), text_of(*page)) == (TITLE, TEXT)
    assert rules_of(PROSE, *page) == ["de.head.unknown"]


def test_notice_above_two_labels_goes_to_the_audit_where_a_dateline_stands_below() -> None:
    page = [PROSE, *DATED[4:], TITLE, *BODY]
    assert (field("title", *page), text_of(*page)) == (TITLE, TEXT)


@pytest.mark.parametrize("last", ["Abonnieren Sie uns auf", "Letzte Nachrichten aus Belarus"])
def test_date_line_at_the_top_of_a_text_and_a_label_at_its_end_stay(last: str) -> None:
    lines = ["18 April 2024, 10:05", PROSE, *TEXT, last]
    assert (text_of(*lines), cleaned(*lines).audit) == (lines, [])
    page = [lines[0], TITLE, *lines[1:]]
    assert (field("title", *page), text_of(*page)) == (TITLE, [PROSE, *TEXT])


CHINESE = (
    "最受关注的是一款可以远程操控的小型拖拉机。它只有一张书桌那么大，专门用于温室和果园，充电两小时便能连续工作一整天。"
)


def test_chinese_prose_among_labels_stays_though_it_has_as_few_characters_as_a_label() -> None:
    lines = ["专题", CHINESE, "便民信息", CHINESE.replace("拖拉机", "收割机"), "全部新闻", CHINESE]
    result = clean(Page("text", "page.txt", "\n\n".join(lines).encode()), Options(edition="zh"))
    assert result.article is not None
    assert (result.article.text.split("\n\n"), result.audit) == (lines, [])


def test_embed_address_is_neither_title_nor_caption() -> None:
    embed = "https://www.youtube.com/embed/abc"
    page = [*DATED, TITLE, embed, LINE, LINE, embed, *BODY, *TAIL]
    assert (field("title", *page), field("captions", *page), text_of(*page)) == (TITLE, [LINE], TEXT)
    assert rules_of(embed, *page) == ["body.embed"] * 2


def test_title_that_goes_on_in_a_second_line_is_one() -> None:
    page = [*DATED, "Glocken über der Düna", "und anderswo", "", *BODY, *TAIL]
    assert field("title", *page) == "Glocken über der Düna und anderswo"
