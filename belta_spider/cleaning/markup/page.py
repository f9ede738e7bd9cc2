"""Pages in markup: BelTA's own by its elements, any other by a generic extraction.

Either way the page becomes the same draft as a text dump does: from there on there is one way.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from belta_spider.cleaning import edition_of_page, page_kind, told_address
from belta_spider.cleaning.draft import Draft, Found
from belta_spider.cleaning.markup.blocks import Block
from belta_spider.cleaning.markup.nodes import first_text
from belta_spider.cleaning.markup.photos import check_uploads, take_photos
from belta_spider.cleaning.markup.reading import OUTSIDE_LENGTH, Reading, read
from belta_spider.cleaning.markup.title_and_dates import read_dates, read_title
from belta_spider.cleaning.markup.unclosed import FLAG as UNCLOSED
from belta_spider.cleaning.markup.unclosed import is_sentence, swallowed
from belta_spider.cleaning.notice import is_notice_in_markup
from belta_spider.editions import Edition, datelines, dates
from belta_spider.editions.addresses import is_of_the_site, parse
from belta_spider.editions.rule_matches import head_matches, tail_matches
from belta_spider.editions.rules import Parts, remembered
from belta_spider.text.lines import Line
from belta_spider.text.lookalikes import as_it_looks
from belta_spider.text.normalization import normalize

_HEADING_LENGTH = 1_000  # characters: a bound on time, as a heading may never be closed
_CHROME = {None, "capture_day", "weather"}
"""The shapes of rules that know a line for chrome wherever it stands."""
_WHOLE_PAGES = {"video_record", "print_view", "search_page"}
"""What an address alone decides, whatever the page holds."""
_OF_ANY_SITE = frozenset({"header.title", "body.photo", "markup.form"})
"""Rules that take an element of any site by its tag."""


# From the reading to the draft


def lay_out(draft: Draft, reading: Reading) -> None:
    """Fill the draft; set `draft.drop` where the page is no article."""
    draft.drop = _drop_by_address(draft, reading)
    if draft.drop is None and reading.body is not None and draft.is_foreign:  # as the page's own head says
        reading = read(reading.data, draft.editions, is_foreign=True)
    inside = [block.line for block in reading.reader.blocks]
    draft.lines = sorted(inside + [one.line for one in reading.outside])
    draft.drop = draft.drop or _kind_of_page(draft, reading)
    if draft.drop:
        return
    draft.is_foreign = draft.is_foreign or _bears_no_mark(draft, reading)
    draft.edition = edition_of_page.edition_of_draft(draft, inside)
    if draft.edition is None:
        draft.drop = page_kind.kind_of_foreign_page(inside, draft.editions) or "unknown_edition"
        return
    if reading.body is not None:
        _lay_out_article(draft, reading)
    else:
        from belta_spider.cleaning.markup import generic  # loads slowly: only where the markup is unknown

        generic.lay_out(draft, reading)
    if not draft.drop:
        draft.drop = page_kind.kind_of_page(draft, draft.body)
    if draft.drop is None and reading.body is None and _is_notice(draft, reading):
        draft.drop = "notice"
    for one in reading.outside:
        draft.remove_line(one.line, f"{draft.known.code}.{one.rule}", one.field)


def _drop_by_address(draft: Draft, reading: Reading) -> str | None:
    """Read the address that the page itself states, where none came with it."""
    if draft.address is not None or draft.is_foreign:
        return None
    if told_address.take_comment(draft, reading.meta.saved_from):
        return None
    for url in reading.meta.addresses:
        if not url.startswith(("http://", "https://")):
            continue
        address = parse(url, draft.editions)
        if address is None:
            draft.is_foreign = True
            if not draft.any_site:
                return "unknown_edition" if is_of_the_site(url) else "other_site"
            return None
        if address.id is not None or address.drop in _WHOLE_PAGES or reading.body is None:
            draft.address, draft.edition = address, address.edition
            return address.drop
    return told_address.take_path(draft, has_article=reading.body is not None)


def _kind_of_page(draft: Draft, reading: Reading) -> str | None:
    """Why a page without an article's body is no article."""
    body = reading.tree.body
    if body is None or not first_text(body, 1):
        return "empty"
    if not draft.is_foreign and "window.print" in (body.attributes.get("onload") or ""):
        return "print_view"
    if reading.body is not None or draft.is_foreign:
        return None
    data, tree = reading.data, reading.tree
    if b"news_item" in data or b"lenta_item" in data:
        items = len(tree.css(".news_item, .lenta_item"))
        if items >= draft.editions.limits.list_items:
            return "front_page" if tree.css_first(".fp_block") is not None else "list_page"
    if b"fp_block" in data and tree.css_first(".date_full") is None and tree.css_first(".fp_block") is not None:
        return "front_page"
    return None


def _bears_no_mark(draft: Draft, reading: Reading) -> bool:
    """Whether a page of no known address is another site's, where those are read: nothing on it is BelTA's."""
    if not draft.any_site or draft.address is not None or reading.body is not None or not _is_of_any_site(reading):
        return False
    lines = [block.line for block in reading.reader.blocks]
    return all(datelines.search(lines, edition) is None for edition in draft.editions.by_code.values())


def _is_of_any_site(reading: Reading) -> bool:
    return {block.rule.name for block in reading.reader.blocks if block.rule} <= _OF_ANY_SITE


def _is_notice(draft: Draft, reading: Reading) -> bool:
    """Whether a page without any element of the site is a notice."""
    blocks, stated = reading.reader.blocks, reading.meta.titles
    if not _is_of_any_site(reading):
        return False
    lines = [block.line for block in blocks if block.rule is None or block.rule.name == "body.photo"]
    titles = [block.line.text for block in blocks if block.rule and block.rule.name == "header.title"]
    titles += [title for title, _ in stated]
    is_stated = bool(reading.meta.addresses) or any(origin != "title" for _, origin in stated)
    return is_notice_in_markup(draft, lines, titles, is_stated=is_stated)


def _lay_out_article(draft: Draft, reading: Reading) -> None:
    """BelTA's own markup."""
    draft.head_found = True
    blocks = reading.reader.blocks
    taken_in = swallowed(blocks, reading.reader.pictures, draft.known)
    if taken_in or reading.reader.is_unclosed:
        draft.flags.add(UNCLOSED)
    bodies = [index for index, block in enumerate(blocks) if _is_text(block) or block.line.number in taken_in]
    first, end = (bodies[0], bodies[-1] + 1) if bodies else (len(blocks), len(blocks))
    head = _take_head(draft, reading, first)
    unclosed = taken_in | _unclosed(draft, blocks[head.end : end])
    title = next((block for block in blocks if block.rule and block.rule.name == "header.title"), None)
    _take_body(draft, blocks[head.end : end], title, unclosed)
    for block in blocks[end:]:
        if not _take_known(draft, block):
            _take_chrome(draft, block.line, "tail")
    own = [block for block in blocks if block.line.number not in unclosed] if unclosed else blocks
    read_title(draft, reading.meta, _first_text(own, "header.title") or _heading_outside(reading))
    stated = _date_in(draft, _first_text(blocks, "header.date")) or _date_outside(draft, reading)
    published = read_dates(draft, reading.meta, stated or head.printed, is_element=bool(stated))
    _read_day(draft, reading)
    take_photos(draft, own, reading.reader.pictures, reading.meta.base)
    if published:
        check_uploads(draft, published)
    _take_people(draft, reading)


def _is_text(block: Block) -> bool:
    return block.rule is not None and block.rule.name == "body.article"


def _first_text(blocks: Iterable[Block], name: str) -> str | None:
    """The text of the first element under a rule: all its blocks, joined."""
    owner, texts = 0, []
    for block in blocks:
        if block.rule and block.rule.name == name and owner in {0, block.owner}:
            owner = block.owner
            texts.append(block.line.text)
    return " ".join(texts) or None


def _take_known(draft: Draft, block: Block) -> bool:
    """Put a block that an element's rule claims where it belongs; leave the body's and the nameless."""
    rule = block.rule
    if rule is None or rule.name == "body.article":
        return False
    draft.remove_line(block.line, f"{draft.known.code}.{rule.name}", rule.field)
    return True


class _Head(NamedTuple):
    """What stands above the body."""

    end: int
    """The index of the block after section, date and title."""
    printed: str | None
    """A date that stands in no element of its own."""


def _take_head(draft: Draft, reading: Reading, first: int) -> _Head:
    """Take section, date and title."""
    blocks = reading.reader.blocks
    heads = {"header.section", "header.date", "header.title", "header.day"}
    ends = [index for index, block in enumerate(blocks[:first]) if block.rule and block.rule.name in heads]
    end = ends[-1] + 1 if ends else 0
    section = _first_text(blocks[:first], "header.section")
    if section:
        draft.header.append(Found(draft.known.shaped("section"), {"section": section}, "page"))
    date, printed = draft.known.shaped("date"), None
    for block in blocks[:end]:
        if _take_known(draft, block):
            continue
        if printed is None and dates.read_date(block.line.text, draft.known):
            printed = block.line.text
            draft.remove_line(block.line, date.name, date.field)
        else:
            _take_chrome(draft, block.line, "head")
    return _Head(end, printed)


def _date_in(draft: Draft, text: str | None) -> str | None:
    """The date that a text starts with: the site may add when it was changed."""
    if not text or dates.read_date(text, draft.known):
        return text
    found = draft.known.shaped("date").pattern.match(as_it_looks(text))
    return text[: found.end()] if found else text


def _date_outside(draft: Draft, reading: Reading) -> str | None:
    """The date that stands outside the container, if the page has no other."""
    found = reading.tree.css(".date_full")
    text = first_text(found[0], OUTSIDE_LENGTH) if len(found) == 1 else ""
    return text if text and dates.read_date(text, draft.known) else None


def _heading_outside(reading: Reading) -> str | None:
    """The first heading outside the container that a statement of the title bears out, where there is one."""
    stated = [normalize(title).casefold() for title, _ in reading.meta.titles]
    headings = [first_text(node, _HEADING_LENGTH) for node in reading.tree.css("h1")]
    return next((one for one in headings if one and (not stated or any(one.casefold() in t for t in stated))), None)


def _take_chrome(draft: Draft, line: Line, where: str) -> None:
    """A block at the container's edge: chrome that the edition's text rules know, or not."""
    claims = (head_matches if where == "head" else tail_matches)(line.text, draft.known)
    rule = next((claim.rule for claim in claims if claim.rule.shape in _CHROME), None)
    if rule:
        draft.remove_line(line, rule.name)
    else:
        draft.remove_unknown(line, where)


def _take_body(draft: Draft, blocks: list[Block], title: Block | None, unclosed: set[int]) -> None:
    """The lines between head and the body's end, without what an element's rule claims."""
    person = False
    for block in blocks:
        if block.rule is None and person:  # the line under a columnist's name
            draft.remove_line(block.line, draft.known.rule_name("header.post"))
        elif block.line.number in unclosed or _is_subhead(block, title) or not _take_known(draft, block):
            draft.body.append(block.line)
        person = block.rule is not None and block.rule.name == "header.person"


def _unclosed(draft: Draft, blocks: list[Block]) -> set[int]:
    """The blocks from a dateline on within an element that was never closed: it took the article, but is none of it."""
    if any(block.rule is None or block.rule.name == "body.article" for block in blocks):
        return set()
    index = datelines.search([block.line for block in blocks], draft.known)
    if index is None:
        return set()
    return {block.line.number for block in blocks[index:] if block.owner == blocks[index].owner}


def _is_subhead(block: Block, title: Block | None) -> bool:
    """Whether a heading within the body is another than the title."""
    if title is None or block.rule is not title.rule:
        return False
    return block.owner != title.owner and block.line.text != title.line.text


def _read_day(draft: Draft, reading: Reading) -> None:
    """The visitor's day, in the page's header."""
    if b"header_date" not in reading.data:
        return
    node = reading.tree.css_first(".header_date")
    parts = _day_in(first_text(node, OUTSIDE_LENGTH), draft.known) if node is not None else None
    if parts:
        draft.header.append(Found(draft.known.shaped("capture_day"), parts, "page"))


@remembered
def _day_in(text: str, edition: Edition) -> Parts | None:
    """The parts of the visitor's day: on page after page of a crawl it is the same."""
    parts = edition.shaped("capture_day").match(text)
    return parts if parts and dates.moment_of(parts, edition) else None


def _take_people(draft: Draft, reading: Reading) -> None:
    """Tags and authors, also those beside the container."""
    reader = reading.reader
    draft.authors += reader.authors or reading.meta.authors
    draft.tags += [tag for tag in reader.tags if not is_sentence(tag, draft.known)]  # that one's link was not closed
    if not reader.tags and b"news_tags_block" in reading.data:
        for link in reading.tree.css(".news_tags_block a[title], .news_tags_block a.tag_item"):
            draft.tags.append(link.text().strip() or link.attributes.get("title") or "")
