"""The drivers: which one a scheme has, what it is told, and how it is kept from a fork."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from belta_spider.remote import AddressError, scheme_of
from belta_spider.remote.stores import HOSTED, Store

SILENCE = 20.0
"""Seconds without a byte after which an answer counts as stalled, where a driver can be told."""
_CONNECT = 10.0  # seconds: a host that is up takes a connection sooner
_LIBRARIES = {
    **dict.fromkeys(("s3", "s3a"), ("s3fs", True)),
    **dict.fromkeys(("http", "https"), ("aiohttp", True)),
    **dict.fromkeys(("gs", "gcs"), ("gcsfs", False)),
    **dict.fromkeys(("abfs", "abfss", "az"), ("adlfs", False)),
    "hf": ("huggingface_hub", False),
}
"""What a scheme needs beside fsspec, and whether this package's extra [cloud] brings it."""


def connect(address: str) -> tuple[Store, str]:
    """Return the store of an address, and the path in it.

    Raises:
        AddressError: nobody knows the scheme, or what it needs is not installed.
    """
    scheme = scheme_of(address)
    try:
        import fsspec

        kind = fsspec.get_filesystem_class(scheme)
        options = {**_options(scheme), **kind._get_kwargs_from_urls(address)}  # noqa: SLF001 (fsspec's own way)
        files = fsspec.filesystem(scheme, **options)
        path = kind._strip_protocol(address)  # noqa: SLF001 (likewise)
    except ImportError as error:
        raise AddressError(_missing(scheme, error)) from error
    except (ValueError, OSError) as error:  # OSError: Hadoop's libraries are not there
        raise AddressError(f"{scheme}:// cannot be read or written here: {str(error).partition(chr(10))[0]}") from error
    if scheme in {"http", "https"}:
        from belta_spider.remote.web import WebStore

        return WebStore(files, ""), address.partition("#")[0]
    if scheme in {"s3", "s3a"}:
        files.retries = 1  # ours go on from their place
    host = urlsplit(address).netloc.rpartition("@")[2] if scheme in HOSTED else ""
    return Store(files, f"{scheme}://{host}"), path


def _options(scheme: str) -> dict[str, Any]:
    """How a driver is told to give up soon: we try again from our place. A user's own settings stay."""
    from fsspec.config import conf

    if scheme in {"s3", "s3a"}:
        ours = {"connect_timeout": _CONNECT, "read_timeout": SILENCE, "retries": {"total_max_attempts": 1}}
        return {"config_kwargs": ours | dict(conf.get(scheme, {}).get("config_kwargs", {}))}
    if scheme in {"http", "https"} and "client_kwargs" not in conf.get(scheme, {}):
        import aiohttp

        return {"client_kwargs": {"timeout": aiohttp.ClientTimeout(sock_connect=_CONNECT, sock_read=SILENCE)}}
    return {}


def _missing(scheme: str, error: ImportError) -> str:
    """What to install, in words that work wherever this package came from."""
    library, is_ours = _LIBRARIES.get(scheme, ("", False))
    if error.name == "fsspec":
        library, is_ours = " ".join(filter(None, ("fsspec", library))), True
    if not library:
        return f"{scheme}:// needs a library that is missing: {error}"
    advice = "this package's extra [cloud] brings it too" if is_ours else "beside this package's extra [cloud]"
    return f"{scheme}:// needs {library}: python -m pip install {library} ({advice})"


@contextmanager
def parked() -> Iterator[None]:
    """Hold the drivers' own thread still, so that it has no lock in hand while this process forks."""
    asyn = sys.modules.get("fsspec.asyn")
    loop = asyn.loop[0] if asyn else None
    if loop is None or not loop.is_running():
        yield
        return
    is_still, may_go = threading.Event(), threading.Event()

    def stand_still() -> None:
        is_still.set()
        may_go.wait()

    loop.call_soon_threadsafe(stand_still)
    is_still.wait()
    try:
        yield
    finally:
        may_go.set()
