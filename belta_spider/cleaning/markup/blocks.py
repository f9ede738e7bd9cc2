"""From a tree of markup to its text blocks, in document order.

A paragraph, an item of a list, a heading is a block; so is a table's row, its cells joined by ` | `;
a `<br>` ends a block, two end a paragraph, and so do line feeds in `<pre>`. Scripts, styles and hidden
elements hold no text.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from selectolax.lexbor import LexborNode

from belta_spider.cleaning.markup.nodes import SILENT, TEXT, first_text, is_hidden, is_photo, is_tag
from belta_spider.editions.elements import ElementRule, ElementRules
from belta_spider.editions.limits import Limits
from belta_spider.text.lines import Line
from belta_spider.text.normalization import normalize

_BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure"
    " footer form frameset h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav ol optgroup option p pre"
    " section summary table tbody td tfoot th thead tr ul".split()
)
_CELL = " | "
MOST = 20_000
"""Blocks of a page that are told apart; what follows is one block, so that nothing is lost."""
_PHOTO = "body.photo"
_WITHIN_PHOTO = frozenset({_PHOTO, "body.photo_source"})
_OPEN = "body.article"
_SECTION = "header.section"
_ABOVE = frozenset({_SECTION, "header.date"})
"""What stands above the body alone: a link that is never closed is opened anew in each block below it."""
_DIVIDED = frozenset({_OPEN, _PHOTO, _SECTION})


class Block(NamedTuple):
    """A text block, the rule that its element fell under, and the element's number."""

    line: Line
    rule: ElementRule | None
    owner: int
    is_inner: bool = False
    """Whether that element was opened within the article's body."""
    is_linked: bool = False
    """Whether the text stands in a link; told for what is inner alone."""


class Picture(NamedTuple):
    """An `img` element of the article."""

    address: str
    alt: str
    owner: int
    """The number of its photo's element, 0 where it stands bare."""


class _Frame(NamedTuple):
    """What was in force above an open element that changes it."""

    is_row: bool
    rule: ElementRule | None
    owner: int
    is_inner: bool


_Open = tuple[Iterator[LexborNode], _Frame | None, str | None]
"""An open element: what is left of its content, what it changed (mostly nothing), its tag if a block or a link."""


class _BlockMaker:
    """Makes blocks of texts and of the bounds between them; `number` goes on from element to element."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.number = 0
        self.parts: list[str] = []
        """Texts since the last block."""
        self.rule: ElementRule | None = None
        self.owner = 0
        self.is_inner = self.is_linked = False
        self.boundary = True
        self.breaks = 0
        self.cells: int | None = None
        """Cells of the table's row that is read, None outside one."""

    def preformatted(self, text: str) -> None:
        """A text directly in a `<pre>`: its line feeds end lines."""
        for index, line in enumerate(text.split("\n")):
            if index:
                self.line_break()
            self.parts.append(line)

    def bound(self, tag: str) -> None:
        """A block begins or ends; within a table's row it only parts words, or cells."""
        if self.number >= MOST:
            self.parts.append(" ")
        elif self.cells is None:
            self.flush()
            self.boundary = True
        elif tag in {"td", "th"}:
            if self.cells:
                self.parts.append(_CELL)
            self.cells += 1
        else:
            self.parts.append(" ")

    def line_break(self) -> None:
        """A `<br>` ends a line; within a table's row it only parts words."""
        if self.cells is not None or self.number >= MOST:
            self.parts.append(" ")
        else:
            self.flush()
            self.breaks += 1

    def flush(self) -> None:
        """Make a block of what was read since the last one."""
        parts = self.parts
        if not parts:
            return
        raw = "".join(parts)
        if self.cells is not None and all(part is _CELL or not normalize(part) for part in parts):
            raw = ""
        parts.clear()
        text = normalize(raw)
        if text:
            self.number += 1
            line = Line(self.number, raw, text, self.boundary or self.breaks > 1)
            self.blocks.append(Block(line, self.rule, self.owner, self.is_inner, self.is_linked))
            self.boundary, self.breaks = False, 0

    def next_number(self) -> int:
        """Return the number of a block that is made elsewhere."""
        self.number += 1
        return self.number


class Reader:
    """Reads the blocks and pictures under an element."""

    def __init__(self, rules: ElementRules, limits: Limits):
        self.rules, self.limits = rules, limits
        self.bodies: set[int] = set()
        """Elements that are the body's without a rule that says so, by `mem_id`."""
        self.around: set[int] = set()
        """Those that hold the body: no rule takes one, or it would take the article with it."""
        self.pictures: list[Picture] = []
        self.tags: list[str] = []
        self.authors: list[str] = []
        self.is_unclosed = False
        """Whether a hidden element was read, as it had taken the article in."""
        self.made = _BlockMaker()
        self._owners = 0

    @property
    def blocks(self) -> list[Block]:
        """The blocks in document order."""
        return self.made.blocks

    def read(self, root: LexborNode) -> None:
        """Read all text blocks under `root`; iterative, since pages may nest without end."""
        parts = self.made.parts
        stack: list[_Open] = []
        self._open(stack, root, root.tag or "", root.attributes)
        while stack:
            nodes, frame, block = stack[-1]
            for node in nodes:
                tag = node.tag or ""
                if tag == TEXT:
                    if block == "pre" or self.made.is_inner:
                        self._text(node.text_content or "", stack)
                    else:
                        parts.append(node.text_content or "")
                elif self._element(stack, node, tag):
                    break
            else:
                stack.pop()
                if frame:
                    self._close(frame)
                if block and block != "a":
                    self.made.bound("")
        self.made.flush()

    def _text(self, text: str, stack: list[_Open]) -> None:
        """A text in a `<pre>`, or in an element within the body: there it counts whether it stands in a link."""
        if self.made.is_inner and not text.isspace():
            self.made.is_linked = any(block == "a" for _, _, block in stack)
        if stack[-1][2] == "pre":
            self.made.preformatted(text)
        else:
            self.made.parts.append(text)

    def _element(self, stack: list[_Open], node: LexborNode, tag: str) -> bool:
        """Read an element without its content; return whether that is to be read next."""
        if tag in SILENT:
            return False
        attributes = node.attributes
        if tag == "br":
            self.made.line_break()
            return False
        if is_hidden(attributes) and not self._is_swallowing(node):
            return False
        if tag == "img":
            self._picture(attributes)
            return False
        self._open(stack, node, tag, attributes)
        return True

    def _open(self, stack: list[_Open], node: LexborNode, tag: str, attributes: dict[str, str | None]) -> None:
        block = tag if tag in _BLOCKS else None
        if block:
            self.made.bound(tag)
        elif tag == "a":
            block = tag
        is_row = tag == "tr" and self.made.cells is None and self._is_line(node)
        rule = None
        if self.made.rule is None or self.made.rule.name in _DIVIDED:
            rule = self._new_rule(node, tag, attributes)
        frame = _Frame(is_row, self.made.rule, self.made.owner, self.made.is_inner) if rule or is_row else None
        stack.append((node.iter(include_text=True), frame, block))
        if rule is not None:
            self._begin(rule, node, attributes)
        if is_row:
            self.made.cells = 0

    def _begin(self, rule: ElementRule, node: LexborNode, attributes: dict[str, str | None]) -> None:
        """What follows falls under a rule."""
        self.made.flush()
        if (
            self.made.rule is None or self.made.rule.name != _PHOTO or rule.name == _PHOTO
        ):  # a photo's source is its own
            self._owners += 1
            self.made.owner = self._owners
        self.made.is_inner = self.made.is_inner or (self.made.rule is not None and self.made.rule.name == _OPEN)
        self.made.rule = rule
        self._note(rule, node, attributes)

    def _is_line(self, row: LexborNode) -> bool:
        """Whether a table's row is one line: not where a cell holds a table, or paragraphs of text."""
        if row.css_first("table") is not None:
            return False
        return all(len(cell.css("p")) < self.limits.cell_paragraphs for cell in row.css("td"))

    def _close(self, frame: _Frame) -> None:
        """End an element that was a table's row, or fell under a rule."""
        if not frame.is_row or self.made.number < MOST:
            self.made.flush()
        if frame.is_row:
            self.made.cells = None
        self.made.rule, self.made.owner, self.made.is_inner = frame.rule, frame.owner, frame.is_inner

    def _new_rule(self, node: LexborNode, tag: str, attributes: dict[str, str | None]) -> ElementRule | None:
        """The rule for an element: the outermost wins, but in the body, within photos, and in a link to the section."""
        rule = self.rules.match(tag, attributes)
        if rule is None:
            return self.rules.by_name[_OPEN] if node.mem_id in self.bodies else None
        current = self.made.rule.name if self.made.rule else _OPEN
        if current == _PHOTO and rule.name not in _WITHIN_PHOTO:
            return None
        if tag == "figure" and not is_photo(node, rule, attributes):
            return None
        if node.mem_id in self.around or (rule.name in _ABOVE and self.made.rule is self.rules.by_name[_OPEN]):
            return None
        return rule

    def _is_swallowing(self, node: LexborNode) -> bool:
        """Whether a hidden element in the body holds paragraphs: it was never closed then, and has taken them in."""
        is_body = self.made.rule is not None and self.made.rule.name == _OPEN
        if not is_body or len(node.css("p")) < self.limits.cell_paragraphs - 1:
            return False
        self.is_unclosed = True
        return True

    def _picture(self, attributes: dict[str, str | None]) -> None:
        name = self.made.rule.name if self.made.rule else None
        address = attributes.get("data-src") or attributes.get("src")
        if address and name in {_PHOTO, _OPEN}:
            owner = self.made.owner if name == _PHOTO else 0
            self.pictures.append(Picture(address, normalize(attributes.get("alt") or ""), owner))

    def _note(self, rule: ElementRule, node: LexborNode, attributes: dict[str, str | None]) -> None:
        """Keep what stands in attributes: tags and persons."""
        if rule.field == "authors":
            self.authors.append(attributes.get("title") or first_text(node, self.limits.name_length))
        elif rule.field == "tags":
            links = [node] if node.tag == "a" else [one for one in node.traverse() if is_tag(one)]
            self.tags += [link.text().strip() or link.attributes.get("title") or "" for link in links]
