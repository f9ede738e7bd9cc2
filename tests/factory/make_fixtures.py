"""Write the fixtures anew: `python -m tests.factory.make_fixtures`. Those of other editions are in text_fixtures.py.

Each page is a fictional article of tests/factory/articles in one dress, or a page that is no article. The
expected record beside it comes from the article and the dress (tests/factory/expected.py), not from the
cleaner: where `scrapy golden` shows a difference, one of the two is wrong.
The two captures of real pages (000, 002) are not made here and stay as they are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from tests.factory import text_fixtures
from tests.factory.golden_files import moved, outcome, write
from tests.factory.text_dump import Dressed, chrome, dress, related_from, seen, stories, story

EDITION = "de"
EMBED = "https://www.youtube.com/embed/Zw3sAmple"

# File, article, layout, what differs from the layout's usual look.
ARTICLES: list[tuple[str, str, int, dict[str, Any]]] = [
    ("layout1-desktop", "roggen-region", 1, {}),
    ("layout1-captions", "museum-uhren", 1, {"end_mark": "own"}),
    ("layout1-no-dateline", "stau-igel", 1, {}),
    ("layout1-no-blank-lines", "konferenz-moore", 1, {"gaps": "none", "parting": "single", "tail_gap": False}),
    ("layout1-read-also", "newyork-briefmarken", 1, {"related": ("eishockey-lida",)}),
    ("layout2-mobile", "newyork-briefmarken", 2, {}),
    ("layout2-caption-run", "museum-uhren", 2, {"captions": "run", "gaps": "nine"}),
    ("layout2-no-dateline", "frage-mittagsschlaf", 2, {}),
    ("layout2-carriage-returns", "schach-bobruisk", 2, {"newline": "\r"}),
    ("layout2-embed", "roggen-region", 2, {"embed": EMBED}),
    ("layout3-zero-degrees", "bruecke-pripjat", 3, {"captured": date(2020, 11, 2)}),
    ("layout3-negative-degrees", "silvester-lauf", 3, {"captured": date(2020, 1, 5), "weather": 4}),
    ("layout3-no-services", "ausschuss-baeume", 3, {"captured": date(2020, 6, 12), "head": ("projects", "government")}),
    ("layout3-no-capture-day", "kuerbis-wiege", 3, {"captured": None}),
    ("layout3-no-weather", "schach-bobruisk", 3, {"captured": date(2020, 2, 1), "weather": None}),
    ("layout3-dateline-five-days-off", "konferenz-moore", 3, {"captured": date(2020, 3, 9)}),
    ("layout4-weather-words", "glocken-polozk", 4, {"captured": date(2021, 9, 24), "weather": 2}),
    ("layout4-cyrillic-degree-letter", "feuerwehr-storch", 4, {"captured": date(2022, 12, 3), "weather": 3}),
    ("layout4-dateline-of-december", "silvester-lauf", 4, {"captured": date(2022, 1, 14), "weather": 5}),
    ("layout4-long-read", "schmalspur-lesestueck", 4, {"captured": date(2023, 9, 20)}),
    ("layout4-single-captions", "theater-premiere", 4, {"captured": date(2022, 12, 1), "captions": "single"}),
    ("layout4-appointments", "forst-ernennungen", 4, {"captured": date(2022, 4, 2), "label": "flag"}),
    ("layout4-opinion", "bibliotheken-meinung", 4, {"captured": date(2021, 5, 4), "opinion": True}),
    ("layout4-captured-too-early", "delegation-peking", 4, {"captured": date(2021, 9, 24)}),
    ("layout5-plain", "traktor-schau", 5, {}),
    ("layout5-network-x", "energie-digest", 5, {"captured": date(2025, 2, 8), "network": "X"}),
    ("layout5-no-network", "moskau-fahrplan", 5, {"captured": date(2025, 1, 2), "network": ""}),
    ("layout5-chrome-in-the-body", "winterwetter-rueckblick", 5, {}),
    ("layout5-single-newlines", "satellit-ernte", 5, {"captured": date(2024, 8, 1), "parting": "single"}),
    ("layout5-alternating-newlines", "residenz-tag", 5, {"captured": date(2025, 6, 3), "parting": "alternating"}),
    ("layout5-blank-runs", "eishockey-lida", 5, {"gaps": "nine", "tail_gap": False}),
    ("layout5-blank-lines-with-spaces", "delegation-peking", 5, {"gaps": "spaced", "spaces": "edges"}),
    ("layout5-no-break-spaces", "schulen-ernennungen", 5, {"captured": date(2026, 1, 20), "spaces": "nbsp"}),
    ("layout5-read-also-glued", "feuerwehr-storch", 5, {"related": ("kuerbis-wiege", "stau-igel")}),
    ("layout5-read-also-twice", "glocken-polozk", 5, {"related": ("-silvester-lauf",), "end_mark": "own"}),
    ("layout5-embed", "ausschuss-baeume", 5, {"embed": EMBED}),
    ("layout5-end-mark-and-credit", "bruecke-pripjat", 5, {"end_mark": "behind"}),
    ("layout5-credit-behind-the-text", "theater-premiere", 5, {"end_mark": "glued", "credit": "behind"}),
    ("layout5-repeated-end", "forst-ernennungen", 5, {"repeat": 3}),
    ("layout5-crlf", "museum-uhren", 5, {"newline": "\r\n", "dateline": 2}),
    ("layout5-byte-order-mark", "roggen-region", 5, {"bom": True, "dateline": 4}),
    ("layout5-no-section-line", "newyork-briefmarken", 5, {"section_line": False, "dateline": 3}),
    ("layout5-no-tail", "konferenz-moore", 5, {"tail": None, "dateline": 6}),
    ("layout5-unknown-head-label", "schach-bobruisk", 5, {"unknown_head": "Sonderausgabe"}),
    ("layout5-unknown-tail-label", "frage-mittagsschlaf", 5, {"unknown_tail": "Neuer Kurznachrichtendienst"}),
    ("layout5-photo-report", "stau-igel", 5, {"time_first": True, "title_again": True}),
    ("layout5-line-breaks", "moskau-fahrplan", 5, {"captured": date(2025, 2, 2), "broken": True}),
    ("body-dateline", "satellit-ernte", 0, {"dateline": 1}),
    ("body-no-dateline", "kuerbis-wiege", 0, {}),
    ("body-title-and-captions", "residenz-tag", 0, {"bare_title": True, "captions": "pairs"}),
    ("body-repeated-end", "delegation-peking", 0, {"repeat": 5, "dateline": 5}),
    ("body-hard-wrapped", "eishockey-lida", 0, {"wrap": True}),
    ("body-hard-wrapped-single-newlines", "traktor-schau", 0, {"wrap": True, "parting": "single"}),
    ("body-sub-heads", "schmalspur-lesestueck", 0, {}),
    ("body-end-mark", "ausschuss-baeume", 0, {"end_mark": "behind"}),
    ("body-read-also", "bibliotheken-meinung", 0, {"related": ("glocken-polozk",)}),
    ("layout5-top-news", "ausschuss-baeume", 5, {"captured": date(2026, 2, 5), "tail": "top_tail"}),
    ("layout1-latest-headlines", "glocken-polozk", 1, {"tail": "busy_tail"}),
]

DROPPED = {
    "dropped-empty": ("empty", ""),
    "dropped-blank-lines": ("empty", "\n \n\u00a0\n\u200b\n"),
    "dropped-front-page": (
        "front_page",
        (
            "Projekte\nStaatsorgane\nflag Freitag, 19 April 2024\nAlle Nachrichten\nAlle Nachrichten\n"
            "Ein Archiv für Dorfglocken öffnet in Lida\nZwölf Glocken sind schon angekommen, eine ist aus Holz.\n"
            "Nachrichtenagentur Nachrichten von Belarus heute\nZiegen im Bürgerbüro\nSie blieben bis Mittag.\n"
        ),
    ),
    "dropped-list": (
        "list_page",
        (
            "Nachrichten\n28\n.05.25\n11:54\nPolitik\nAusschuss lobt neue Wegweiser\nSie zeigen in beide Richtungen.\n"
            "11:39\nKultur\nChor singt rückwärts\nDas Publikum klatschte.\n11:02\nSport\nSackhüpfen wird Schulfach\n"
            "Die Säcke kommen aus Orscha.\n"
        ),
    ),
    "dropped-error-page": ("error_page", "404\nDie Seite wurde nicht gefunden\nZurück zur Startseite\n"),
    "dropped-search-page": (
        "search_page",
        "Suchergebnisse\nGlocke\nGefunden: 2\nGlocken über der Düna\nDie Glocke von Lida\n",
    ),
    "dropped-no-text": (
        "no_text",
        (
            "Projekte\nStaatsorgane\nflag Freitag, 19 April 2024\nAlle Nachrichten\nAlle Nachrichten\nKultur\n"
            "18 April 2024, 10:05\n\nEine Überschrift, der nichts folgt\n\n"
            "Abonnieren Sie uns auf\nTwitter\nLetzte Nachrichten aus Belarus\n"
        ),
    ),
    "dropped-short-note": ("no_text", "Das Video zeigt den Umzug der Laternen am Flussufer.\n"),
}


def main() -> None:
    for name, page, data in articles():
        write(EDITION, f"{name}.txt", data, outcome(EDITION, f"{name}.txt", page, data))
    for name, (reason, text) in DROPPED.items():
        write(EDITION, f"{name}.txt", text.encode(), {"dropped": reason})
    for edition in text_fixtures.EDITIONS:
        for name, page in text_fixtures.articles(edition):
            write(edition, f"{name}.txt", page.data, outcome(edition, f"{name}.txt", page, page.data))
        for name, (reason, text_of) in text_fixtures.NO_ARTICLES.items():
            write(edition, f"dropped-{name}.txt", text_of(edition).encode(), {"dropped": reason})


def articles() -> Iterator[tuple[str, Dressed, bytes]]:
    """Each fixture's name, its page, and the bytes as they are saved."""
    used: Counter[str] = Counter()
    for name, key, layout, changes in ARTICLES:
        one = moved(story(EDITION, key), used[key])
        used[key] += 1
        page = dress(one, seen(EDITION, layout, **_looks(changes)))
        yield name, page, page.data
    yield from _in_other_bytes()
    yield "layout5-english-text", *_in_english()


def _looks(changes: dict[str, Any]) -> dict[str, Any]:
    """Put what a table names in place: a weather by its number, read-also blocks by the article's key."""
    looks = dict(changes)
    if isinstance(looks.get("weather"), int):
        looks["weather"] = tuple(chrome(EDITION)["weathers"][looks["weather"]])
    if "related" in looks:
        keys = looks["related"]
        looks["related"] = tuple(related_from(story(EDITION, key.lstrip("-")), glued=key[0] != "-") for key in keys)
    return looks


def _in_other_bytes() -> Iterator[tuple[str, Dressed, bytes]]:
    """Pages that are not the UTF-8 they should be."""
    one = moved(story(EDITION, "winterwetter-rueckblick"), 9)
    page = _repaired(dress(one, seen(EDITION, 5)))
    yield "bytes-cp1252", page, page.text.encode("cp1252")
    page = _repaired(dress(moved(one, 1), seen(EDITION, 4, captured=date(2022, 5, 1))))
    lines = page.text.split("\n")
    latin = max(range(len(lines)), key=lambda index: len(lines[index]) * (not lines[index].isascii()))
    mixed = [line.encode("cp1252" if index == latin else "utf-8") for index, line in enumerate(lines)]
    yield "bytes-mixed", page, b"\n".join(mixed)
    page = _repaired(dress(moved(one, 2), seen(EDITION, 5)))
    yield "bytes-mojibake", page, page.text.encode().decode("cp1252").encode()


def _repaired(page: Dressed) -> Dressed:
    page.record["flags"] = sorted([*page.record["flags"], "encoding_repaired"])
    return page


def _in_english() -> tuple[Dressed, bytes]:
    """An English text on a German page."""
    english = stories("en")[1]
    one = replace(story(EDITION, "residenz-tag"), title=english.title, paragraphs=english.paragraphs, captions=())
    page = dress(moved(one, 5), seen(EDITION, 5, captured=date(2025, 7, 1)))
    page.record["flags"] = sorted([*page.record["flags"], "language_differs"])
    return page, page.data


if __name__ == "__main__":
    main()
