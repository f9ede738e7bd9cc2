"""A page's address where none came with it: as a comment of the program that saved it says, or its path in a mirror."""

from __future__ import annotations

from belta_spider.cleaning.draft import Draft
from belta_spider.editions.addresses import parse

COMMENT, PATH = "comment", "path"
"""Words for `provenance`: the address stood in a comment, or in the path."""


def take_comment(draft: Draft, url: str) -> bool:
    """Take the address of a comment where it is an article's: it may be an archive's instead."""
    address = parse(url, draft.editions) if url else None
    if address is None or address.id is None:
        return False
    draft.address, draft.edition = address, address.edition
    draft.provenance["address"] = COMMENT
    return True


def take_path(draft: Draft, *, has_article: bool = False) -> str | None:
    """Take the address that the page's path tells, where nothing else states one; return why it is no article."""
    if draft.address is not None or draft.is_foreign or not draft.page.mirrored_from:
        return None
    address = parse(draft.page.mirrored_from, draft.editions)
    if address is None or (address.id is None and has_article):
        return None
    draft.address, draft.edition = address, address.edition
    draft.provenance["address"] = PATH
    return address.drop
