"""Calls over a network: each gets some time, and is made again where that may help."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

T = TypeVar("T")

WAITS = (0.2, 1.0, 4.0, 10.0, 20.0)
"""Seconds before each further try: six tries in all, over half a minute."""
_SILENCE = 60.0  # seconds for an answer's start, as the libraries' own
_SLOWEST = 2**16
"""Bytes a second: what comes slower counts as stalled."""
_FINAL = (
    FileNotFoundError,
    PermissionError,
    FileExistsError,
    IsADirectoryError,
    NotADirectoryError,
    NotImplementedError,
)
_FINAL_NAMES = frozenset({"FileExpired", "NoCredentialsError", "PartialCredentialsError", "ParamValidationError"})
"""Of the drivers' own errors, by their names: the drivers need not be there."""


def is_final(error: BaseException) -> bool:
    """Whether trying again cannot help: gone, no permission, or another object in its place."""
    return isinstance(error, _FINAL) or type(error).__name__ in _FINAL_NAMES


def told(error: BaseException) -> str:
    """What an error of a driver says, in one line with its kind."""
    return f"{type(error).__name__}: {error}"


def started(call: Callable[[], T]) -> Future[T]:
    """Begin a call in a thread of its own, which nobody waits for where it hangs."""
    future: Future[T] = Future()

    def run() -> None:
        try:
            future.set_result(call())
        except BaseException as error:  # noqa: BLE001 (raised again by whoever asks for the result)
            future.set_exception(error)

    threading.Thread(target=run, name="remote", daemon=True).start()
    return future


def seconds_for(size: int) -> float:
    """How long so many bytes may take."""
    return _SILENCE + size / _SLOWEST


def patiently(call: Callable[[], T], size: int = 0) -> T:
    """Make a call that moves `size` bytes, again and again where it fails or stalls.

    Raises:
        OSError: it failed for good. What a driver raises of its own becomes one.
    """
    for wait in (*WAITS, None):
        try:
            return started(call).result(seconds_for(size))
        except Exception as error:
            if is_final(error) or wait is None:
                if isinstance(error, OSError):
                    raise
                raise OSError(told(error)) from error
            rest(wait)
    raise AssertionError  # for the type checker


def rest(seconds: float) -> None:
    """Wait about so long: many readers must not come back at once."""
    time.sleep(seconds * random.uniform(0.5, 1))  # noqa: S311 (no secret)
