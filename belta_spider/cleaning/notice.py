"""Notices: what stands at an article's address and is neither the article nor any page of the site.

A bot check, a maintenance notice, a consent wall come with status 200. They bear no mark of the site or of an
article: no date, no dateline, no known element, no chrome. That lack tells first, and words second.
"""

from __future__ import annotations

from collections.abc import Iterable

from belta_spider.cleaning.draft import Draft
from belta_spider.editions import Edition, datelines, dates
from belta_spider.editions.rule_matches import head_matches, tail_matches
from belta_spider.text.languages import count_letters
from belta_spider.text.lines import LABEL_LENGTH, Line

_ALONE = 300
"""Letters below which a page at an article's address without any mark is a notice, whatever its words:
a heading and a sentence or three. Bot checks seen in archives have 60 to 250."""
_WITH_WORDS = 2_500
"""Letters up to which words show a notice: consent walls are the longest."""
_WORDS_OF_LONG = 2
"""Different words that a longer page needs: one may stand in an article."""
_TEXT_ALONE = 200
"""Letters from which lines without a title are an article, not a notice (the contract)."""
_CHROME_LINES = 2
"""Lines that the edition's rules know bear each other out: one alone may be anyone's."""


def is_notice_in_markup(draft: Draft, lines: list[Line], titles: Iterable[str], *, is_stated: bool) -> bool:
    """Whether a page in unknown markup, without any element of the site, is a notice.

    `lines` is what it shows beside its headings; `is_stated` tells whether it states a title or an address of its
    own, as an article does.
    """
    if draft.is_foreign or _is_marked(draft, lines):
        return False
    shown = [line.text for line in lines]
    letters = _letters(shown)
    if _is_worded(draft, [*titles, *shown], letters):
        return True
    return bool(draft.address and draft.address.id and not is_stated and letters < _ALONE)


def is_notice_in_text(draft: Draft, lines: list[Line]) -> bool:
    """Whether a text dump is a notice."""
    if draft.is_foreign or _is_marked(draft, lines):
        return False
    texts = [line.text for line in lines]
    letters = _letters(texts)
    if _is_worded(draft, texts, letters):
        return True
    is_headed = len(texts) > 1 and len(texts[0]) <= LABEL_LENGTH
    return bool(draft.address and draft.address.id and is_headed and letters < _TEXT_ALONE)


def _letters(texts: Iterable[str]) -> int:
    """Count letters, no further than any limit here needs."""
    letters = 0
    for text in texts:
        letters += count_letters(text[: 2 * _WITH_WORDS])
        if letters > _WITH_WORDS:
            break
    return letters


def _is_worded(draft: Draft, texts: list[str], letters: int) -> bool:
    """Whether words of notices show the page to be one: a few lines at an article's address by one, others by two."""
    if letters > _WITH_WORDS:
        return False
    is_brief = bool(draft.address and draft.address.id) and letters < _TEXT_ALONE
    return len(draft.editions.notices.found(texts)) >= (1 if is_brief else _WORDS_OF_LONG)


def _is_marked(draft: Draft, lines: list[Line]) -> bool:
    """Whether anything shows the site or an article: a date, a day, a section, a dateline, lines of the chrome."""
    edition = draft.known
    if draft.header or datelines.search(lines, edition) is not None:
        return True
    short = {line.text for line in lines if len(line.text) <= LABEL_LENGTH}
    return sum(_is_chrome(text, edition) for text in short) >= _CHROME_LINES


def _is_chrome(text: str, edition: Edition) -> bool:
    """Whether the edition prints such a line around its articles."""
    if edition.section_slug(text) or dates.read_date(text, edition):
        return True
    claims = (*head_matches(text, edition), *tail_matches(text, edition))
    return any(claim.rule.shape != "places" for claim in claims)
