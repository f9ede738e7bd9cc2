"""Lines, and the paragraphs that are made of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from belta_spider.text.normalization import normalize, raw_offset

LINES = 200_000
"""Lines of a page that are looked at: more cost memory, and no article has them."""


@dataclass(frozen=True)
class Punctuation:
    """The characters that end, close and continue a line."""

    final: str
    full_stop: str
    listing: str
    stop: str
    closing: str
    continuing: str


class Wrapping(NamedTuple):
    """What shows that a text was broken at a fixed width."""

    lines: int
    """So many at least."""
    width: int
    """None longer."""
    ragged: int
    """Characters by which the longest line may stand out."""


class Line(NamedTuple):
    """A line of a page that is not blank."""

    number: int
    """From 1, blank lines counted."""
    raw: str
    text: str
    """The normalised form."""
    gap: bool
    """Whether a blank line stands above."""


def split_lines(text: str) -> list[Line]:
    """Split at line feed, carriage return or both only; lines with nothing left when normalised are left out.

    It ends after `LINES` lines.
    """
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    lines: list[Line] = []
    gap = False
    for number, raw in enumerate(text.split("\n"), 1):
        if len(lines) == LINES:
            break
        normal = normalize(raw)
        if normal:
            lines.append(Line(number, raw, normal, gap))
        gap = not normal
    return lines


class Piece(NamedTuple):
    """A part of a line, in characters of its raw form."""

    line: Line
    start: int
    end: int

    @property
    def raw(self) -> str:
        return self.line.raw[self.start : self.end]


@dataclass(slots=True)
class Paragraph:
    """A paragraph: one line, or several that a wrapped paragraph was broken into."""

    pieces: list[Piece]
    text: str

    @classmethod
    def of(cls, lines: list[Line]) -> Paragraph:
        pieces = [Piece(line, 0, len(line.raw)) for line in lines]
        return cls(pieces, " ".join([line.text for line in lines]))

    def cut_start(self, offset: int) -> list[Piece]:
        """Take off the first `offset` characters of the text and return their pieces."""
        cut, self.pieces = _divide(self.pieces, offset)
        self.text = self.text[offset:].lstrip(" ")
        return cut

    def cut_end(self, offset: int) -> list[Piece]:
        """Take off the text from `offset` on and return its pieces."""
        cut = _take_end(self.pieces, offset, len(self.text))
        self.text = self.text[:offset].rstrip(" ")
        return cut


def _divide(pieces: list[Piece], offset: int) -> tuple[list[Piece], list[Piece]]:
    """Divide pieces where the first `offset` characters of their joined text end."""
    before: list[Piece] = []
    for index, piece in enumerate(pieces):
        length = len(normalize(piece.raw))
        if offset <= 0:
            return before, pieces[index:]
        if offset < length:
            middle = piece.start + raw_offset(piece.raw, offset)
            before.append(Piece(piece.line, piece.start, middle))
            return before, [Piece(piece.line, middle, piece.end), *pieces[index + 1 :]]
        before.append(piece)
        offset -= length + 1  # the space that joined the lines
    return before, []


def _take_end(pieces: list[Piece], offset: int, end: int) -> list[Piece]:
    """Take off what stands behind the first `offset` of the `end` characters of their joined text.

    From behind: what stands before the cut, however long, costs nothing.
    """
    cut: list[Piece] = []
    while pieces and offset < end:
        piece = pieces.pop()
        start = end - len(normalize(piece.raw))
        if offset > start:
            middle = piece.start + raw_offset(piece.raw, offset - start)
            pieces.append(Piece(piece.line, piece.start, middle))
            piece = Piece(piece.line, middle, piece.end)
            offset = end
        cut.append(piece)
        end = start - 1  # the space that joined the lines
    return cut[::-1]


def ends_in(text: str, endings: str, marks: Punctuation) -> bool:
    """Whether a line's last character is one of `endings`, closing quotes and brackets aside."""
    return text.rstrip(marks.closing)[-1:] in endings


def is_unfinished(text: str, marks: Punctuation) -> bool:
    """Whether a line does not end a sentence, closing quotes and brackets aside."""
    return not ends_in(text, marks.final, marks)


def goes_on(line: Line, following: Line, marks: Punctuation) -> bool:
    """Whether a paragraph goes on from one line to the next, as its first character shows."""
    if following.gap or not is_unfinished(line.text, marks):
        return False
    first = following.text[0]
    return first.islower() or first in marks.continuing


def joined(lines: list[Line], marks: Punctuation) -> list[str]:
    """Return the texts of lines; a line that goes on in the next is one with it."""
    texts: list[str] = []
    for index, line in enumerate(lines):
        if index and goes_on(lines[index - 1], line, marks):
            texts[-1] += f" {line.text}"
        else:
            texts.append(line.text)
    return texts


def is_hard_wrapped(lines: list[Line], marks: Punctuation, wrapping: Wrapping) -> bool:
    """Whether a body was broken at a fixed width: short lines, half of them unfinished, and half of these full.

    A line is full if the next one's first word had no room on it: a break at another place, or a heading, leaves some.
    """
    width = max((len(line.text) for line in lines), default=0)
    if len(lines) < wrapping.lines or width > wrapping.width:
        return False
    unfinished = [index for index, line in enumerate(lines) if is_unfinished(line.text, marks)]
    if 2 * len(unfinished) < len(lines):
        return False
    inner = [(lines[index], lines[index + 1]) for index in unfinished if index + 1 < len(lines)]
    inner = [(line, following) for line, following in inner if not following.gap]
    return 2 * sum(_is_full(line, following, width - wrapping.ragged) for line, following in inner) >= len(inner)


def _is_full(line: Line, following: Line, least: int) -> bool:
    return len(line.text) + 1 + len(following.text.partition(" ")[0]) > least


def paragraphs(lines: list[Line], marks: Punctuation, wrapping: Wrapping) -> list[Paragraph]:
    """Join wrapped lines; any other line is a paragraph."""
    wrapped = is_hard_wrapped(lines, marks, wrapping)
    groups: list[list[Line]] = []
    for line in lines:
        if groups and _continues(groups[-1][-1], line, wrapped, marks):
            groups[-1].append(line)
        else:
            groups.append([line])
    return [Paragraph.of(group) for group in groups]


def _continues(line: Line, following: Line, wrapped: bool, marks: Punctuation) -> bool:
    if wrapped:
        return not following.gap and is_unfinished(line.text, marks)
    return goes_on(line, following, marks)
