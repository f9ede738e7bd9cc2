"""How the other editions than the German one are captured: which article in which look makes which fixture.

Articles are taken by their kind, so that one table serves all editions; what one edition alone
prints stands below it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from tests.factory.expected import expected
from tests.factory.golden_files import moved
from tests.factory.page_looks import MINSK
from tests.factory.text_dump import Dress, Dressed, Story, chrome, dress, is_wrappable, related_from, seen, stories

EDITIONS = ("be", "en", "es", "pl", "ru", "zh")
EMBED = "https://www.youtube.com/embed/Zw3sAmple"
LONG = 30

KINDS: dict[str, Callable[[Story], bool]] = {
    "dateline": lambda one: one.dateline,
    "captions": lambda one: one.dateline and len(one.captions) > 1,
    "credits": lambda one: one.dateline and bool(one.credits),
    "plain": lambda one: not one.dateline and len(one.paragraphs) < LONG,
    "long": lambda one: len(one.paragraphs) > LONG,
    "list": lambda one: any(text.endswith((";", "\uff1b")) for text in one.paragraphs),
    "trap": lambda one: one.dateline and any(text in chrome_words(one.edition) for text in one.paragraphs),
    "wrappable": lambda one: one.dateline and is_wrappable(one),
}

# File, kind of article, layout, what differs from the layout's usual look.
EVERYWHERE: list[tuple[str, str, int, dict[str, Any]]] = [
    ("layout1-desktop", "captions", 1, {}),
    ("layout1-no-blank-lines", "plain", 1, {"gaps": "none", "parting": "single", "tail_gap": False}),
    ("layout2-mobile", "dateline", 2, {}),
    ("layout2-caption-run", "captions", 2, {"captions": "run"}),
    ("layout3-degrees-alone", "dateline", 3, {}),
    ("layout3-crlf", "list", 3, {"newline": "\r\n"}),
    ("layout4-weather-words", "captions", 4, {}),
    ("layout4-cold", "dateline", 4, {"weather": -1}),
    ("layout4-single-captions", "captions", 4, {"captions": "single"}),
    ("layout4-opinion", "plain", 4, {"opinion": True}),
    ("layout4-long-read", "long", 4, {}),
    ("layout5-plain", "dateline", 5, {}),
    ("layout5-chrome-in-the-body", "trap", 5, {"parting": "single"}),
    ("layout5-appointments", "list", 5, {}),
    ("layout5-no-section-line", "dateline", 5, {"section_line": False}),
    ("layout5-no-tail", "plain", 5, {"tail": None}),
    ("layout5-no-list-link", "dateline", 5, {"missing": frozenset({"header.list_link"})}),
    ("layout5-photo-report", "plain", 5, {"time_first": True, "title_again": True, "tail": "photo_tail"}),
    ("layout5-end-mark-and-credit", "credits", 5, {"end_mark": "behind"}),
    ("layout5-credit-behind-the-text", "credits", 5, {"end_mark": "glued", "credit": "behind"}),
    ("layout5-read-also", "dateline", 5, {"related": True}),
    ("layout5-embed", "dateline", 5, {"embed": EMBED}),
    ("layout5-blank-runs", "captions", 5, {"gaps": "nine", "spaces": "edges"}),
    ("layout5-no-break-spaces", "dateline", 5, {"gaps": "none", "spaces": "nbsp"}),
    ("layout5-unknown-labels", "dateline", 5, {"unknown_head": True, "unknown_tail": True}),
    ("layout5-other-tail", "dateline", 5, {"tail": "guessed_tail"}),
    ("layout5-top-news", "dateline", 5, {"tail": "top_tail"}),
    ("body-dateline", "dateline", 0, {}),
    ("body-no-dateline", "plain", 0, {"parting": "alternating"}),
    ("body-title-and-captions", "captions", 0, {"bare_title": True, "captions": "pairs"}),
    ("body-repeated-end", "list", 0, {"repeat": 3}),
    ("body-hard-wrapped", "wrappable", 0, {"wrap": True}),
]

# Below all others, which so keep their articles.
ADDED: list[tuple[str, str, int, dict[str, Any]]] = [
    ("layout1-latest-headlines", "dateline", 1, {"tail": "busy_tail"}),
]


def articles(edition: str) -> Iterator[tuple[str, Dressed]]:
    """The names of an edition's fixtures, and the pages."""
    choose = _Chooser(edition)
    yield from _table(edition, choose, EVERYWHERE)
    for number in range(1, len(chrome(edition)["datelines"])):
        look = seen(edition, 5, dateline=number)
        one = choose("dateline", look)
        if one:
            yield f"layout5-dateline-{number}", dress(one, look)
    yield from OWN[edition](choose)
    yield from _table(edition, choose, ADDED)


def _table(
    edition: str, choose: _Chooser, table: list[tuple[str, str, int, dict[str, Any]]]
) -> Iterator[tuple[str, Dressed]]:
    for name, kind, layout, changes in table:
        look = _look(edition, layout, changes)
        one = choose(kind, look) if look else None
        if look and one:
            yield name, dress(one, look)


class _Chooser:
    """Gives the article of a kind that was used least, dated before the look's capture."""

    def __init__(self, edition: str):
        self.edition = edition
        self.used: Counter[str] = Counter()

    def __call__(self, kind: str, look: Dress) -> Story | None:
        fitting = [one for one in stories(self.edition) if KINDS[kind](one)]
        if not fitting:
            return None
        one = min(fitting, key=lambda one: self.used[one.key])
        self.used[one.key] += 1
        weeks = self.used[one.key] - 1
        while look.captured and moved(one, weeks).date.date() > look.captured:
            weeks += 52
        return moved(one, weeks)


def _look(edition: str, layout: int, changes: dict[str, Any]) -> Dress | None:
    """Put in place what the table leaves to the edition; None where the edition has none such."""
    words, looks = chrome(edition), dict(changes)
    if "tail" in looks and looks["tail"] not in {None, "photo_tail"} and looks["tail"] not in words:
        return None
    if looks.get("tail") == "photo_tail" and "photo_tail" not in words:
        looks["tail"] = "tail"
    if "weather" in looks:
        looks["weather"] = tuple(words["weathers"][looks["weather"]])
    if "related" in looks:
        looks["related"] = (related_from(stories(edition)[2]), related_from(stories(edition)[3], glued=False))
    for where in ("unknown_head", "unknown_tail"):
        if where in looks:
            looks[where] = words["foreign_label"]
    return seen(edition, layout, **looks)


def chrome_words(edition: str) -> set[str]:
    """Whole lines of the edition's chrome that stand in articles too."""
    words = chrome(edition)
    weathers = {" ".join(filter(None, (place, text, number + unit))) for place, text, number, unit in words["weathers"]}
    labels = {words["list_link"], *words["head"].values(), *words["tail"].values(), *words["sections"].values()}
    return labels | weathers | set(words["networks"])


# What one edition alone prints


def _reprinted(page: Dressed, rule: str, before: str, after: str) -> Dressed:
    """The page with other words in the lines of one rule."""
    audit = []
    text = page.text
    for line, column, name, into, piece in page.audit:
        printed = piece.replace(before, after) if name.endswith(rule) else piece
        text = text.replace(piece, printed, 1) if printed != piece else text
        audit.append((line, column, name, into, printed))
    assert text != page.text, f"{before!r} does not stand in {rule}"
    return replace(page, text=text, audit=audit)


def _dated(one: Story, moment: str) -> Story:
    date = datetime.fromisoformat(moment).replace(tzinfo=MINSK)
    return replace(one, date=date, dateline_day=date.date())


def _with_dateline(page: Dressed, **changes: str | None) -> Dressed:
    return replace(page, record=page.record | {"dateline": page.record["dateline"] | changes})


def _amp(one: Story) -> Dressed:
    """A page for readers on a slow line: title, day and hour, body."""
    body = dress(one, seen(one.edition, 0, parting="single"))
    moment = one.date.strftime("%Y-%m-%d %H:%M")
    record = expected(one, Dress(1, section_line=False, captions="none"))
    audit = [
        (1, 0, f"{one.edition}.header.title", "title", one.title),
        (3, 0, f"{one.edition}.header.date", "date_published", moment),
        *((line + 3, *others) for line, *others in body.audit),
    ]
    return Dressed(f"{one.title}\n\n{moment}\n{body.text}", record, audit)


def _with_footer(page: Dressed, rule: str, line: str) -> Dressed:
    """A fragment of the site's furniture at the end of a body that was captured alone."""
    number = page.text.count("\n") + 1
    entry = (number, 0, rule, None, line)
    return replace(page, text=f"{page.text}{line}\n", audit=[*page.audit, entry])


def _russian(choose: _Chooser) -> Iterator[tuple[str, Dressed]]:
    bare, full = seen("ru", 0), seen("ru", 5)
    yield "amp", _amp(_one(choose, "credits", bare))
    yield "amp-morning", _amp(_dated(_one(choose, "dateline", bare), "2010-07-03T08:05"))
    footer = "- размещаются материалы рекламно-информационного характера."
    yield "body-footer", _with_footer(dress(_one(choose, "plain", bare), bare), "ru.body.furniture", footer)
    yield "layout5-winter-time", dress(_dated(_one(choose, "dateline", full), "2010-01-14T11:21"), full)


def _belarusian(choose: _Chooser) -> Iterator[tuple[str, Dressed]]:
    look = seen("be", 5, label="Сцяг")
    page = dress(_dated(_one(choose, "dateline", look), "2023-05-21T12:30"), look)
    page = _reprinted(_reprinted(page, "header.date", "мая", "траўня"), "body.dateline", "мая", "траўня")
    raw = page.record["dateline"]["raw"].replace("мая", "траўня")
    yield "layout5-other-word-for-may", _with_dateline(page, raw=raw)


def _english(choose: _Chooser) -> Iterator[tuple[str, Dressed]]:
    look = seen("en", 5, tail="photo_tail", time_first=True)
    one = next(one for one in stories("en") if one.section == "society" and not one.dateline)
    page = _reprinted(dress(moved(one, 70), look), "header.section", "Society", "Daily Snapshot")
    yield (
        "layout5-daily-snapshot",
        replace(page, record=page.record | {"section": "photonews", "section_title": "Daily Snapshot"}),
    )
    bare = seen("en", 0)
    page = dress(_one(choose, "dateline", bare), bare)
    raw, place = page.record["dateline"]["raw"], page.record["dateline"]["place"]
    page = _reprinted(page, "body.dateline", raw, f"{place} (BelTA) –")
    yield "body-dateline-without-a-day", _with_dateline(page, raw=f"{place} (BelTA) –")
    page = dress(_one(choose, "dateline", bare), bare)
    yield "body-project", _with_footer(page, "en.body.project", "NUCLEAR POWER IN BELARUS AND WORLDWIDE")


def _polish(choose: _Chooser) -> Iterator[tuple[str, Dressed]]:
    bare = seen("pl", 0)
    page = dress(_one(choose, "dateline", bare), bare)
    yield "body-project", _with_footer(page, "pl.body.project", "ENERGIA ATOMOWA")


def _spanish(choose: _Chooser) -> Iterator[tuple[str, Dressed]]:
    look = seen("es", 5)
    page = dress(_dated(_one(choose, "dateline", look), "2021-09-05T09:12"), look)
    yield "layout5-misspelt-month", _reprinted(page, "header.date", "Septiembre", "Septriembre")


def _chinese(choose: _Chooser) -> Iterator[tuple[str, Dressed]]:
    look = seen("zh", 5)
    page = dress(_dated(_one(choose, "dateline", look), "2019-04-19T13:04"), look)
    yield "layout5-english-month", _reprinted(page, "header.date", "四月", "April")
    page = dress(_one(choose, "dateline", look), look)
    raw = page.record["dateline"]["raw"]
    after = f"{raw}记者林溪月报道。"
    page = _with_dateline(_reprinted(page, "body.dateline", raw, after), raw=after)
    yield "layout5-reporter-after-the-dateline", replace(page, record=page.record | {"authors": ["林溪月"]})


def _one(choose: _Chooser, kind: str, look: Dress) -> Story:
    one = choose(kind, look)
    assert one is not None
    return one


OWN: dict[str, Callable[[_Chooser], Iterator[tuple[str, Dressed]]]] = {
    "be": _belarusian,
    "en": _english,
    "es": _spanish,
    "pl": _polish,
    "ru": _russian,
    "zh": _chinese,
}


# Pages that are no article


def head(edition: str) -> str:
    """The chrome above an article of 2024, up to the link to the list."""
    link = chrome(edition)["list_link"]
    return dress(stories(edition)[0], seen(edition, 5)).text.split(link)[0] + f"{link}\n" * 2


def items(edition: str, form: Callable[[str, str, str], str]) -> str:
    """Some items of a list, each of section, title and lead."""
    words = chrome(edition)["sections"]
    listed = stories(edition)[:6]
    return "\n".join(form(words[one.section], one.title, one.paragraphs[0]) for one in listed) + "\n"


def front_page(edition: str) -> str:
    return head(edition) + items(edition, lambda section, title, lead: f"{title}\n{lead}")


def timed_list(edition: str) -> str:
    return "28\n.05.25\n" + items(edition, lambda section, title, lead: f"11:39\n{section}\n{title}\n{lead}")


def yearless_list(edition: str) -> str:
    month = chrome(edition)["months"][7]
    return items(edition, lambda section, title, lead: f"{title}\n7 {month}, 15:01\n{lead}")


def dated_list(edition: str) -> str:
    words = chrome(edition)
    form = words.get("date", "{day:02} {month} {year}, {time}")
    dates = (form.format(day=day, month=words["months"][7], year=2021, time="15:01") for day in range(9, 0, -1))
    return items(edition, lambda section, title, lead: f"{section}\n{next(dates)}\n{title}")


def search_page(edition: str) -> str:
    titles = items(edition, lambda section, title, lead: title)
    return f"{head(edition)}{NOTICES['search_page'][edition]}\n{titles}"


def error_page(edition: str) -> str:
    return f"404\n{NOTICES['error_page'][edition]}\n"


NOTICES = {
    "search_page": {
        "be": "Вынікі пошуку",
        "de": "Suchergebnisse",
        "en": "Search results",
        "es": "Resultados de la búsqueda",
        "pl": "Wyniki wyszukiwania",
        "ru": "Результаты поиска",
        "zh": "搜索结果",
    },
    "error_page": {
        "be": "Старонка не знойдзена",
        "de": "Seite nicht gefunden",
        "en": "Page not found",
        "es": "Página no encontrada",
        "pl": "Strona nie znaleziona",
        "ru": "Страница не найдена",
        "zh": "页面未找到",
    },
}

NO_ARTICLES: dict[str, tuple[str, Callable[[str], str]]] = {
    "front-page": ("front_page", front_page),
    "list": ("list_page", lambda edition: head(edition) + timed_list(edition)),
    "old-list": ("list_page", yearless_list),
    "search-page": ("search_page", search_page),
    "error-page": ("error_page", error_page),
    "no-text": ("no_text", head),
}
