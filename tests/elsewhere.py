"""An output elsewhere, as a crawl would write it: on an S3 server, or in this process's memory."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pytest
import zstandard

from belta_spider.output.ledger import Ledger, audit_path, ledger_of_files
from belta_spider.output.stores.fetching import fetched
from belta_spider.output.stores.objects import ObjectStore
from belta_spider.output.stores.parts import Parts
from belta_spider.output.stores.segments import SegmentStore
from belta_spider.output.stores.spool import Spool
from belta_spider.remote.drivers import connect
from tests.faults.ledgers import Step, work

KINDS = (".jsonl", ".jsonl.gz", ".jsonl.zst")
STEPS = [
    Step(f"{number}.txt", None if number % 5 == 2 else f"de-{number % 17}-2024", text=f"Der Chor sang {number} Mal.")
    for number in range(30)
]
"""Articles, drops, and second captures."""


class Bucket:
    """A place for objects of a test's own."""

    def __init__(self, files: Any, name: str, url: str):
        self.files, self.name, self.url = files, name, url

    def put(self, name: str, data: bytes) -> str:
        self.files.pipe_file(f"{self.name}/{name}", data)
        return f"{self.url}/{name}"

    def names(self) -> list[str]:
        self.files.invalidate_cache()
        return sorted(one.strip("/").removeprefix(f"{self.name}/") for one in self.files.find(self.name))

    def has(self, start: str) -> bool:
        return any(name.startswith(start) for name in self.names())

    def get(self, name: str) -> bytes:
        return bytes(self.files.cat_file(f"{self.name}/{name}"))

    def remove(self, name: str) -> None:
        self.files.rm(f"{self.name}/{name}", recursive=True)


def written_here(folder: Path) -> tuple[bytes, bytes]:
    """The articles and the audit that an undisturbed run writes on this machine."""
    path = folder / "a.jsonl"
    one = ledger_of_files(path, overwrite=False, with_audit=True)
    work(one, STEPS)
    one.close()
    return path.read_bytes(), audit_path(path).read_bytes()


def unpack(data: bytes, name: str) -> bytes:
    if name.endswith(".gz"):
        return gzip.decompress(data) if data else b""
    if name.endswith(".zst"):
        with zstandard.ZstdDecompressor().stream_reader(data, read_across_frames=True) as reader:
            return reader.read()
    return data


def in_parts(bucket: Bucket, kind: str = ".jsonl.zst", folder: str = "out") -> str:
    return f"{bucket.url}/{folder}/articles-%(batch_id)08d{kind}"


def opened(address: str, root: Path, *, overwrite: bool = False, with_audit: bool = True, size: int = 900) -> Ledger:
    """An output, in parts of some lines or as one object."""
    if "%(" in address:
        parts = Parts(address)
        spool = Spool(root, address, parts.store, parts.folder, f"{parts.stem}{parts.kind}")
        limits = (size, 60.0)
        return Ledger(SegmentStore(parts, spool, overwrite=overwrite, with_audit=with_audit, limits=limits))
    store, path = connect(address)
    folder, _, name = path.rpartition("/")
    spool = Spool(root, address, store, folder, name)
    return Ledger(ObjectStore(spool, overwrite=overwrite, with_audit=with_audit))


def run(address: str, root: Path, steps: list[Step] = STEPS, **options: Any) -> Ledger:
    one = opened(address, root, **options)
    work(one, steps)
    one.close()
    one.store.publish(articles=True)
    return one


def contents(bucket: Bucket, address: str) -> tuple[bytes, bytes]:
    """What a glob over articles gives, and the audits that belong to them: as anybody would read them."""
    path = fetched(address)
    beside = audit_path(path)
    audit = unpack(beside.read_bytes(), address) if beside.exists() else b""
    if "%(" in address:
        folder, _, name = address.removeprefix(f"{bucket.url}/").rpartition("/")
        before, _, after = name.replace("%(batch_id)08d", "*").partition("*")
        names = [n for n in bucket.names() if n.startswith(f"{folder}/{before}") and n.endswith(after)]
        globbed = b"".join(unpack(bucket.get(name), name) for name in sorted(names))
        assert globbed == unpack(path.read_bytes(), address)
        return globbed, audit
    return unpack(path.read_bytes(), address), audit


class Killed(BaseException):
    """The process is gone."""


def die_at(patch: pytest.MonkeyPatch, number: int) -> list[int]:
    """End before the n-th change of a store, or after it, in turn; every later one ends too."""
    from belta_spider.remote.stores import Store

    calls = [0]

    def dying(real: Any) -> Any:
        def call(store: Any, *arguments: Any, **options: Any) -> Any:
            calls[0] += 1
            if calls[0] > number // 2 + 1 or (calls[0] == number // 2 + 1 and number % 2 == 0):
                raise Killed
            result = real(store, *arguments, **options)
            if calls[0] == number // 2 + 1:
                raise Killed
            return result

        return call

    for name in ("create", "delete", "upload"):
        patch.setattr(Store, name, dying(getattr(Store, name)))
    return calls
