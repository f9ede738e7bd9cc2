"""What a source names: files, folders and globs, and what is passed over on the way."""

from __future__ import annotations

import glob
import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from belta_spider import remote
from belta_spider.editions.addresses import is_of_the_site
from belta_spider.remote.files import RemotePath
from belta_spider.remote.finding import Found as Named
from belta_spider.remote.finding import find as find_remote
from belta_spider.sources import detection, own
from belta_spider.sources.causes import REFUSALS
from belta_spider.sources.entries import PassedOver, SourceError, Unread
from belta_spider.sources.listing import is_hidden, reason_to_pass_over
from belta_spider.sources.peeking import peek
from belta_spider.sources.place import cells_of

STDIN = "-"
_OF_THE_SITE = "the site's own address is no file: source=live crawls it, and scrapy parse reads one page of it"
Readable = Path | RemotePath
"""What a source is read from: a file here, or an object elsewhere."""


class Found(list[tuple[Readable, str]]):
    """The files that a source names, each with its `uri`; and what was left out on the way to them."""

    def __init__(self) -> None:
        super().__init__()
        self.listed: set[str] = set()
        """The uris of files that stand in a folder: what holds no page there is passed over."""
        self.globbed: set[str] = set()
        """The uris of files that a pattern named."""
        self.left_out: list[PassedOver | Unread] = []
        self._known: set[str] = set()

    def add(self, path: Readable, uri: str, *, is_listed: bool = False) -> None:
        """Take a file in, once."""
        uri = printable(uri)
        if uri in self._known:
            return
        self._known.add(uri)
        self.append((path, uri))
        if is_listed:
            self.listed.add(uri)


def printable(uri: str) -> str:
    """A name that is no UTF-8 comes with lone surrogates, which no output can hold."""
    return uri if uri.isascii() else uri.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def find(source: str, columns: Mapping[str, str] | None = None) -> Found:
    """Return the files that a source names: a file, a folder, a glob or an address, or several with commas.

    `columns` are those that a run names, which show a table in a folder to be one of pages.

    Raises:
        SourceError: no such path, nothing in it to read, or what this program wrote itself.
    """
    found = Found()
    is_one = Path(source).exists()  # a name may hold a comma, or begin with a space
    for part in [source] if is_one else filter(None, map(str.strip, source.split(","))):
        _find(part, found)
    cells = cells_of(columns or {})
    if not any(_holds_pages(path, uri, found, cells) for path, uri in found) and not _has_unread(found):
        raise SourceError(f"source={source}: nothing in it to read{_counted(found)}")
    return found


def _has_unread(found: Found) -> bool:
    return any(isinstance(one, Unread) for one in found.left_out)


def _find(part: str, found: Found) -> None:
    path = Path(part)
    if part == STDIN:
        found.add(path, part)
    elif remote.is_remote(part):
        _add_remote(part, found)
    elif path.is_dir():
        _add_folder(path, part, found)
    elif path.exists():
        _refuse_own(path, part)
        found.add(path, part)
    else:
        _add_matches(part, found)


def _refuse_own(path: Readable, part: str) -> None:
    with suppress(OSError, remote.ReadError):
        if (isinstance(path, RemotePath) or path.is_file()) and _is_own(path):
            raise SourceError(f"source={part}: {REFUSALS['own_output']}")


def _is_own(path: Readable) -> bool:
    with path.open("rb") as file:
        head = peek(file, path.name).head
        return own.is_own(head, path.name) or (
            detection.kind_of(head, path.name) in {"parquet", "arrow", "orc", "sqlite"} and own.is_own_table(file)
        )


def _add_matches(pattern: str, found: Found) -> None:
    matches = sorted(glob.glob(pattern, recursive=True))  # noqa: PTH207 (Path.glob takes no absolute pattern)
    if not matches:
        raise SourceError(f"source={pattern}: {_advice(pattern)}")
    for match in matches:
        one = Path(match)
        if one.is_dir():
            _add_folder(one, match, found)
        elif one.exists():
            found.add(one, match)
            found.globbed.add(printable(match))
        else:
            found.left_out.append(PassedOver(match, "broken_link"))


def _advice(pattern: str) -> str:
    if remote.is_remote(pattern):
        return "no such object, folder or glob there"
    return "no such file, folder or glob"


# Elsewhere


def _add_remote(address: str, found: Found) -> None:
    """Take in what an address names, as the same would be taken in here."""
    named = _elsewhere(address, found)
    if named is None:
        return
    for path in named.files:
        inside = path.uri.removeprefix(named.folder).split("/") if named.folder else ()
        if any(map(is_hidden, inside)):
            found.left_out.append(PassedOver(path.uri, "hidden"))
            continue
        found.add(path, path.uri, is_listed=bool(named.folder))
        if named.is_glob:
            found.globbed.add(path.uri)
        elif not named.folder:
            _refuse_own(path, address)


def _elsewhere(address: str, found: Found) -> Named | None:
    """Return what an address names; None where the store does not tell, which is noted."""
    if remote.scheme_of(address) in {"http", "https"} and is_of_the_site(address):
        raise SourceError(f"source={address}: {_OF_THE_SITE}")
    try:
        return find_remote(address)
    except remote.AddressError as error:
        raise SourceError(f"source={address}: {error}") from error
    except FileNotFoundError as error:
        raise SourceError(f"source={address}: {_advice(address)}") from error
    except OSError as error:
        detail = f"it cannot be listed or asked for: {type(error).__name__}: {error}"
        found.left_out.append(Unread(address, "closed_folder", detail))
        return None


# Folders


def _add_folder(folder: Path, uri: str, found: Found) -> None:
    """Take in the files of a folder in the order of their paths; what is linked from it comes at its place too."""
    root = uri.rstrip("/") or ("/" if uri.startswith("/") else "")
    walk = _Walk(root, found)
    walk.enter(folder, "")
    while walk.links:
        path, name = walk.links.pop(walk.links.index(min(walk.links, key=lambda link: link[1])))
        if _identity(path) in walk.entered:
            found.left_out.append(PassedOver(f"{root}/{name}", "linked_folder"))
        else:
            walk.enter(path, f"{name}/")
    for name in sorted(walk.names):
        found.add(folder / name, f"{root}/{name}", is_listed=True)


def _identity(path: str | Path) -> tuple[int, int] | None:
    with suppress(OSError):
        status = Path(path).stat()
        return status.st_dev, status.st_ino
    return None


class _Walk:
    """The way through a folder: each folder once, by whatever links."""

    def __init__(self, root: str, found: Found):
        self.root = root
        self.found = found
        self.entered: set[tuple[int, int] | None] = set()
        self.links: list[tuple[str, str]] = []
        """Links to folders, followed when all that is no link was entered."""
        self.names: list[str] = []

    def enter(self, folder: str | Path, prefix: str) -> None:
        """Note the files of a folder and of those in it."""
        pending = [(os.fspath(folder), prefix)]
        while pending:
            path, start = pending.pop()
            identity = _identity(path)
            if identity in self.entered and identity is not None:
                self._pass_over(start, "linked_folder")
                continue
            self.entered.add(identity)
            pending += self._inside(path, start)

    def _inside(self, folder: str, prefix: str) -> Iterator[tuple[str, str]]:
        """Note a folder's files; yield the folders in it."""
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    if is_hidden(entry.name):
                        self._pass_over(prefix + entry.name, "hidden")
                    elif entry.is_dir(follow_symlinks=False):
                        yield entry.path, f"{prefix}{entry.name}/"
                    else:
                        self._note(entry, prefix + entry.name)
        except OSError as error:
            uri = printable(f"{self.root}/{prefix}".rstrip("/"))
            detail = f"the folder may not be entered: {type(error).__name__}: {error.strerror or error}"
            self.found.left_out.append(Unread(uri, "closed_folder", detail))

    def _note(self, entry: os.DirEntry[str], name: str) -> None:
        if entry.is_file(follow_symlinks=False):
            self.names.append(name)
            return
        try:
            mode = entry.stat().st_mode
        except OSError:
            self._pass_over(name, "broken_link")
            return
        if stat.S_ISDIR(mode):
            self.links.append((entry.path, name))
        elif stat.S_ISREG(mode):
            self.names.append(name)
        else:
            self._pass_over(name, "special_file")

    def _pass_over(self, name: str, reason: str) -> None:
        self.found.left_out.append(PassedOver(printable(f"{self.root}/{name}"), reason))


# Whether there is anything to read


def _holds_pages(path: Readable, uri: str, found: Found, cells: tuple[str, str]) -> bool:
    """Whether a reader will take a file, or say that it cannot."""
    if uri not in found.listed and uri not in found.globbed:
        return True
    try:
        with path.open("rb") as file:
            peeked = peek(file, path.name)
    except (OSError, remote.ReadError):
        return True
    if uri in found.globbed:
        return not own.is_own(peeked.head, path.name)
    is_opaque = peeked.is_lost or (peeked.codec and detection.is_packed(peeked.head))
    return bool(is_opaque) or reason_to_pass_over(peeked.head, path.name, cells) is None


def _counted(found: Found) -> str:
    """How many files there are that hold no page."""
    number = len(found) + len(found.left_out)
    return f" ({number} passed over: what holds no page, or was written by this program)" if number else ""
