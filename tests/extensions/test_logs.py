"""A message is a line, and shows nothing that a terminal would obey."""

from __future__ import annotations

import logging
import sys

import pytest

from belta_spider.extensions.logs import ErrorCount, _Formatter
from belta_spider.text.printable import one_line


@pytest.mark.parametrize(
    ("value", "line"),
    [
        ("Der Chor", "Der Chor"),
        ("  Der\n\tChor\r\n ", "Der Chor"),
        ("\x1b[31mred\x07\x00", "\\x1b[31mred\\x07\\x00"),
        ("a\u202eb\u200bc\ufeff", "a\\u202eb\\u200bc\\ufeff"),
        ("\ud800", "\\ud800"),
        (ValueError("a\x9bb"), "a\\x9bb"),
        ("a" * 999, "a" * 300 + "…"),
        (None, "None"),
    ],
)
def test_a_value_is_one_short_line(value: object, line: str) -> None:
    assert one_line(value) == line


def _record(message: str, level: int = logging.ERROR, *, with_error: bool = False) -> logging.LogRecord:
    info = None
    if with_error:
        try:
            raise ValueError("\x1bDer Chor\n" * 99)
        except ValueError:
            info = sys.exc_info()
    return logging.LogRecord("a", level, "a.py", 1, message, None, info)


def test_an_error_is_its_cause_and_where() -> None:
    said = _Formatter("%(levelname)s: %(message)s").format(_record("no\ngood", with_error=True))
    assert said.startswith("ERROR: no good: ValueError: \\x1bDer Chor \\x1b")
    assert said.endswith("… (test_logs.py:42 _record)") or said.split("(")[-1].startswith("test_logs.py:")
    assert len(said) < 400
    assert said.isprintable()


def test_a_traceback_within_a_message_goes() -> None:
    said = _Formatter("%(message)s").format(_record("bad.\nTraceback (most recent call last):\n  File 'a'"))
    assert said == "bad."


def test_errors_are_counted_whatever_is_shown() -> None:
    count = ErrorCount()
    logger = logging.getLogger("tests.counted")
    logger.addHandler(count)
    logger.warning("a")
    logger.error("b")
    logger.critical("c")
    assert count.count == 2
