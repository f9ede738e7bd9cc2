"""The lines of a page beside its record: what was cut, and what of the text stands between the cuts.

Both come from the record and its audit alone. The audit has the place of each cut line, the record
its paragraphs in order; where lines were cut amid the text, the paragraphs are shared out by the
number of lines between the cuts, and `Lines.is_reckoned` says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple

from belta_spider.items import DUPLICATE, Article, Removal

_OFF_THE_END = ("body.end_mark", "body.credit", "body.repeat", "body.related")
_HEAD = ("header", "head")
_PLACES = (*_HEAD, "tail", "body")


class Row(NamedTuple):
    """A line of the page, or a paragraph of the text."""

    line: int
    """0 for a paragraph: the audit does not tell its line."""
    kind: str
    """kept, field, head, tail, body, unknown or other."""
    rule: str
    field: str
    text: str


class Lines(NamedTuple):
    """A page's lines."""

    rows: list[Row]
    is_reckoned: bool
    """Whether some paragraph's place between two cuts is reckoned, not known."""


def kind_of(rule: str, into: str | None) -> str:
    """What kind of rule took a line, by its name and the field it feeds."""
    where = place_of(rule).split(".")[0]
    if rule.endswith(".unknown"):
        return "unknown"
    if into:
        return "field"
    if where in _HEAD:
        return "head"
    return where if where in {"tail", "body"} else "other"


def place_of(rule: str) -> str:
    """A rule's name without its edition; a few rules are of no edition."""
    edition, _, name = rule.partition(".")
    return rule if edition in _PLACES else name


def align(article: Article, removals: Iterable[Removal]) -> Lines:
    """Return the page's lines in order."""
    cuts = sorted((one for one in removals if one.rule != DUPLICATE), key=lambda one: (one.line, one.column))
    kept = [Row(0, "kept", "", "", paragraph) for paragraph in article.text.split("\n\n") if paragraph]
    first, last = _bounds(cuts)
    within = cuts[first:last]
    room = _room(cuts, first, last)
    shares, is_reckoned = _shares(len(kept), room) if within else ([len(kept)], False)
    rows = [_row(cut) for cut in cuts[:first]]
    ends = list(accumulate(shares, initial=0))
    for number, (start, end) in enumerate(pairwise(ends)):
        rows += kept[start:end]
        rows += [_row(cut) for cut in within[number : number + 1]]
    return Lines(rows + [_row(cut) for cut in cuts[last:]], is_reckoned)


def _row(removal: Removal) -> Row:
    return Row(removal.line, kind_of(removal.rule, removal.field), removal.rule, removal.field or "", removal.text)


def _bounds(cuts: Sequence[Removal]) -> tuple[int, int]:
    """Between which cuts the text can stand: behind head and dateline, before what came off the end."""
    first = 0
    for index, cut in enumerate(cuts):
        name = place_of(cut.rule)
        if name.split(".")[0] in _HEAD or name == "body.dateline":
            first = index + 1
    while first < len(cuts) and place_of(cuts[first].rule) == "body.caption" and _touches(cuts, first):
        first += 1
    for index in range(first, len(cuts)):
        if place_of(cuts[index].rule).startswith(("tail.", *_OFF_THE_END)):
            return first, index
    return first, len(cuts)


def _touches(cuts: Sequence[Removal], index: int) -> bool:
    """Whether a caption follows the cut before it, a blank line aside."""
    return index > 0 and cuts[index].line - cuts[index - 1].line <= 2


def _room(cuts: Sequence[Removal], first: int, last: int) -> list[int]:
    """How many lines are free before, between and behind the cuts amid the text."""
    before = cuts[first - 1] if first else None
    start = (before.line - (place_of(before.rule) == "body.dateline")) if before else 0
    edges = [start, *(cut.line for cut in cuts[first:last])]
    free = [max(0, low - high - 1) for high, low in pairwise(edges)]
    behind = cuts[last].line - edges[-1] - (cuts[last].column == 0) if last < len(cuts) else None
    return [*free, behind if behind is not None else max(1, *free, 1)]


def _shares(number: int, room: Sequence[int]) -> tuple[list[int], bool]:
    """Share out paragraphs by the lines that are free; it is exact where there is a line for each."""
    total = sum(room)
    if total == number:
        return list(room), False
    ends = [round(number * end / total) if total else 0 for end in accumulate(room)]
    ends[-1] = number
    return [end - start for start, end in pairwise([0, *ends])], True
