"""From a page's bytes to the parts of an article: head, title, body lines; one way for each kind of page."""

from __future__ import annotations

from belta_spider.cleaning import edition_of_page, page_kind, told_address
from belta_spider.cleaning.draft import Draft, Reading
from belta_spider.cleaning.markup import hostile
from belta_spider.cleaning.markup.page import lay_out as lay_out_markup
from belta_spider.cleaning.markup.reading import Markup
from belta_spider.cleaning.markup.reading import read as read_markup
from belta_spider.cleaning.markup.stopped import stops_short
from belta_spider.cleaning.markup.unclosed import FLAG as UNCLOSED
from belta_spider.cleaning.notice import is_notice_in_text
from belta_spider.cleaning.text_dump import head
from belta_spider.editions import addresses
from belta_spider.text.encodings import decode, is_mojibake, markup_as_utf8, unmojibake
from belta_spider.text.lines import LINES, split_lines

_QUOTED = 1_000
"""Bytes of a page in markup that a dropped one's entry in the audit may quote."""


def extract(reading: Reading) -> Draft | None:
    """Return the page's draft; None where no edition is told, `reading.drop` then says why it is no article."""
    page = reading.page
    body, is_cut = hostile.cut(page.body, is_html=page.is_html)
    if page.truncated or is_cut or (page.is_html and stops_short(page.body)):
        reading.flag("truncated")
    if page.url and not _read_address(reading, page.url):
        return None
    return _extract_markup(reading, body) if page.is_html else _extract_text(reading, body)


def _read_address(reading: Reading, url: str) -> bool:
    """Take the address that came with the page; return whether an article can stand there."""
    reading.address = addresses.parse(url, reading.editions)
    if reading.address is None:
        reading.is_foreign = True
        if not reading.any_site:
            reading.drop = "unknown_edition" if addresses.is_of_the_site(url) else "other_site"
    else:
        reading.drop = reading.address.drop
    return reading.drop is None


def _extract_markup(reading: Reading, body: bytes) -> Draft | None:
    data, repaired = markup_as_utf8(body, reading.page.charset)
    markup = _read_markup(reading, data)
    if _is_broken("\n".join([block.line.text for block in markup.reader.blocks])):
        data, repaired = unmojibake(data.decode()).encode("utf-8", "replace"), True
        markup = _read_markup(reading, data)
    if repaired:
        reading.flag("encoding_repaired")
    if markup.is_unclosed:
        reading.flag(UNCLOSED)
    reading.source_text = markup.data[:_QUOTED].decode("utf-8", "ignore")
    return lay_out_markup(reading, markup)


def _is_broken(text: str) -> bool:
    """Whether lines were decoded wrongly before, and can be put right."""
    if not is_mojibake(text):
        return False
    broken = "\n".join(filter(is_mojibake, text.split("\n")))
    return unmojibake(broken) != broken


def _read_markup(reading: Reading, data: bytes) -> Markup:
    safe = hostile.safe(data)
    return read_markup(safe, reading.editions, is_foreign=reading.is_foreign, keep_outside=reading.keep_audit)


def _extract_text(reading: Reading, body: bytes) -> Draft | None:
    drop = told_address.take_path(reading)
    text, repaired = decode(body, reading.page.charset)
    if repaired:
        reading.flag("encoding_repaired")
    reading.source_text = text
    lines = reading.lines = split_lines(text)
    if len(lines) == LINES:
        reading.flag("truncated")
    reading.drop = drop if lines else "empty"
    edition = None if reading.drop else edition_of_page.tell(reading, lines)
    if edition is None:
        reading.drop = reading.drop or page_kind.kind_of_foreign_page(lines, reading.editions) or "unknown_edition"
        return None
    draft = Draft.of(reading, edition)
    head.lay_out(draft, lines)
    draft.drop = page_kind.kind_of_page(draft, lines)
    if draft.drop is None and is_notice_in_text(draft, lines):
        draft.drop = "notice"
    return draft
