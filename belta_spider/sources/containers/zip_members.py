"""The members of a zip, by its directory or, where that is lost, by their own headers (APPNOTE 4.3).

zipfile gives nothing without the directory, and nothing of a member whose sum is wrong; stream-unzip goes by the
members' own headers, but ends at the first that is damaged.
"""

from __future__ import annotations

import bz2
import io
import re
import struct
import sys
import zipfile
import zlib
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, cast

from belta_spider.sources.unpacking import Damage, Piece, Unpacked
from belta_spider.sources.unpacking.members import CHUNK, ERRORS, Buffered, Decoder, Inflate, before_damage

_LOCAL = struct.Struct("<4s2xHHxxxxIIIHH")
_HEADER = re.compile(rb"PK\x03\x04[\x00-\x40]\x00.[\x00-\x0f](?:[\x00\x08\x09\x0c\x0e\x5d\x5f\x63]\x00)", re.DOTALL)
"""A member's header: a version, flags, and a method of compression that is known."""
_END = re.compile(_HEADER.pattern + rb"|PK\x01\x02|PK\x05\x06|PK\x06\x06", re.DOTALL)
_DESCRIPTOR = b"PK\x07\x08"
_DESCRIPTOR_LENGTH = 24  # bytes: mark, CRC and two sizes of 8 bytes (APPNOTE, 4.3.9)
_SIZES_FOLLOW, ENCRYPTED, _UTF8 = 8, 1, 0x800  # bits of the flags (APPNOTE, 4.4.4)
_UNKNOWN = 0xFFFFFFFF  # a size that stands elsewhere (APPNOTE, 4.4.8)
_OVERLAP = 16  # bytes kept: a mark may lie across two pieces
_LITTLE = 512  # bytes that are unpacked at once: what they become is bounded
_CHECKED = 2**30  # bytes of a member that are read to see which of its two headers is right
_FOOT, _MANY = 2**16 + 22, 0xFFFF
"""Bytes of the end of the directory, and the number there of members that are counted elsewhere."""


@dataclass(slots=True)
class Member:
    """A file in a zip."""

    name: str
    offset: int
    """Of its header."""
    flags: int
    method: int
    start: int
    """Of its bytes, packed."""
    end: int
    size: int | None
    """Unpacked; None where only its end tells."""
    crc: int | None


def listed(file: io.BufferedReader, directory: zipfile.ZipFile) -> tuple[list[Member], int | None]:
    """The members that the directory names, and where the first stands whose own header says something else."""
    members: list[Member] = []
    if _count(file) not in {len(directory.filelist), _MANY}:
        return members, _size_of(file)
    starts = _starts(directory)
    for info in directory.filelist:
        own = _member_at(file, info.header_offset)
        if own is None or not _agrees(own, info, starts):
            return members, info.header_offset
        end = own.start + info.compress_size
        members.append(
            Member(info.filename, own.offset, info.flag_bits, own.method, own.start, end, info.file_size, info.CRC)
        )
    return members, None


def _count(file: io.BufferedReader) -> int:
    """How many members the end of the directory states."""
    file.seek(max(0, _size_of(file) - _FOOT))
    _, mark, foot = file.read().rpartition(b"PK\x05\x06")
    return int.from_bytes(foot[6:8], "little") if mark else 0


def _starts(directory: zipfile.ZipFile) -> list[int]:
    """Where members start, in order, and what is behind them."""
    return sorted([*(info.header_offset for info in directory.filelist), directory.start_dir, sys.maxsize])


def _agrees(own: Member, info: zipfile.ZipInfo, starts: list[int]) -> bool:
    """Whether a member's own header says what the directory does; sizes may stand behind the member instead."""
    return (
        own.start + info.compress_size <= starts[bisect_right(starts, own.offset)]
        and own.method == info.compress_type
        and own.flags & ENCRYPTED == info.flag_bits & ENCRYPTED
        and own.name == info.orig_filename
        and (own.size is None or (own.size, own.end - own.start) == (info.file_size, info.compress_size))
        and own.crc in {None, info.CRC}
    )


def recovered(file: io.BufferedReader, directory: zipfile.ZipFile | None) -> list[Member]:
    """The members by their own headers; where one's header is damaged, by the directory, if its sum says so."""
    members = {one.offset: one for one in _found(file)}
    starts = _starts(directory) if directory else []
    for info in directory.filelist if directory else ():
        own = members.get(info.header_offset)
        told = None if own and _agrees(own, info, starts) else _told(file, info)
        if told:
            members = {start: one for start, one in members.items() if not told.offset <= start < told.end}
            members[told.offset] = told
    return list(members.values())


def _told(file: io.BufferedReader, info: zipfile.ZipInfo) -> Member | None:
    """A member as the directory has it, where that is what its sum says."""
    name = info.orig_filename.encode("utf-8" if info.flag_bits & _UTF8 else "cp437", "replace")
    file.seek(info.header_offset + _LOCAL.size - 4)
    lengths = file.read(4)
    own_extra = int.from_bytes(lengths[2:], "little")
    for behind in {int.from_bytes(lengths[:2], "little") + own_extra, len(name) + own_extra, len(name)}:
        start = info.header_offset + _LOCAL.size + behind
        end, flags = start + info.compress_size, info.flag_bits & ~ENCRYPTED
        known = info.filename, info.header_offset, flags, info.compress_type, start, end, info.file_size, info.CRC
        if _is_sound(file, member := Member(*known)):
            return member
    return None


def _is_sound(file: io.BufferedReader, member: Member) -> bool:
    """Whether a member is what its size and its sum say; not looked into where it is huge."""
    size = 0
    if member.method not in _DECODERS or not 0 < (member.size or 0) <= _CHECKED:
        return False
    for piece in _pieces(file, member):
        size += len(piece) if isinstance(piece, bytes) else 0
        if isinstance(piece, Damage) or size > (member.size or 0):
            return False
    return size == member.size


def _found(file: io.BufferedReader) -> Iterator[Member]:
    """The members whose headers are found, each with the bytes up to the next one."""
    place = 0
    while (offset := _search(file, _HEADER, place)) is not None:
        member = _member_at(file, offset)
        place = offset + 4
        if member is None:
            continue
        following = _search(file, _HEADER, place)
        if member.size is not None and (following is None or _is_whole(file, member, following)):
            place = max(place, member.end)
        else:
            end = _search(file, _END, place)
            place = member.end = _size_of(file) if end is None else end
            member.crc = member.crc if member.size is not None else _crc_behind(file, member)
        yield member


def _member_at(file: io.BufferedReader, offset: int) -> Member | None:
    """Read a member's own header; None where none stands here."""
    file.seek(offset)
    head = file.read(_LOCAL.size)
    if len(head) < _LOCAL.size:
        return None
    mark, flags, method, crc, packed, size, name_length, extra = _LOCAL.unpack(head)
    name = file.read(name_length)
    if mark != b"PK\x03\x04" or len(name) < name_length:
        return None
    start = offset + _LOCAL.size + name_length + extra
    is_known = not flags & _SIZES_FOLLOW and _UNKNOWN not in {packed, size}
    end = start + packed if is_known else start
    return Member(
        _name(name, flags), offset, flags, method, start, end, size if is_known else None, crc if is_known else None
    )


def _name(data: bytes, flags: int) -> str:
    return data.decode("utf-8" if flags & _UTF8 else "cp437", "replace")


def _is_whole(file: io.BufferedReader, member: Member, following: int) -> bool:
    """Whether a member ends before the next header; or is stored as it is, with that one in it, as its sum tells."""
    if member.end <= following:
        return True
    place = crc = 0
    while member.method == zipfile.ZIP_STORED and (data := _packed(file, member, place, CHUNK)):
        place, crc = place + len(data), zlib.crc32(data, crc)
    return bool(place) and crc == member.crc


def _size_of(file: io.BufferedReader) -> int:
    return file.seek(0, io.SEEK_END)


def _search(file: io.BufferedReader, pattern: re.Pattern[bytes], start: int) -> int | None:
    """Where a pattern stands next."""
    file.seek(start)
    data = b""
    while chunk := file.read(CHUNK):
        data += chunk
        hit = pattern.search(data)
        if hit:
            return start + hit.start()
        kept = data[-_OVERLAP:]
        start += len(data) - len(kept)
        data = kept
    return None


def _crc_behind(file: io.BufferedReader, member: Member) -> int | None:
    """The sum in the descriptor behind a member whose header does not state it."""
    file.seek(max(member.start, member.end - _DESCRIPTOR_LENGTH))
    _, mark, data = file.read(_DESCRIPTOR_LENGTH).rpartition(_DESCRIPTOR)
    return int.from_bytes(data[:4], "little") if mark else None


def opened(file: io.BufferedReader, member: Member) -> io.BufferedReader:
    """A member's bytes, in one go; that it is damaged it says behind those that can be read.

    Raises:
        NotImplementedError: its compression is none that is known here.
    """
    if member.method not in _DECODERS:
        raise NotImplementedError(f"compression method {member.method}: unpack it first")
    return cast(io.BufferedReader, io.BufferedReader(Unpacked(_pieces(file, member))))


def _pieces(file: io.BufferedReader, member: Member) -> Iterator[Piece]:
    """What a member holds, and what is wrong with it."""
    decoder = _DECODERS[member.method](member)
    used = given = crc = 0
    try:
        while not decoder.eof and (packed := _packed(file, member, used, CHUNK)):
            used += len(packed)
            for piece in filter(None, decoder.feed(packed)):
                given, crc = given + len(piece), zlib.crc32(piece, crc)
                yield piece
    except ERRORS as error:
        fed = partial(_packed, file, member)
        yield from before_damage(_DECODERS[member.method](member), fed, used, given)
        yield Damage("damaged_zip", f"{type(error).__name__}: {error}", 0)
        return
    if not decoder.eof:
        yield Damage("truncated", "the member ends before its end", 0)
    elif member.crc not in {None, crc}:
        yield Damage("damaged_zip", "the member is not what its sum says", 0)


def _packed(file: io.BufferedReader, member: Member, place: int, size: int) -> bytes:
    """Bytes of a member as they stand in the file."""
    start = member.start + place
    file.seek(start)
    return file.read(max(0, min(size, member.end - start)))


class _Stored:
    """No compression."""

    unused = b""

    def __init__(self, member: Member):
        self._left = member.end - member.start

    def feed(self, packed: bytes) -> Iterator[bytes]:
        self._left -= len(packed)
        yield packed

    @property
    def eof(self) -> bool:
        return self._left <= 0


class _Lzma:
    """LZMA with the head that zip gives it: fed little, as it cannot be told to give little."""

    unused = b""

    def __init__(self) -> None:
        self._decoder: Any = zipfile.LZMADecompressor()  # type: ignore[attr-defined]  # typed without it

    def feed(self, packed: bytes) -> Iterator[bytes]:
        for start in range(0, len(packed), _LITTLE):
            if not self._decoder.eof:
                yield self._decoder.decompress(packed[start : start + _LITTLE])

    @property
    def eof(self) -> bool:
        return bool(self._decoder.eof)


_DECODERS: dict[int, Callable[[Member], Decoder]] = {
    zipfile.ZIP_STORED: _Stored,
    zipfile.ZIP_DEFLATED: lambda _: Inflate(-zlib.MAX_WBITS),
    zipfile.ZIP_BZIP2: lambda _: Buffered(bz2.BZ2Decompressor()),
    zipfile.ZIP_LZMA: lambda _: _Lzma(),
}
