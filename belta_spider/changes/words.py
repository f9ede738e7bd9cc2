"""Two states of a text word by word; Chinese by characters, figures whole."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import regex

SAME, GONE, ADDED = "same", "gone", "added"
_TOKEN = regex.compile(r"\d+(?:[.,:  ]\d+)*|\p{Han}|[\p{L}\p{M}]+(?:['’\u02bc-][\p{L}\p{M}]+)*|\s+|.", regex.DOTALL)
_ALIKE = 0.5
"""Share of equal words from which a paragraph is another one edited, not a new one."""
BREAK = "\n\n"
"""Between two paragraphs."""
_DIVIDED, _MOST_PARTS = 0.75, 4
"""Share of equal words from which paragraphs together are another one; how many these are at most."""


class Piece(NamedTuple):
    """A run of words that both texts have, or one alone."""

    sign: str
    """same, gone or added."""
    text: str


class Hunk(NamedTuple):
    """Words that stand in another's place; either side may be empty."""

    old: list[str]
    new: list[str]
    before: str
    """What stands before them in both, and what follows."""
    after: str


class Paragraphs(NamedTuple):
    """The paragraphs of two texts, side by side: None where one has none."""

    old: str | None
    new: str | None


def tokens(text: str) -> list[str]:
    """Return the words, figures, spaces and marks of a text."""
    return _TOKEN.findall(text)


def pieces(old: str, new: str) -> list[Piece]:
    """Return two texts as one run of pieces."""
    found: list[Piece] = []
    mine, theirs = tokens(old), tokens(new)
    for _, i, j, k, m in _blocks(mine, theirs):
        if mine[i:j] == theirs[k:m]:
            found.append(Piece(SAME, "".join(mine[i:j])))
            continue
        found += whole("".join(mine[i:j]), "".join(theirs[k:m]))
    return found


def of_lists(old: Sequence[str], new: Sequence[str]) -> list[Piece]:
    """Return two lists as one run of pieces, each of whole entries, one a line."""
    found: list[Piece] = []
    for tag, i, j, k, m in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        mine, theirs = "\n".join(old[i:j]), "\n".join(new[k:m])
        found += [Piece(SAME, "\n")] if found else []
        found += [Piece(SAME, mine)] if tag == "equal" else whole(mine, theirs)
    return found


def whole(old: str, new: str) -> list[Piece]:
    """Return two texts as one that is gone and one that is added."""
    return [Piece(sign, text) for sign, text in ((GONE, old), (ADDED, new)) if text]


def hunks(old: str, new: str) -> Iterator[Hunk]:
    """Yield what stands in another's place."""
    mine, theirs = tokens(old), tokens(new)
    for tag, i, j, k, m in _blocks(mine, theirs):
        if tag != "equal":
            yield Hunk(mine[i:j], theirs[k:m], "".join(mine[:i]), "".join(mine[j:]))


def _blocks(mine: list[str], theirs: list[str]) -> list[tuple[str, int, int, int, int]]:
    """The blocks of two texts; a space between two changes belongs to them."""
    found: list[tuple[str, int, int, int, int]] = []
    for block in difflib.SequenceMatcher(None, mine, theirs, autojunk=False).get_opcodes():
        found.append(block)
        if len(found) > 2 and _is_space(found[-2], mine) and "equal" not in {found[-3][0], block[0]}:
            first = found[-3]
            found[-3:] = [("replace", first[1], block[2], first[3], block[4])]
    return found


def _is_space(block: tuple[str, int, int, int, int], mine: list[str]) -> bool:
    return block[0] == "equal" and "".join(mine[block[1] : block[2]]).isspace()


def paragraphs(old: str, new: str) -> Iterator[Paragraphs]:
    """Yield the paragraphs that differ: edited ones together, others alone."""
    mine, theirs = old.split(BREAK), new.split(BREAK)
    for tag, i, j, k, m in difflib.SequenceMatcher(None, mine, theirs, autojunk=False).get_opcodes():
        if tag != "equal":
            yield from _paired(*_joined(mine[i:j], theirs[k:m]))


def _joined(old: list[str], new: list[str]) -> tuple[list[str], list[str]]:
    """Put together again what one side divides into several paragraphs and the other does not."""
    for paragraph in old:
        new = _put_together(new, paragraph)
    for paragraph in new:
        old = _put_together(old, paragraph)
    return old, new


def _put_together(parts: list[str], paragraph: str) -> list[str]:
    """The parts, of which some that follow each other are one if together they are that paragraph."""
    for start in range(len(parts) - 1):
        for end in range(start + 2, min(len(parts), start + _MOST_PARTS) + 1):
            together = BREAK.join(parts[start:end])
            if _is_divided(paragraph, together, parts[start:end]):
                return [*parts[:start], together, *parts[end:]]
    return parts


def _is_divided(paragraph: str, together: str, parts: list[str]) -> bool:
    share = alike(paragraph, together)
    return share >= _DIVIDED and all(share > alike(paragraph, part) for part in (*parts, BREAK.join(parts[1:])))


def _paired(old: list[str], new: list[str]) -> Iterator[Paragraphs]:
    """Pair each paragraph with the most alike of the other side, in order."""
    start = 0
    for paragraph in old:
        shares = [(alike(paragraph, other), -place) for place, other in enumerate(new[start:], start)]
        share, place = max(shares, default=(0.0, 0))
        if share < _ALIKE:
            yield Paragraphs(paragraph, None)
            continue
        yield from (Paragraphs(None, other) for other in new[start:-place])
        yield Paragraphs(paragraph, new[-place])
        start = 1 - place
    yield from (Paragraphs(None, other) for other in new[start:] if other)


def alike(old: str, new: str) -> float:
    """Return the share of words that two texts have in common, in order: 0 to 1."""
    mine, theirs = ([one for one in tokens(text) if not one.isspace()] for text in (old, new))
    return difflib.SequenceMatcher(None, mine, theirs, autojunk=False).ratio()
