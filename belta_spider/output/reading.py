"""Read back what a crawl wrote: records and audits, compressed or not."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, NamedTuple, cast

import msgspec
import zstandard

from belta_spider.items import Article, Removal
from belta_spider.output.beside import articles_of, audit_path
from belta_spider.output.held import Held
from belta_spider.output.index import decode_object
from belta_spider.output.stores.fetching import fetched, put_back, shown
from belta_spider.remote import AddressError, is_remote
from belta_spider.text.normalization import normalize
from belta_spider.text.printable import one_line

__all__ = ["BadLine", "NoSuchOutputError", "existing", "lines", "put_back", "shown"]

DEFAULT = Path("data/articles.jsonl")
_NAMED = 5  # lines that a message names: enough to see the kind
_LENGTH = 300  # characters of each
_BUFFER = 2**18  # bytes that are read at once
_GZIP, _ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
_article = msgspec.json.Decoder(Article).decode
_removal = msgspec.json.Decoder(Removal).decode


_NAME_IT = "name the file that scrapy crawl -o wrote"


class NoSuchOutputError(ValueError):
    """The file that was named does not exist: says what to do."""


class BadLine(NamedTuple):
    """A line that is no record, or the place where the file could not be read on."""

    path: Path
    number: int
    """From 1."""
    cause: str

    def __str__(self) -> str:
        return f"{shown(self.path)}, line {self.number}: {self.cause}"


def existing(name: str | None) -> Path:
    """Return the path of a crawl's output, `data/articles.jsonl` where none is named; one elsewhere is fetched.

    Raises:
        NoSuchOutputError: no such file, or one that holds no articles by its name.
    """
    advice = "run scrapy crawl belta first, or name a file" if name is None else _NAME_IT
    if name == "":
        raise NoSuchOutputError(f"'' names nothing; {_NAME_IT}")
    path = DEFAULT if name is None else Path(name)
    told = articles_of(path)
    if told:
        raise NoSuchOutputError(f"{one_line(path)}: is the {told[0]} beside {one_line(told[1])}; name the articles")
    if name and is_remote(name):
        path = _fetched(name)
    try:
        if not path.is_file():
            what = "is a folder" if path.is_dir() else "is no regular file" if path.exists() else "no such file"
            raise NoSuchOutputError(f"{one_line(path)}: {what}; {advice}")
    except OSError as error:
        raise NoSuchOutputError(f"{one_line(path)}: {error.strerror}; {advice}") from error
    if _is_audit(path):
        raise NoSuchOutputError(f"{one_line(shown(path))}: holds an audit and no articles; name the articles beside it")
    return path


def _fetched(address: str) -> Path:
    """Fetch an output; what goes wrong is told as of a file that is not there."""
    try:
        return fetched(address)
    except AddressError as error:
        raise NoSuchOutputError(one_line(error)) from error
    except FileNotFoundError as error:
        raise NoSuchOutputError(f"{one_line(address)}: no such object; name what scrapy crawl -o wrote") from error
    except OSError as error:
        raise NoSuchOutputError(f"{one_line(address)}: cannot be read: {one_line(error.strerror or error)}") from error


def _is_audit(path: Path) -> bool:
    """Whether the first line is an entry of an audit, whatever the file is called."""
    for _, line in lines(path, []):
        try:
            return {"rule", "column"} <= decode_object(line).keys()
        except (msgspec.DecodeError, UnicodeDecodeError):
            return False
    return False


def opened(path: Path) -> IO[bytes]:
    """Open a file for reading; gzip and Zstandard, of one frame or many, are told by the content."""
    with path.open("rb") as file:
        start = file.read(len(_ZSTD))
    if start.startswith(_GZIP):
        return cast("IO[bytes]", gzip.open(path))
    if start == _ZSTD:
        reader = zstandard.ZstdDecompressor().stream_reader(path.open("rb"), read_across_frames=True, closefd=True)
        return io.BufferedReader(cast("io.RawIOBase", reader), _BUFFER)
    return path.open("rb")


def lines(path: Path, bad: list[BadLine]) -> Iterator[tuple[int, bytes]]:
    """Yield each line that is not blank, with its number; a file that breaks off ends with a `BadLine`."""
    number = 0
    try:
        with opened(path) as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield number, line
    except (OSError, EOFError, zlib.error, zstandard.ZstdError) as error:
        bad.append(BadLine(path, number + 1, f"cannot be read on: {error}"))


def articles(path: Path, bad: list[BadLine]) -> Iterator[Article]:
    """Yield the records of a file; what is none goes to `bad`, and the rest goes on."""
    return (article for _, article in numbered_articles(path, bad))


def numbered_articles(path: Path, bad: list[BadLine]) -> Iterator[tuple[int, Article]]:
    """Yield the records of a file with the numbers of their lines."""
    return _decoded(path, _article, bad)


def audit(path: Path, bad: list[BadLine]) -> Iterator[Removal]:
    """Yield the entries of the audit beside an article file; nothing where there is none."""
    beside = audit_path(path)
    return (removal for _, removal in _decoded(beside, _removal, bad)) if beside.is_file() else iter(())


def _decoded(path: Path, decode: Any, bad: list[BadLine]) -> Iterator[tuple[int, Any]]:
    for number, line in lines(path, bad):
        try:
            one = decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            bad.append(BadLine(path, number, str(error)))
        else:
            yield number, one


def complaint(bad: list[BadLine]) -> str:
    """What could not be read, the first few places by name."""
    named = [f"  {normalize(str(one))[:_LENGTH]}" for one in bad[:_NAMED]]
    more = [f"  and {len(bad) - _NAMED} more"] if len(bad) > _NAMED else []
    return "\n".join([f"{len(bad)} lines could not be read and are left out:", *named, *more])


def held_by(path: Path) -> Held:
    """Return what an output holds, without opening it to write; what is no record is passed over."""
    held = Held()
    for _, line in lines(path, []):
        with suppress(msgspec.DecodeError, UnicodeDecodeError):
            held.read_article(line, 0)
    for _, line in lines(audit_path(path), []):
        with suppress(msgspec.DecodeError, UnicodeDecodeError):
            held.read_entry(line)
    held.sort()
    return held
