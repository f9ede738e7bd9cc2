"""Any value as one short line that a terminal obeys in nothing, and any text as XML takes it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

_LENGTH = 300  # characters of a message's line


_SPACES = re.compile(r"\s+")
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def one_line(value: object, length: int = _LENGTH) -> str:
    """Any value as one short line; what does not print is escaped."""
    line = _SPACES.sub(" ", str(value)[: 4 * length]).strip()
    line = "".join(mark if mark.isprintable() else mark.encode("unicode_escape").decode() for mark in line)
    return line if len(line) <= length else f"{line[:length]}…"


def for_xml(text: str) -> str:
    """A text with U+FFFD for each character that XML 1.0 forbids, however it is escaped."""
    return _NO_XML.sub("\ufffd", text)


def nearest(name: str, known: Iterable[str]) -> str:
    """` (did you mean X?)`, or nothing where no known name is near."""
    by_fold = {one.casefold(): one for one in known}
    found = difflib.get_close_matches(name.casefold(), list(by_fold), n=1)
    return f" (did you mean {by_fold[found[0]]}?)" if found else ""
