"""An output elsewhere as files on this machine, for whoever reads it twice, and looks at what is beside it."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from pathlib import Path

from belta_spider.output.beside import audit_path, companions
from belta_spider.output.stores.parts import Parts, is_in_parts
from belta_spider.output.stores.spool import Spool
from belta_spider.remote.drivers import connect

_SPOOLS: dict[Path, Spool] = {}
"""What was fetched, by the paths of its articles."""


def fetched(address: str) -> Path:
    """Fetch an output, with what stands beside it, until the process ends.

    Raises:
        AddressError: nobody knows the scheme, or what it needs is not installed.
        FileNotFoundError: there is no such output.
        OSError: it cannot be read, or lacks a part.
    """
    root = Path(tempfile.mkdtemp(prefix="belta-"))
    atexit.register(shutil.rmtree, root, ignore_errors=True)
    if is_in_parts(address):
        parts = Parts(address)
        spool = Spool(root, address, parts.store, parts.folder, f"{parts.stem}{parts.kind}")
        spool.folder.mkdir(parents=True)
        fetch_parts(parts, spool.path, with_audit=True)
    else:
        store, path = connect(address)
        folder, _, name = path.rpartition("/")
        spool = Spool(root, address, store, folder, name)
        spool.folder.mkdir(parents=True)
        spool.get(spool.path)
    there = frozenset(spool.store.names(spool.there))
    for one in companions(spool.path):
        if spool.place(one) in there:
            spool.get(one)
    _SPOOLS[spool.path] = spool
    return spool.path


def fetch_parts(parts: Parts, target: Path, *, with_audit: bool) -> None:
    """Write the parts of an output one behind the other into a file, and their audits beside it.

    Raises:
        FileNotFoundError: there is none.
        OSError: one cannot be read, or is missing.
    """
    names = parts.names()
    if not names:
        raise FileNotFoundError(parts.address)
    missing = next((number for number, known in enumerate(names, 1) if number != known), None)
    if missing:
        raise OSError(f"part {missing} is missing: put it back")
    audits = 0
    with target.open("wb") as file, audit_path(target).open("wb") as audit:
        for part in parts.read(names, with_audit=with_audit):
            file.write(part.articles)
            audit.write(part.audit or b"")
            audits += part.audit is not None
    if not audits:
        audit_path(target).unlink()


def shown(path: Path) -> str:
    """What an output, or a file beside it, is called: its address where it was fetched."""
    spool = next((one for one in _SPOOLS.values() if path.is_relative_to(one.folder)), None)
    if spool is None:
        return str(path)
    return spool.address if path == spool.path else spool.shown(path)


def put_back(path: Path) -> None:
    """Put a file that was made beside a fetched output beside it in its store.

    Raises:
        OSError: it cannot be put there.
    """
    spool = next((one for one in _SPOOLS.values() if path.is_relative_to(one.folder)), None)
    if spool:
        spool.put(path)
