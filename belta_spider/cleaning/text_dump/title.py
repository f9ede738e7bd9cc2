"""Text dumps: which lines are the title."""

from __future__ import annotations

import regex

from belta_spider.cleaning.draft import Draft
from belta_spider.editions import Edition, datelines
from belta_spider.editions.dates import read_date
from belta_spider.editions.rule_matches import head_matches
from belta_spider.text.lines import Line, ends_in, goes_on

# A title may end in an abbreviation's stop: `um 5 Mrd.`, `Igel & Co.`
_ABBREVIATED = regex.compile(r"[0-9] ?\p{L}{1,3}\.$|\b\p{Lu}\p{L}{0,2}\.$")


def may_be_title(line: Line, edition: Edition) -> bool:
    """Whether a line above the date is no chrome."""
    if head_matches(line.text, edition) or read_date(line.text, edition):
        return False
    return edition.section_slug(line.text) is None


def title_above(draft: Draft, chrome: list[Line]) -> list[Line]:
    """Take the last line, with those that it goes on from, as the title; return the lines above."""
    edition = draft.edition
    first, marks = len(chrome) - 1, edition.punctuation
    while first > 0 and goes_on(chrome[first - 1], chrome[first], marks) and may_be_title(chrome[first - 1], edition):
        first -= 1
    _cut_title(draft, chrome[first:])
    return chrome[:first]


def title_below(draft: Draft, lines: list[Line], start: int) -> int:
    """Take the first line from `start`, with those that it goes on in; return the index after it."""
    edition = draft.edition
    draft.head_found = True
    if (
        start >= len(lines)
        or _is_untitled(draft, lines[start:])
        or datelines.search(lines[start : start + 1], edition) == 0
    ):
        return start
    person = _person_page(lines, start, edition)
    if person:
        return _cut_person(draft, lines, start)
    end = start + 1
    while (
        end < len(lines)
        and lines[end].text != lines[end - 1].text
        and datelines.search(lines[end : end + 1], edition) is None
        and goes_on(lines[end - 1], lines[end], edition.punctuation)
        and not draft.editions.embed.fullmatch(lines[end].text)
    ):
        end += 1
    _cut_title(draft, lines[start:end])
    return end


def _is_untitled(draft: Draft, lines: list[Line]) -> bool:
    """Whether the title is missing: where one stands there is a sentence, and no dateline below it."""
    marks, limits = draft.edition.punctuation, draft.edition.limits
    text = lines[0].text.rstrip(marks.closing)
    if not ends_in(text, marks.stop, marks) or ends_in(text[:-1], marks.stop, marks):
        return False
    if len(text) <= limits.label_length and ((lines[1:2] and lines[1].gap) or _ABBREVIATED.search(text)):
        return False  # few words that are set apart from what follows are a title, whatever they end in
    return datelines.search(lines[: limits.title_to_dateline], draft.edition) is None


def _cut_title(draft: Draft, lines: list[Line]) -> None:
    draft.header.title = " ".join(line.text for line in lines)
    for line in lines:
        draft.remove_line(line, draft.edition.rule_name("header.title"), "title")


def _person_page(lines: list[Line], start: int, edition: Edition) -> bool:
    """Opinions: a person's name, the title, the name twice, the person's post."""
    texts = [line.text for line in lines[start : start + 5]]
    if len(texts) < 5 or len(texts[0]) > edition.limits.label_length:
        return False
    return texts[0] == texts[2] == texts[3] != texts[1]


def _cut_person(draft: Draft, lines: list[Line], start: int) -> int:
    edition = draft.edition
    person = edition.rule_name("header.person")
    for index in (start, start + 2, start + 3):
        draft.remove_line(lines[index], person, "authors")
    draft.authors.append(lines[start].text)
    _cut_title(draft, [lines[start + 1]])
    draft.remove_line(lines[start + 4], edition.rule_name("header.post"))
    return start + 5
