"""How often each archive may be asked, by what it says of itself or has been seen to bear (docs/archives.md)."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import urlsplit


class Paces(NamedTuple):
    """Seconds between the end of one request and the start of the next."""

    of_index: float
    of_captures: float


class _Limit(NamedTuple):
    """What an archive asks for, and the least that it bears."""

    usual: float
    least: float


_INDEX = {
    # 30 requests a minute are its limit, and clients are asked to keep to four fifths of that: edgi-govdata-archiving
    # wayback 0.5.1, whose numbers the archive's staff gave.
    "web.archive.org": _Limit(2.5, 2.5),
    # One request a second from one thread; 403 beyond that (commoncrawl/cdx_toolkit).
    "index.commoncrawl.org": _Limit(1.0, 1.0),
}
_CAPTURES = {
    # Likewise: 600 a minute, four fifths of which are 8 a second.
    "web.archive.org": _Limit(1.0, 0.125),
    # What cdx_toolkit keeps to; a few thousand requests a second are all that they have for everybody.
    "data.commoncrawl.org": _Limit(0.55, 0.55),
}
_OTHERS = _Limit(2.5, 0.0), _Limit(1.0, 0.0)
"""Of archives that say nothing: as the Wayback Machine's, unless whoever runs the archive wants it otherwise."""
_STORE = _Limit(0.02, 0.0)
"""S3: a request at a time, at most 50 a second."""


def paces_of(index: str, captures: str, asked: float | None) -> Paces:
    """Return the paces of an index's address and of its captures'; `asked` seconds where they are not below the least.

    >>> paces_of("https://web.archive.org/cdx/search/cdx", "https://web.archive.org/web", 0.0)
    Paces(of_index=2.5, of_captures=0.125)
    """
    of_index = _INDEX.get(_host(index), _OTHERS[0])
    of_captures = _STORE if captures.startswith("s3:") else _CAPTURES.get(_host(captures), _OTHERS[1])
    return Paces(*(limit.usual if asked is None else max(limit.least, asked) for limit in (of_index, of_captures)))


def _host(address: str) -> str:
    try:
        return (urlsplit(address).hostname or "").removeprefix("www.")
    except ValueError:
        return ""
