"""tar of anything that is read: its members in their order, and on after a damaged head."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, cast

from belta_spider.sources.entries import Entry, PassedOver
from belta_spider.sources.listing import is_hidden

if TYPE_CHECKING:
    from belta_spider.sources.place import Place, Wants

_BLOCK = tarfile.BLOCKSIZE
_HEADERS = 5_000_000
"""Blocks that are tried for a head after damage: 2.5 GB."""
_LONG = {tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK, tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE}
"""Members that hold a name, or other fields, of the next one: read into memory, in several copies."""
_LONG_LIMIT = 2**20


def read(stream: io.BufferedReader, place: Place, wants: Wants) -> Iterator[Entry]:
    """Yield the pages of a tar's members. Nothing is unpacked to the disk: links, devices and `..` lead nowhere."""
    heads = _Heads()
    try:
        with tarfile.open(fileobj=stream, mode="r|", tarinfo=heads.kind(), ignore_zeros=True, errors="replace") as file:
            yield from _members(file, heads, place, wants)
    except (tarfile.TarError, EOFError, ValueError, OverflowError) as error:
        cut = "unexpected end" in str(error)
        yield place.unread("truncated" if cut else "damaged_tar", str(error) or type(error).__name__, heads.offset)
        return
    yield from heads.told(place)
    if heads.is_cut:
        yield place.unread("truncated", "the tar file has no end", heads.offset)


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
            content = file.extractfile(member)
            if content is not None:
                with io.BufferedReader(_Member(content)) as opened:
                    yield from wants.read(cast(io.BufferedReader, opened), place.inside(_printable(name)), wants)
        heads.offset = member.offset_data + -(-member.size // _BLOCK) * _BLOCK
    if not found and not heads.broken:
        yield place.unread("empty", "no member in it", 0)


def _printable(name: str) -> str:
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


class _Member(io.RawIOBase):
    """A member as a stream that cannot be gone back in."""

    def __init__(self, content: Any):
        self._content = content

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._content.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


class _Heads:
    """What tarfile passes over in silence: heads that are damaged, and an end that is missing."""

    def __init__(self) -> None:
        self.offset = 0
        """Where the next head should stand."""
        self.broken = 0
        self.is_cut = True
        self.tried = 0

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
        if self.broken:
            self.broken = 0
            yield place.unread("damaged_tar", f"at byte {self.offset}: no head of a member", self.offset)
