"""Parts of files in S3, as Scrapy's downloader asks for them."""

from __future__ import annotations

import re

from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.exceptions import DownloadFailedError
from scrapy.http import Request, Response
from scrapy.utils.asyncio import run_in_thread

from belta_spider.remote import AddressError
from belta_spider.remote.drivers import connect
from belta_spider.remote.patience import is_final, seconds_for, started, told
from belta_spider.remote.stores import status_of

_BEYOND = 416
"""The status of a part that begins behind the end of its file."""
_RANGE = re.compile(r"bytes=(\d{1,18})-(\d{1,18})")


class Handler(BaseDownloadHandler):
    """Answers a request with a Range header as a web server would."""

    lazy = True

    async def download_request(self, request: Request) -> Response:
        found = _RANGE.fullmatch((request.headers.get("Range") or b"").decode("latin-1"))
        if found is None:
            raise DownloadFailedError(f"{request.url}: only parts of files are asked for")
        start, end = int(found[1]), int(found[2]) + 1
        try:
            body = await run_in_thread(read_part, request.url, start, end)
        except Exception as error:  # each driver has errors of its own
            status = _status_of(error)
            if status is None:
                raise DownloadFailedError(told(error)) from error
            return Response(request.url, status=status, body=told(error).encode(), request=request)
        headers = {"Content-Range": f"bytes {start}-{start + len(body) - 1}/*"}
        return Response(request.url, status=206, headers=headers, body=body, request=request)


def _status_of(error: Exception) -> int | None:
    """What a web server would have answered, where asking again brings nothing else."""
    if isinstance(error, FileNotFoundError):
        return 404
    if status_of(error) == _BEYOND:
        return _BEYOND
    return 403 if is_final(error) else None


def read_part(address: str, start: int, end: int) -> bytes:
    """Return bytes of a file in a store, fewer where it ends before. Asks once: pauses and tries are the run's.

    Raises:
        Exception: it is not there, may not be read, or does not come; each driver has errors of its own.
    """
    store, path = connect(address)
    asked = started(lambda: bytes(store.files.cat_file(path, start=start, end=end)))
    return asked.result(seconds_for(end - start))


def check(base: str) -> None:
    """Check that files in S3 can be read here.

    Raises:
        ValueError: a package is missing: says which.
    """
    if base.startswith("s3://"):
        try:
            connect(base)
        except AddressError as error:
            raise ValueError(f"base={base}: {error}") from None
