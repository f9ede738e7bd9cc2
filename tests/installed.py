"""A wheel as a user installs it: in an environment of its own, outside the checkout, without a network.

`python -m tests.installed WHEEL [pytest's arguments]` runs the tests on it (`make wheels`).
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import venv
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parent.parent
NEEDED = ("benchmarks", "docs", "fixtures", "tests", "README.md", "pyproject.toml", "scrapy.cfg")
"""What the tests read beside the package."""
OF_THE_SOURCE = (
    *("house", "commands/test_belta.py", "editions/test_editions.py", "exporting/test_schema.py"),
    *("faults/test_fuzz.py", "journeys/test_other_projects.py", "reporting/test_rulebook.py"),
)
"""Tests that look at the package's source, or build it."""
TESTED = "TESTED_WHEEL"
"""The variable that names the wheel under test to tests that run in its environment."""


def environment(wheel: Path, folder: Path) -> Path:
    """Install a wheel into a new environment; return the folder of its programs.

    What the package depends on is taken from this environment: a line in a .pth file names its packages, and what is
    installed there for development is not seen, as .pth files of a folder that one names are not read.
    """
    venv.create(folder, with_pip=False)
    programs = folder / "bin"
    (site,) = folder.glob("lib/python*/site-packages")
    (site / "locked.pth").write_text(f"{sysconfig.get_path('purelib')}\n", encoding="utf-8")
    command = [programs / "python", "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", "--ignore-installed"]
    subprocess.run([*command, wheel], check=True, cwd=folder, env=clean())
    return programs


class Installed(NamedTuple):
    """The pure wheel, and the programs of an environment that has it."""

    wheel: Path
    programs: Path


def once(factory: pytest.TempPathFactory) -> Installed:
    """Build the pure wheel and install it, once for all processes of a run of the tests; that under test is there."""
    if TESTED in os.environ:
        return Installed(Path(os.environ[TESTED]), Path(sys.prefix) / "bin")
    base = factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "installed"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "ready").exists():
            build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
            subprocess.run(build, check=True, capture_output=True)
            environment(next(folder.glob("*.whl")), folder / "venv")
            (folder / "ready").touch()
    return Installed(next(folder.glob("*.whl")), folder / "venv/bin")


def clean() -> dict[str, str]:
    """An environment without a trace of the checkout."""
    ours = ("PYTHONPATH", "VIRTUAL_ENV", "SCRAPY_SETTINGS_MODULE", "SCRAPY_PROJECT")
    kept = {name: value for name, value in os.environ.items() if name not in ours}
    return {**kept, "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PYTHONDONTWRITEBYTECODE": "1"}


def main() -> int:
    """Run the tests where there is no source of the package."""
    wheel, *arguments = sys.argv[1:]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        programs = environment(Path(wheel).resolve(), folder / "venv")
        checks = folder / "checks"
        for one in NEEDED:
            source = ROOT / one
            copy = shutil.copytree if source.is_dir() else shutil.copy
            checks.mkdir(exist_ok=True)
            copy(source, checks / one)
        ask = "import belta_spider.text.lines as one; print(one.__file__)"
        found = subprocess.run(
            [programs / "python", "-c", ask], cwd=checks, env=clean(), check=True, capture_output=True, text=True
        )
        print(f"the tests on {Path(wheel).name}: {found.stdout.strip()}", flush=True)
        left_out = [f"--ignore=tests/{one}" for one in OF_THE_SOURCE]
        command = [programs / "python", "-m", "pytest", "-q", "-p", "no:cacheprovider", *left_out, *arguments]
        env = {**clean(), TESTED: str(Path(wheel).resolve())}
        return subprocess.run(command, cwd=checks, env=env, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
