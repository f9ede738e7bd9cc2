"""Text dumps: the tail, from the last line up."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from belta_spider.editions import Edition
from belta_spider.editions.rule_matches import RuleMatch, tail_matches
from belta_spider.editions.rules import Parts, Rule, label_key, remembered
from belta_spider.text.lines import Line, ends_in


class ChromeLine(NamedTuple):
    """A line of the chrome; no rule where it is known by its place alone."""

    line: Line
    rule: Rule | None
    parts: Parts


@dataclass(slots=True)
class _Tail:
    """A tail as far as it is read, from the last line up."""

    edition: Edition
    taken: list[ChromeLine]
    order: int
    """Index of the rule that took the uppermost known line: above it stand lines of that rule, and of those before."""
    count: int = 0
    """How many lines that rule took."""
    pending: list[ChromeLine] = field(default_factory=list)
    """Unknown lines at the top: they are of the tail if a known one stands above."""

    def takes(self, line: Line) -> bool:
        """Take the next line, for good or until one above it is known; return whether it may be of the tail."""
        found = _last_rule(line.text, self.edition, self.order, self.count)
        if found is not None:
            self.count = self.count + 1 if found.place == self.order else 1
            self.order = found.place
            self.taken += [*self.pending, ChromeLine(line, found.rule, found.parts)]
            self.pending = []
        elif beside := self._beside_last(line):
            self.taken.append(beside)
        elif len(self.pending) < self._may_pend(line) and _is_label(line.text, self.edition):
            self.pending.append(ChromeLine(line, None, {}))
        else:
            return False
        return True

    def _beside_last(self, line: Line) -> ChromeLine | None:
        """A line that the one below it takes along: printed twice, or the headline above its time."""
        if not self.taken:
            return None
        last = self.taken[-1]
        if not self.pending and line.text == last.line.text:
            return ChromeLine(line, None, {})
        return ChromeLine(line, last.rule, {}) if last.parts and last.rule and last.rule.headed else None

    def _may_pend(self, line: Line) -> int:
        """How many unknown lines may stand in a row: more where all are bare names, as those of networks are."""
        limits = self.edition.limits
        if not self.taken:
            return limits.tail_below
        texts = (line.text, *(one.line.text for one in self.pending))
        return limits.tail_bare if all(_is_bare(text, self.edition) for text in texts) else limits.tail_between


def find_tail(lines: list[Line], start: int, edition: Edition) -> list[ChromeLine]:
    """Return the lines of the tail, in their order: read from the bottom, rules in reverse order."""
    taken, index, order = _places(lines, start, edition)
    tail = _Tail(edition, taken, order)
    while index >= start and tail.takes(lines[index]):
        index -= 1
    if not _is_witnessed(tail.taken, bool(start), edition):
        return []
    above = lines[start : len(lines) - len(tail.taken)]
    return (tail.taken + _labels_above(above, tail.taken, tail.pending, edition))[::-1]


def _labels_above(
    lines: list[Line], taken: list[ChromeLine], pending: list[ChromeLine], edition: Edition
) -> list[ChromeLine]:
    """The unknown lines above a tail that are of it: a few buttons, else the one beside it, where the body ended."""
    size, limits = len(pending), edition.limits
    is_sure = sum(1 for one in taken if one.rule) >= limits.witnesses and 1 < size <= limits.tail_between
    if is_sure and all(_is_button(one.line.text, edition) for one in pending) and _ends_body(lines[:-size], edition):
        return pending
    if pending and _ends_body(lines[:-1], edition) and not pending[0].line.text[0].islower():
        return pending[:1]
    return []


def _is_button(text: str, edition: Edition) -> bool:
    """Whether a line is a bare word or two, and nobody's name."""
    return _is_bare(text, edition) and not (" " in text and text.istitle())


def _is_bare(text: str, edition: Edition) -> bool:
    """Whether a line is a word or two in letters alone, as buttons and links are, and starts like a name."""
    limits, words = edition.limits, text.split(" ")
    if len(text) > limits.bare_length or len(words) > limits.bare_words:
        return False
    return text[0].isupper() and "".join(words).isalpha()


def _is_witnessed(taken: list[ChromeLine], below_head: bool, edition: Edition) -> bool:
    """Whether known lines bear a tail out: two, or one that is the last, or the last but one of a page with a head."""
    known = sum(1 for one in taken if one.rule)
    if known >= edition.limits.witnesses:
        return True
    return known == 1 and (taken[0].rule is not None or (below_head and taken[1].rule is not None))


def _last_rule(text: str, edition: Edition, order: int, count: int) -> RuleMatch | None:
    """The last rule up to `order` that takes the line."""
    for claim in reversed(tail_matches(text, edition)):
        place, rule, _ = claim
        if rule.shape != "places" and (place < order or (place == order and count < rule.most)):
            return claim
    return None


def _is_label(text: str, edition: Edition) -> bool:
    """Whether an unknown line may be chrome: short, and no sentence, credit or end mark."""
    if len(text) > edition.limits.label_length or any(mark in text for mark in edition.punctuation.full_stop):
        return False
    if text.startswith(edition.pictured):
        return False
    return edition.ending(text) is None


def _ends_body(lines: list[Line], edition: Edition) -> bool:
    """Whether a body may end with these lines: with a sentence, a credit or an end mark, not within a list."""
    if not lines:
        return False
    text, marks = lines[-1].text, edition.punctuation
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
    limits = edition.limits
    return limits.cities if label_key(line.text) in edition.labels_above_cities else limits.cities_alone
