"""Text dumps: the line that states the publication, and what bears it out."""

from __future__ import annotations

from typing import NamedTuple

from belta_spider.cleaning.text_dump.tail import ChromeLine
from belta_spider.editions import Edition, datelines
from belta_spider.editions.dates import PrintedDate, read_date
from belta_spider.editions.rule_matches import head_matches
from belta_spider.text.languages import count_letters
from belta_spider.text.lines import Line, ends_in


class DateLine(NamedTuple):
    """The line that states the publication."""

    place: int
    printed: PrintedDate


def find_date(lines: list[Line], tail: list[ChromeLine], edition: Edition) -> DateLine | None:
    """The first date line that a second witness confirms."""
    for index, line in enumerate(lines[: edition.limits.head_lines]):
        printed = read_date(line.text, edition)
        if printed is not None:
            found = DateLine(index, printed)
            if _is_confirmed(lines, found, tail, edition):
                return found
    return None


def _is_confirmed(lines: list[Line], date: DateLine, tail: list[ChromeLine], edition: Edition) -> bool:
    """Whether chrome above, a section, a tail or a dateline bears the date line out."""
    above = lines[: date.place]
    if _is_below_dateline(above, edition):
        return False
    names = _names_above(above, edition)
    known = len(names) - names.count("")
    is_witnessed = known >= edition.limits.witnesses
    if any(is_prose(line, edition) for line in above):  # a notice above the page, or its text
        if not is_witnessed or _has_labels_together(above, names, edition):
            return is_witnessed
    elif len(above) - known > edition.limits.head_unknown:
        return is_witnessed
    elif known or _has_tail(lines, date, tail, edition) or edition.section_slug(date.printed.section or ""):
        return True
    return _has_dateline(lines, date, edition)


def _is_below_dateline(above: list[Line], edition: Edition) -> bool:
    """Whether a date line stands in the text: the article's own is missing then."""
    longer = [line for line in above if len(line.text) > edition.limits.label_length]
    return datelines.search(longer, edition) is not None


def _names_above(above: list[Line], edition: Edition) -> list[str]:
    """The rules that know the lines above a date line, the section's too; empty where none does."""
    names = [taken.rule.name if taken.rule else "" for taken in assign(above, edition)]
    if above and edition.section_slug(above[-1].text):
        names[-1] = edition.shaped("section").name
    return names


def _has_tail(lines: list[Line], date: DateLine, tail: list[ChromeLine], edition: Edition) -> bool:
    """Whether a tail bears a date line out: not one line of it where the page's first has no title below it.

    One line at the top and one at the bottom may both be the article's.
    """
    known = sum(1 for one in tail if one.rule)
    if known != 1 or date.place:
        return known > 0
    return not any(is_prose(line, edition) for line in lines[1:2])


def _has_dateline(lines: list[Line], date: DateLine, edition: Edition) -> bool:
    below = lines[date.place + 1 : date.place + 1 + edition.limits.title_to_dateline]
    return datelines.search(below, edition) is not None


def _has_labels_together(lines: list[Line], names: list[str], edition: Edition) -> bool:
    """Whether enough different labels stand with no prose between: fewer may be lines of a text."""
    found: set[str] = set()
    for line, name in zip(lines, names, strict=True):
        found = set() if is_prose(line, edition) else found | {name} - {""}
        if len(found) == edition.limits.head_labels:
            return True
    return False


def is_prose(line: Line, edition: Edition) -> bool:
    """Whether a line is a sentence of an article by its length, in letters: a Chinese one is short in characters."""
    return is_sentence(line.text, edition) and count_letters(line.text) > edition.limits.head_prose


def is_sentence(text: str, edition: Edition) -> bool:
    return ends_in(text, edition.punctuation.full_stop, edition.punctuation)


def assign(lines: list[Line], edition: Edition) -> list[ChromeLine]:
    """Give each line the rule of the head that takes it, in the rules' order and as often as each may."""
    taken = []
    first, count = 0, 0
    for line in lines:
        for place, rule, parts in head_matches(line.text, edition):
            if place > first or (place == first and count < rule.most):
                count = count + 1 if place == first else 1
                first = place
                taken.append(ChromeLine(line, rule, parts))
                break
        else:
            taken.append(ChromeLine(line, None, {}))
    return taken
