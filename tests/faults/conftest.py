"""The figures of `make faults`, as a table behind pytest's own summary."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain
from typing import Any

import pytest

from tests.faults.injector import Figures

Tell = Callable[[str, Figures], None]
_TOLD = pytest.StashKey[dict[str, list[Figures]]]()


@pytest.fixture
def tell(request: pytest.FixtureRequest) -> Tell:
    """Takes what came of a test's kills, under the name of its row."""
    told = request.config.stash.setdefault(_TOLD, {})
    return lambda row, figures: told.setdefault(row, []).append(figures)


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    told = config.stash.get(_TOLD, {})
    if told and config.option.markexpr == "faults":
        terminalreporter.section("kills")
        for row, figures in told.items():
            terminalreporter.write_line(f"{row}: {_in_words(figures)}")
        terminalreporter.write_line(f"all: {_in_words([*chain(*told.values())])}")


def _in_words(figures: list[Figures]) -> str:
    whole = sum(figures, Figures())
    moments = ", ".join(f"{count} {moment}" for moment, count in whole.moments.most_common())
    faults = ", ".join(f"{count} {name}" for name, count in whole.faults.items())
    most = max(one.share_again for one in figures)
    return (
        f"{whole.trials} trials, {whole.kills} kills ({moments}): {faults}; "
        f"again {whole.share_again:.2%}, at most {most:.2%}"
    )
