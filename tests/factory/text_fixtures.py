"""The fixtures that are text: which article in which look makes which file.

German articles are named one by one; of the other editions they are taken by their kind, so that one table
serves all of them. What one edition alone prints stands in `edition_pages`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

from tests.factory.chosen_articles import Chooser
from tests.factory.edition_pages import OWN
from tests.factory.page_looks import Look, chrome, related_from, seen
from tests.factory.sample_articles import moved, stories, story
from tests.factory.text_dump import TextDump, dump_of

EMBED = "https://www.youtube.com/embed/Zw3sAmple"

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

# The German ones, each of an article by its key. File, article, layout, what differs from the layout's usual look.
GERMAN: list[tuple[str, str, int, dict[str, Any]]] = [
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

# Below all others, which so keep their articles.
ADDED: list[tuple[str, str, int, dict[str, Any]]] = [
    ("layout1-latest-headlines", "dateline", 1, {"tail": "busy_tail"}),
]


def articles(edition: str) -> Iterator[tuple[str, TextDump]]:
    """The names of an edition's fixtures, and the pages."""
    choose = Chooser(edition)
    if edition == "de":
        yield from _named(edition, GERMAN)
    else:
        yield from _table(edition, choose, EVERYWHERE)
        yield from _datelines(edition, choose)
    yield from OWN[edition](choose)
    if edition != "de":
        yield from _table(edition, choose, ADDED)


def _named(edition: str, table: list[tuple[str, str, int, dict[str, Any]]]) -> Iterator[tuple[str, TextDump]]:
    used: Counter[str] = Counter()
    for name, key, layout, changes in table:
        one = moved(story(edition, key), used[key])
        used[key] += 1
        yield name, dump_of(one, seen(edition, layout, **_looks(edition, changes)))


def _looks(edition: str, changes: dict[str, Any]) -> dict[str, Any]:
    """Put what a table names in place: a weather by its number, read-also blocks by the article's key."""
    looks = dict(changes)
    if isinstance(looks.get("weather"), int):
        looks["weather"] = tuple(chrome(edition)["weathers"][looks["weather"]])
    if "related" in looks:
        keys = looks["related"]
        looks["related"] = tuple(related_from(story(edition, key.lstrip("-")), glued=key[0] != "-") for key in keys)
    return looks


def _datelines(edition: str, choose: Chooser) -> Iterator[tuple[str, TextDump]]:
    for number in range(1, len(chrome(edition)["datelines"])):
        look = seen(edition, 5, dateline=number)
        one = choose("dateline", look)
        if one:
            yield f"layout5-dateline-{number}", dump_of(one, look)


def _table(
    edition: str, choose: Chooser, table: list[tuple[str, str, int, dict[str, Any]]]
) -> Iterator[tuple[str, TextDump]]:
    for name, kind, layout, changes in table:
        look = _look(edition, layout, changes)
        one = choose(kind, look) if look else None
        if look and one:
            yield name, dump_of(one, look)


def _look(edition: str, layout: int, changes: dict[str, Any]) -> Look | None:
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
