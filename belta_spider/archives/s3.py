"""Parts of files in S3, as Scrapy's downloader asks for them."""

from __future__ import annotations

import re
from typing import Any

from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.exceptions import DownloadFailedError
from scrapy.http import Request, Response
from scrapy.utils.asyncio import run_in_thread

_RANGE = re.compile(r"bytes=(\d{1,18})-(\d{1,18})")


class Handler(BaseDownloadHandler):
    """Answers a request with a Range header as a web server would."""

    lazy = True

    async def download_request(self, request: Request) -> Response:
        found = _RANGE.fullmatch((request.headers.get("Range") or b"").decode("latin-1"))
        start, end = (int(found[1]), int(found[2]) + 1) if found else (0, None)
        try:
            body = await run_in_thread(read_part, request.url, start, end)
        except FileNotFoundError:
            return Response(request.url, status=404, request=request)
        except PermissionError:
            return Response(request.url, status=403, request=request)
        except Exception as error:  # each driver has errors of its own
            raise DownloadFailedError(f"{type(error).__name__}: {error}") from error
        headers = {"Content-Range": f"bytes {start}-{start + len(body) - 1}/*"}
        return Response(request.url, status=206, headers=headers, body=body, request=request)


def read_part(address: str, start: int, end: int | None) -> bytes:
    """Return bytes of a file in a store, fewer where it ends before.

    Raises:
        OSError: it is not there, may not be read, or the store does not answer.
    """
    import fsspec

    found: Any = fsspec.open(address)
    return bytes(found.fs.cat_file(found.path, start=start, end=end))


def check(base: str) -> None:
    """Check that files in S3 can be read here.

    Raises:
        ValueError: a package is missing: says which.
    """
    if not base.startswith("s3://"):
        return
    try:
        import fsspec
        import s3fs  # noqa: F401 (whether it is there)
    except ImportError as error:
        raise ValueError(f"base={base}: needs the packages fsspec and s3fs ({error})") from None
    del fsspec
