"""A page's address where none came with it: as a comment of the program that saved it says, or its path in a mirror."""

from __future__ import annotations

from collections.abc import Iterable

from belta_spider.cleaning.draft import Reading
from belta_spider.editions.addresses import is_of_the_site, parse

COMMENT, PATH = "comment", "path"
"""Words for `provenance`: the address stood in a comment, or in the path."""


_WHOLE_PAGES = {"video_record", "print_view", "search_page"}
"""What an address alone decides, whatever the page holds."""


def take(reading: Reading, saved_from: str, stated: Iterable[str], *, has_article: bool) -> str | None:
    """Take the address that a page in markup states, where none came with it; return why it is no article.

    `saved_from` is what a comment says, `stated` are the page's own words for its address, in their order.
    """
    if reading.address is not None or reading.is_foreign:
        return None
    if _take_comment(reading, saved_from):
        return None
    for url in stated:
        if not url.startswith(("http://", "https://")):
            continue
        address = parse(url, reading.editions)
        if address is None:
            reading.is_foreign = True
            if not reading.any_site:
                return "unknown_edition" if is_of_the_site(url) else "other_site"
            return None
        if address.id is not None or address.drop in _WHOLE_PAGES or not has_article:
            reading.address = address
            return address.drop
    return take_path(reading, has_article=has_article)


def _take_comment(reading: Reading, url: str) -> bool:
    """Take the address of a comment where it is an article's: it may be an archive's instead."""
    address = parse(url, reading.editions) if url else None
    if address is None or address.id is None:
        return False
    reading.address = address
    reading.provenance["address"] = COMMENT
    return True


def take_path(reading: Reading, *, has_article: bool = False) -> str | None:
    """Take the address that the page's path tells, where nothing else states one; return why it is no article."""
    if reading.address is not None or reading.is_foreign or not reading.page.mirrored_from:
        return None
    address = parse(reading.page.mirrored_from, reading.editions)
    if address is None or (address.id is None and has_article):
        return None
    reading.address = address
    reading.provenance["address"] = PATH
    return address.drop
