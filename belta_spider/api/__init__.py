"""What a program calls, without Scrapy: pages of whatever was saved, and what is in them.

`from belta_spider import clean, read, articles` loads it from here, when one of them is first asked for.
"""

from __future__ import annotations

import io
import logging
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import cast

from belta_spider import cleaning
from belta_spider.cleaning import Cleaned, Options
from belta_spider.editions import addresses
from belta_spider.items import Article, Page, Removal
from belta_spider.output.revisions import records as articles
from belta_spider.sources import Reader, Unread, files, find
from belta_spider.sources.capture_times import utc
from belta_spider.sources.dispatch import read as dispatch
from belta_spider.sources.entries import Entry, SourceError
from belta_spider.sources.finding import STDIN, Found
from belta_spider.sources.place import Place, Wants
from belta_spider.text.printable import one_line

__all__ = ["Article", "Cleaned", "Options", "Page", "Removal", "SourceError", "articles", "clean", "read"]

logger = logging.getLogger(__name__)

_LONGEST_NAME = 4096
"""Bytes of a path at most."""


def clean(
    page: Page | str | bytes | os.PathLike[str],
    options: Options | None = None,
    *,
    url: str | None = None,
    edition: str | None = None,
    captured_at: str | datetime | None = None,
) -> Cleaned:
    """Clean one page: the article is None where the page is none, and `dropped` says why.

    The page is one that `read` yielded, or its text or HTML as `str` or `bytes`, or a `Path` to a file with one page in
    it. `url` is its address, `edition` the edition where the address does not tell it (it stands above that of
    `options`), `captured_at` when it was captured: RFC 3339, the 14 digits of an archive, or a datetime, UTC where it
    names no zone.

    >>> from pathlib import Path
    >>> from belta_spider import clean
    >>> cleaned = clean(next(Path("fixtures/de").glob("000*.txt")))
    >>> cleaned.article.dateline.place, cleaned.dropped
    ('MINSK', None)
    >>> clean("Nothing to see", edition="en").dropped
    'no_text'

    Raises:
        TypeError: the page is nothing of these.
        ValueError: no such file, or none that holds one page; an unknown edition; a time that is none.
    """
    options = options or Options()
    if edition is not None:
        options = replace(options, edition=edition)
    _check_edition(options)
    found = _page(page, options)
    moment = _moment(captured_at)
    return cleaning.clean(replace(found, url=url or found.url, captured_at=moment or found.captured_at), options)


def _check_edition(options: Options) -> None:
    known = options.known_editions.by_code
    if options.edition is not None and options.edition not in known:
        raise ValueError(f"unknown edition: {one_line(options.edition)} (known: {' '.join(known)})")


def _moment(given: str | datetime | None) -> str | None:
    found = utc(given)
    if given is not None and found is None:
        raise ValueError(f"captured_at={one_line(given)}: no time; write it like 2024-04-30T10:00:00Z")
    return found


def _page(page: Page | str | bytes | os.PathLike[str], options: Options) -> Page:
    if isinstance(page, Page):
        return page
    if isinstance(page, str):
        return _page_of_text(page)
    if isinstance(page, (bytes, bytearray, memoryview)):
        return _only_page(_entries(bytes(page), options), "these bytes")
    if isinstance(page, os.PathLike):
        return _only_page(iter(Reader(_found(page), wanted=_wanted(options.any_site))), str(page))
    raise TypeError(f"clean takes a Page, a str, bytes or a Path, and no {type(page).__name__}")


def _page_of_text(text: str) -> Page:
    if len(text) < _LONGEST_NAME and "\n" not in text and "\0" not in text and Path(text).is_file():
        raise ValueError(f"{one_line(text)} is the name of a file: clean(Path({one_line(text)!r})) reads it")
    body = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode()
    if files.is_html(_name(body), body):
        return Page("html", "", body, is_html=True, charset="utf-8")
    return Page("text", "", body)


def _name(body: bytes) -> str:
    """A name that tells what a fragment of markup is."""
    return "page.html" if body.lstrip()[:1] == b"<" else ""


def _entries(body: bytes, options: Options) -> Iterator[Entry]:
    stream = cast("io.BufferedReader", io.BufferedReader(io.BytesIO(body)))
    return dispatch(stream, Place("", _name(body)), Wants({}, _wanted(options.any_site), dispatch))


def _wanted(any_site: bool) -> Callable[[str], bool]:
    return bool if any_site else addresses.is_of_the_site


def _only_page(entries: Iterator[Entry], name: str) -> Page:
    found = list(islice((one for one in entries if isinstance(one, (Page, Unread))), 2))
    if not found:
        raise SourceError(f"{one_line(name)}: no page in it")
    for one in found:
        if isinstance(one, Unread):
            raise SourceError(f"{one_line(name)}: cannot be read: {one_line(one.detail)}")
    if len(found) > 1:
        raise SourceError(f"{one_line(name)}: more pages than one; read() yields them")
    page = found[0]
    assert isinstance(page, Page)  # noqa: S101 (for the type checker)
    return page


Source = str | os.PathLike[str]


def read(
    source: Source | Iterable[Source], columns: Mapping[str, str] | None = None, *, any_site: bool = False
) -> Iterator[Page]:
    """Return the pages of a file, a folder or a glob, or of several, one after the other, for `clean`.

    A `str` may name several with commas, as on the command line; a `Path` is one, whatever is in its name. What cannot
    be read is logged as a warning and passed over. `columns` names a table's columns where they are not `text`, `html`,
    `url` and `captured_at`: `{"text": "content"}`. With `any_site` the records of other sites in archives are pages
    too, for `clean(page, Options(any_site=True))`.

    >>> from belta_spider import clean, read
    >>> for page in read("fixtures/de/000*.txt"):
    ...     print(clean(page).article.date_published)
    2024-04-03T14:54:00+03:00

    Raises:
        SourceError: a ValueError: no such path, or nothing in it that can be read. It is raised at once.
        TypeError: a source is neither a `str` nor a `Path`.
    """
    several = [source] if isinstance(source, (str, os.PathLike)) else list(_sources(source))
    if not several:
        raise SourceError("read: no source is named")
    return _pages([Reader(_found(one, columns), columns, _wanted(any_site)) for one in several])


def _sources(source: object) -> Iterable[Source]:
    if isinstance(source, (bytes, bytearray)) or not isinstance(source, Iterable):
        raise TypeError(f"read takes a path as str or Path, or several, and no {type(source).__name__}")
    return source


def _found(source: Source, columns: Mapping[str, str] | None = None) -> Found:
    if isinstance(source, str):
        return find(source, columns)
    if not isinstance(source, os.PathLike):
        raise TypeError(f"read takes a path as str or Path, or several, and no {type(source).__name__}")
    name = os.fspath(source)
    if not Path(name).exists():
        raise SourceError(f"{one_line(name)}: no such file or folder")
    return find(f"./{name}" if name == STDIN else name, columns)


def _pages(readers: Iterable[Reader]) -> Iterator[Page]:
    for reader in readers:
        for entry in reader:
            if isinstance(entry, Page):
                yield entry
            elif isinstance(entry, Unread):
                logger.warning("cannot read %s: %s", entry.uri, entry.detail)
