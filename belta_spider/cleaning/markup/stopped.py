"""Pages in markup that stop before their end, where their shape alone tells: files, answers without a length."""

from __future__ import annotations

import re

_NEAR = 2_000
"""Bytes in which the end of a whole page stands; pages without one there are looked through."""
_END = re.compile(rb"(?i)</(?:html|body)\b")
_BOX = re.compile(rb"(?i)<(?P<end>/?)(?:div|article|main|section|blockquote|table|ul|ol)\b")
"""Elements whose end tags the standard does not let a page leave out (HTML, 13.1.2.4)."""
_WITHIN_TAG = re.compile(rb"<(?:[a-zA-Z/!?][^<>]*)?\Z")


def stops_short(body: bytes) -> bool:
    """Whether a page has no end, and is within a tag or a box there.

    A page that is written without `</html>` closes its boxes. Nothing tells of a page without any box, or behind its
    last one, whether more was to come.
    """
    if b"</html" in body[-_NEAR:] or b"<" not in body or _END.search(body):
        return False
    if _WITHIN_TAG.search(body[-_NEAR:]):
        return True
    depth = 0
    for found in _BOX.finditer(body):
        depth += -1 if found["end"] else 1
    return depth > 0
