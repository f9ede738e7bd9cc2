"""What is said of the project, for those who cite, publish or run it: true, and in the form of its readers."""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from datetime import date
from pathlib import Path

import pytest

from belta_spider import __version__
from belta_spider.exporting import dataset
from tests.factory import outputs

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ROOT / ".venv-metadata/bin"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
CITATION = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
CONTAINER = (ROOT / "Containerfile").read_text(encoding="utf-8")
_PATIENCE = 1800  # seconds for one command: a container that never starts ends the test, not the whole run
_REFUSED = {125, 126}  # podman's own: no container was started
needs_tools = pytest.mark.skipif(not TOOLS.is_dir(), reason="no cffconvert, no mlcroissant: make metadata")


def run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=_PATIENCE)


def test_the_project_says_who_and_names_no_address_that_is_made_up() -> None:
    made_up = re.compile(r"\.(example|invalid|test|localhost)\b|\bexample\.(com|net|org)\b")
    assert PROJECT["urls"]
    for label, url in PROJECT["urls"].items():
        assert len(label) <= 32, label  # more is refused where packages are published
        assert url.startswith("https://")
        assert not made_up.search(url), url
    assert not made_up.search(CITATION)
    assert PROJECT["authors"]


def test_the_citation_names_this_version() -> None:
    assert f"\nversion: {__version__}\n" in CITATION
    assert f"\nlicense: {PROJECT['license']}\n" in CITATION
    assert PROJECT["authors"][0]["name"] in CITATION
    (day,) = re.findall(r"^date-released: (\S+)$", CITATION, re.MULTILINE)
    assert date(2026, 11, 1) < date.fromisoformat(day) <= date.today()  # noqa: DTZ011 (a day of this machine)


def test_the_page_about_installing_names_each_extra_of_a_user() -> None:
    page = (ROOT / "docs/install.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (`.+?) \|", page.partition("## The extras")[2].partition("\n## ")[0], re.MULTILINE)
    named = {name for row in rows for name in re.findall(r"`([a-z]+)`", row)}
    ours = {"bench", "docs", "fuzz", "metadata", "scale", "test"}
    assert named == set(PROJECT["optional-dependencies"]) - ours


@needs_tools
def test_cffconvert_takes_the_citation() -> None:
    done = run(TOOLS / "cffconvert", "--validate", "-i", "CITATION.cff")
    assert done.returncode == 0, done.stdout + done.stderr


@needs_tools
def test_mlcroissant_takes_a_dataset_and_reads_its_records(tmp_path: Path) -> None:
    articles = [outputs.bare(0), *(outputs.article(number) for number in range(1, 9))]
    removals = [one for article in articles for one in outputs.removals(article)]
    dataset.write(tmp_path / "corpus", [(one, True) for one in articles], removals)
    described = str(tmp_path / "corpus/croissant.json")
    done = run(TOOLS / "mlcroissant", "validate", "--jsonld", described)
    assert done.returncode == 0, done.stderr
    assert "WARNING" not in done.stderr.upper() or "Found the following 0" in done.stderr, done.stderr
    for table, key in (("articles", "articles/text"), ("audit", "audit/rule")):
        done = run(TOOLS / "mlcroissant", "load", "--jsonld", described, "--record_set", table, "--num_records", "3")
        assert done.returncode == 0, done.stderr
        assert key in done.stdout + done.stderr


# The container


def test_the_container_has_extras_that_there_are_and_starts_the_command() -> None:
    (extras,) = re.findall(r"^ARG EXTRAS=(\S+)$", CONTAINER, re.MULTILINE)
    assert set(extras.split(",")) <= set(PROJECT["optional-dependencies"])
    assert 'ENTRYPOINT ["belta"]' in CONTAINER
    assert "belta" in PROJECT["scripts"]


@pytest.mark.faults
def test_the_container_is_built_and_runs() -> None:
    program = shutil.which("podman") or shutil.which("buildah")
    if not program:
        pytest.skip("neither podman nor buildah is installed")
    (base,) = re.findall(r"^ARG BASE=(\S+)$", CONTAINER, re.MULTILINE)
    if not run(program, "images", "-q", base).stdout and run(program, "pull", base).returncode:
        pytest.skip(f"the base image {base} cannot be had here")
    done = run(program, "build", "-t", "belta-test", ".")
    assert done.returncode == 0, done.stderr
    if program.endswith("podman"):
        done = run(program, "run", "--rm", "--network", "none", "belta-test", "--version")
        if done.returncode in _REFUSED:
            pytest.skip(f"the image is built, and no container can be started here: {done.stderr}")
        assert done.stdout == f"belta {__version__}\n"
