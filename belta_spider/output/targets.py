"""Where a command may write: never over what it reads, nor over what is no file of ours."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from belta_spider.output.beside import articles_of, companions
from belta_spider.remote.files import RemotePath
from belta_spider.text.printable import one_line

Found = tuple[Path | RemotePath, str]
"""A file of a source, and how the source names it."""


class TargetError(ValueError):
    """What was named is nothing that may be written: says why and what to do."""


def check_file(target: Path, sources: Iterable[Path]) -> None:
    """Check the file that a command is to write, with what it reads.

    Raises:
        TargetError: it is one of the sources, or stands beside one; or it is no file that may be replaced.
    """
    if target.exists() and not target.is_file():
        kind = "a folder" if target.is_dir() else "no regular file"
        raise TargetError(f"{one_line(target)}: {kind}, which is not written over; name another")
    check_apart(target, sources)
    told = articles_of(target)
    if told and target.exists():
        raise TargetError(f"{one_line(target)}: is named as the {told[0]} of {one_line(told[1])}; name another")


def check_apart(target: Path, sources: Iterable[Path]) -> None:
    """Check that a file is none of the sources, and stands beside none of them.

    Raises:
        TargetError: it is, or does.
    """
    where = identity(target)
    for source in sources:
        if identity(source) == where:
            raise TargetError(f"{one_line(target)}: is one of the files that are read or written here; name another")
        if where in map(identity, companions(source)):
            raise TargetError(f"{one_line(target)}: belongs to {one_line(source)}; name another")


def check_outputs(outputs: Iterable[Path]) -> None:
    """Check the outputs of a crawl among themselves.

    Raises:
        TargetError: two are one file, or one is what stands beside another or an output of any run.
    """
    outputs = list(outputs)
    beside = {identity(place): output for output in outputs for place in companions(output)}
    taken: dict[str, Path] = {}
    for output in outputs:
        told = articles_of(output)
        if told:
            raise TargetError(f"{one_line(output)}: is named as the {told[0]} of {one_line(told[1])}; name another")
        other = taken.get(identity(output)) or beside.get(identity(output))
        if other:
            raise TargetError(f"{one_line(output)}: is written already, for {one_line(other)}")
        taken[identity(output)] = output


def without_outputs(found: Iterable[Found], outputs: Iterable[Path], named: str) -> Iterator[Found]:
    """Yield the files of a source but those that the run writes, which a folder or a glob may hold.

    Raises:
        TargetError: the source names an output itself.
    """
    written = {identity(place): output for output in outputs for place in (output, *companions(output))}
    for path, uri in found:
        output = written.get(identity(path)) if written and isinstance(path, Path) else None
        if output is None:
            yield path, uri
        elif uri in named.split(","):
            raise TargetError(f"{one_line(output)}: source={one_line(uri)} is read, and would be written; name another")


def identity(path: Path) -> str:
    """A path as it is behind links, so that one file has one."""
    return os.path.realpath(path)
