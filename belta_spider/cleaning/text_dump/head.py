"""Text dumps: which lines are head, title, body and tail.

The chrome is an ordered grammar: each element at its place, at most as often as its rule says,
and with a second witness. So a line of the article that happens to read like chrome stays.
"""

from __future__ import annotations

from collections.abc import Container
from typing import NamedTuple

from belta_spider.cleaning.draft import Draft, Found
from belta_spider.cleaning.text_dump.tail import ChromeLine, find_tail
from belta_spider.cleaning.text_dump.title import may_be_title, title_above, title_below
from belta_spider.editions import Edition, datelines
from belta_spider.editions.dates import moment_of, read_date
from belta_spider.editions.rule_matches import head_matches
from belta_spider.editions.rules import Parts, label_key
from belta_spider.text.languages import count_letters
from belta_spider.text.lines import Line, Paragraph, ends_in


class DateLine(NamedTuple):
    """The line that states the publication."""

    place: int
    parts: Parts
    is_below_title: bool
    """In the old layouts, which have the section in the same line, and on AMP pages."""


def lay_out(draft: Draft, lines: list[Line]) -> None:
    """Divide the lines, and put head, title, body and tail into the draft."""
    edition = draft.known
    tail = find_tail(lines, 0, edition)
    date = _find_date(lines, tail, edition)
    if date is None:
        start = _undated_head(draft, lines, tail)
    elif date.is_below_title:
        start = _old_head(draft, lines, date)
    else:
        start = _new_head(draft, lines, date)
    if start and (not tail or len(lines) - len(tail) <= start + 1):
        # A line cannot be head and tail, a body is left between, and the head is a witness.
        tail = find_tail(lines, start, edition)
    if bool(start) + sum(1 for one in tail if one.rule) < edition.limits.witnesses:
        tail = []
    draft.body = lines[start : len(lines) - len(tail)]
    for taken in tail:
        _take(draft, taken, "tail")


def _take(draft: Draft, taken: ChromeLine, where: str) -> None:
    if taken.rule is None:
        draft.remove_unknown(taken.line, where)
        return
    if taken.rule.field:
        draft.header.append(Found(taken.rule, taken.parts, "page"))
    draft.remove_line(taken.line, taken.rule.name, taken.rule.field)


# The date line


def _find_date(lines: list[Line], tail: list[ChromeLine], edition: Edition) -> DateLine | None:
    """The first date line that a second witness confirms."""
    for index, line in enumerate(lines[: edition.limits.head_lines]):
        parts = read_date(line.text, edition)
        if parts is not None:
            found = DateLine(index, parts, parts.get("below_title") is not None)
            if _is_confirmed(lines, found, tail, edition):
                return found
    return None


def _is_confirmed(lines: list[Line], date: DateLine, tail: list[ChromeLine], edition: Edition) -> bool:
    """Whether chrome above, a section, a tail or a dateline bears the date line out."""
    limits = edition.limits
    above = lines[: date.place]
    names = [taken.rule.name if taken.rule else "" for taken in _assign(above, edition)]
    if above and edition.section_slug(above[-1].text):
        names[-1] = edition.shaped("section").name
    known = len(names) - names.count("")
    if datelines.search([line for line in above if len(line.text) > limits.label_length], edition) is not None:
        return False  # the article's own date line is missing: this one is in its text
    if any(_is_prose(line, edition) for line in above):  # a notice above the page, or its text
        return known >= limits.witnesses and (
            _has_labels_together(above, names, edition) or _has_dateline(lines, date, edition)
        )
    if len(above) - known > limits.head_unknown:
        return known >= limits.witnesses
    below = sum(1 for one in tail if one.rule)
    if below == 1 and not above and any(_is_prose(line, edition) for line in lines[1:2]):
        below = 0  # no title: one line at the top and one at the bottom may both be the article's
    if known or below or edition.section_slug(date.parts.get("section") or ""):
        return True
    return _has_dateline(lines, date, edition)


def _has_dateline(lines: list[Line], date: DateLine, edition: Edition) -> bool:
    below = lines[date.place + 1 : date.place + 1 + edition.limits.title_to_dateline]
    return datelines.search(below, edition) is not None


def _has_labels_together(lines: list[Line], names: list[str], edition: Edition) -> bool:
    """Whether enough different labels stand with no prose between: fewer may be lines of a text."""
    found: set[str] = set()
    for line, name in zip(lines, names, strict=True):
        found = set() if _is_prose(line, edition) else found | {name} - {""}
        if len(found) == edition.limits.head_labels:
            return True
    return False


def _is_prose(line: Line, edition: Edition) -> bool:
    """Whether a line is a sentence of an article by its length, in letters: a Chinese one is short in characters."""
    return _is_sentence(line.text, edition) and count_letters(line.text) > edition.limits.head_prose


def _is_sentence(text: str, edition: Edition) -> bool:
    return ends_in(text, edition.punctuation.full_stop, edition.punctuation)


# The head


def _assign(lines: list[Line], edition: Edition) -> list[ChromeLine]:
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


def _new_head(draft: Draft, lines: list[Line], date: DateLine) -> int:
    """Chrome, section, date, title: return the index of the first line after the title."""
    edition = draft.known
    _cut_date(draft, lines[date.place], date)
    chrome = lines[: date.place]
    below = _past_copies(draft, lines, date.place)
    swapped = _is_section_below(lines, below, chrome, edition)
    if swapped:
        _cut_section(draft, lines[: below + 1])
    start = title_below(draft, lines, below + swapped)
    if chrome and not swapped and _is_section(chrome, edition):
        chrome = _cut_section(draft, chrome)
    elif draft.title is None and chrome and not swapped and may_be_title(chrome[-1], edition):
        chrome = title_above(draft, chrome)
    _take_head(draft, chrome)
    return start


def _is_section_below(lines: list[Line], place: int, chrome: list[Line], edition: Edition) -> bool:
    """Whether section and date stand in the other order: a section's name below the date, a title below that."""
    if place + 1 >= len(lines) or edition.section_slug(lines[place].text) is None:
        return False
    if chrome and edition.section_slug(chrome[-1].text):
        return False
    return datelines.match(lines[place + 1].text, edition) is None


def _old_head(draft: Draft, lines: list[Line], date: DateLine) -> int:
    """Chrome, title, section and date in one line: return the index of the line after it."""
    edition = draft.known
    chrome = lines[: date.place]
    _cut_date(draft, lines[date.place], date)
    if not date.parts.get("section") and chrome and edition.section_slug(chrome[-1].text):
        chrome = _cut_section(draft, chrome)
    draft.head_found = True
    if chrome and may_be_title(chrome[-1], edition):
        chrome = title_above(draft, chrome)
    _take_head(draft, chrome)
    return _past_copies(draft, lines, date.place)


def _undated_head(draft: Draft, lines: list[Line], tail: list[ChromeLine]) -> int:
    """A head whose date line is missing: it needs more witnesses. 0 where there is none."""
    edition = draft.known
    limits = edition.limits
    taken = _assign(lines[: limits.head_lines], edition)
    last = _last_known(taken, edition)
    rules = {one.rule for one in taken[: last + 1] if one.rule}
    day = any(rule.shape == "capture_day" for rule in rules)
    below = sum(1 for one in tail if one.rule)
    # One line at the top and one at the bottom may both be the article's: an end of two bears the other out.
    enough = limits.witnesses if day or below else limits.head_labels
    if not rules or max(len(rules), below) < limits.witnesses or len(rules) + below < enough:
        return 0
    end = last + 1
    head = lines[:end]
    if end < len(lines) and edition.section_slug(lines[end].text):
        _cut_section(draft, lines[: end + 1])
        end += 1
    _take_head(draft, head)
    return title_below(draft, lines, end)


def _last_known(taken: list[ChromeLine], edition: Edition) -> int:
    """Index of the last line of a head that starts at the top: few unknown lines in a row."""
    limits = edition.limits
    last = -1
    for index, one in enumerate(taken):
        if one.rule:
            last = index
        elif (
            index - last > limits.tail_between
            or len(one.line.text) > limits.label_length
            or _is_prose(one.line, edition)
        ):
            break
    return last


def _take_head(draft: Draft, lines: list[Line]) -> None:
    for taken in _assign(lines, draft.known):
        if taken.rule and taken.rule.shape == "capture_day":
            taken = _checked_day(draft, taken)  # noqa: PLW2901 (the same line, by no rule where no day is in it)
        _take(draft, taken, "head")


def _checked_day(draft: Draft, taken: ChromeLine) -> ChromeLine:
    """A word that is not in the edition's table is peeled by its shape, and flagged."""
    edition, parts = draft.known, taken.parts
    if moment_of(parts, edition) is None:
        return ChromeLine(taken.line, None, {})
    label = parts.get("label")
    if (
        not _knows(edition.weekdays, parts.get("weekday"))
        or not _knows(edition.months, parts.get("month"))
        or (label and not _knows(edition.day_labels, label))
    ):
        draft.flags.add("unknown_chrome")
    return taken


def _knows(words: Container[str], printed: str | None) -> bool:
    return (printed or "").casefold() in words


def _cut_date(draft: Draft, line: Line, date: DateLine) -> None:
    """Put the date line into the header: in the old layouts two pieces, section and date."""
    edition = draft.known
    rule = edition.shaped("date")
    draft.published = moment_of(date.parts, edition)
    if draft.published is None:  # a day that no calendar has, or a word for the month that is unknown
        draft.remove_unknown(line, "head")
        return
    draft.header.append(Found(rule, date.parts, "page"))
    if date.parts.get("month") and not _knows(edition.months, date.parts["month"]):
        draft.flags.add("unknown_chrome")
    section = date.parts.get("section")
    if not section:
        draft.remove_line(line, rule.name, rule.field)
        return
    section_rule = edition.shaped("section")
    draft.header.append(Found(section_rule, {"section": section}, "page"))
    paragraph = Paragraph.of([line])
    draft.remove_pieces(paragraph.cut_start(len(section)), section_rule.name, section_rule.field)
    draft.remove_pieces(paragraph.pieces, rule.name, rule.field)


def _past_copies(draft: Draft, lines: list[Line], place: int) -> int:
    """Return the index of the first line below the date line; copies of it are unknown chrome."""
    end = place + 1
    while end < len(lines) and lines[end].text == lines[place].text:
        draft.remove_unknown(lines[end], "head")
        end += 1
    return end


def _is_section(chrome: list[Line], edition: Edition) -> bool:
    """Whether the line above the date names a section: a known one, or a label of no other kind."""
    text = chrome[-1].text
    if edition.section_slug(text):
        return True
    if len(text) > edition.limits.section_length or _is_sentence(text, edition) or any(map(str.isdigit, text)):
        return False
    if text in [line.text for line in chrome[-2:-1]]:  # the link to the list stands twice, in whatever words
        return False
    return label_key(text) not in edition.labels


def _cut_section(draft: Draft, chrome: list[Line]) -> list[Line]:
    """Take the last line as the section; return the lines above."""
    line = chrome[-1]
    rule = draft.known.shaped("section")
    draft.header.append(Found(rule, {"section": line.text}, "page"))
    draft.remove_line(line, rule.name, rule.field)
    return chrome[:-1]


# The title
