"""Pages in markup: BelTA's own by its elements, any other by a generic extraction.

Either way the page becomes the same draft as a text dump does: from there on there is one way.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from belta_spider.cleaning import edition_of_page, page_kind, told_address
from belta_spider.cleaning.draft import Draft, Reading
from belta_spider.cleaning.markup.blocks import Block
from belta_spider.cleaning.markup.nodes import first_text
from belta_spider.cleaning.markup.photos import check_uploads, take_photos
from belta_spider.cleaning.markup.reading import OUTSIDE_LENGTH, Markup, read
from belta_spider.cleaning.markup.title_and_dates import read_dates, read_title
from belta_spider.cleaning.markup.unclosed import FLAG as UNCLOSED
from belta_spider.cleaning.markup.unclosed import is_sentence, swallowed
from belta_spider.cleaning.notice import is_notice_in_markup
from belta_spider.editions import Edition, datelines, dates
from belta_spider.editions.rule_matches import head_matches, tail_matches
from belta_spider.editions.rules import remembered
from belta_spider.text.lines import Line
from belta_spider.text.lookalikes import as_it_looks
from belta_spider.text.normalization import normalize

_HEADING_LENGTH = 1_000  # characters: a bound on time, as a heading may never be closed
_CHROME = {None, "capture_day", "weather"}
"""The shapes of rules that know a line for chrome wherever it stands."""
_OF_ANY_SITE = frozenset({"header.title", "body.photo", "markup.form"})
"""Rules that take an element of any site by its tag."""


# From the markup to the draft


def lay_out(reading: Reading, markup: Markup) -> Draft | None:
    """Return the page's draft; None where no edition is told, `reading.drop` then says why it is no article."""
    reading.drop = told_address.take(
        reading, markup.meta.saved_from, markup.meta.addresses, has_article=markup.body is not None
    )
    if reading.drop is None and markup.body is not None and reading.is_foreign:  # as the page's own head says
        markup = read(markup.data, reading.editions, is_foreign=True)
    inside = [block.line for block in markup.reader.blocks]
    reading.lines = sorted(inside + [one.line for one in markup.outside])
    reading.drop = reading.drop or _kind_of_page(reading, markup)
    if reading.drop:
        return None
    reading.is_foreign = reading.is_foreign or _bears_no_mark(reading, markup)
    edition = edition_of_page.tell(reading, inside)
    if edition is None:
        reading.drop = page_kind.kind_of_foreign_page(inside, reading.editions) or "unknown_edition"
        return None
    draft = Draft.of(reading, edition)
    _lay_out(draft, markup)
    return draft


def _lay_out(draft: Draft, markup: Markup) -> None:
    """Fill the draft; set `draft.drop` where the page is no article."""
    if markup.body is not None:
        _lay_out_article(draft, markup)
    else:
        from belta_spider.cleaning.markup import generic  # loads slowly: only where the markup is unknown

        generic.lay_out(draft, markup)
    draft.drop = page_kind.kind_of_page(draft, draft.body)
    if draft.drop is None and markup.body is None and _is_notice(draft, markup):
        draft.drop = "notice"
    for one in markup.outside:
        draft.remove_line(one.line, f"{draft.edition.code}.{one.rule}", one.field)


def _kind_of_page(reading: Reading, markup: Markup) -> str | None:
    """Why a page without an article's body is no article."""
    body = markup.tree.body
    if body is None or not first_text(body, 1):
        return "empty"
    if not reading.is_foreign and "window.print" in (body.attributes.get("onload") or ""):
        return "print_view"
    if markup.body is not None or reading.is_foreign:
        return None
    data, tree = markup.data, markup.tree
    if b"news_item" in data or b"lenta_item" in data:
        items = len(tree.css(".news_item, .lenta_item"))
        if items >= reading.editions.limits.list_items:
            return "front_page" if tree.css_first(".fp_block") is not None else "list_page"
    if b"fp_block" in data and tree.css_first(".date_full") is None and tree.css_first(".fp_block") is not None:
        return "front_page"
    return None


def _bears_no_mark(reading: Reading, markup: Markup) -> bool:
    """Whether a page of no known address is another site's, where those are read: nothing on it is BelTA's."""
    if not reading.any_site or reading.address is not None or markup.body is not None or not _is_of_any_site(markup):
        return False
    lines = [block.line for block in markup.reader.blocks]
    return all(datelines.search(lines, edition) is None for edition in reading.editions.by_code.values())


def _is_of_any_site(markup: Markup) -> bool:
    return {block.rule.name for block in markup.reader.blocks if block.rule} <= _OF_ANY_SITE


def _is_notice(draft: Draft, markup: Markup) -> bool:
    """Whether a page without any element of the site is a notice."""
    blocks, stated = markup.reader.blocks, markup.meta.titles
    if not _is_of_any_site(markup):
        return False
    lines = [block.line for block in blocks if block.rule is None or block.rule.name == "body.photo"]
    titles = [block.line.text for block in blocks if block.rule and block.rule.name == "header.title"]
    titles += [title for title, _ in stated]
    is_stated = bool(markup.meta.addresses) or any(origin != "title" for _, origin in stated)
    return is_notice_in_markup(draft, lines, titles, is_stated=is_stated)


def _lay_out_article(draft: Draft, markup: Markup) -> None:
    """BelTA's own markup."""
    draft.head_found = True
    blocks = markup.reader.blocks
    taken_in = swallowed(blocks, markup.reader.pictures, draft.edition)
    if taken_in or markup.reader.is_unclosed:
        draft.flag(UNCLOSED)
    bodies = [index for index, block in enumerate(blocks) if _is_text(block) or block.line.number in taken_in]
    first, end = (bodies[0], bodies[-1] + 1) if bodies else (len(blocks), len(blocks))
    head = _take_head(draft, markup, first)
    unclosed = taken_in | _unclosed(draft, blocks[head.end : end])
    title = next((block for block in blocks if block.rule and block.rule.name == "header.title"), None)
    _take_body(draft, blocks[head.end : end], title, unclosed)
    for block in blocks[end:]:
        if not _take_known(draft, block):
            _take_chrome(draft, block.line, "tail")
    own = [block for block in blocks if block.line.number not in unclosed] if unclosed else blocks
    read_title(draft, markup.meta, _first_text(own, "header.title") or _heading_outside(markup))
    stated = _date_in(draft, _first_text(blocks, "header.date")) or _date_outside(draft, markup)
    published = read_dates(draft, markup.meta, stated or head.printed, is_element=bool(stated))
    _read_day(draft, markup)
    take_photos(draft, own, markup.reader.pictures, markup.meta.base)
    if published:
        check_uploads(draft, published)
    _take_people(draft, markup)


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
    draft.remove_line(block.line, f"{draft.edition.code}.{rule.name}", rule.field)
    return True


class _Head(NamedTuple):
    """What stands above the body."""

    end: int
    """The index of the block after section, date and title."""
    printed: str | None
    """A date that stands in no element of its own."""


def _take_head(draft: Draft, markup: Markup, first: int) -> _Head:
    """Take section, date and title."""
    blocks = markup.reader.blocks
    heads = {"header.section", "header.date", "header.title", "header.day"}
    ends = [index for index, block in enumerate(blocks[:first]) if block.rule and block.rule.name in heads]
    end = ends[-1] + 1 if ends else 0
    section = _first_text(blocks[:first], "header.section")
    if section:
        draft.header.name_section(section, draft.edition)
    date, printed = draft.edition.shaped("date"), None
    for block in blocks[:end]:
        if _take_known(draft, block):
            continue
        if printed is None and dates.read_date(block.line.text, draft.edition):
            printed = block.line.text
            draft.remove_line(block.line, date.name, date.field)
        else:
            _take_chrome(draft, block.line, "head")
    return _Head(end, printed)


def _date_in(draft: Draft, text: str | None) -> str | None:
    """The date that a text starts with: the site may add when it was changed."""
    if not text or dates.read_date(text, draft.edition):
        return text
    found = draft.edition.shaped("date").pattern.match(as_it_looks(text))
    return text[: found.end()] if found else text


def _date_outside(draft: Draft, markup: Markup) -> str | None:
    """The date that stands outside the container, if the page has no other."""
    found = markup.tree.css(".date_full")
    text = first_text(found[0], OUTSIDE_LENGTH) if len(found) == 1 else ""
    return text if text and dates.read_date(text, draft.edition) else None


def _heading_outside(markup: Markup) -> str | None:
    """The first heading outside the container that a statement of the title bears out, where there is one."""
    stated = [normalize(title).casefold() for title, _ in markup.meta.titles]
    headings = [first_text(node, _HEADING_LENGTH) for node in markup.tree.css("h1")]
    return next((one for one in headings if one and (not stated or any(one.casefold() in t for t in stated))), None)


def _take_chrome(draft: Draft, line: Line, where: str) -> None:
    """A block at the container's edge: chrome that the edition's text rules know, or not."""
    claims = (head_matches if where == "head" else tail_matches)(line.text, draft.edition)
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
            draft.remove_line(block.line, draft.edition.rule_name("header.post"))
        elif block.line.number in unclosed or _is_subhead(block, title) or not _take_known(draft, block):
            draft.body.append(block.line)
        person = block.rule is not None and block.rule.name == "header.person"


def _unclosed(draft: Draft, blocks: list[Block]) -> set[int]:
    """The blocks from a dateline on within an element that was never closed: it took the article, but is none of it."""
    if any(block.rule is None or block.rule.name == "body.article" for block in blocks):
        return set()
    index = datelines.search([block.line for block in blocks], draft.edition)
    if index is None:
        return set()
    return {block.line.number for block in blocks[index:] if block.owner == blocks[index].owner}


def _is_subhead(block: Block, title: Block | None) -> bool:
    """Whether a heading within the body is another than the title."""
    if title is None or block.rule is not title.rule:
        return False
    return block.owner != title.owner and block.line.text != title.line.text


def _read_day(draft: Draft, markup: Markup) -> None:
    """The visitor's day, in the page's header."""
    if b"header_date" not in markup.data:
        return
    node = markup.tree.css_first(".header_date")
    if node is not None:
        draft.header.capture_day = _day_in(first_text(node, OUTSIDE_LENGTH), draft.edition)


@remembered
def _day_in(text: str, edition: Edition) -> date | None:
    """The visitor's day: on page after page of a crawl it is the same."""
    parts = edition.shaped("capture_day").match(text)
    moment = dates.moment_of(parts, edition) if parts else None
    return moment.date() if moment else None


def _take_people(draft: Draft, markup: Markup) -> None:
    """Tags and authors, also those beside the container."""
    reader = markup.reader
    draft.authors += reader.authors or markup.meta.authors
    draft.tags += [tag for tag in reader.tags if not is_sentence(tag, draft.edition)]  # that one's link was not closed
    if not reader.tags and b"news_tags_block" in markup.data:
        for link in markup.tree.css(".news_tags_block a[title], .news_tags_block a.tag_item"):
            draft.tags.append(link.text().strip() or link.attributes.get("title") or "")
