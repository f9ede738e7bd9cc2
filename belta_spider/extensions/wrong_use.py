"""Wrong use where no command of ours tells of it: `scrapy runspider`, another project's `scrapy crawl`, a script.

A command of Scrapy's lets the error of a spider's making go by: asyncio prints a traceback, and the exit code is 1. So
such a process ends here, with one line and exit code 2. A script, which may run other crawls, has the line in its log,
and gets the error from what it awaits.
"""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager

from scrapy import cmdline
from scrapy.exceptions import UsageError

from belta_spider.text.printable import one_line

logger = logging.getLogger(__name__)
USAGE = 2  # the exit code, as reporting/run.py names it
_LENGTH = 600  # characters of a message that tells what is wrong and what may be
_UNAWAITED = ("asyncio", "twisted")
"""Loggers that tell of errors which nobody awaited."""


@contextmanager
def told_in_one_line(*, is_told: bool) -> Iterator[None]:
    """Let wrong use end the process of a command, unless the command tells of it itself (`is_told`).

    Raises:
        UsageError: something is used wrongly, and no command runs this.
        SystemExit: likewise, in a command's process.
    """
    try:
        yield
    except UsageError as error:
        if is_told:
            raise
        words = one_line(error, _LENGTH)
        end = SystemExit(USAGE) if _is_command() else error
        for name in _UNAWAITED:
            logging.getLogger(name).addFilter(_Without(end))
        if end is error:
            logger.error("%s", words)
        else:
            sys.stderr.write(f"scrapy: {words}\n")
        raise end  # noqa: B904 (an error's own context is the same)


def _is_command() -> bool:
    """Whether a command of Scrapy's runs this, which is the only one in its process."""
    return any(frame.f_code is cmdline.execute.__code__ for frame, _ in traceback.walk_stack(None))


class _Without(logging.Filter):
    """Leaves out what tells of one error once more, with its traceback."""

    def __init__(self, error: BaseException):
        super().__init__()
        self.error = error

    def filter(self, record: logging.LogRecord) -> bool:
        return not record.exc_info or record.exc_info[1] is not self.error
