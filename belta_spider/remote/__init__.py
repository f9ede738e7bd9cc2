"""Objects of stores elsewhere (S3, Google Cloud Storage, HDFS, https, Hugging Face), through fsspec."""

from __future__ import annotations

import re

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")


class AddressError(ValueError):
    """An address that nothing can be done with: says why, and what to do."""


class ReadError(Exception):
    """An object cannot be read on. No OSError: readers take those for damage, and try to go on behind it."""

    def __init__(self, words: str, *, is_changed: bool = False):
        super().__init__(words)
        self.is_changed = is_changed
        """Whether another object has taken its place while it was read."""


def is_remote(name: str) -> bool:
    """Whether a name is the address of an object elsewhere, such as `s3://bucket/a.warc.gz`."""
    return _SCHEME.match(name) is not None


def scheme_of(address: str) -> str:
    """`s3` of `s3://bucket/a.warc.gz`."""
    return address.partition("://")[0].lower()
