"""A page in markup, read once: its tree, its blocks, and what stands beside the article."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode

from belta_spider.cleaning.markup import metadata
from belta_spider.cleaning.markup.blocks import MOST, Reader
from belta_spider.cleaning.markup.cells import are_loose
from belta_spider.cleaning.markup.container import ancestors, continued, find_body, find_container
from belta_spider.cleaning.markup.nodes import first_text
from belta_spider.cleaning.markup.unclosed import close_raw
from belta_spider.editions import Editions
from belta_spider.text.lines import Line

OUTSIDE_LENGTH = 200
"""Characters of an element outside the article that are kept (the contract's cut)."""
_NO_TEXT = {"head", "script", "style"}


class Outside(NamedTuple):
    """An outermost element that does not hold the article."""

    line: Line
    rule: str
    field: str | None


@dataclass(slots=True)
class Markup:
    """A page's markup, read once."""

    data: bytes
    """The page in UTF-8."""
    tree: LexborHTMLParser
    meta: metadata.Metadata
    body: LexborNode | None
    """BelTA's element for the article's body."""
    reader: Reader
    """The blocks of the article's container; of the whole page in other markup."""
    outside: list[Outside]
    is_unclosed: bool
    """Whether a script, a title or its like was never closed, and was closed here; or a cell is out of its table."""


def read(data: bytes, editions: Editions, *, is_foreign: bool = False, keep_outside: bool = True) -> Markup:
    """Parse a page in UTF-8 and read its blocks: another site's all, whatever it calls the article's body."""
    data, is_unclosed = close_raw(data)
    is_unclosed = is_unclosed or are_loose(data)
    tree = LexborHTMLParser(data, scripting=True)
    body = None if is_foreign else find_body(tree)
    container = find_container(body) if body is not None else tree.body
    reader = Reader(editions.elements, editions.limits)
    if body is not None and container is not None:
        reader.bodies = {body.mem_id} | continued(body, container, editions)
        reader.around = {node.mem_id for node in ancestors(body)} - {body.mem_id}
    markup = Markup(data, tree, metadata.read(tree, data), body, reader, [], is_unclosed)
    if container is not None:
        sides = _sides(container) if keep_outside and body is not None else []
        for nodes, end in sides:
            _read_outside(markup, nodes, end)
        reader.read(container)
        for nodes, end in reversed(sides):
            _read_outside(markup, nodes, end)
    return markup


def _sides(node: LexborNode) -> list[tuple[Iterator[LexborNode], int]]:
    """What stands on each level from the page's root down to `node`, and the one that holds `node`, by `mem_id`."""
    path = pairwise([*ancestors(node)][::-1])
    return [(parent.iter(include_text=True, skip_empty=True), child.mem_id) for parent, child in path]


def _read_outside(markup: Markup, nodes: Iterator[LexborNode], end: int) -> None:
    """Read the elements beside the way down to the container: those before it; the second time, those behind."""
    reader = markup.reader
    for node in nodes:
        if node.mem_id == end or len(markup.outside) >= MOST:
            return
        tag = node.tag or ""
        text = first_text(node, OUTSIDE_LENGTH) if tag not in _NO_TEXT else ""
        if text:
            rule = None if node.is_text_node else reader.rules.match(tag, node.attributes)
            line = Line(reader.made.next_number(), text, text, gap=True)
            name = rule.name if rule else "markup.outside"
            markup.outside.append(Outside(line, name, rule.field if rule else None))
