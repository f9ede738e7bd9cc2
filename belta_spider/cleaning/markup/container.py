"""Where in a page's tree the article stands: its body, and the container around it.

Pages are not always closed as they should be: a `</div>` too many ends the body early, one too few
puts the body into its own header.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode

from belta_spider.cleaning.markup.nodes import first_text
from belta_spider.editions import Editions
from belta_spider.text.lines import ends_in

_BODY = ".js-mediator-article"
_BODIES = ".js-mediator-article, [itemprop=articleBody]"
_LAST_BODIES = ".inner_content .text, .inner_content"
_CONTAINER = "content_margin"
_HEADS = (".date_full", "h1")
_SAMPLE = 100_000  # characters: a bound on time; longer text is asked for its ending there


def find_body(tree: LexborHTMLParser) -> LexborNode | None:
    """BelTA's element for the body: the first that holds text."""
    first = tree.css_first(_BODY) or tree.css_first(_BODIES)
    if first is None or not first_text(first, 1):
        others = (*tree.css(_BODIES), *tree.css(_LAST_BODIES))
        return next((one for one in others if first_text(one, 1)), first)
    return first


def find_container(body: LexborNode) -> LexborNode:
    """`.content_margin` around the body; without one what holds the date too, or the title; else the body itself."""
    around = list(ancestors(body))
    for node in around:
        if _CONTAINER in (node.attributes.get("class") or "").split():
            return node
    for selector in _HEADS:
        head = around[-1].css_first(selector)
        above = {node.mem_id for node in ancestors(head)} if head is not None else set()
        shared = next((node for node in around if node.mem_id in above), None)
        if shared is not None:
            return body if shared.tag in {"body", "html"} else shared
    return body


def ancestors(node: LexborNode) -> Iterator[LexborNode]:
    """The elements around an element, from the inmost, itself first."""
    one: LexborNode | None = node
    while one is not None and one.is_element_node:
        yield one
        one = one.parent


def following(node: LexborNode) -> Iterator[LexborNode]:
    """What stands behind an element and is not empty, in the same parent."""
    one = node.next
    while one is not None:
        if not one.is_empty_text_node:
            yield one
        one = one.next


def continued(body: LexborNode, container: LexborNode, editions: Editions) -> set[int]:
    """The elements behind a body that was closed too early, by `mem_id`: they are of the body too.

    Those are what bears no class, up to the last that ends in a sentence; where bare text does, what
    holds it. A class that no rule knows ends the search: it is the site's furniture.
    """
    found: set[int] = set()
    for level in ancestors(body):
        if level.mem_id == container.mem_id:
            break
        behind = _behind(level, editions)
        found |= behind.elements
        if behind.is_furniture:
            break
        if behind.is_bare and level.parent is not None and level.parent.mem_id != container.mem_id:
            found.add(level.parent.mem_id)
    return found


class _Behind(NamedTuple):
    """What stands behind an element, up to the site's furniture."""

    elements: set[int]
    is_bare: bool
    """Whether bare text ends in a sentence."""
    is_furniture: bool


def _behind(level: LexborNode, editions: Editions) -> _Behind:
    rules, marks = editions.elements, editions.punctuation
    found: set[int] = set()
    pending: set[int] = set()
    is_bare = False
    for node in following(level):
        if node.is_element_node and not rules.match(node.tag or "", node.attributes):
            if node.attributes.get("class") or node.attributes.get("id"):
                return _Behind(found, is_bare, is_furniture=True)
            pending.add(node.mem_id)
        elif not node.is_text_node:
            continue
        if ends_in(first_text(node, _SAMPLE), marks.full_stop, marks):
            found |= pending
            is_bare = is_bare or node.is_text_node
    return _Behind(found, is_bare, is_furniture=False)
