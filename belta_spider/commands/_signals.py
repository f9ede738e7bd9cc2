"""The signals that end a run: each as SIGTERM does, so that what is begun is written whole."""

from __future__ import annotations

import signal
from collections.abc import Callable
from types import FrameType
from typing import Any

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)


def stop_with(code: int) -> None:
    """End at once while nothing is written yet."""

    def stop(*_: object) -> None:
        raise SystemExit(code)

    for number in SIGNALS:
        _on(number, stop)


def take_more() -> None:
    """Have SIGHUP and SIGQUIT end a run as SIGTERM does."""
    for number in (signal.SIGHUP, signal.SIGQUIT):
        _on(number, signal.getsignal(signal.SIGTERM))  # type: ignore[arg-type]  # Scrapy has set it


def ignore() -> None:
    """Let nothing interrupt what is left, which takes milliseconds."""
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)


def _on(number: int, handler: Callable[[int, FrameType | None], Any]) -> None:
    """Handle a signal; but a run under nohup outlives its terminal."""
    if number != signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:
        signal.signal(number, handler)
