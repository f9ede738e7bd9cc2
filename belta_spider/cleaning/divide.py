"""From a page's bytes to the parts of an article: head, title, body lines; one way for each kind of page."""

from __future__ import annotations

from belta_spider.cleaning import edition_of_page, page_kind, told_address
from belta_spider.cleaning.draft import Draft
from belta_spider.cleaning.markup import hostile, reading
from belta_spider.cleaning.markup import page as markup
from belta_spider.cleaning.markup.cells import are_loose
from belta_spider.cleaning.markup.stopped import stops_short
from belta_spider.cleaning.markup.unclosed import FLAG as UNCLOSED
from belta_spider.cleaning.notice import is_notice_in_text
from belta_spider.cleaning.text_dump import head
from belta_spider.editions import addresses
from belta_spider.text.encodings import decode, is_mojibake, markup_as_utf8, unmojibake
from belta_spider.text.lines import LINES, Line, split_lines

_QUOTED = 1_000
"""Bytes of a page in markup that a dropped one's entry in the audit may quote."""


def extract(draft: Draft) -> None:
    """Fill the draft from its page; set `draft.drop` where the page is no article."""
    page = draft.page
    if page.url and not _read_address(draft, page.url):
        return
    body, is_cut = hostile.cut(page.body, is_html=page.is_html)
    if page.truncated or is_cut or (page.is_html and stops_short(page.body)):
        draft.flags.add("truncated")
    if page.is_html:
        _extract_markup(draft, body)
        return
    text, repaired = decode(body, page.charset)
    if repaired:
        draft.flags.add("encoding_repaired")
    draft.source_text = text
    draft.lines = split_lines(text)
    if len(draft.lines) == LINES:
        draft.flags.add("truncated")
    _extract_text(draft, draft.lines)


def _read_address(draft: Draft, url: str) -> bool:
    """Take edition, section and id from the address; return whether an article can stand there."""
    draft.address = addresses.parse(url, draft.editions)
    if draft.address is None:
        draft.is_foreign = True
        if not draft.any_site:
            draft.drop = "unknown_edition" if addresses.is_of_the_site(url) else "other_site"
    else:
        draft.edition = draft.address.edition
        draft.drop = draft.address.drop
    return draft.drop is None


def _extract_markup(draft: Draft, body: bytes) -> None:
    data, repaired = markup_as_utf8(body, draft.page.charset)
    reading = _read_markup(draft, data)
    if _is_broken("\n".join([block.line.text for block in reading.reader.blocks])):
        data, repaired = unmojibake(data.decode()).encode("utf-8", "replace"), True
        reading = _read_markup(draft, data)
    if repaired:
        draft.flags.add("encoding_repaired")
    if reading.is_unclosed or are_loose(reading.data):
        draft.flags.add(UNCLOSED)
    draft.source_text = reading.data[:_QUOTED].decode("utf-8", "ignore")
    markup.lay_out(draft, reading)


def _is_broken(text: str) -> bool:
    """Whether lines were decoded wrongly before, and can be put right."""
    if not is_mojibake(text):
        return False
    broken = "\n".join(filter(is_mojibake, text.split("\n")))
    return unmojibake(broken) != broken


def _read_markup(draft: Draft, data: bytes) -> reading.Reading:
    return reading.read(hostile.safe(data), draft.editions, is_foreign=draft.is_foreign, keep_outside=draft.keep_audit)


def _extract_text(draft: Draft, lines: list[Line]) -> None:
    if not lines:
        draft.drop = "empty"
        return
    draft.drop = told_address.take_path(draft)
    if draft.drop:
        return
    draft.edition = edition_of_page.edition_of_draft(draft, lines)
    if draft.edition is None:
        draft.drop = page_kind.kind_of_foreign_page(lines, draft.editions) or "unknown_edition"
        return
    head.lay_out(draft, lines)
    draft.drop = page_kind.kind_of_page(draft, lines)
    if draft.drop is None and is_notice_in_text(draft, lines):
        draft.drop = "notice"
