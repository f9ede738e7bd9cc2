"""Any value as one short line that a terminal obeys in nothing."""

from __future__ import annotations

import re

_LENGTH = 300


_SPACES = re.compile(r"\s+")


def one_line(value: object, length: int = _LENGTH) -> str:
    """Any value as one short line; what does not print is escaped."""
    line = _SPACES.sub(" ", str(value)[: 4 * length]).strip()
    line = "".join(mark if mark.isprintable() else mark.encode("unicode_escape").decode() for mark in line)
    return line if len(line) <= length else f"{line[:length]}…"
