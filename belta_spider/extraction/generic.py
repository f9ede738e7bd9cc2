"""Unknown markup: trafilatura tells which of the page's blocks are the body."""

from __future__ import annotations

from typing import TYPE_CHECKING

import regex

from belta_spider import dates
from belta_spider.draft import Draft, Found
from belta_spider.editions import Edition, Rule
from belta_spider.extraction.blocks import Block
from belta_spider.extraction.photos import take_photos
from belta_spider.extraction.statements import read_dates, read_title
from belta_spider.extraction.tails import find_tail
from belta_spider.languages import count_letters
from belta_spider.lines import Line

if TYPE_CHECKING:
    from belta_spider.extraction.markup import Reading

# trafilatura needs many seconds and much memory for pages beyond these.
_PAGE_LIMIT = 2_000_000
_TAG_LIMIT = 60_000
_LONG_KEY = 20
_SEARCH_LIMIT = 20_000_000
_PROSE = 50
_SHARE = 0.25
_NO_KEY = regex.compile(r"[^\p{L}\p{N}]+")


def lay_out(draft: Draft, reading: Reading) -> None:
    """Fill the draft from a page of any markup; what is not the article's goes to the audit."""
    draft.flags.add("generic_extraction")
    draft.origins["text"] = "generic"
    blocks = reading.reader.blocks
    kept = _kept(draft, reading)
    heading = next((block.line.text for block in blocks if block.rule and block.rule.name == "header.title"), None)
    read_title(draft, reading.meta, heading)
    draft.titled = draft.title is not None
    lines = [block.line for block in blocks if block.line.number in kept]
    printed = _take_edges(draft, lines)
    read_dates(draft, reading.meta, _first_date(draft, blocks) or printed)
    photos = [block for block in blocks if block.rule and _is_between(block, kept)]
    owners = {block.owner for block in photos}
    pictures = [picture for picture in reading.reader.pictures if picture.owner in owners]
    take_photos(draft, photos, pictures, draft.editions.punctuation)
    draft.authors += reading.meta.authors
    for block in blocks:
        if block.line.number not in kept:
            name = block.rule.name if block.rule else "markup.boilerplate"
            draft.cut_line(block.line, f"{draft.known.code}.{name}", block.rule.field if block.rule else None)


def _is_between(block: Block, kept: set[int]) -> bool:
    return bool(kept) and min(kept) <= block.line.number <= max(kept) + 1


def _first_date(draft: Draft, blocks: list[Block]) -> str | None:
    """The page's own date element, or any block that is a date and nothing else."""
    texts = [block.line.text for block in blocks if block.rule and block.rule.name == "header.date"]
    return next((text for text in texts if dates.read_date(text, draft.known)), None)


def _take_edges(draft: Draft, lines: list[Line]) -> str | None:
    """Run the edition's rules over the kept lines: take chrome, section and date off their edges; return the date."""
    edition = draft.known
    tail = find_tail(lines, 0, edition, draft.editions.punctuation)
    for taken in tail:
        if taken.rule:
            draft.cut_line(taken.line, taken.rule.name)
        else:
            draft.unknown(taken.line, "tail")
    body = lines[: len(lines) - len(tail)]
    start, printed = 0, None
    while start < len(body):
        rule = _edge_rule(body[start].text, edition)
        if rule is None:
            break
        following = body[start + 1].text if start + 1 < len(body) else ""
        if rule.shape == "date":
            printed = body[start].text
        elif rule.shape == "section" and dates.read_date(following, edition):
            draft.header.append(Found(rule, {"section": body[start].text}, "page"))
        draft.cut_line(body[start], rule.name)
        start += 1
    draft.body = body[start:]
    return printed


def _edge_rule(text: str, edition: Edition) -> Rule | None:
    """The rule of the edition that knows a line above the text, by its words."""
    if dates.read_date(text, edition):
        return edition.shaped("date")
    if edition.section_slug(text):
        return edition.shaped("section")
    return next((rule for rule in edition.rules if rule.labels and rule.match(text) is not None), None)


# Which blocks are the body


def _kept(draft: Draft, reading: Reading) -> set[int]:
    """Numbers of the body's blocks: what trafilatura keeps; where it misses the prose, all from first to last."""
    blocks = [block for block in reading.reader.blocks if block.rule is None or block.rule.name == "body.article"]
    stop = draft.editions.punctuation.full_stop
    prose = [index for index, block in enumerate(blocks) if _is_prose(block.line.text, stop)]
    text = _trafilatura(reading.data)
    kept = _matched(blocks, text) if text else set()
    if kept and sum(blocks[index].line.number in kept for index in prose) >= _SHARE * len(prose):
        return kept
    if prose:
        blocks = blocks[prose[0] : prose[-1] + 1]
    return {block.line.number for block in blocks}


def _is_prose(text: str, stop: str) -> bool:
    return count_letters(text[: 4 * _PROSE]) >= _PROSE and any(mark in text for mark in stop)


def _trafilatura(data: bytes) -> str | None:
    if len(data) > _PAGE_LIMIT or data.count(b"<") > _TAG_LIMIT:
        return None
    from trafilatura import bare_extraction

    found = bare_extraction(data.decode(), fast=True, with_metadata=False, include_comments=False, include_tables=True)
    return getattr(found, "text", None)


def _matched(blocks: list[Block], text: str) -> set[int]:
    """Blocks whose letters and digits are one of the text's lines, or part of one."""
    keys = {_key(line) for line in text.split("\n")}
    keys.discard("")
    whole = "\n".join(keys)
    effort = 0
    kept = set()
    for block in blocks:
        key = _key(block.line.text)
        if key in keys:
            kept.add(block.line.number)
        elif len(key) >= _LONG_KEY and effort < _SEARCH_LIMIT:
            effort += len(whole)
            if key in whole:
                kept.add(block.line.number)
    return kept


def _key(text: str) -> str:
    return _NO_KEY.sub("", text).casefold()
