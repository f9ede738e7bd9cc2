"""The settings that are ours: which there are, and what each may be."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from w3lib.url import file_uri_to_path

from belta_spider import settings as defaults
from belta_spider.remote import is_remote
from belta_spider.text.printable import nearest, one_line

_PREFIX = "BELTA_"
KNOWN = tuple(name for name in vars(defaults) if name.startswith(_PREFIX))
_SWITCHES = dict.fromkeys(("1", "true", "yes", "on"), True) | dict.fromkeys(("0", "false", "no", "off"), False)
_MOST_WORKERS = 512
"""Processes: more than any machine has cores for."""
_MOST_ARTICLES = 10**12  # as good as no end: shown as none
_LARGEST_SEGMENT, _LONGEST_SEGMENT = 2**30, 86_400
"""Bytes that are held in memory; seconds of a day."""
_BASES = '{"de": "http://127.0.0.1:8000"}'
SUMMARIES = ("full", "quiet")


def check(settings: Any) -> None:
    """Check our settings, and put each in its type; Scrapy's own are left alone.

    Raises:
        ValueError: one is unknown or wrong: says which, its value, and what is allowed.
    """
    for name in _unknown(settings):
        raise ValueError(f"unknown setting: {one_line(name)}{nearest(name, KNOWN)}; known: {' '.join(KNOWN)}")
    for name, read in _READERS.items():
        value = settings.get(name)
        if value is None:
            continue
        try:
            settings.set(name, read(value), priority=settings.getpriority(name))
        except ValueError as error:
            raise ValueError(f"{name}={_shown(value)}: {error}") from None


def repeated(pairs: Iterable[str]) -> Iterator[str]:
    """Yield each name that stands more than once among `NAME=VALUE`."""
    seen: set[str] = set()
    for name in (pair.partition("=")[0] for pair in pairs):
        if name in seen:
            yield name
        seen.add(name)


def is_ours(name: str) -> bool:
    """Whether a setting's name begins as ours do, in whatever case."""
    return name.upper().replace("-", "_").startswith(_PREFIX)


def local_outputs(settings: Any) -> list[Path]:
    """The files of this machine that the run is to write."""
    found = []
    for uri in settings.getdict("FEEDS"):
        if str(uri).startswith("file:"):
            found.append(Path(file_uri_to_path(str(uri))))
        elif "%(" not in str(uri) and ":" not in str(uri).partition("/")[0]:
            found.append(Path(str(uri)))
    return found


def outputs(settings: Any) -> list[Path]:
    """All that the run is to write, here and elsewhere: addresses are compared as paths are."""
    return [*local_outputs(settings), *(Path(str(uri)) for uri in settings.getdict("FEEDS") if is_remote(str(uri)))]


def _unknown(settings: Any) -> Iterator[str]:
    return (name for name in settings if isinstance(name, str) and is_ours(name) and name not in KNOWN)


def _shown(value: object) -> str:
    return one_line(value) if str(value) else "''"


def switch(value: object) -> bool:
    """A setting that is on or off."""
    found = _SWITCHES.get(str(int(value) if isinstance(value, bool) else value).strip().lower())
    if found is None:
        raise ValueError("neither on nor off: 1, true, yes and on are the one, 0, false, no and off the other")
    return found


def _whole_number(most: int, least: int = 0) -> Callable[[object], int]:
    def read(value: object) -> int:
        text = str(value).strip()
        is_number = not isinstance(value, bool) and text.isascii() and text.isdigit() and len(text) <= 15
        if not is_number or not least <= int(text) <= most:
            up_to = f"to {most}" if most < _MOST_ARTICLES else "on"
            raise ValueError(f"not a number from {least} {up_to}")
        return int(text)

    return read


def _share(value: Any) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = math.nan
    if isinstance(value, bool) or not 0 <= number <= 1:  # a number that is none compares with nothing
        raise ValueError("not a share from 0 to 1")
    return number


def _bases(value: Any) -> dict[str, str]:
    if isinstance(value, str):
        try:
            value = json.loads(value) if value else {}
        except ValueError:
            raise ValueError(f"write it as JSON: {_BASES}") from None
    found = dict(value) if hasattr(value, "items") else None
    if found is None or not all(isinstance(one, str) for pair in found.items() for one in pair):
        raise ValueError(f"write it as editions with their addresses: {_BASES}")
    return found


def _address(value: object) -> str:
    text = str(value).strip()
    try:
        parts = urlsplit(text)
        is_one = parts.scheme in {"http", "https"} and bool(parts.hostname) and not (parts.query or parts.fragment)
        is_one = is_one and (parts.port is None or parts.port > 0)
    except ValueError:
        is_one = False
    if not is_one:
        raise ValueError("no http or https address of a host")
    return text.rstrip("/")


def _folder(value: object) -> object:
    if value and not Path(str(value)).is_dir():
        raise ValueError("no such folder")
    return value


def _folder_to_make(value: object) -> object:
    path = Path(str(value))
    if value and any(one.exists() and not one.is_dir() for one in (path, *path.parents)):
        raise ValueError("not a folder")
    return value


def _summary(value: object) -> str:
    if value not in SUMMARIES:
        raise ValueError(f"none of {' '.join(SUMMARIES)}")
    return str(value)


_READERS: dict[str, Callable[[Any], object]] = {
    "BELTA_AUDIT": switch,
    "BELTA_STORIES": switch,
    "BELTA_MIN_ARTICLES": _whole_number(_MOST_ARTICLES),
    "BELTA_MAX_UNKNOWN": _share,
    "BELTA_MAX_DRIFT": _share,
    "BELTA_WORKERS": _whole_number(_MOST_WORKERS),
    "BELTA_SEGMENT_BYTES": _whole_number(_LARGEST_SEGMENT, 1),
    "BELTA_SEGMENT_SECONDS": _whole_number(_LONGEST_SEGMENT, 1),
    "BELTA_EDITIONS": _folder,
    "BELTA_BASE_URLS": _bases,
    "BELTA_WARC_DIR": _folder_to_make,
    "BELTA_WAYBACK_URL": _address,
    "BELTA_COMMONCRAWL_URL": _address,
    "BELTA_ARCHIVE_ROBOTS": switch,
    "BELTA_SUMMARY": _summary,
}
