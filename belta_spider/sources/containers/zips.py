"""zip of anything that is read, and WACZ 1.1.1 (specs.webrecorder.net/wacz): its WARC files, read in place."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, cast

from belta_spider.sources.archives import warc
from belta_spider.sources.causes import REFUSALS
from belta_spider.sources.containers.limits import Budget
from belta_spider.sources.entries import Entry, PassedOver
from belta_spider.sources.listing import is_hidden
from belta_spider.sources.unpacking import GZIP, unpack

if TYPE_CHECKING:
    from belta_spider.sources.place import Place, Wants

_ARCHIVE = re.compile(r"archive/.+\.warc(?:\.gz)?", re.IGNORECASE | re.DOTALL)
_OFFICE = {"[Content_Types].xml", "mimetype"}
"""A member that Office Open XML, or OpenDocument and EPUB, start with."""
_LOCAL = struct.Struct("<26xHH")
"""A member's local header: the lengths of its name and its extra field end it (APPNOTE 4.3.7)."""
_ENCRYPTED = 1
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
    try:
        members = zipfile.ZipFile(file)
    except _ERRORS as error:
        yield place.unread("damaged_zip", f"{type(error).__name__}: {error}", 0)
        yield from _without_directory(file, place, wants)
        return
    with members:
        infos = sorted(members.infolist(), key=lambda one: one.filename)
        if any(one.filename in _OFFICE for one in infos):
            yield PassedOver(place.uri, "office") if place.is_listed else place.unread("refused", REFUSALS["office"])
            return
        archives = [one for one in infos if _ARCHIVE.fullmatch(one.filename)]
        if not infos:
            yield place.unread("empty", "no member in it")
        if archives:
            yield from _archives(members, file, archives, place, wants)
        else:
            yield from _members(members, file, infos, place, wants)


def _without_directory(file: io.BufferedReader, place: Place, wants: Wants) -> Iterator[Entry]:
    """The records of a WACZ whose table of contents is lost: looked for themselves."""
    file.seek(0)
    if b"archive/" in file.read(2**20):
        file.seek(0)
        yield from warc.read(unpack(file, GZIP), place.uri, "wacz", wants.wanted, place.member, wants.captures)


def _archives(
    members: zipfile.ZipFile, file: io.BufferedReader, archives: list[zipfile.ZipInfo], place: Place, wants: Wants
) -> Iterator[Entry]:
    for one in archives:
        inside = f"{place.member}/{one.filename}".lstrip("/")
        try:
            with _member(members, file, one) as member:
                magic = member.peek(4)
                pieces = unpack(member, magic, one.filename)
                yield from warc.read(pieces, place.uri, "wacz", wants.wanted, inside, wants.captures)
        except _ERRORS as error:
            yield place.unread("damaged_zip", f"{one.filename}: {type(error).__name__}: {error}")


def _members(
    members: zipfile.ZipFile, file: io.BufferedReader, infos: list[zipfile.ZipInfo], place: Place, wants: Wants
) -> Iterator[Entry]:

    budget = Budget(file)
    for one in infos:
        if one.is_dir():
            continue
        if any(map(is_hidden, one.filename.split("/"))):
            yield PassedOver(place.uri, "hidden")
            continue
        inside = place.inside(one.filename)
        if one.flag_bits & _ENCRYPTED:
            yield inside.unread("encrypted", "it asks for a password: unpack it first", one.header_offset)
            continue
        try:
            with io.BufferedReader(budget.limited(_member(members, file, one))) as member:
                yield from wants.read(cast(io.BufferedReader, member), inside, wants)
        except _ERRORS as error:
            yield inside.unread("damaged_zip", f"{type(error).__name__}: {error}", one.header_offset)
        if budget.is_spent:
            yield place.unread("too_large", budget.words)
            return


def _member(members: zipfile.ZipFile, file: io.BufferedReader, info: zipfile.ZipInfo) -> io.BufferedReader:
    """A member's bytes; one that is stored as it is without zipfile, which loses the end where one byte is wrong."""
    if info.compress_type != zipfile.ZIP_STORED or info.flag_bits & _ENCRYPTED:
        return io.BufferedReader(cast(io.RawIOBase, members.open(info)))
    file.seek(info.header_offset)
    header = file.read(_LOCAL.size)
    *_, name, extra = _LOCAL.unpack(header)
    return io.BufferedReader(_Slice(file, info.header_offset + _LOCAL.size + name + extra, info.file_size))


class _Slice(io.RawIOBase):
    """A part of a file."""

    def __init__(self, file: io.BufferedReader, start: int, size: int):
        self.file, self.start, self.place, self.end = file, start, start, start + size

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        base = {io.SEEK_SET: self.start, io.SEEK_CUR: self.place, io.SEEK_END: self.end}[whence]
        self.place = max(self.start, base + offset)
        return self.place - self.start

    def tell(self) -> int:
        return self.place - self.start

    def readinto(self, buffer: Any) -> int:
        self.file.seek(self.place)
        data = self.file.read(max(0, min(len(buffer), self.end - self.place)))
        buffer[: len(data)] = data
        self.place += len(data)
        return len(data)
