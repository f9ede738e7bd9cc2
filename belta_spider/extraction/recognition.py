"""Which edition a page is of, and what kind of page it is, where no address tells."""

from __future__ import annotations

import regex

from belta_spider import datelines
from belta_spider.dates import read_date
from belta_spider.editions import Edition, Editions
from belta_spider.languages import detect
from belta_spider.lines import Line

_TOP, _BOTTOM = 25, 45
_SAMPLE_LINES = 12
_DATED_LINES = 3
_LIST_LINE = regex.compile(
    r"[0-9]{1,2}:[0-9]{2}|\.[0-9]{2}\.[0-9]{2}(?:[0-9]{2})?|[0-9]{1,2}\.? \p{L}+\.?, [0-9]{1,2}:[0-9]{2}"
)


def edition_of(lines: list[Line], editions: Editions) -> Edition | None:
    """Tell the edition by the chrome; by the language where chrome is missing or shared."""
    edge = lines if len(lines) <= _TOP + _BOTTOM else [*lines[:_TOP], *lines[-_BOTTOM:]]
    scores = _scores(edge, editions)
    best = max(scores.values(), default=0)
    among = [editions.by_code[code] for code, score in scores.items() if score == best]
    if best > 1 and len(among) == 1:
        return among[0]
    language = detect(
        " ".join(line.text for line in lines[-_SAMPLE_LINES:] if len(line.text) > 60)
        or " ".join(line.text for line in lines)
    )[0]
    spoken = editions.by_language.get(language)
    if best <= 1:
        return spoken or (among[0] if len(among) == 1 else _by_dateline(lines, editions))
    return spoken if spoken in among else among[0]


def _scores(lines: list[Line], editions: Editions) -> dict[str, int]:
    """How many different rules of each edition take a line at the page's edges."""
    found: dict[str, set[str]] = {}
    for line in lines:
        for edition, rule in editions.by_label.get(line.text.casefold(), ()):
            found.setdefault(edition.code, set()).add(rule.name)
        if len(line.text) < 60 and regex.search(r"[0-9]{4}", line.text):
            for edition in editions.by_code.values():
                for name in _dated(line.text, edition):
                    found.setdefault(edition.code, set()).add(name)
    return {code: len(names) for code, names in found.items()}


def _dated(text: str, edition: Edition) -> list[str]:
    """The rules of an edition that read a day or a date in the line, and know its words."""
    names = []
    day = edition.shaped("capture_day")
    parts = day.match(text)
    if parts:
        names.append(day.name)
        if (parts.get("weekday") or "").casefold() in edition.weekdays:
            names.append(f"{day.name}.weekday")
    parts = read_date(text, edition)
    if parts:
        names.append(edition.shaped("date").name)
        if edition.section_slug(parts.get("section") or ""):
            names.append(edition.shaped("section").name)
    return names


def _by_dateline(lines: list[Line], editions: Editions) -> Edition | None:
    return next((one for one in editions.by_code.values() if datelines.search(lines, one) is not None), None)


def kind_of_page(lines: list[Line], edition: Edition) -> str | None:
    """Why a page without a publication date is no article, None where it may be one."""
    for kind, labels in edition.pages.items():
        if any(line.text.casefold() in labels for line in lines):
            return kind
    if sum(1 for line in lines if _LIST_LINE.fullmatch(line.text)) >= _DATED_LINES:
        return "list_page"
    return None
