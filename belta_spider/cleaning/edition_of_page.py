"""Which edition a page is of, where no address tells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import regex

from belta_spider.cleaning.draft import Reading
from belta_spider.editions import Edition, Editions, datelines
from belta_spider.editions.rules import label_key, remembered
from belta_spider.text.languages import UNDETERMINED, detect
from belta_spider.text.lines import Line
from belta_spider.text.lookalikes import as_it_looks

_ELSEWHERE = "en"
"""Whose edition reads other sites' pages in a language that no edition has: the record says which it is."""
_WORD = regex.compile(r"[\p{L}\p{M}]+")
_NUMERIC = regex.compile(r"[0-9]\.[0-9]{1,2}\.[0-9]{4}|[0-9]{4}-[0-9]{2}")
_YEAR = regex.compile("[0-9]{4}")
_COLON = regex.compile("[:\uff1a]")


def tell(reading: Reading, lines: list[Line]) -> Edition | None:
    """The address decides, then the run's own word, then the chrome, then the language."""
    if reading.address:
        return reading.address.edition
    if reading.asked_edition:
        return reading.editions.by_code[reading.asked_edition]
    spoken = _spoken(lines, reading.editions) if reading.is_foreign else None
    edition = reading.editions.by_language.get(spoken) if spoken else edition_of(lines, reading.editions)
    return edition or (reading.editions.by_language.get(_ELSEWHERE) if reading.is_foreign else None)


def _spoken(lines: list[Line], editions: Editions) -> str | None:
    """The language that most of another site's longer lines are in: one glued footer is not most."""
    limits = editions.limits
    votes: Counter[str] = Counter()
    longer = [line.text for line in lines if len(line.text) > limits.label_length][: limits.language_lines]
    for text in longer:
        votes[detect(text[: limits.language_sample])[0]] += min(len(text), limits.language_sample)
    del votes[UNDETERMINED]
    return votes.most_common(1)[0][0] if votes else None


def edition_of(lines: list[Line], editions: Editions) -> Edition | None:
    """Tell the edition by the chrome; by the language where chrome is missing or shared."""
    limits = editions.limits
    top, bottom = limits.edition_top, limits.edition_bottom
    edge = lines if len(lines) <= top + bottom else [*lines[:top], *lines[-bottom:]]
    scores = _scores(edge, editions)
    best = max(scores.values(), default=(0, 0))
    among = [editions.by_code[code] for code, score in scores.items() if score == best]
    is_witnessed = best[1] > 1
    if is_witnessed and len(among) == 1:
        return among[0]
    language = detect(
        " ".join(line.text for line in lines[-limits.edition_sample :] if len(line.text) > limits.label_length)
        or " ".join(line.text for line in lines)
    )[0]
    spoken = editions.by_language.get(language)
    if is_witnessed:
        return spoken if spoken in among else among[0]
    if spoken or len(among) == 1:
        return spoken or among[0]
    return next((one for one in editions.by_code.values() if datelines.search(lines, one) is not None), None)


def _scores(lines: list[Line], editions: Editions) -> dict[str, tuple[int, int]]:
    """How many different rules of each edition take a line at the page's edges: those of it alone, and all.

    Editions share labels, and the Chinese one prints the English day.
    """
    own: dict[str, set[str]] = {}
    found: dict[str, set[str]] = {}
    most = editions.limits.edition_line
    for line in lines:
        claims = _claims(line.text, editions) if len(line.text) <= most else {}
        for code, names in claims.items():
            found.setdefault(code, set()).update(names)
            if len(claims) == 1:
                own.setdefault(code, set()).update(names)
    return {code: (len(own.get(code, ())), len(names)) for code, names in found.items()}


@remembered
def _claims(text: str, editions: Editions) -> dict[str, list[str]]:
    """The rules of each edition that know a line by its words."""
    text = as_it_looks(text)
    claims: dict[str, list[str]] = {}
    for edition, rule in editions.by_label.get(label_key(text), ()):
        claims.setdefault(edition.code, []).append(rule.name)
    if len(text) < editions.limits.label_length and _YEAR.search(text):
        for edition in _may_date(text, editions):
            names = _dated(text, edition)
            if names:
                claims.setdefault(edition.code, []).extend(names)
    return claims


def _may_date(text: str, editions: Editions) -> Iterable[Edition]:
    """The editions that know a month or a weekday of the line; all, where the month is a number."""
    if _NUMERIC.search(text):
        return editions.by_code.values()
    words = _WORD.findall(text.casefold())
    codes = dict.fromkeys(code for word in words for code in editions.by_date_word.get(word, ()))
    return [editions.by_code[code] for code in codes]


def _dated(text: str, edition: Edition) -> list[str]:
    """The rules of an edition that read a day, or with its hour a date, in the edition's own words."""
    shape = "date" if _COLON.search(text) else "capture_day"
    rule = edition.shaped(shape)
    parts = rule.match(text)
    if not parts:
        return []
    names = []
    if (parts.get("month") or "").casefold() in edition.months:
        names.append(rule.name)
    if (parts.get("weekday") or "").casefold() in edition.weekdays:
        names.append(f"{rule.name}.weekday")
    if edition.section_slug(parts.get("section") or ""):
        names.append(edition.shaped("section").name)
    return names
