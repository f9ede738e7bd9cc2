"""The address of a page, told by the path that wget, HTTrack and their like save it at."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from urllib.parse import unquote

_HOST = re.compile(r"(?:[a-z0-9-]+\.)+[a-z]{2,24}(?=$|[+:%_]\d{1,5}$|[+:]\d)", re.IGNORECASE)
_INDEX = re.compile(r"(?:^|(?<=/))(?:index|default)\.(?:html?|php|aspx?)$", re.IGNORECASE)
_QUERY = re.compile(r"(?:[?@]|%3[Ff])(?=[A-Za-z_][\w.\[\]-]*=|[\w-]+$)")
"""Where wget writes the query into the name; `@` on systems that forbid `?`."""
_TAIL = re.compile(
    r"(?:(?P<first>.*?-\d{1,9}-(?:19|20)\d{2})-\d{1,2}(?=\.html?$)|(?P<name>.*?-\d{1,9}(?:-(?:19|20)\d{2})?))"
    r"(?:(?:[0-9a-f]{4})?\.(?:html?|xhtml|txt))?(?:\.\d{1,2})?$",
    re.IGNORECASE,
)
"""A name that ends as an article's address does, with what mirrors add: `.html`, four hex digits of HTTrack before it
or `-2` of a name that was there already, the number of a later copy behind it."""
_SUFFIX = re.compile(r"\.(?:html?|xhtml|txt)$", re.IGNORECASE)
_PACKED = re.compile(r"\.(?:gz|zst|bz2|xz|lz4|orig)$", re.IGNORECASE)


def address_of(path: str, is_host: Callable[[str], bool]) -> str | None:
    """Return the address that a path tells; None where no folder on it is named after a host of the site.

    >>> address_of("m/deu.belta.by/politics/view/titel-1-2024/index.html", lambda url: "belta.by/" in url)
    'https://deu.belta.by/politics/view/titel-1-2024'
    """
    folder, _, name = path.replace("\\", "/").rpartition("/")
    start = _start(folder, is_host)
    return start and f"{start[0]}{_without_additions(start[1] + name)}"


@lru_cache(maxsize=256)
def _start(folder: str, is_host: Callable[[str], bool]) -> tuple[str, str] | None:
    """The host that a folder is in, as an address starts, and the way on from there; the same for all its files."""
    parts = folder.split("/")
    for place in range(len(parts) - 1, -1, -1):
        host = _HOST.match(parts[place])
        if host and is_host(f"https://{host[0].lower()}/"):
            return f"https://{host[0].lower()}/", "".join(f"{part}/" for part in parts[place + 1 :])
    return None


def _without_additions(name: str) -> str:
    """The address's path, without what a mirror puts behind it."""
    name = _PACKED.sub("", name)
    query = _QUERY.search(name)
    name = name[: query.start()] if query else name
    name = _INDEX.sub("", name)
    tail = _TAIL.fullmatch(name)
    return unquote((tail["first"] or tail["name"]) if tail else _SUFFIX.sub("", name)).rstrip("/")
