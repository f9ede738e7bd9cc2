"""WACZ 1.1.1 (specs.webrecorder.net/wacz): the WARC files in it, read in place."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import Any, cast

from belta_spider.sources import warc
from belta_spider.sources.entries import Unread
from belta_spider.sources.unpacking import GZIP, unpack

_ARCHIVE = re.compile(r"archive/.+\.warc(?:\.gz)?", re.IGNORECASE | re.DOTALL)
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


def read(file: io.BufferedReader, uri: str, wanted: Callable[[str], bool]) -> Iterator[warc.Entry]:
    """Yield the pages of the archives in a WACZ, in the order of their names."""
    try:
        members = zipfile.ZipFile(file)
    except _ERRORS as error:
        yield Unread(uri, "damaged_zip", f"{type(error).__name__}: {error}", offset=0)
        file.seek(0)
        if file.read(2) == b"PK":  # its table of contents is lost: look for the records themselves
            file.seek(0)
            yield from warc.read(unpack(file, GZIP), uri, "wacz", wanted)
        return
    with members:
        archives = [one for one in members.infolist() if _ARCHIVE.fullmatch(one.filename)]
        if not archives:
            yield Unread(uri, "unknown_format", "a zip file without archive/*.warc.gz in it")
        for archive in sorted(archives, key=lambda one: one.filename):
            try:
                with _member(members, file, archive) as member:
                    magic = member.peek(4)
                    yield from warc.read(unpack(member, magic), uri, "wacz", wanted, archive.filename)
            except _ERRORS as error:
                yield Unread(uri, "damaged_zip", f"{archive.filename}: {type(error).__name__}: {error}")


def _member(members: zipfile.ZipFile, file: io.BufferedReader, archive: zipfile.ZipInfo) -> io.BufferedReader:
    """A member's bytes; one that is stored as it is without zipfile, which loses the end where one byte is wrong."""
    if archive.compress_type != zipfile.ZIP_STORED or archive.flag_bits & _ENCRYPTED:
        return io.BufferedReader(cast(io.RawIOBase, members.open(archive)))
    file.seek(archive.header_offset)
    header = file.read(_LOCAL.size)
    *_, name, extra = _LOCAL.unpack(header)
    return io.BufferedReader(_Slice(file, archive.header_offset + _LOCAL.size + name + extra, archive.file_size))


class _Slice(io.RawIOBase):
    """A part of a file."""

    def __init__(self, file: io.BufferedReader, start: int, size: int):
        self.file, self.place, self.end = file, start, start + size

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self.file.seek(self.place)
        data = self.file.read(min(len(buffer), self.end - self.place))
        buffer[: len(data)] = data
        self.place += len(data)
        return len(data)
