"""Why a page is no article, where its address does not tell."""

from __future__ import annotations

from collections.abc import Container

import regex

from belta_spider.cleaning.draft import Draft
from belta_spider.editions import Edition, Editions, datelines
from belta_spider.editions.dates import read_date
from belta_spider.editions.rules import label_key
from belta_spider.text.languages import count_letters
from belta_spider.text.lines import Line, is_unfinished, paragraphs

# The dates of a list's items: a time, a day of the week before, a day without a year.
_LIST_LINE = regex.compile(
    r"[0-9]{1,2}:[0-9]{2}"
    r"|[0-9]{0,2}\.[0-9]{2}\.(?:[0-9]{2}|[0-9]{4})(?:,? [0-9]{1,2}:[0-9]{2})?"
    r"|(?:[0-9]{1,2}\.? \p{L}+\.?|[\p{L}0-9]+ [0-9]{1,2}),? [0-9]{1,2}:[0-9]{2}"
    r"|[0-9]{1,2}:[0-9]{2},? [0-9]{1,2}\.? \p{L}+\.?"
)


def kind_of_page(draft: Draft, lines: list[Line]) -> str | None:
    """Why a page, laid out, is no article; None where it may be one.

    By the lines that the edition's table names, and by shape: a list has many dates beside titles, a front
    page titles and leads and no date. A page with a date of publication, or a dateline, is neither.
    """
    edition = draft.edition
    dated = [index for index, line in enumerate(lines) if read_date(line.text, edition)]
    beside = {lines[at].text for at in dated if _is_beside_title(lines, at, dated, edition)}
    if len(beside) >= edition.limits.list_dates and not _is_ticker(draft, dated):
        return "list_page"
    if (
        draft.address is None
        and not draft.is_foreign
        and label_key(draft.header.section_title or "") in edition.pages.get("video_record", ())
    ):
        return "video_record"
    if draft.header.published or datelines.search(draft.body, edition) is not None:
        return None
    kind = _kind_by_label(lines, edition, draft.header.title)
    if draft.is_foreign:  # sub-heads are other sites' custom, and their front pages have shapes of their own
        return kind
    return kind or _kind_by_shape(draft, lines)


def _is_ticker(draft: Draft, dated: list[int]) -> bool:
    """Whether times beside headings are a live ticker's: at an article's address, below its date and its dateline."""
    if not (draft.address and draft.address.id and draft.head_found):
        return False
    return bool(dated) and datelines.search(draft.body, draft.edition) is not None


def kind_of_foreign_page(lines: list[Line], editions: Editions) -> str | None:
    """Why a page that is of no edition is no article, None where its lines do not tell."""
    return next(filter(None, (_kind_by_label(lines, edition) for edition in editions.by_code.values())), None)


def _kind_by_label(lines: list[Line], edition: Edition, title: str | None = None) -> str | None:
    """The kind whose line stands on the page: a front page's anywhere, the others' at the top."""
    keys = [label_key(text) for text in (title or "", *(line.text for line in lines))]
    for kind, labels in edition.pages.items():
        where = keys if kind == "front_page" else keys[: edition.limits.notice_top]
        if kind != "video_record" and any(_is_notice(key, labels, edition) for key in where):
            return kind
    return None


def _is_notice(key: str, labels: frozenset[str], edition: Edition) -> bool:
    """Whether a short line is one of the labels, or starts with a long one: `Page not found - BelTA`."""
    if key in labels:
        return True
    limits = edition.limits
    return len(key) <= limits.label_length and any(
        key.startswith(label) and not key[len(label)].isalnum() and count_letters(label) >= limits.notice_label
        for label in labels
    )


def _kind_by_shape(draft: Draft, lines: list[Line]) -> str | None:
    edition = draft.edition
    limits, marks = edition.limits, edition.punctuation
    dated = [index for index, line in enumerate(lines) if _LIST_LINE.fullmatch(line.text)]
    if sum(_is_beside_title(lines, index, (), edition) for index in dated) >= limits.list_dates:
        return "list_page"
    if not draft.head_found or draft.header.section_title:  # what is left may be a text of many headings
        return None
    texts = [line.text for line in draft.body]
    if any(text[0].islower() or not is_unfinished(text, marks) for text in texts):  # else no wrapped prose
        texts = [paragraph.text for paragraph in paragraphs(draft.body, marks, edition.wrapping)]
    most, least = limits.front_title_length, limits.front_title_letters
    titles = [
        text
        for text in texts
        if len(text) <= most and is_unfinished(text, marks) and count_letters(text) >= least and texts.count(text) == 1
    ]  # captions stand twice
    return "front_page" if len(titles) >= max(limits.front_titles, limits.front_share * len(texts)) else None


def _is_beside_title(lines: list[Line], index: int, dated: Container[int], edition: Edition) -> bool:
    """Whether a line above or below a date is no sentence, nor a date: in an article's chronicle both are sentences."""
    beside = [at for at in (index - 1, index + 1) if 0 <= at < len(lines) and at not in dated]
    return any(is_unfinished(lines[at].text, edition.punctuation) for at in beside)
