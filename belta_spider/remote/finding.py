"""What an address names: an object, a folder of them, or those that fit a glob."""

from __future__ import annotations

from typing import NamedTuple

from belta_spider.remote.drivers import connect
from belta_spider.remote.files import RemotePath
from belta_spider.remote.stores import Store


class Found(NamedTuple):
    """The objects that an address names, in the order of their paths."""

    files: list[RemotePath]
    folder: str = ""
    """The address of the folder that they are in, with its slash; empty for others."""
    is_glob: bool = False


def find(address: str) -> Found:
    """Return what an address names.

    Raises:
        AddressError: nobody knows the scheme, or what it needs is not installed.
        FileNotFoundError: there is no such object, folder or glob.
        OSError: the store does not let itself be listed, or cannot be reached.
    """
    store, path = connect(address)
    found = _object(store, path, address) or _glob(store, path, address) or _folder(store, path)
    if not found.files:
        raise FileNotFoundError(address)
    return found


def _object(store: Store, path: str, address: str) -> Found | None:
    """An object by its exact name, which may hold what a glob is made of."""
    if address.endswith("/") or "**" in path:
        return None
    try:
        state = store.state(path)
    except (FileNotFoundError, IsADirectoryError):
        return None
    except PermissionError:
        if _has_magic(path, address):  # stores say so of names that are not there
            return None
        raise
    return Found([RemotePath(store, path, state.size)])


def _glob(store: Store, path: str, address: str) -> Found | None:
    if not _has_magic(path, address):
        return None
    return Found([RemotePath(store, *one) for one in store.matching(path)], is_glob=True)


def _has_magic(path: str, address: str) -> bool:
    """In an address of the web a question mark begins a query, and brackets may stand in it."""
    return any(mark in path for mark in ("*" if address.lower().startswith("http") else "*?["))


def _folder(store: Store, path: str) -> Found:
    folder = f"{path.rstrip('/')}/"
    inside = [one for one in store.under(folder) if one.path.startswith(folder)]
    return Found([RemotePath(store, *one) for one in inside], store.address(folder))
