"""tar of anything that is read: its members in their order, and on after a damaged head."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, cast

from belta_spider.sources.entries import Entry, PassedOver, Unread, offset_in_container
from belta_spider.sources.listing import is_hidden
from belta_spider.sources.unpacking import Broken, Damage, Unpacked

if TYPE_CHECKING:
    from belta_spider.sources.place import Place, Wants

_BLOCK = tarfile.BLOCKSIZE
_MARK = b"ustar", 257
"""What a head holds, and where; the oldest tars have none, and are not found again behind damage."""
_HEADERS = 5_000_000
"""Blocks that are tried for a head after damage: 2.5 GB."""
_LONG = {tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK, tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE}
"""Members that hold a name, or other fields, of the next one: read into memory, in several copies."""
_LONG_LIMIT = 2**20  # bytes of a name: a bound on memory; tarfile reads it whole


def read(stream: Unpacked, place: Place, wants: Wants) -> Iterator[Entry]:
    """Yield the pages of a tar's members. Nothing is unpacked to the disk: links, devices and `..` lead nowhere."""
    yield from _read(stream, place, wants)
    while stream.damage and stream.resume(*_MARK):
        yield from _read(stream, place, wants)


def _read(stream: Unpacked, place: Place, wants: Wants) -> Iterator[Entry]:
    """What stands in a tar up to its end, or to where its compression is damaged."""
    heads, opened = _Heads(stream), io.BufferedReader(stream)
    try:
        with tarfile.open(fileobj=opened, mode="r|", tarinfo=heads.kind(), ignore_zeros=True, errors="replace") as file:
            yield from _members(file, heads, place, wants)
    except (tarfile.TarError, EOFError, ValueError, OverflowError) as error:
        yield from heads.told_end(place, "unexpected end" in str(error), str(error) or type(error).__name__)
        return
    finally:
        opened.detach()  # else it closes the stream, which may go on behind damage
    yield from heads.told(place)
    if heads.is_cut or stream.damage:
        yield from heads.told_end(place, True, "the tar file has no end")


def _members(file: tarfile.TarFile, heads: _Heads, place: Place, wants: Wants) -> Iterator[Entry]:
    found = False
    for member in file:
        found = True
        yield from heads.told(place)
        heads.offset = member.offset
        file.members = []  # type: ignore[attr-defined]  # tarfile remembers each, for look-ups that nobody makes
        name = member.name.removeprefix("./")
        if member.isdir():
            continue
        if any(map(is_hidden, name.split("/"))):
            yield PassedOver(place.uri, "hidden")
        elif not member.isreg():
            yield PassedOver(place.uri, "tar_link")
        else:
            yield from _content(file.extractfile(member), heads, place.inside(_printable(name)), wants)
        heads.offset = member.offset_data + -(-member.size // _BLOCK) * _BLOCK
    if not (found or heads.broken or heads.stream.damage):
        yield place.unread("empty", "no member in it", 0)


def _content(content: Any, heads: _Heads, place: Place, wants: Wants) -> Iterator[Entry]:
    """What stands in a member."""
    member, start = _Member(content, heads), heads.place
    with io.BufferedReader(member) as opened:
        for entry in wants.read(cast(io.BufferedReader, opened), place, wants):
            if isinstance(entry, Unread):
                heads.is_told |= member.damage is not None
                entry.offset = member.offset_of(entry.offset, start)
            yield entry


def _printable(name: str) -> str:
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


class _Member(Broken):
    """A member as a stream that cannot be gone back in; where the file ends within it, it says so."""

    def __init__(self, content: Any, heads: _Heads):
        self._content, self._heads = content, heads

    def offset_of(self, offset: int | None, start: int | None) -> int | None:
        """Where in the file damage stands that is at `offset` of a member whose head is at `start`."""
        if self.damage and offset == self.damage.offset:
            return offset
        return None if start is None else offset_in_container(offset, start + _BLOCK, is_plain=True)

    def readinto(self, buffer: Any, /) -> int:
        try:
            data = self._content.read(len(buffer))
        except tarfile.ReadError:
            self.damage = self._heads.end(True, "the tar file ends within it")
            return 0
        buffer[: len(data)] = data
        return len(data)


class _Heads:
    """What tarfile passes over in silence: heads that are damaged, and an end that is missing."""

    def __init__(self, stream: Unpacked) -> None:
        self.stream = stream
        self.offset = 0
        """Where the next head should stand."""
        self.broken = 0
        self.is_cut = True
        self.is_told = False
        """Whether the page that the file ends within has said so."""
        self.tried = 0

    @property
    def place(self) -> int | None:
        """Where in the file that is; unknown where the tar is compressed."""
        return self.offset if self.stream.is_plain else None

    def end(self, is_cut: bool, detail: str) -> Damage:
        """Why the file ends: its compression is damaged, or itself."""
        return self.stream.damage or Damage("truncated" if is_cut else "damaged_tar", detail, self.place)

    def told_end(self, place: Place, is_cut: bool, detail: str) -> Iterator[Entry]:
        """Say why the file ends, once."""
        damage = self.end(is_cut, detail)
        if not self.is_told:
            yield place.unread(damage.cause, damage.detail, damage.offset)

    def kind(self) -> type[tarfile.TarInfo]:
        """A class of heads that tells about each one that is none."""
        heads = self

        class Head(tarfile.TarInfo):
            @classmethod
            def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Head:
                return cast(Head, heads.checked(super().frombuf, bytes(buf), encoding, errors))

        return Head

    def checked(self, frombuf: Any, buf: bytes, encoding: str, errors: str) -> Any:
        """Read a head; note what it is instead."""
        self.tried += 1
        if self.tried > _HEADERS:
            raise tarfile.ReadError("no further head within 2.5 GB")
        try:
            head = frombuf(buf, encoding, errors)
        except tarfile.HeaderError:
            if buf and not buf.strip(b"\0") and len(buf) == _BLOCK:
                self.is_cut = False
            elif buf:
                self.broken += 1
            raise
        if head.type in _LONG and head.size > _LONG_LIMIT:
            self.broken += 1
            raise tarfile.InvalidHeaderError("a name of over a megabyte")  # type: ignore[attr-defined]
        self.is_cut = True
        return head

    def told(self, place: Place) -> Iterator[Entry]:
        """Say once of a run of damaged blocks where it begins."""
        if self.broken and self.stream.damage is None:  # else that is why
            detail = f"at byte {self.offset}: no head of a member"
            yield place.unread("damaged_tar", detail, self.place)
        self.broken = 0
