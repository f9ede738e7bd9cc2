"""Pages that are no article, of each edition, and why they are none."""

from __future__ import annotations

from collections.abc import Callable

from tests.factory.page_looks import chrome, seen
from tests.factory.sample_articles import stories
from tests.factory.text_dump import dump_of


def head(edition: str) -> str:
    """The chrome above an article of 2024, up to the link to the list."""
    link = chrome(edition)["list_link"]
    return dump_of(stories(edition)[0], seen(edition, 5)).text.split(link)[0] + f"{link}\n" * 2


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

_EVERYWHERE: dict[str, tuple[str, Callable[[str], str]]] = {
    "front-page": ("front_page", front_page),
    "list": ("list_page", lambda edition: head(edition) + timed_list(edition)),
    "old-list": ("list_page", yearless_list),
    "search-page": ("search_page", search_page),
    "error-page": ("error_page", error_page),
    "no-text": ("no_text", head),
}

_GERMAN: dict[str, tuple[str, str]] = {
    "empty": ("empty", ""),
    "blank-lines": ("empty", "\n \n\u00a0\n\u200b\n"),
    "front-page": (
        "front_page",
        (
            "Projekte\nStaatsorgane\nflag Freitag, 19 April 2024\nAlle Nachrichten\nAlle Nachrichten\n"
            "Ein Archiv für Dorfglocken öffnet in Lida\nZwölf Glocken sind schon angekommen, eine ist aus Holz.\n"
            "Nachrichtenagentur Nachrichten von Belarus heute\nZiegen im Bürgerbüro\nSie blieben bis Mittag.\n"
        ),
    ),
    "list": (
        "list_page",
        (
            "Nachrichten\n28\n.05.25\n11:54\nPolitik\nAusschuss lobt neue Wegweiser\nSie zeigen in beide Richtungen.\n"
            "11:39\nKultur\nChor singt rückwärts\nDas Publikum klatschte.\n11:02\nSport\nSackhüpfen wird Schulfach\n"
            "Die Säcke kommen aus Orscha.\n"
        ),
    ),
    "error-page": ("error_page", "404\nDie Seite wurde nicht gefunden\nZurück zur Startseite\n"),
    "search-page": (
        "search_page",
        "Suchergebnisse\nGlocke\nGefunden: 2\nGlocken über der Düna\nDie Glocke von Lida\n",
    ),
    "no-text": (
        "no_text",
        (
            "Projekte\nStaatsorgane\nflag Freitag, 19 April 2024\nAlle Nachrichten\nAlle Nachrichten\nKultur\n"
            "18 April 2024, 10:05\n\nEine Überschrift, der nichts folgt\n\n"
            "Abonnieren Sie uns auf\nTwitter\nLetzte Nachrichten aus Belarus\n"
        ),
    ),
    "short-note": ("no_text", "Das Video zeigt den Umzug der Laternen am Flussufer.\n"),
}


def no_articles(edition: str) -> dict[str, tuple[str, str]]:
    """The edition's fixtures of that kind: name, reason, text."""
    if edition == "de":
        return _GERMAN
    return {name: (reason, text_of(edition)) for name, (reason, text_of) in _EVERYWHERE.items()}
