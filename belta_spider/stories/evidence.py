"""What speaks for two articles being one story, and what against: some numbers, each with its name."""

from __future__ import annotations

import math
from typing import NamedTuple

from belta_spider.stories.facts.figures import OF_A_SCORE, are_near, telling
from belta_spider.stories.facts.sounds import Near, nearest, sound_alike
from belta_spider.stories.facts.weighed import Weighed

NAMES = (
    "figures", "figures_share", "figures_missing", "top_figures", "top_figures_missing", "other_title_figures",
    "names", "names_share", "names_missing", "countries", "other_countries", "words",
    "title_words", "title_concepts", "concepts",
    "late_days", "other_days", "dateline_day", "dateline_place", "section", "length", "quotes", "characters",
)  # fmt: skip
"""The evidence of facts, as `points.toml` and `--explain` name it."""
MEANING = ("meaning_titles", "meaning_first_paragraphs", "meaning")
"""The evidence of a model of meaning."""

_COMMON_FIGURE, _NEAR_FIGURE = 0.35, 0.75
"""What a figure counts that everyone has; what one counts that is the other rounded."""
_LEAST_RATIO = 0.8
"""No figure is nearer to one that is farther off: said here too, as asking costs much."""
_MOST_FIGURES, _MOST_MISSING, _MOST_NAMES, _MOST_NAMES_MISSING, _MOST_COUNTRIES = 8.0, 10.0, 2.5, 4.0, 3.0
"""Caps: a digest holds everything."""
_MOST_TITLE = 5.0
"""Two figures of two digits and more: a title with many lists what it is about."""
_MOST_CONCEPTS = 2.5  # a cap likewise
_LEAST_TELLING = 1.6
"""The sum of figures from which the missing ones count."""
# Guesses: a short name sounds like many; one in Latin letters is the same everywhere.
_SHORT_NAME, _LATIN_NAME = 0.4, 1.0
_LIMIT, _SHORT_LIMIT, _SHORT_CODE, _SLOPE = 0.22, 0.14, 3, 0.6
"""How far a consonant of a name may be from characters that write it, at most."""
_SAME_DAY, _LONGEST_LAG = 12.0, 96.0
"""Hours within which a lag says nothing, and from which it says no more."""
_SMOOTH = 50.0
"""Letters: so that two short texts do not differ by much."""
_OWN_NAME = "belta"


class Evidence(NamedTuple):
    """The comparison of two articles."""

    values: tuple[float, ...]
    """In the order of `NAMES`, and of `MEANING` where there is a model."""
    figures: list[tuple[str, str]]
    """What was found to agree, as each prints it."""
    names: list[tuple[str, str]]


def compare(one: Weighed, other: Weighed) -> Evidence:
    """Compare two articles; which is which does not matter to the values."""
    if one.facts.order > other.facts.order:
        evidence = compare(other, one)
        return evidence._replace(
            figures=[(second, first) for first, second in evidence.figures],
            names=[(second, first) for first, second in evidence.names],
        )
    agreeing, figures = _agreeing_figures(one, other)
    named, names = _agreeing_names(one, other)
    values = (*_of_figures(one, other, agreeing), *_of_names(one, other, named), *_of_the_rest(one, other))
    return Evidence(values, figures, names)


def _of_figures(one: Weighed, other: Weighed, agreeing: float) -> tuple[float, ...]:
    least = min(one.telling_figures, other.telling_figures)
    top = _agreeing_top(one, other)
    least_top = min(one.telling_top, other.telling_top)
    return (
        min(agreeing, _MOST_FIGURES),
        min(1.5, agreeing / max(1.5, least)) if least else 0.0,
        max(0.0, min(least, _MOST_MISSING) - agreeing) if least >= _LEAST_TELLING else 0.0,
        min(top, _MOST_FIGURES),
        max(0.0, min(least_top, _MOST_FIGURES) - top) if least_top >= _LEAST_TELLING else 0.0,
        min(_lacking(one, other), _lacking(other, one), _MOST_TITLE),
    )


def _agreeing_figures(one: Weighed, other: Weighed) -> tuple[float, list[tuple[str, str]]]:
    """The weight of the figures that agree, each once, and their forms."""
    total, found, used = 0.0, [], set[float]()
    mine, theirs = one.facts.figures, other.facts.figures
    free = [value for value in other.figures if value not in mine]
    for value in one.figures:
        if value in theirs:
            match, factor = value, 1.0
        elif (near := _near(value, free, used)) is not None:
            match, factor = near, _NEAR_FIGURE
        else:
            continue
        used.add(match)
        rare = min(one.weights.figures[value], other.weights.figures[match])
        says = min(telling(value), telling(match)) * factor
        total += says * (_COMMON_FIGURE + (1 - _COMMON_FIGURE) * rare)
        found.append((mine[value], theirs[match]))
    for score in sorted(one.facts.scores & other.facts.scores):
        total += OF_A_SCORE * min(one.weights.scores[score], other.weights.scores[score])
        found.append((score, score))
    return total, found


def _near(value: float, free: list[float], used: set[float]) -> float | None:
    least, most = value * _LEAST_RATIO, value / _LEAST_RATIO
    for other in free:
        if least < other < most and other not in used and are_near(value, other):
            return other
    return None


def _agreeing_top(one: Weighed, other: Weighed) -> float:
    total = OF_A_SCORE * len(one.facts.top_scores & other.facts.top_scores)
    theirs = other.facts.top_figures
    for value in one.top_figures:
        match = value if value in theirs else _near(value, other.top_figures, set())
        if match is not None:
            total += min(telling(value), telling(match))
    return total


def _lacking(titled: Weighed, other: Weighed) -> float:
    """What the figures of a title say that the other article has nowhere; where both lack, it is another day's."""
    theirs = other.facts.figures
    lacking = [value for value in titled.facts.title_figures if value not in theirs]
    return math.fsum(telling(value) for value in lacking if _near(value, other.figures, set()) is None)


def _of_names(one: Weighed, other: Weighed, agreeing: float) -> tuple[float, ...]:
    least = min(one.named, other.named)
    return (
        min(agreeing, _MOST_NAMES),
        min(2.0, agreeing / max(0.8, least)),
        max(0.0, min(least, _MOST_NAMES_MISSING) - agreeing),
    )


def _agreeing_names(one: Weighed, other: Weighed) -> tuple[float, list[tuple[str, str]]]:
    """The weight of the names that agree, each once, and their forms."""
    if one.has_characters and other.has_characters:
        shared = sorted(set(one.facts.runs) & set(other.facts.runs))
        return float(len(shared)), [(run, run) for run in shared]
    if one.has_characters or other.has_characters:
        written, spelt = (one, other) if one.has_characters else (other, one)
        total, found = _names_in_characters(written, spelt)
        return total, [(second, first) for first, second in found] if spelt is other else found
    return _names_in_letters(one, other)


def _names_in_letters(one: Weighed, other: Weighed) -> tuple[float, list[tuple[str, str]]]:
    total, found, used = 0.0, [], set[str]()
    for code in _of_shared_prefixes(one, other):
        for match in other.by_prefix[code[:3]]:
            if match not in used and sound_alike(code, match):
                used.add(match)
                weight = min(one.name_weights[code], other.name_weights[match])
                total += weight * (_SHORT_NAME if len(code) < _SHORT_CODE else 1.0)
                found.append((one.facts.names[code], other.facts.names[match]))
                break
    return total, found


def _of_shared_prefixes(one: Weighed, other: Weighed) -> list[str]:
    """The names that may sound like one of the other's, in the order of the text."""
    shared = one.by_prefix.keys() & other.by_prefix.keys()
    codes = [code for prefix in shared for code in one.by_prefix[prefix]]
    return sorted(codes, key=one.places.__getitem__) if len(codes) > 1 else codes


def _names_in_characters(written: Weighed, spelt: Weighed) -> tuple[float, list[tuple[str, str]]]:
    """The names of a text in letters that another in characters may write."""
    total, found = 0.0, []
    for code, plain, weight in spelt.coarse_names:
        near = written.known[plain] if plain in written.known else _written(plain, written)
        if near:
            total += weight * (1 - near.price / len(plain) / _SLOPE)
            found.append((spelt.facts.names[code], written.facts.syllables[near.sound]))
    spelt_words = {word.lower(): word for word in spelt.facts.names.values()} if written.facts.latin else {}
    for word in sorted(written.facts.latin & spelt_words.keys() - {_OWN_NAME}):
        total += _LATIN_NAME
        found.append((spelt_words[word], word))
    return total, found


def _written(plain: str, written: Weighed) -> Near | None:
    """What characters write a name; asked once, as versions of a story look for the same names."""
    limit = _SHORT_LIMIT if len(plain) <= _SHORT_CODE else _LIMIT
    near = written.known[plain] = nearest(plain, written.facts.syllables, limit * len(plain))
    return near


def _of_the_rest(one: Weighed, other: Weighed) -> tuple[float, ...]:
    mine, theirs = one.facts, other.facts
    shared_countries = mine.countries & theirs.countries
    countries = _shared(one.weights.countries, other.weights.countries, shared_countries)
    concepts = (one.weights.concepts, other.weights.concepts)
    lag = min(abs(mine.hours - theirs.hours), _LONGEST_LAG)
    return (
        min(countries, _MOST_COUNTRIES),
        1.0 if mine.countries and theirs.countries and not shared_countries else 0.0,
        _shared_words(one, other),
        _shared_title_words(one, other),
        min(_MOST_CONCEPTS, _shared(*concepts, mine.title_concepts & theirs.title_concepts)),
        min(_MOST_CONCEPTS, _shared(*concepts, mine.concepts & theirs.concepts)),
        (lag - _SAME_DAY) / 24 if lag > _SAME_DAY else 0.0,
        1.0 if mine.top_dates and theirs.top_dates and mine.top_dates.isdisjoint(theirs.top_dates) else 0.0,
        0.0 if not (mine.day and theirs.day) else 1.0 if mine.day == theirs.day else -1.0,
        0.0 if not (mine.place and theirs.place) else 1.0 if sound_alike(mine.place, theirs.place) else -1.0,
        float(mine.section == theirs.section),
        abs(math.log((mine.length + _SMOOTH) / (theirs.length + _SMOOTH))),
        float(abs(mine.quotes - theirs.quotes) > 2),
        float(one.has_characters != other.has_characters),
    )


def _shared_words(one: Weighed, other: Weighed) -> float:
    if not one.norm or not other.norm:
        return 0.0
    mine, theirs = one.weights.words, other.weights.words
    shared = mine.keys() & theirs.keys()
    return math.fsum([mine[code] * theirs[code] for code in shared]) / (one.norm * other.norm)


def _shared(mine: dict[str, float], theirs: dict[str, float], shared: set[str]) -> float:
    return math.fsum([min(mine[name], theirs[name]) for name in shared]) if shared else 0.0


def _shared_title_words(one: Weighed, other: Weighed) -> float:
    """How much of the shorter title's longer words and names the other title has too, as they sound."""
    mine, theirs = one.facts.title_words, other.title_by_prefix
    if not mine or not theirs:
        return 0.0
    shared = 0
    for code in mine:
        for match in theirs.get(code[:3], ()):
            if sound_alike(code, match):
                shared += 1
                break
    return min(1.0, shared / min(len(mine), len(other.facts.title_words)))
