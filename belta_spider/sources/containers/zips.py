"""zip of anything that is read, and WACZ 1.1.1 (specs.webrecorder.net/wacz): its WARC files, read in place."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

from belta_spider.sources.archives import warc
from belta_spider.sources.causes import REFUSALS
from belta_spider.sources.containers import zip_members
from belta_spider.sources.containers.limits import Budget
from belta_spider.sources.containers.zip_members import Member
from belta_spider.sources.entries import Entry, PassedOver, Unread, offset_in_container
from belta_spider.sources.listing import is_hidden
from belta_spider.sources.unpacking import Damage, unpack

if TYPE_CHECKING:
    from belta_spider.sources.place import Place, Wants

_ARCHIVE = re.compile(r"archive/.+\.warc(?:\.gz)?", re.IGNORECASE | re.DOTALL)
_OFFICE = {"[Content_Types].xml", "mimetype"}
"""A member that Office Open XML, or OpenDocument and EPUB, start with."""
_ERRORS = (
    struct.error,
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    EOFError,
    OSError,
    RuntimeError,
    ValueError,
)


def read(file: io.BufferedReader, place: Place, wants: Wants) -> Iterator[Entry]:
    """Yield the pages of a zip's members, in the order of their names; of a WACZ those of its archives."""
    members, damage = _found(file)
    if damage:
        yield place.unread("damaged_zip", damage.detail, damage.offset)
    members.sort(key=lambda one: one.name)
    if any(one.name in _OFFICE for one in members):
        yield PassedOver(place.uri, "office") if place.is_listed else place.unread("refused", REFUSALS["office"])
        return
    archives = [one for one in members if _ARCHIVE.fullmatch(one.name)]
    if not (members or damage):
        yield place.unread("empty", "no member in it")
    yield from _archives(file, archives, place, wants) if archives else _members(file, members, place, wants)


def _found(file: io.BufferedReader) -> tuple[list[Member], Damage | None]:
    """The members, and what is damaged: where the directory is, or differs from them, they are looked for."""
    directory: zipfile.ZipFile | None
    try:
        with zipfile.ZipFile(file) as directory:
            members, offset = zip_members.listed(file, directory)
        if offset is None:
            return members, None
        damage = Damage("damaged_zip", "the directory and the member differ: members are looked for", offset)
    except _ERRORS as error:
        directory = None
        detail = f"{type(error).__name__}: {error}: members are looked for"
        damage = Damage("damaged_zip", detail, file.seek(0, io.SEEK_END))
    return zip_members.recovered(file, directory), damage


def _archives(file: io.BufferedReader, archives: list[Member], place: Place, wants: Wants) -> Iterator[Entry]:
    for one in archives:
        inside = f"{place.member}/{one.name}".lstrip("/")
        try:
            with zip_members.opened(file, one) as member:
                pieces = unpack(member, member.peek(32)[:32], one.name)
                yield from _located(one, warc.read(pieces, place.uri, "wacz", wants.wanted, inside, wants.captures))
        except _ERRORS as error:
            yield place.unread("damaged_zip", f"{one.name}: {type(error).__name__}: {error}", one.offset)


def _located(member: Member, entries: Iterator[Entry]) -> Iterator[Entry]:
    """What stands in a member; what cannot be read of it with its place in the zip."""
    is_plain = member.method == zipfile.ZIP_STORED
    for entry in entries:
        if isinstance(entry, Unread):
            start = member.start if is_plain else member.offset
            entry.offset = offset_in_container(entry.offset, start, is_plain=is_plain)
        yield entry


def _members(file: io.BufferedReader, members: list[Member], place: Place, wants: Wants) -> Iterator[Entry]:
    budget = Budget(file)
    for one in members:
        if one.name.endswith("/"):
            continue
        if any(map(is_hidden, one.name.split("/"))):
            yield PassedOver(place.uri, "hidden")
            continue
        inside = place.inside(one.name)
        if one.flags & zip_members.ENCRYPTED:
            yield inside.unread("encrypted", "it asks for a password: unpack it first", one.offset)
            continue
        try:
            with io.BufferedReader(budget.limited(zip_members.opened(file, one))) as member:
                yield from _located(one, wants.read(cast(io.BufferedReader, member), inside, wants))
        except _ERRORS as error:
            yield inside.unread("damaged_zip", f"{type(error).__name__}: {error}", one.offset)
        if budget.is_spent:
            yield place.unread("too_large", budget.words)
            return
