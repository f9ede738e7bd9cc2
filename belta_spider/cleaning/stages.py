"""The five stages of the cleaner, in their order."""

from __future__ import annotations

import hashlib
import re

from belta_spider.cleaning.audit import drop_entry
from belta_spider.cleaning.audit import finish as finish_audit
from belta_spider.cleaning.body import begin as begin_body
from belta_spider.cleaning.body import compose
from belta_spider.cleaning.divide import extract
from belta_spider.cleaning.draft import Draft, Reading
from belta_spider.editions import Editions, dates
from belta_spider.editions.datelines import DatelineMatch
from belta_spider.items import Article, Dateline, Provenance, Weather
from belta_spider.text import languages
from belta_spider.text.normalization import normalize
from belta_spider.version import __version__

_LETTERS_WITHIN = 100_000  # characters: a bound on time, far beyond where the letters are enough
_ID_DIGITS = 16  # 64 bits: among a million articles two ids meet once in 37 million corpora
_RULES_DIGITS = 8  # as the contract writes a producer
_SEPARATOR = re.compile(" ?[,\uff0c\u3001] ?")  # between names; a full-width and an ideographic comma too


def _drop(work: Reading | Draft, reason: str) -> None:
    """Make the page no article; its one entry in the audit says why."""
    work.drop = reason
    if work.keep_audit:
        work.audit = [drop_entry(work.article.source, reason, work.source_text)]


# First stage: what is chrome, what is not


def remove_chrome(reading: Reading) -> Draft | None:
    """Decode the page, tell its edition, and divide head, title and tail from the body.

    Return the draft; None where the page is of no edition: `reading.drop` then says why it is no article.
    """
    draft = extract(reading)
    work = draft or reading
    if work.drop:
        _drop(work, work.drop)
    elif draft:
        begin_body(draft)
    return draft


# Second stage: what the head says


def read_header(draft: Draft) -> None:
    """Fill the fields that address and head tell: url, edition, title, section, dates, weather."""
    article, page, address, header = draft.article, draft.page, draft.address, draft.header
    article.edition = draft.edition.code
    article.title = header.title
    article.date_published = dates.rfc3339(header.published) if header.published else None
    article.date_modified = dates.rfc3339(header.modified) if header.modified else None
    article.section_title, article.section = header.section_title, header.section
    article.weather = header.weather or article.weather
    article.captured_at = page.captured_at
    if page.captured_at:
        article.captured_on = dates.minsk_day(page.captured_at)
    if header.capture_day and not article.captured_on:
        article.captured_on = header.capture_day.isoformat()
    if address:
        article.url = address.url
        article.id = address.id or ""
    if address and address.section:
        article.section = address.section
        draft.provenance["section"] = draft.provenance.get("address", "address")
    if article.section_title and not article.section:
        draft.flag("unknown_section")


# Third stage: the body


def compose_body(draft: Draft) -> None:
    """Fill captions, dateline, text and credits."""
    article = draft.article
    body = compose(draft)
    article.text = draft.text_as_composed = "\n\n".join([paragraph.text for paragraph in body.paragraphs])
    article.captions = list(dict.fromkeys(draft.captions + body.captions))
    article.credits = body.credits
    article.authors = draft.authors
    article.tags = draft.tags
    article.images = draft.images
    if body.dateline:
        _read_dateline(draft, body.dateline)


def _read_dateline(draft: Draft, found: DatelineMatch) -> None:
    article, day = draft.article, None
    if draft.header.published and found.day and found.month:
        published = draft.header.published.date()
        day = dates.nearest(found.day, found.month, published)
        if day and abs((day - published).days) > draft.edition.limits.dateline_days:
            draft.flag("dateline_date_differs")
    article.dateline = Dateline(found.raw, found.place, day.isoformat() if day else None, found.agency)
    reporters = _SEPARATOR.split(found.reporter) if found.reporter else []
    article.authors = [*article.authors, *(name for name in reporters if name not in article.authors)]


# Fourth stage: the language


def tell_language(draft: Draft) -> None:
    """Detect the language of the text itself."""
    article = draft.article
    article.language, article.language_confidence = languages.detect(article.text)
    if article.language not in {languages.UNDETERMINED, draft.edition.language}:
        draft.flag("language_differs")


# Last stage: one form for all, and whether it is an article at all


def finish(draft: Draft) -> None:
    """Normalise every string, give the article its id, flags and audit; or drop it."""
    article = draft.article
    _normalize(draft)
    _raise_flags(draft)
    article.provenance = _provenance(draft)
    article.producer = producer(draft.editions)
    reason = _no_article(article, draft.editions.limits.article_letters)
    if reason:
        _drop(draft, reason)
        return
    article.id = article.id or _hash_id(article)
    article.flags = sorted(draft.flags)
    finish_audit(draft.audit, article.id)
    draft.is_finished = True


def producer(editions: Editions) -> str:
    """Return what makes the records: the program's version and a digest of its rules."""
    return f"belta_spider/{__version__} rules/{editions.digest[:_RULES_DIGITS]}"


def _normalize(draft: Draft) -> None:
    """Put every string of the content into its one form; a pipeline of the user's may have changed it."""
    article = draft.article
    article.title = _line(article.title)
    article.section_title = _line(article.section_title)
    if article.text is not draft.text_as_composed:
        article.text = "\n\n".join(filter(None, map(normalize, article.text.split("\n\n"))))
    for name in ("captions", "credits", "tags", "authors"):
        if values := getattr(article, name):
            setattr(article, name, list(dict.fromkeys(filter(None, map(normalize, values)))))
    article.weather = Weather(
        _line(article.weather.place), _line(article.weather.condition), article.weather.temperature_c
    )
    for image in article.images:
        image.caption, image.credit = _line(image.caption), _line(image.credit)


def _line(value: str | None) -> str | None:
    return (normalize(value) or None) if value else None


def _raise_flags(draft: Draft) -> None:
    article, flags = draft.article, draft.flags
    if article.title is None:
        flags.add("no_title")
    if article.date_published is None:
        flags.add("no_date")
    elif article.captured_on and article.captured_on < article.date_published[:10]:
        flags.add("captured_before_published")


def _provenance(draft: Draft) -> Provenance:
    article, origins = draft.article, draft.provenance
    return Provenance(
        title=origins.get("title", "page") if article.title else None,
        section=origins.get("section", "page") if article.section else None,
        date_published=origins.get("date_published", "page") if article.date_published else None,
        text=origins.get("text", "page") if article.text else None,
        language="text" if article.language != languages.UNDETERMINED else None,
    )


def _no_article(article: Article, letters: int) -> str | None:
    """Why the page is no article, None where it is one."""
    if not article.text:
        return "no_text"
    if article.title or article.date_published or article.dateline.raw:
        return None
    if article.language == languages.UNDETERMINED:
        return "no_text"
    return None if languages.count_letters(article.text[:_LETTERS_WITHIN]) >= letters else "no_text"


def _hash_id(article: Article) -> str:
    """An id for a page without an address: the same for the same article in whatever chrome."""
    parts = [article.edition, article.date_published or "", article.title or ""]
    if not (article.date_published and article.title):
        parts.append(article.text)
    digest = hashlib.sha256("\x1f".join(parts).encode()).hexdigest()
    return f"{article.edition}-x{digest[:_ID_DIGITS]}"
