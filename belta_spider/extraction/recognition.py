"""Which edition a page is of, and what kind of page it is, where no address tells."""

from __future__ import annotations

from collections.abc import Container, Iterable

import regex

from belta_spider.draft import Draft
from belta_spider.editions import Edition, Editions, datelines
from belta_spider.editions.dates import read_date
from belta_spider.editions.rules import label_key, remembered
from belta_spider.text.languages import count_letters, detect
from belta_spider.text.lines import Line, Punctuation, is_unfinished, paragraphs

_TOP, _BOTTOM = 25, 45
_SAMPLE_LINES = 12
_LABEL_LENGTH = 60
_CLAIMED = 200
"""Characters of a line beyond which it is no label, twice on a line or not."""
_DATED_LINES = 3
_TITLE_LETTERS = 15
_TITLE_LENGTH = 200
_TITLES = 4
_TITLES_SHARE = 1 / 3
_NOTICE_LINES = 12
_NOTICE_LETTERS = 8
_WORD = regex.compile(r"[\p{L}\p{M}]+")
_NUMERIC = regex.compile(r"[0-9]\.[0-9]{1,2}\.[0-9]{4}|[0-9]{4}-[0-9]{2}")
_YEAR = regex.compile("[0-9]{4}")
_COLON = regex.compile("[:\uff1a]")
# The dates of a list's items: a time, a day of the week before, a day without a year.
_LIST_LINE = regex.compile(
    r"[0-9]{1,2}:[0-9]{2}"
    r"|[0-9]{0,2}\.[0-9]{2}\.(?:[0-9]{2}|[0-9]{4})(?:,? [0-9]{1,2}:[0-9]{2})?"
    r"|(?:[0-9]{1,2}\.? \p{L}+\.?|[\p{L}0-9]+ [0-9]{1,2}),? [0-9]{1,2}:[0-9]{2}"
    r"|[0-9]{1,2}:[0-9]{2},? [0-9]{1,2}\.? \p{L}+\.?"
)


def told_edition(draft: Draft, lines: list[Line]) -> Edition | None:
    """The address decides, then the run's own word, then the chrome, then the language."""
    if draft.edition is None and draft.asked_edition:
        return draft.editions.by_code[draft.asked_edition]
    return draft.edition or edition_of(lines, draft.editions)


def edition_of(lines: list[Line], editions: Editions) -> Edition | None:
    """Tell the edition by the chrome; by the language where chrome is missing or shared."""
    edge = lines if len(lines) <= _TOP + _BOTTOM else [*lines[:_TOP], *lines[-_BOTTOM:]]
    scores = _scores(edge, editions)
    best = max(scores.values(), default=(0, 0))
    among = [editions.by_code[code] for code, score in scores.items() if score == best]
    is_witnessed = best[1] > 1
    if is_witnessed and len(among) == 1:
        return among[0]
    language = detect(
        " ".join(line.text for line in lines[-_SAMPLE_LINES:] if len(line.text) > _LABEL_LENGTH)
        or " ".join(line.text for line in lines)
    )[0]
    spoken = editions.by_language.get(language)
    if not is_witnessed:
        return spoken or (among[0] if len(among) == 1 else _by_dateline(lines, editions))
    return spoken if spoken in among else among[0]


def _scores(lines: list[Line], editions: Editions) -> dict[str, tuple[int, int]]:
    """How many different rules of each edition take a line at the page's edges: those of it alone, and all.

    Editions share labels, and the Chinese one prints the English day.
    """
    own: dict[str, set[str]] = {}
    found: dict[str, set[str]] = {}
    for line in lines:
        claims = _claims(line.text, editions) if len(line.text) <= _CLAIMED else {}
        for code, names in claims.items():
            found.setdefault(code, set()).update(names)
            if len(claims) == 1:
                own.setdefault(code, set()).update(names)
    return {code: (len(own.get(code, ())), len(names)) for code, names in found.items()}


@remembered
def _claims(text: str, editions: Editions) -> dict[str, list[str]]:
    """The rules of each edition that know a line by its words."""
    claims: dict[str, list[str]] = {}
    for edition, rule in editions.by_label.get(label_key(text), ()):
        claims.setdefault(edition.code, []).append(rule.name)
    if len(text) < _LABEL_LENGTH and _YEAR.search(text):
        for edition in _may_date(text, editions):
            names = _dated(text, edition)
            if names:
                claims.setdefault(edition.code, []).extend(names)
    return claims


def _may_date(text: str, editions: Editions) -> Iterable[Edition]:
    """The editions that know a month or a weekday of the line; all, where the month is a number."""
    if _NUMERIC.search(text):
        return editions.by_code.values()
    words = _WORD.findall(text.casefold())
    codes = dict.fromkeys(code for word in words for code in editions.by_date_word.get(word, ()))
    return [editions.by_code[code] for code in codes]


def _dated(text: str, edition: Edition) -> list[str]:
    """The rules of an edition that read a day, or with its hour a date, in the edition's own words."""
    shape = "date" if _COLON.search(text) else "capture_day"
    rule = edition.shaped(shape)
    parts = rule.match(text)
    if not parts:
        return []
    names = []
    if (parts.get("month") or "").casefold() in edition.months:
        names.append(rule.name)
    if (parts.get("weekday") or "").casefold() in edition.weekdays:
        names.append(f"{rule.name}.weekday")
    if edition.section_slug(parts.get("section") or ""):
        names.append(edition.shaped("section").name)
    return names


def _by_dateline(lines: list[Line], editions: Editions) -> Edition | None:
    return next((one for one in editions.by_code.values() if datelines.search(lines, one) is not None), None)


def kind_of_page(draft: Draft, lines: list[Line]) -> str | None:
    """Why a page, laid out, is no article; None where it may be one.

    By the lines that the edition's table names, and by shape: a list has many dates beside titles, a front
    page titles and leads and no date. A page with a date of publication, or a dateline, is neither.
    """
    edition, marks = draft.known, draft.editions.punctuation
    dated = [index for index, line in enumerate(lines) if read_date(line.text, edition)]
    if len({lines[index].text for index in dated if _is_beside_title(lines, index, dated, marks)}) >= _DATED_LINES:
        return "list_page"
    if draft.address is None and _printed_section(draft) in edition.pages.get("video_record", ()):
        return "video_record"
    if any(found.rule.shape == "date" for found in draft.header) or datelines.search(draft.body, edition) is not None:
        return None
    return _kind_by_label(lines, edition, draft.title) or _kind_by_shape(draft, lines)


def kind_of_foreign_page(lines: list[Line], editions: Editions) -> str | None:
    """Why a page that is of no edition is no article, None where its lines do not tell."""
    return next(filter(None, (_kind_by_label(lines, edition) for edition in editions.by_code.values())), None)


def _printed_section(draft: Draft) -> str | None:
    sections = (found.parts.get("section") for found in draft.header if found.rule.shape == "section")
    return next((label_key(section) for section in sections if section), None)


def _kind_by_label(lines: list[Line], edition: Edition, title: str | None = None) -> str | None:
    """The kind whose line stands on the page: a front page's anywhere, the others' at the top."""
    keys = [label_key(text) for text in (title or "", *(line.text for line in lines))]
    for kind, labels in edition.pages.items():
        where = keys if kind == "front_page" else keys[:_NOTICE_LINES]
        if kind != "video_record" and any(_is_notice(key, labels) for key in where):
            return kind
    return None


def _is_notice(key: str, labels: frozenset[str]) -> bool:
    """Whether a short line is one of the labels, or starts with a long one: `Page not found - BelTA`."""
    if key in labels:
        return True
    return len(key) <= _LABEL_LENGTH and any(
        key.startswith(label) and not key[len(label)].isalnum() and count_letters(label) >= _NOTICE_LETTERS
        for label in labels
    )


def _kind_by_shape(draft: Draft, lines: list[Line]) -> str | None:
    marks = draft.editions.punctuation
    dated = [index for index, line in enumerate(lines) if _LIST_LINE.fullmatch(line.text)]
    if sum(_is_beside_title(lines, index, (), marks) for index in dated) >= _DATED_LINES:
        return "list_page"
    if not draft.titled or _printed_section(draft):  # what is left may be a text of many headings
        return None
    texts = [line.text for line in draft.body]
    if any(text[0].islower() or not is_unfinished(text, marks) for text in texts):  # else no wrapped prose
        texts = [paragraph.text for paragraph in paragraphs(draft.body, marks)]
    titles = [text for text in texts if _is_title(text, marks) and texts.count(text) == 1]  # captions stand twice
    return "front_page" if len(titles) >= max(_TITLES, _TITLES_SHARE * len(texts)) else None


def _is_beside_title(lines: list[Line], index: int, dated: Container[int], marks: Punctuation) -> bool:
    """Whether a line above or below a date is no sentence, nor a date: in an article's chronicle both are sentences."""
    beside = [at for at in (index - 1, index + 1) if 0 <= at < len(lines) and at not in dated]
    return any(is_unfinished(lines[at].text, marks) for at in beside)


def _is_title(text: str, marks: Punctuation) -> bool:
    return len(text) <= _TITLE_LENGTH and is_unfinished(text, marks) and count_letters(text) >= _TITLE_LETTERS
