"""Which articles an output holds, and whether a new capture says anything else."""

from __future__ import annotations

import gzip
import hashlib
import io
from pathlib import Path
from typing import IO, NamedTuple, cast

import msgspec
import zstandard

from belta_spider.items import Article

_OF_THE_CAPTURE = frozenset({"captured_at", "captured_on", "weather", "source", "provenance", "flags", "producer"})
_CONTENT = tuple(name for name in Article.__dataclass_fields__ if name not in _OF_THE_CAPTURE)
_decode = msgspec.json.Decoder(Article).decode


class Held(NamedTuple):
    """The newest record of an article."""

    url: str | None
    date_published: str | None
    captured_at: str | None
    content: bytes


def content(article: Article) -> bytes:
    """Return a digest of what the article says, whenever it was captured."""
    values = [getattr(article, name) for name in _CONTENT]
    return hashlib.blake2b(msgspec.json.encode(values), digest_size=16).digest()


def newest(path: Path, since: str) -> dict[str, Held]:
    """Return the articles published since that RFC 3339 time, by id; later records stand for earlier ones."""
    held = {}
    with _open(path) as file:
        for line in file:
            try:
                article = _decode(line)
            except (msgspec.DecodeError, UnicodeDecodeError):
                continue  # whoever opened the file to write has reported it
            if article.url and (article.date_published or "") >= since:
                held[article.id] = Held(article.url, article.date_published, article.captured_at, content(article))
    return held


def _open(path: Path) -> IO[bytes]:
    if path.suffix == ".gz":
        return cast("IO[bytes]", gzip.open(path))
    if path.suffix == ".zst":
        with (
            path.open("rb") as file,
            zstandard.ZstdDecompressor().stream_reader(file, read_across_frames=True) as packed,
        ):
            return io.BytesIO(packed.read())
    return path.open("rb")
