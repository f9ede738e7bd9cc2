"""Notices: what stands at an article's address and is neither the article nor any page of the site.

A bot check, a maintenance notice, a consent wall come with status 200. They bear no mark of the site or of an
article: no date, no dateline, no known element, no chrome. That lack tells first, and words second.
"""

from __future__ import annotations

from collections.abc import Iterable

from belta_spider.cleaning.draft import Draft
from belta_spider.editions import datelines
from belta_spider.editions.rule_matches import is_chrome
from belta_spider.text.languages import letters_of
from belta_spider.text.lines import Line


def is_notice_in_markup(draft: Draft, lines: list[Line], titles: Iterable[str], *, is_stated: bool) -> bool:
    """Whether a page in unknown markup, without any element of the site, is a notice.

    `lines` is what it shows beside its headings; `is_stated` tells whether it states a title or an address of its
    own, as an article does.
    """
    if draft.is_foreign or _is_marked(draft, lines):
        return False
    shown = [line.text for line in lines]
    limits = draft.edition.limits
    letters = letters_of(shown, limits.notice_worded)
    if _is_worded(draft, [*titles, *shown], letters):
        return True
    return bool(draft.address and draft.address.id and not is_stated and letters < limits.notice_alone)


def is_notice_in_text(draft: Draft, lines: list[Line]) -> bool:
    """Whether a text dump is a notice."""
    if draft.is_foreign or _is_marked(draft, lines):
        return False
    texts = [line.text for line in lines]
    limits = draft.edition.limits
    letters = letters_of(texts, limits.notice_worded)
    if _is_worded(draft, texts, letters):
        return True
    is_headed = len(texts) > 1 and len(texts[0]) <= limits.label_length
    return bool(draft.address and draft.address.id and is_headed and letters < limits.notice_text)


def _is_worded(draft: Draft, texts: list[str], letters: int) -> bool:
    """Whether words of notices show the page to be one: a few lines at an article's address by one, others by two."""
    limits = draft.edition.limits
    if letters > limits.notice_worded:
        return False
    is_brief = bool(draft.address and draft.address.id) and letters < limits.notice_text
    return len(draft.editions.notices.found(texts)) >= (1 if is_brief else limits.notice_words)


def _is_marked(draft: Draft, lines: list[Line]) -> bool:
    """Whether anything shows the site or an article: a date, a day, a section, a dateline, lines of the chrome."""
    edition = draft.edition
    if draft.header.is_marked or datelines.search(lines, edition) is not None:
        return True
    short = {line.text for line in lines if len(line.text) <= edition.limits.label_length}
    return sum(is_chrome(text, edition) for text in short) >= edition.limits.notice_chrome
