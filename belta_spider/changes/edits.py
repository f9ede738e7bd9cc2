"""One edit of an article: from one state to the next, what kinds of change, and the words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

import msgspec

from belta_spider.changes.kinds import TYPO, WORDING, kinds_of
from belta_spider.changes.words import BREAK, Piece, alike, of_lists, paragraphs, pieces, whole
from belta_spider.editions.edition import Edition, Editions
from belta_spider.items import Article
from belta_spider.output.revisions import Reading, readings

TITLE, PARAGRAPH_ADDED, PARAGRAPH_GONE = "title", "paragraph added", "paragraph gone"
PARAGRAPH_MOVED, PARAGRAPH_BREAK = "paragraph moved", "paragraph break"
PHOTO, CAPTION, CREDIT, TOUCHED = "photo", "caption", "credit", "touched"
_ONE_TITLE = 0.5
"""Share of equal words from which a title is the old one edited: only then does it tell what in it changed."""
_LISTS = {"captions": CAPTION, "credits": CREDIT, "tags": "tag", "authors": "author"}
_VALUES = {
    "date_published": "date",
    "section": "section",
    "section_title": "section",
    "url": "address",
    "edition": "edition",
    "language": "language",
}


class Seen(msgspec.Struct):
    """How long a state of an article was seen."""

    first: str | None
    last: str | None
    captures: int


class Difference(msgspec.Struct):
    """A place in which two states differ."""

    field: str
    kinds: list[str]
    pieces: list[Piece]


class Edit(msgspec.Struct):
    """An article in two states."""

    id: str
    edition: str
    url: str | None
    title: str
    kinds: list[str]
    silent: bool
    """Whether date_modified did not move."""
    other_rules: bool
    """Whether the two states were read by different programs or rules: some of the change may be theirs."""
    before: Seen
    after: Seen
    differences: list[Difference]


def edits(captures: list[Article], editions: Editions) -> list[Edit]:
    """Return the edits of an article, in order of time."""
    complete = [one for one in captures if "truncated" not in one.flags] or captures
    return [edit for old, new in pairwise(readings(complete)) if (edit := _edit(old, new, editions))]


def _edit(before: Reading, after: Reading, editions: Editions) -> Edit | None:
    old, new = before.article, after.article
    if old.source.digest == new.source.digest:
        return None  # one page that another program reads otherwise
    edition = editions.by_language.get(new.language) or editions.by_code.get(new.edition)
    found = list(_differences(old, new, edition))
    kinds = sorted({kind for one in found for kind in one.kinds})
    return Edit(
        id=new.id,
        edition=new.edition,
        url=new.url,
        title=new.title or "",
        kinds=kinds or [TOUCHED],
        silent=bool(kinds) and old.date_modified == new.date_modified,
        other_rules=old.producer != new.producer,
        before=Seen(before.first, before.last, before.captures),
        after=Seen(after.first, after.last, after.captures),
        differences=found,
    )


def _differences(old: Article, new: Article, edition: Edition | None) -> Iterator[Difference]:
    if old.title != new.title:
        yield _of_title(old.title or "", new.title or "", edition)
    if old.dateline != new.dateline:
        kind = "date" if old.dateline.date != new.dateline.date else "dateline"
        yield Difference("dateline", [kind], pieces(old.dateline.raw or "", new.dateline.raw or ""))
    yield from _of_text(old.text, new.text, edition)
    yield from _of_images(old, new)
    for field, kind in _LISTS.items():
        mine, theirs = getattr(old, field), getattr(new, field)
        if mine != theirs:
            yield Difference(field, [kind], of_lists(mine, theirs))
    for field, kind in _VALUES.items():
        mine, theirs = getattr(old, field), getattr(new, field)
        if mine != theirs:
            yield Difference(field, [kind], whole(str(mine or ""), str(theirs or "")))


def _of_title(old: str, new: str, edition: Edition | None) -> Difference:
    kinds = {TITLE}
    if edition and alike(old, new) >= _ONE_TITLE:
        kinds |= kinds_of(edition).kinds(old, new) - {TYPO, WORDING}
    return Difference("title", sorted(kinds), pieces(old, new))


def _of_text(old: str, new: str, edition: Edition | None) -> Iterator[Difference]:
    pairs = list(paragraphs(old, new))
    moved = Counter(pair.old for pair in pairs if pair.new is None)
    moved &= Counter(pair.new for pair in pairs if pair.old is None)
    names = kinds_of(edition).names(f"{old}\n{new}") if edition and pairs else set()
    for pair in pairs:
        if pair.old is not None and pair.new is not None:
            yield _of_paragraph(pair.old, pair.new, names, edition)
        elif pair.new in moved:
            yield Difference("text", [PARAGRAPH_MOVED], whole(pair.new or "", pair.new or ""))
        elif pair.old not in moved:
            kind = PARAGRAPH_ADDED if pair.old is None else PARAGRAPH_GONE
            yield Difference("text", [kind], whole(pair.old or "", pair.new or ""))


def _of_paragraph(old: str, new: str, names: set[str], edition: Edition | None) -> Difference:
    space = "" if edition and edition.stories.characters else " "
    mine, theirs = old.replace(BREAK, space), new.replace(BREAK, space)
    kinds = kinds_of(edition).kinds(mine, theirs, names) if edition else {WORDING} if mine != theirs else set()
    real = kinds - {TYPO, WORDING}  # words around a figure or a name are edited with it
    if old.count(BREAK) != new.count(BREAK):
        real |= {PARAGRAPH_BREAK}
    return Difference("text", sorted(real or kinds), pieces(old, new))


def _of_images(old: Article, new: Article) -> Iterator[Difference]:
    """Other pictures or another order of them, and other captions and credits of those that stayed."""
    mine, theirs = ({one.url: one for one in article.images} for article in (old, new))
    if list(mine) != list(theirs):
        yield Difference("images", [PHOTO], of_lists(list(mine), list(theirs)))
    stayed = [(mine[url], theirs[url]) for url in mine if url in theirs]
    for kind, words in (
        (CAPTION, [(one.caption or "", other.caption or "") for one, other in stayed]),
        (CREDIT, [(one.credit or "", other.credit or "") for one, other in stayed]),
    ):
        for before, after in words:
            if before != after:
                yield Difference("images", [kind], pieces(before, after))
