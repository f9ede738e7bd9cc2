"""A store, through the driver that fsspec has for its scheme."""

from __future__ import annotations

import errno
import io
import secrets
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import Any, NamedTuple, TypeVar

from belta_spider.remote import scheme_of
from belta_spider.remote.patience import patiently

T = TypeVar("T")

CONDITIONAL = frozenset({"s3", "s3a", "gs", "gcs", "abfs", "abfss", "az", "memory"})
"""Schemes whose stores have conditional writes: an object is created where none is, or not at all."""
HOSTED = frozenset({"hdfs", "webhdfs", "ftp", "sftp", "ssh", "smb"})
"""Schemes whose paths begin behind a host."""
_MARKS = "ETag etag md5Hash generation LastModified Last-Modified last_modified updated mtime created".split()
"""What tells one state of an object from another, by the drivers' names."""
_RUN_MARK = "belta-run"
"""The name of an object's metadata that tells whose it is."""
Fetch = Callable[[int, int], bytes]
"""Gets the bytes from one place to another; asks once."""


class State(NamedTuple):
    """What is known of an object before it is read."""

    size: int | None
    marks: tuple[str, ...]
    """Equal as long as the object is the same."""
    has_ranges: bool = True
    """Whether a part of it can be asked for."""


class Opened(NamedTuple):
    """An object that can be read."""

    state: State
    fetch: Fetch


class Listed(NamedTuple):
    """An object in a list."""

    path: str
    size: int | None


class Store:
    """A file system of fsspec's whose calls are patient. Paths are the driver's: `bucket/name` for `s3://bucket/name`."""

    pins_state = False
    """Whether each answer is checked to be of the state that was opened."""

    def __init__(self, files: Any, base: str):
        self.files = files
        self._base = base
        self.has_conditions = scheme_of(base) in CONDITIONAL
        self._is_s3 = scheme_of(base) in {"s3", "s3a"}
        self._token = secrets.token_hex(8)
        self.pins_state = type(self).pins_state or self._is_s3  # by If-Match

    def address(self, path: str) -> str:
        """The address of a path, without a user's name or password."""
        return f"{self._base}{path if scheme_of(self._base) in HOSTED else path.lstrip('/')}"

    def _ask(self, path: str, call: Callable[[], T], size: int = 0) -> T:
        """Make a call about a path patiently; what goes wrong says what it was about."""
        try:
            return patiently(call, size)
        except OSError as error:
            error.errno, error.strerror = error.errno or errno.EIO, error.strerror or str(error)
            error.filename = error.filename or self.address(path)
            raise

    # Reading

    def state(self, path: str) -> State:
        """Ask for an object's size and marks.

        Raises:
            OSError: it is not there, or cannot be asked for.
        """
        return self._ask(path, lambda: self._look(path))

    def _look(self, path: str) -> State:
        self.files.invalidate_cache()
        return _state_of(path, self.files.info(path))

    def open(self, path: str) -> Opened:
        """Open an object as it is now; this, and whatever is fetched of it, is tried once."""
        self.files.invalidate_cache()
        file = self.files.open(path, "rb", cache_type="none")
        state = _state_of(path, getattr(file, "details", None) or self.files.info(path))
        lock = threading.Lock()

        def fetch(start: int, end: int) -> bytes:
            with lock:
                file.seek(start)
                return bytes(file.read(end - start))

        return Opened(state, fetch)

    def copy(self, path: str, target: io.BufferedIOBase) -> None:
        """Write a whole object into a file: one that gives no parts."""
        target.write(self.read(path))

    def under(self, path: str) -> list[Listed]:
        """List all objects below a path, in the order of their paths; none where there is no such path."""
        return self._listed(path, lambda: self.files.find(path, detail=True))

    def matching(self, pattern: str) -> list[Listed]:
        """List the objects that a glob names."""
        return self._listed(pattern, lambda: self.files.glob(pattern, detail=True))

    def names(self, folder: str) -> list[str]:
        """List the paths of the objects directly in a folder."""
        found = self._listed(folder, lambda: {info["name"]: info for info in self.files.ls(folder, detail=True)})
        return [one.path for one in found]

    def _listed(self, path: str, ask: Callable[[], Mapping[str, Any]]) -> list[Listed]:
        def fresh() -> Mapping[str, Any]:
            self.files.invalidate_cache()
            return ask()

        try:
            found = self._ask(path, fresh)
        except FileNotFoundError:
            return []
        rows = ((path, info) for path, info in found.items() if info.get("type") == "file" and not path.endswith("/"))
        return sorted(Listed(path, info.get("size")) for path, info in rows)

    # Writing

    def read(self, path: str) -> bytes:
        """The bytes of a small object.

        Raises:
            OSError: it cannot be read.
        """
        return self._ask(path, lambda: bytes(self.files.cat_file(path)))

    def create(self, path: str, data: bytes) -> None:
        """Put an object where none is, by a conditional write.

        Drivers send a request again by themselves. So one that is there may be our own, where an answer was lost:
        on S3 it bears this store's token, elsewhere it holds the same bytes.

        Raises:
            FileExistsError: there is one, and it is another's.
            OSError: it cannot be written.
        """
        try:
            self._put_new(path, data)
        except FileExistsError:
            if not self._is_ours(path, data):
                raise

    def _is_ours(self, path: str, data: bytes) -> bool:
        if self._is_s3:
            told = self._ask(path, lambda: self.files.metadata(path, refresh=True))
            return dict(told).get(_RUN_MARK) == self._token
        return self.read(path) == data

    def refuses(self, path: str, data: bytes) -> bool:
        """Whether the store takes a condition: put what an object holds already, where none is."""
        try:
            self._put_new(path, data)
        except FileExistsError:
            return True
        return False

    def _put_new(self, path: str, data: bytes) -> None:
        marks = {"Metadata": {_RUN_MARK: self._token}} if self._is_s3 else {}
        put = partial(self.files.pipe_file, path, data, mode="create", **marks)
        self._ask(path, _conditional(put, self.address(path)), len(data))

    def upload(self, path: str, file: str, size: int, *, is_new: bool = False) -> None:
        """Put a file of this machine, over what stands there; or where it `is_new`, only if nothing does.

        Raises:
            FileExistsError: something does; maybe our own, whose answer was lost.
            OSError: it cannot be written.
        """
        options = {"mode": "create"} if is_new and self.has_conditions else {}
        put = partial(self.files.put_file, file, path, **options)
        self._ask(path, _conditional(put, self.address(path)), size)

    def download(self, path: str, file: str) -> None:
        """Get an object into a file of this machine."""
        self._ask(path, lambda: self.files.get_file(path, file), self.state(path).size or 0)

    def delete(self, path: str) -> None:
        """Remove an object, if it is there."""
        with suppress(FileNotFoundError):
            self._ask(path, lambda: self.files.rm_file(path))


def _state_of(path: str, info: Mapping[str, Any]) -> State:
    if info.get("type") == "directory":
        raise FileNotFoundError(path)
    return State(info.get("size"), tuple(str(info[name]) for name in (*_MARKS, "size") if info.get(name)))


def _conditional(put: Callable[[], object], address: str) -> Callable[[], None]:
    """A write that says in one way that there is an object already, whatever the driver raises."""

    def call() -> None:
        try:
            put()
        except Exception as error:
            if _says_that_it_exists(error):
                raise FileExistsError(errno.EEXIST, "there is one already", address) from error
            raise

    return call


def _says_that_it_exists(error: BaseException) -> bool:
    """Whether a store refused a conditional write: not every one says which condition it was (412)."""
    if isinstance(error, FileExistsError) or type(error).__name__ == "ResourceExistsError":
        return True
    return 412 in (status_of(error), getattr(error, "code", None), getattr(error, "status", None))


def status_of(error: BaseException) -> int | None:
    """The HTTP status behind an error of the driver for S3; None where it has none."""
    answer = getattr(error.__cause__ or error, "response", None)
    status = answer.get("ResponseMetadata", {}).get("HTTPStatusCode") if isinstance(answer, dict) else None
    return status if isinstance(status, int) else None
