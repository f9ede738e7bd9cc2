"""Commands that read end without a traceback, whatever stands at the other end of their streams."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.factory import outputs

ROOT = Path(__file__).resolve().parents[2]
PAGE = "fixtures/ru"


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = [outputs.article(number) for number in range(3000)]
    for one in made:
        one.title = "Хор пел на площади"
    return outputs.write(tmp_path_factory.mktemp("streams") / "a.jsonl", made)


def run(command: str, source: Path, end: str, **environment: str) -> subprocess.CompletedProcess[str]:
    typed = command.format(source=source, changed=source.with_name("b.jsonl"))
    line = f"{sys.executable} -m scrapy {typed} {end}"
    env = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
    done = subprocess.run(["bash", "-c", line], cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr, done.stderr
    assert "Exception ignored" not in done.stderr, done.stderr
    return done


COMMANDS = [
    "stats {source}",
    "diff {source} {changed}",
    "explain fixtures/ru",
    "export {source} --to -:csv",
    "changes {source} --since 2000-01-01",
    "changes {source} --to -",
    "report {source} --to -",
]


@pytest.fixture(scope="module", autouse=True)
def changed(source: Path) -> None:
    source.with_name("b.jsonl").write_bytes(source.read_bytes().replace("Хор".encode(), "Кот".encode()))


@pytest.mark.parametrize("command", COMMANDS)
def test_a_reader_that_goes_away_ends_a_command(command: str, source: Path) -> None:
    done = run(command, source, "| head -1 > /dev/null; exit ${PIPESTATUS[0]}")
    assert done.returncode in {0, 1, 3}, done.stderr


@pytest.mark.parametrize("command", COMMANDS)
def test_a_charset_without_the_letters_escapes_them(command: str, source: Path) -> None:
    done = run(command, source, "", LC_ALL="C", PYTHONUTF8="0", PYTHONIOENCODING="ascii", PYTHONCOERCECLOCALE="0")
    assert done.returncode in {0, 1}, done.stderr


@pytest.mark.parametrize("command", COMMANDS)
def test_a_closed_standard_output_is_no_error_of_python_s(command: str, source: Path) -> None:
    done = run(command, source, ">&-")
    assert done.returncode in {0, 1, 3}, done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize("command", COMMANDS)
def test_a_full_disk_is_told(command: str, source: Path) -> None:
    done = run(command, source, "> /dev/full")
    assert done.returncode == 3
    assert "No space left on device" in done.stderr


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read anywhere")
def test_an_unreadable_path_is_told(tmp_path: Path) -> None:
    path = outputs.write(tmp_path / "a.jsonl", [outputs.article(1)])
    path.chmod(0)
    done = run("stats {source}", path, "")
    assert done.returncode in {2, 4}
    assert "Permission denied" in done.stderr
