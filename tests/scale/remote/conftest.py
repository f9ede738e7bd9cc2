"""An S3 server on loopback, and a proxy that breaks its answers."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from typing import Any

import pytest

from tests import elsewhere
from tests.scale.remote.breaking import Breaking

if not all(map(find_spec, ("s3fs", "moto"))):
    collect_ignore_glob = ["test_*.py"]  # they need the environment of make .venv-scale/.ready

Proxy = Callable[..., Breaking]


class Bucket(elsewhere.Bucket):
    """A bucket of its own for each test, with the environment that finds it."""

    def __init__(self, port: int, files: Any, name: str):
        super().__init__(files, name, f"s3://{name}")
        self.port = port

    def environment(self) -> dict[str, str]:
        """What leads a process to the bucket."""
        return {
            "AWS_ACCESS_KEY_ID": "x",
            "AWS_SECRET_ACCESS_KEY": "y",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{self.port}",
        }


@pytest.fixture(scope="session")
def server() -> Iterator[int]:
    """The port of an S3 server."""
    from moto.server import ThreadedMotoServer

    one = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    one.start()
    yield one.get_host_and_port()[1]
    one.stop()


@pytest.fixture
def bucket(server: int, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Bucket:
    """A bucket, to which this process's environment leads."""
    import fsspec

    name = f"b{abs(hash(request.node.nodeid)):x}"
    one = Bucket(server, None, name)
    for key, value in one.environment().items():
        monkeypatch.setenv(key, value)
    options = {"endpoint_url": f"http://127.0.0.1:{server}", "key": "x", "secret": "y", "skip_instance_cache": True}
    one.files = fsspec.filesystem("s3", **options)
    one.files.mkdir(name)
    fsspec.filesystem("s3").clear_instance_cache()
    return one


@pytest.fixture
def proxy(server: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[Proxy]:
    """Starts proxies before the store; this process's environment leads to the last of them."""
    started: list[Breaking] = []

    def start(share: float, *kinds: str, upstream: int = server, **more: Any) -> Breaking:
        import fsspec

        one = Breaking(upstream, share, *kinds, **more)
        started.append(one)
        monkeypatch.setenv("AWS_ENDPOINT_URL", one.url)
        fsspec.filesystem("s3").clear_instance_cache()
        return one

    yield start
    for one in started:
        one.stop()
    os.environ.pop("AWS_ENDPOINT_URL", None)


@pytest.fixture
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Try again at once: how often is what counts."""
    monkeypatch.setattr("belta_spider.remote.patience.rest", lambda seconds: None)
    monkeypatch.setattr("belta_spider.remote.files.rest", lambda seconds: None)
