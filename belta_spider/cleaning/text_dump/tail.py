"""Text dumps: the tail, from the last line up."""

from __future__ import annotations

from typing import NamedTuple

from belta_spider.editions import Edition
from belta_spider.editions.rule_matches import RuleMatch, tail_matches
from belta_spider.editions.rules import Parts, Rule, label_key, remembered
from belta_spider.text.lines import LABEL_LENGTH, Line, Punctuation, ends_in

WITNESSES = 2
"""Known lines that bear each other out."""
UNKNOWN_BETWEEN = 3
"""Unknown lines in a row that may stand between known ones."""
_UNKNOWN_BELOW = 5
_BARE_BETWEEN = 8
"""Bare names in a row between known lines: the networks that one may follow the agency on."""
_BARE_LENGTH, _BARE_WORDS = 25, 2
_PLACES, _PLACES_ALONE = 5, 12


class ChromeLine(NamedTuple):
    """A line of the chrome; no rule where it is known by its place alone."""

    line: Line
    rule: Rule | None
    parts: Parts


def find_tail(lines: list[Line], start: int, edition: Edition, marks: Punctuation) -> list[ChromeLine]:
    """Return the lines of the tail, in their order: read from the bottom, rules in reverse order."""
    taken, index, order = _places(lines, start, edition)
    pending: list[ChromeLine] = []
    count = 0
    while index >= start:
        line = lines[index]
        found = _last_rule(line.text, edition, order, count)
        if found is not None:
            count = count + 1 if found.place == order else 1
            order = found.place
            taken += [*pending, ChromeLine(line, found.rule, found.parts)]
            pending = []
        elif taken and not pending and line.text == taken[-1].line.text:  # printed twice
            taken.append(ChromeLine(line, None, {}))
        elif taken and taken[-1].parts and taken[-1].rule and taken[-1].rule.headed:
            taken.append(ChromeLine(line, taken[-1].rule, {}))
        elif len(pending) < _may_pend(taken, pending, line) and _is_label(line.text, edition, marks):
            pending.append(ChromeLine(line, None, {}))
        else:
            break
        index -= 1
    if not _is_witnessed(taken, bool(start)):
        return []
    return (taken + _labels_above(lines[start : len(lines) - len(taken)], taken, pending, edition, marks))[::-1]


def _labels_above(
    lines: list[Line], taken: list[ChromeLine], pending: list[ChromeLine], edition: Edition, marks: Punctuation
) -> list[ChromeLine]:
    """The unknown lines above a tail that are of it: a few buttons, else the one beside it, where the body ended."""
    size = len(pending)
    is_sure = sum(1 for one in taken if one.rule) >= WITNESSES and 1 < size <= UNKNOWN_BETWEEN
    if is_sure and all(_is_button(one.line.text) for one in pending) and _ends_body(lines[:-size], edition, marks):
        return pending
    if pending and _ends_body(lines[:-1], edition, marks) and not pending[0].line.text[0].islower():
        return pending[:1]
    return []


def _is_button(text: str) -> bool:
    """Whether a line is a bare word or two, and nobody's name."""
    return _is_bare(text) and not (" " in text and text.istitle())


def _may_pend(taken: list[ChromeLine], pending: list[ChromeLine], line: Line) -> int:
    """How many unknown lines may stand in a row: more where all are bare names, as those of networks are."""
    if not taken:
        return _UNKNOWN_BELOW
    return (
        _BARE_BETWEEN
        if all(_is_bare(text) for text in (line.text, *(one.line.text for one in pending)))
        else UNKNOWN_BETWEEN
    )


def _is_bare(text: str) -> bool:
    """Whether a line is a word or two in letters alone, as buttons and links are, and starts like a name."""
    words = text.split(" ")
    return len(text) <= _BARE_LENGTH and len(words) <= _BARE_WORDS and text[0].isupper() and "".join(words).isalpha()


def _is_witnessed(taken: list[ChromeLine], below_head: bool) -> bool:
    """Whether known lines bear a tail out: two, or one that is the last, or the last but one of a page with a head."""
    known = sum(1 for one in taken if one.rule)
    if known >= WITNESSES:
        return True
    return known == 1 and (taken[0].rule is not None or (below_head and taken[1].rule is not None))


def _last_rule(text: str, edition: Edition, order: int, count: int) -> RuleMatch | None:
    """The last rule up to `order` that takes the line."""
    for claim in reversed(tail_matches(text, edition)):
        place, rule, _ = claim
        if rule.shape != "places" and (place < order or (place == order and count < rule.most)):
            return claim
    return None


def _is_label(text: str, edition: Edition, marks: Punctuation) -> bool:
    """Whether an unknown line may be chrome: short, and no sentence, credit or end mark."""
    if len(text) > LABEL_LENGTH or any(mark in text for mark in marks.full_stop):
        return False
    if text.startswith(edition.pictured):
        return False
    return edition.ending(text) is None


def _ends_body(lines: list[Line], edition: Edition, marks: Punctuation) -> bool:
    """Whether a body may end with these lines: with a sentence, a credit or an end mark, not within a list."""
    if not lines:
        return False
    text = lines[-1].text
    if text[-1] in marks.listing:
        return False
    return ends_in(text, marks.full_stop, marks) or edition.ending(text) is not None


def _places(lines: list[Line], start: int, edition: Edition) -> tuple[list[ChromeLine], int, int]:
    """The forecast's cities, which end the oldest pages: lines below its heading, or many of them."""
    index = end = len(lines) - 1
    while index >= start and _is_place(lines[index].text, edition):
        index -= 1
    if index in {end, start - 1}:
        return [], end, len(edition.tail) - 1
    order = edition.forecast_cities_index
    rule = edition.tail[order]
    if not _least_places(lines[index], edition) <= end - index <= rule.most:
        return [], end, len(edition.tail) - 1
    return [ChromeLine(lines[i], rule, {}) for i in range(end, index, -1)], index, order - 1


@remembered
def _is_place(text: str, edition: Edition) -> bool:
    """Whether a line is written like a city: a name in a credit is too."""
    order = edition.forecast_cities_index
    if not order or label_key(text) in edition.labels_above_cities or edition.tail[order].match(text) is None:
        return False
    return not any(ending.match(text) is not None for ending in edition.end)


def _least_places(line: Line, edition: Edition) -> int:
    """How many cities there must be below a line: fewest below the forecast's heading."""
    if edition.tail[edition.forecast_cities_index - 1].match(line.text) is not None:
        return 1
    return _PLACES if label_key(line.text) in edition.labels_above_cities else _PLACES_ALONE
