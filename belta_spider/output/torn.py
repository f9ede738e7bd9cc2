"""What a stop leaves behind of lines that were being written, told from what other programs write."""

from __future__ import annotations

import re

_GAP, _CONTROL = re.compile(rb"\0+"), re.compile(rb"[\x01-\x09\x0b-\x1f]")
_BLOCK, _ENDS = 512, 2
"""Bytes of the smallest block of a disk; gaps that may be shorter, at the start and the end of what was written."""


def begins_a_record(text: bytes) -> bool:
    """Whether this is how a line of ours begins."""
    return text[:2] == b'{"'[: len(text)]


def has_unwritten_blocks(data: bytes) -> bool:
    """Whether it is lines of ours with NUL bytes where blocks were never written: no other program's file.

    Such a gap may be cut short by the ends of what was written, and no line holds a control character.
    """
    gaps = [len(gap) for gap in _GAP.findall(data)]
    if sum(length < _BLOCK for length in gaps) > _ENDS:
        return False
    texts = [text for text in _GAP.split(data) if text]
    return not any(map(_CONTROL.search, texts)) and (data[:1] == b"\0" or begins_a_record(texts[0]))
