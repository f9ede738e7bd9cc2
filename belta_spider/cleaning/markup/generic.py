"""Unknown markup: trafilatura tells which of the page's blocks are the body."""

from __future__ import annotations

import logging
from itertools import zip_longest
from typing import TYPE_CHECKING

from belta_spider.cleaning.draft import Draft
from belta_spider.cleaning.markup import hostile
from belta_spider.cleaning.markup.blocks import Block
from belta_spider.cleaning.markup.matching import key_of, matched
from belta_spider.cleaning.markup.photos import take_photos
from belta_spider.cleaning.markup.title_and_dates import read_dates, read_title
from belta_spider.cleaning.text_dump.tail import find_tail
from belta_spider.editions import Edition, dates
from belta_spider.editions.rule_matches import head_matches, tail_matches
from belta_spider.editions.rules import Parts, Rule
from belta_spider.text.languages import count_letters
from belta_spider.text.lines import Line

if TYPE_CHECKING:
    from belta_spider.cleaning.markup.reading import Markup

# trafilatura needs many seconds and much memory for pages beyond these.
_PAGE_LIMIT = 2_000_000
_TAG_LIMIT = 60_000  # a bound on its time and memory, as for the page


def lay_out(draft: Draft, markup: Markup) -> None:
    """Fill the draft from a page of any markup; what is not the article's goes to the audit."""
    draft.flag("generic_extraction")
    draft.provenance["text"] = "generic"
    blocks = markup.reader.blocks
    kept = _kept(draft, markup)
    heading = next((block.line.text for block in blocks if block.rule and block.rule.name == "header.title"), None)
    read_title(draft, markup.meta, heading)
    draft.head_found = draft.header.title is not None
    if not draft.is_foreign:  # what another site prints above its title is no menu of BelTA's
        kept = _below_title(draft, blocks, kept)
    known, printed = _take_edges(draft, blocks, kept)
    stated = _date_element(draft, blocks)
    read_dates(draft, markup.meta, stated or (None if markup.meta.published else printed), is_element=bool(stated))
    photos = [block for block in blocks if block.rule and _is_between(block, kept)]
    owners = {block.owner for block in photos}
    pictures = [picture for picture in markup.reader.pictures if picture.owner in owners]
    take_photos(draft, photos, pictures, markup.meta.base)
    draft.authors += markup.meta.authors
    known |= {line.number for line in draft.body}
    for block in blocks:
        if block.line.number not in known:
            name = block.rule.name if block.rule else "markup.boilerplate"
            draft.remove_line(block.line, f"{draft.edition.code}.{name}", block.rule.field if block.rule else None)


def _is_between(block: Block, kept: set[int]) -> bool:
    return bool(kept) and min(kept) <= block.line.number <= max(kept) + 1


def _date_element(draft: Draft, blocks: list[Block]) -> str | None:
    """The text of the page's own element for the date."""
    texts = [block.line.text for block in blocks if block.rule and block.rule.name == "header.date"]
    return next((text for text in texts if dates.read_date(text, draft.edition)), None)


def _below_title(draft: Draft, blocks: list[Block], kept: set[int]) -> set[int]:
    """The kept blocks without the menus above the title; prose above it stays, and so do all if there is none."""
    title, edition = key_of(draft.header.title or ""), draft.edition
    titles: list[int] = []
    for block in blocks:
        if title and key_of(block.line.text) == title:
            titles.append(block.line.number)
        elif block.line.number in kept and _is_prose(block.line.text, edition):
            break
    else:
        del titles[1:]
    return {number for number in kept if not titles or number > titles[-1]}


# What the edition's rules know at the edges of the body


def _take_edges(draft: Draft, blocks: list[Block], kept: set[int]) -> tuple[set[int], str | None]:
    """Take head and tail off the kept lines, and read the head above them too.

    Return the numbers of the lines that rules know, and the date that is printed there.
    """
    edition = draft.edition
    lines = [block.line for block in blocks if block.line.number in kept]
    tail = find_tail(lines, 0, edition)
    for taken in tail:
        if taken.rule:
            draft.remove_line(taken.line, taken.rule.name)
        else:
            draft.remove_unknown(taken.line, "tail")
    body = lines[: len(lines) - len(tail)]
    start = next((index for index, line in enumerate(body) if _edge_rule(line.text, edition) is None), len(body))
    draft.body = body[start:]
    first = draft.body[0].number if draft.body else 0
    above = [block.line for block in blocks if block.line.number < first and block.rule is None]
    head = sorted({*above, *body[:start]})
    known, printed = _take_head(draft, head, kept)
    return known | {taken.line.number for taken in tail}, printed


def _take_head(draft: Draft, lines: list[Line], kept: set[int]) -> tuple[set[int], str | None]:
    """Take the lines that fill a field, and those of the kept ones that rules know."""
    edition = draft.edition
    found = [(line, rule) for line in lines if (rule := _edge_rule(line.text, edition))]
    values = _head_values(found, edition)
    for shape, (_, parts) in values.items():
        if shape == "section":
            draft.header.name_section(parts["section"] or "", edition)
        elif shape != "date":
            draft.header.take(edition.shaped(shape), parts, edition)
    known = set()
    for line, rule in found:
        is_value = rule.shape in values and values[rule.shape][0] is line
        if is_value or line.number in kept:  # else it is a menu's
            draft.remove_line(line, rule.name, rule.field if is_value else None)
            known.add(line.number)
    return known, values["date"][0].text if "date" in values else None


def _head_values(found: list[tuple[Line, Rule]], edition: Edition) -> dict[str, tuple[Line, Parts]]:
    """The lines that fill a field, by their rule's shape: the last section and date, the first day and weather."""
    values: dict[str, tuple[Line, Parts]] = {}
    for (line, rule), below in zip_longest(found, found[1:]):
        parts = rule.match(line.text) or {}
        if rule.shape == "date":
            values["date"] = line, parts
            if edition.section_slug(parts.get("section") or ""):
                values["section"] = line, parts
        elif rule.shape == "section" and below and below[1].shape == "date":
            values["section"] = line, {"section": line.text}
        elif rule.shape in {"capture_day", "weather"}:
            values.setdefault(rule.shape, (line, parts))
    return values


def _edge_rule(text: str, edition: Edition) -> Rule | None:
    """The rule of the edition that knows a line above the text."""
    printed = dates.read_date(text, edition)
    if printed and printed.moment:
        return edition.shaped("date")
    if edition.section_slug(text):
        return edition.shaped("section")
    for _, rule, parts in (*head_matches(text, edition), *tail_matches(text, edition)):
        if rule.labels or rule.shape == "weather" or (rule.shape == "capture_day" and dates.moment_of(parts, edition)):
            return rule
    return None


# Which blocks are the body


def _kept(draft: Draft, markup: Markup) -> set[int]:
    """Numbers of the body's blocks: what trafilatura keeps; where it misses the prose, all from first to last."""
    may = {"body.article"} | ({"markup.embed"} if draft.is_foreign else set())  # a post that an article quotes
    blocks = [block for block in markup.reader.blocks if block.rule is None or block.rule.name in may]
    if not blocks:  # a title alone, an answer without a word: a search for the body costs more than all else
        return set()
    edition = draft.edition
    prose = [index for index, block in enumerate(blocks) if _is_prose(block.line.text, edition)]
    text = _trafilatura(markup.data)
    kept = matched(blocks, text, edition.limits) if text else set()
    found, least = sum(blocks[index].line.number in kept for index in prose), edition.limits.generic_share * len(prose)
    if kept and (draft.is_foreign or found >= least):
        return kept
    if prose:
        blocks = blocks[prose[0] : prose[-1] + 1]
    return {block.line.number for block in blocks}


def _is_prose(text: str, edition: Edition) -> bool:
    least = edition.limits.generic_prose
    return count_letters(text[: 4 * least]) >= least and any(mark in text for mark in edition.punctuation.full_stop)


def _trafilatura(data: bytes) -> str | None:
    if len(data) > _PAGE_LIMIT:
        data = hostile.without_bulk(data)
    if len(data) > _PAGE_LIMIT or not 0 < data.count(b"<") <= _TAG_LIMIT:
        return None
    from trafilatura import bare_extraction

    logging.getLogger("trafilatura").propagate = False  # what it cannot read is no error of ours

    found = bare_extraction(data.decode(), fast=True, with_metadata=False, include_comments=False, include_tables=True)
    return getattr(found, "text", None)
