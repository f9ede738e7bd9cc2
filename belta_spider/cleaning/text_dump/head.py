"""Text dumps: which lines are head, title, body and tail.

The chrome is an ordered grammar: each element at its place, at most as often as its rule says,
and with a second witness. So a line of the article that happens to read like chrome stays.
"""

from __future__ import annotations

from collections.abc import Container

from belta_spider.cleaning.draft import Draft
from belta_spider.cleaning.text_dump.date_line import DateLine, assign, find_date, is_prose, is_sentence
from belta_spider.cleaning.text_dump.tail import ChromeLine, find_tail
from belta_spider.cleaning.text_dump.title import may_be_title, title_above, title_below
from belta_spider.editions import Edition, datelines
from belta_spider.editions.rules import Parts, label_key
from belta_spider.text.lines import Line, Paragraph


def lay_out(draft: Draft, lines: list[Line]) -> None:
    """Divide the lines, and put head, title, body and tail into the draft."""
    edition = draft.edition
    tail = find_tail(lines, 0, edition)
    date = find_date(lines, tail, edition)
    if date is None:
        start = _undated_head(draft, lines, tail)
    elif date.printed.is_below_title:
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
    rule, parts = taken.rule, taken.parts
    if rule is None or not draft.header.take(rule, parts, draft.edition):
        draft.remove_unknown(taken.line, where)
        return
    if rule.shape == "capture_day":
        _check_day(draft, parts)
    draft.remove_line(taken.line, rule.name, rule.field)


# The head


def _new_head(draft: Draft, lines: list[Line], date: DateLine) -> int:
    """Chrome, section, date, title: return the index of the first line after the title."""
    edition = draft.edition
    _cut_date(draft, lines[date.place], date)
    chrome = lines[: date.place]
    below = _past_copies(draft, lines, date.place)
    swapped = _is_section_below(lines, below, chrome, edition)
    if swapped:
        _cut_section(draft, lines[: below + 1])
    start = title_below(draft, lines, below + swapped)
    if chrome and not swapped and _is_section(chrome, edition):
        chrome = _cut_section(draft, chrome)
    elif draft.header.title is None and chrome and not swapped and may_be_title(chrome[-1], edition):
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
    edition = draft.edition
    chrome = lines[: date.place]
    _cut_date(draft, lines[date.place], date)
    if not date.printed.section and chrome and edition.section_slug(chrome[-1].text):
        chrome = _cut_section(draft, chrome)
    draft.head_found = True
    if chrome and may_be_title(chrome[-1], edition):
        chrome = title_above(draft, chrome)
    _take_head(draft, chrome)
    return _past_copies(draft, lines, date.place)


def _undated_head(draft: Draft, lines: list[Line], tail: list[ChromeLine]) -> int:
    """A head whose date line is missing: it needs more witnesses. 0 where there is none."""
    edition = draft.edition
    limits = edition.limits
    taken = assign(lines[: limits.head_lines], edition)
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
            or is_prose(one.line, edition)
        ):
            break
    return last


def _take_head(draft: Draft, lines: list[Line]) -> None:
    for taken in assign(lines, draft.edition):
        _take(draft, taken, "head")


def _check_day(draft: Draft, parts: Parts) -> None:
    """A day is peeled by its shape: flag a word of it that is not in the edition's table."""
    edition, label = draft.edition, parts.get("label")
    if (
        not _knows(edition.weekdays, parts.get("weekday"))
        or not _knows(edition.months, parts.get("month"))
        or (label and not _knows(edition.day_labels, label))
    ):
        draft.flag("unknown_chrome")


def _knows(words: Container[str], printed: str | None) -> bool:
    return (printed or "").casefold() in words


def _cut_date(draft: Draft, line: Line, date: DateLine) -> None:
    """Put the date line into the header: in the old layouts two pieces, section and date."""
    edition = draft.edition
    rule, printed = edition.shaped("date"), date.printed
    draft.header.published = printed.moment
    if printed.moment is None:  # a day that no calendar has, or a word for the month that is unknown
        draft.remove_unknown(line, "head")
        return
    if printed.month and not _knows(edition.months, printed.month):
        draft.flag("unknown_chrome")
    section = printed.section
    if not section:
        draft.remove_line(line, rule.name, rule.field)
        return
    section_rule = edition.shaped("section")
    draft.header.name_section(section, edition)
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
    if len(text) > edition.limits.section_length or is_sentence(text, edition) or any(map(str.isdigit, text)):
        return False
    if text in [line.text for line in chrome[-2:-1]]:  # the link to the list stands twice, in whatever words
        return False
    return label_key(text) not in edition.labels


def _cut_section(draft: Draft, chrome: list[Line]) -> list[Line]:
    """Take the last line as the section; return the lines above."""
    line = chrome[-1]
    rule = draft.edition.shaped("section")
    draft.header.name_section(line.text, draft.edition)
    draft.remove_line(line, rule.name, rule.field)
    return chrome[:-1]


# The title
