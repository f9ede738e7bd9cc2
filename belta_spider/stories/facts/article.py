"""What one article says that survives translation: its facts, each on its own, so that they can be kept."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

import msgspec
import regex

from belta_spider.editions.edition import Edition, Editions
from belta_spider.items import Article
from belta_spider.stories.facts.concepts import concepts_of
from belta_spider.stories.facts.countries import countries_of
from belta_spider.stories.facts.figures import TELLING, reader_of, telling
from belta_spider.stories.facts.names import names_of
from belta_spider.stories.facts.sounds import ear_of

_WORD = regex.compile(r"[^\W\d_]{5,}")
_LATIN = regex.compile(r"[A-Za-z][A-Za-z0-9-]{2,}")
_HEARD, _LEAST_HEARD = 5, 3
"""Consonants of a longer word that are compared, and how many it must have."""
_CHARACTER = 3
"""Letters for which a character stands."""
_LEAST_NAME = 2  # consonants: one is no name's sound


class Facts(msgspec.Struct):
    """The facts of one article."""

    id: str
    edition: str
    hours: float
    """The publication, in hours since 1970."""
    title: str
    section: str
    figures: dict[float, str]
    scores: set[str]
    dates: set[tuple[int, int]]
    top_figures: set[float]
    """Of the title and the first paragraph."""
    top_scores: set[str]
    top_dates: set[tuple[int, int]]
    title_figures: set[float]
    """Of the title, those that say much."""
    names: dict[str, str]
    """Code to printed form."""
    openers: set[str]
    """Codes that may only open a sentence."""
    runs: list[str]
    """Runs of characters that may write foreign names."""
    syllables: dict[str, str]
    """The runs as they sound: sound to run."""
    countries: set[str]
    words: set[str]
    """Longer words as they sound."""
    title_words: set[str]
    concepts: set[str]
    """What title and first paragraph are about."""
    title_concepts: set[str]
    latin: set[str]
    """Words in Latin letters amid another script."""
    length: float
    day: str | None
    """The dateline's."""
    place: str
    """The dateline's, as it sounds."""
    pictures: set[str]
    quotes: int

    @property
    def order(self) -> tuple[float, str]:
        """By the time of publication, then by id."""
        return (self.hours, self.id)


def hours_of(article: Article) -> float | None:
    """Return the time of publication in hours since 1970; None for an article without one."""
    try:
        return datetime.fromisoformat(article.date_published or "").timestamp() / 3600
    except ValueError:
        return None


class FactReader:
    """Reads the facts of articles, each by the words of its edition or of the language that it is in."""

    def __init__(self, editions: Editions):
        self._editions = editions

    def edition_of(self, article: Article) -> Edition | None:
        """Return the edition whose words an article is read by."""
        known = self._editions.by_language.get(article.language)
        return known or self._editions.by_code.get(article.edition)

    def read(self, article: Article) -> Facts | None:
        """Return the facts of an article; None where it has no date, or is of no known edition."""
        hours, edition = hours_of(article), self.edition_of(article)
        if hours is None or edition is None:
            return None
        title = article.title or ""
        top = f"{title}\n{article.text.partition(chr(10))[0]}"
        whole = f"{title}\n{article.text}"
        at_top = reader_of(edition).read(top)
        names, openers = names_of(edition).read(whole)
        figures = reader_of(edition).read(whole)
        runs = names_of(edition).runs(whole)
        return Facts(
            figures=figures.values,
            scores=figures.scores,
            dates=figures.dates,
            id=article.id,
            edition=article.edition,
            hours=hours,
            title=title,
            section=article.section or "",
            top_figures=set(at_top.values),
            top_scores=at_top.scores,
            title_figures={value for value in reader_of(edition).read(title).values if telling(value) >= TELLING},
            top_dates=at_top.dates,
            names={code: word for code, word in {**names, **openers}.items() if len(code) >= _LEAST_NAME},
            openers=set(openers),
            runs=runs,
            syllables={sound: run for run in reversed(runs) if (sound := names_of(edition).sound(run))},
            concepts=concepts_of(edition).read(top),
            title_concepts=concepts_of(edition).read(title),
            latin=_latin_words(whole, edition),
            countries=countries_of(edition).read(whole),
            words=_heard_words(whole, edition),
            title_words=_heard_words(title, edition),
            length=float(len(article.text) * (_CHARACTER if edition.stories.characters else 1)),
            day=article.dateline.date,
            place=ear_of(edition).code(article.dateline.place or "") if edition.stories.sounds else "",
            pictures={one.url.rpartition("/")[2] for one in article.images},
            quotes=sum(whole.count(mark) for mark in "“„«") + whole.count('"') // 2,
        )


def _latin_words(text: str, edition: Edition) -> set[str]:
    """What a text in another script writes in Latin letters."""
    is_latin = not edition.stories.characters and not _is_other_script(edition)
    return set() if is_latin else {word.lower() for word in _LATIN.findall(text)}


@lru_cache(maxsize=64)
def _is_other_script(edition: Edition) -> bool:
    return any(regex.search(r"\p{Cyrillic}", letters) for letters, _ in edition.stories.sounds)


def _heard_words(text: str, edition: Edition) -> set[str]:
    if edition.stories.characters:
        return set()
    ear = ear_of(edition)
    codes = (ear.code(word)[:_HEARD] for word in set(_WORD.findall(text)))
    return {code for code in codes if len(code) >= _LEAST_HEARD}
