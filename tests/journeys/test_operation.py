"""What docs/operation.md shows is taken by the programs that it is for."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import jsonschema
import pytest

from tests.conftest import scrapy
from tests.documentation import blocks

PAGE = Path("docs/operation.md").read_text(encoding="utf-8")
SEED = "fixtures/de/000_30530b0d588a9a9f.txt"
FIELDS = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed")
def test_systemd_takes_the_units(tmp_path: Path) -> None:
    service, timer = blocks("ini", PAGE)
    program = tmp_path / ".venv/bin/scrapy"
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\n")
    program.chmod(0o700)
    (tmp_path / "belta.service").write_text(service.replace("/srv/belta", str(tmp_path)))
    (tmp_path / "belta.timer").write_text(timer)
    units = [str(tmp_path / "belta.service"), str(tmp_path / "belta.timer")]
    done = subprocess.run(["systemd-analyze", "verify", *units], capture_output=True, text=True, check=False)
    assert (done.returncode, [line for line in done.stderr.splitlines() if "belta" in line]) == (0, []), done.stderr


def test_systemd_s_time_is_one() -> None:
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd is not installed")
    (time,) = re.findall(r"OnCalendar=(.*)", PAGE)
    subprocess.run(["systemd-analyze", "calendar", time], check=True, capture_output=True)


def test_the_crontab_is_one_line_with_five_fields_and_no_bare_percent() -> None:
    (crontab,) = blocks("crontab", PAGE)
    (line,) = crontab.splitlines()
    *fields, command = line.split(maxsplit=5)
    assert all(one == "*" or low <= int(one) <= high for one, (low, high) in zip(fields, FIELDS, strict=True))
    assert not line.endswith("\\")
    assert not re.search(r"(?<!\\)%", command)


@pytest.mark.parametrize(("is_right", "code"), [(True, 0), (False, 1)])
def test_cron_takes_the_crontab(is_right: bool, code: int, tmp_path: Path) -> None:
    (crontab,) = blocks("crontab", PAGE)
    (tmp_path / "crontab").write_text(crontab if is_right else crontab.replace("7 *", "77 *", 1))
    option = _dry_run()
    if not option:
        pytest.skip("no crontab that can test")
    done = subprocess.run(["crontab", option, str(tmp_path / "crontab")], check=False, capture_output=True, text=True)
    assert done.returncode == code, done.stderr


def _dry_run() -> str | None:
    """How this machine's crontab reads a file and installs nothing: cronie's -T, Debian's -n."""
    if not shutil.which("crontab"):
        return None
    usage = subprocess.run(["crontab", "-h"], capture_output=True, text=True, check=False).stderr
    return next((option for option in ("-T", "-n") if re.search(rf"{option}\b.*(test|dry run)", usage)), None)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("operation")
    log = ("--logfile", str(folder / "run.log"), "-s", "BELTA_SUMMARY=quiet")
    done = scrapy("crawl", "belta", "-a", "source=fixtures/de", "-o", str(folder / "de.jsonl"), *log)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    return folder


def test_a_run_s_summary_validates(folder: Path) -> None:
    found = json.loads((folder / "de.run.json").read_bytes())
    schema = json.loads(Path("docs/run.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(found)
    assert (found["outcome"], found["exit_code"], found["errors"]) == ("ok", 0, 0)
    assert found["articles"] == found["editions"]["de"] == len((folder / "de.jsonl").read_bytes().splitlines())
    assert sum(found["dropped"].values()) == found["pages_read"] - found["articles"]


def test_the_log_has_start_and_end_with_times(folder: Path) -> None:
    lines = (folder / "run.log").read_text(encoding="utf-8").splitlines()
    assert all(re.match(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d ", line) for line in lines)
    assert "started: source=fixtures/de" in lines[0]
    assert "ended with exit code 0: pages read" in lines[-1]


def test_a_run_that_falls_is_told_though_it_is_quiet(folder: Path) -> None:
    output = str(folder / "gate.jsonl")
    quiet = ("-s", "BELTA_SUMMARY=quiet", "-s", "BELTA_MIN_ARTICLES=9")
    done = scrapy("crawl", "belta", "-a", f"source={SEED}", "-o", output, *quiet)
    assert done.returncode == 5
    assert "below the gate" in done.stderr
    assert json.loads((folder / "gate.run.json").read_bytes())["gates"] == ["1 articles, and BELTA_MIN_ARTICLES is 9"]


@pytest.mark.skipif(not shutil.which("jq"), reason="jq is not installed")
def test_the_recipe_makes_a_textfile_for_prometheus(folder: Path) -> None:
    (recipe,) = blocks("sh", PAGE)
    subprocess.run(["sh", "-ec", recipe], cwd=folder, check=True)
    lines = (folder / "belta.prom").read_text().splitlines()
    assert all(re.fullmatch(r'[a-z_]+(\{[a-z]+="[^"]+"\})? [0-9.]+', line) for line in lines)
    assert "belta_exit_code 0" in lines
