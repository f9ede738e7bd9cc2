"""The spider in other people's Scrapy gives the same records: it brings what it needs."""

from __future__ import annotations

import importlib.util
import itertools
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.programs import LONGEST, ROOT, records, run

SOURCE = ROOT / "fixtures/de"
SPIDER = ROOT / "belta_spider/spiders/belta.py"
SCRIPT = """
import sys
from scrapy import crawler
from belta_spider.spiders.belta import BeltaSpider
process = getattr(crawler, sys.argv[1])({"LOG_LEVEL": "ERROR", "FEEDS": {"a.jsonl": {"format": "jsonl"}}})
process.crawl(BeltaSpider, source=sys.argv[2])
process.start()
"""
PIPELINE = """
from scrapy.exceptions import DropItem

class Drop:
    def process_item(self, item):
        if item.title is None:
            raise DropItem("no headline, no thanks")
        return item
"""

NOT_HERE = """
import os, sys
if os.environ.get("SCRAPY_PROJECT") == "deployed":  # nothing is there but what the egg brings
    sys.path = [one for one in sys.path if one != os.environ["NOT_HERE"]]
"""


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    folder = tmp_path_factory.mktemp("own")
    settings = {"SCRAPY_SETTINGS_MODULE": "belta_spider.settings"}
    done = run(folder, "-m", "scrapy", "crawl", "belta", "-a", f"source={SOURCE}", "-o", "a.jsonl", **settings)
    assert done.returncode == 0, done.stderr
    return (folder / "a.jsonl").read_bytes()


def test_runspider_gives_the_same_records(expected: bytes, tmp_path: Path) -> None:
    quiet = ("-s", "LOG_LEVEL=ERROR", "-o", "a.jsonl")
    done = run(tmp_path, "-m", "scrapy", "runspider", str(SPIDER), "-a", f"source={SOURCE}", *quiet)
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "a.jsonl").read_bytes() == expected
    assert (tmp_path / "a.audit.jsonl").stat().st_size


@pytest.mark.parametrize("process", ["CrawlerProcess", "AsyncCrawlerProcess"])
def test_a_script_gives_the_same_records(process: str, expected: bytes, tmp_path: Path) -> None:
    done = run(tmp_path, "-c", SCRIPT, process, str(SOURCE))
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "a.jsonl").read_bytes() == expected


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Another project, which names the spider in one line of its settings."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/__init__.py").touch()
    (tmp_path / "mine/pipelines.py").write_text(PIPELINE)
    (tmp_path / "mine/settings.py").write_text('BOT_NAME = "mine"\nSPIDER_MODULES = ["belta_spider.spiders"]\n')
    (tmp_path / "scrapy.cfg").write_text("[settings]\ndefault = mine.settings\n")
    return tmp_path


def test_another_project_gives_the_same_records(expected: bytes, project: Path) -> None:
    quiet = ("-s", "LOG_LEVEL=ERROR", "-o", "a.jsonl")
    done = run(project, "-m", "scrapy", "crawl", "belta", "-a", f"source={SOURCE}", *quiet)
    assert (done.returncode, done.stderr) == (0, "")
    assert (project / "a.jsonl").read_bytes() == expected


def test_a_project_as_scrapy_starts_one_needs_one_line(expected: bytes, tmp_path: Path) -> None:
    """No add-on: the spider brings its settings itself, and what the template sets of its own is heeded."""
    assert run(tmp_path, "-m", "scrapy", "startproject", "mine", ".").returncode == 0
    with (tmp_path / "mine/settings.py").open("a") as file:
        file.write('\nSPIDER_MODULES.append("belta_spider.spiders")\n')
    quiet = ("-s", "LOG_LEVEL=ERROR", "-o", "a.jsonl")
    done = run(tmp_path, "-m", "scrapy", "crawl", "belta", "-a", f"source={SOURCE}", *quiet)
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "a.jsonl").read_bytes() == expected
    assert (tmp_path / "a.audit.jsonl").stat().st_size


def test_another_project_s_own_pipeline_drops_in_its_own_words_once_and_for_all(expected: bytes, project: Path) -> None:
    with (project / "mine/settings.py").open("a") as file:
        file.write('ITEM_PIPELINES = {"mine.pipelines.Drop": 950}\n')
    command = ("-m", "scrapy", "crawl", "belta", "-a", f"source={SOURCE}", "-s", "LOG_LEVEL=ERROR", "-o", "a.jsonl")
    assert run(project, *command).returncode == 0
    dropped = [one for one in map(json.loads, expected.splitlines()) if one["title"] is None]
    assert dropped
    assert len(records(project / "a.jsonl")) == expected.count(b"\n") - len(dropped)
    entries = [one for one in records(project / "a.audit.jsonl") if one["rule"] == "drop.DropItem"]
    assert {one["uri"] for one in entries} == {one["source"]["uri"] for one in dropped}
    assert {one["text"] for one in entries} == {"no headline, no thanks"}
    before = (project / "a.audit.jsonl").read_bytes()
    done = run(project, *command[:-4], "-s", "LOG_LEVEL=INFO", "-o", "a.jsonl")
    assert "belta/pages/read" not in done.stderr
    assert (project / "a.audit.jsonl").read_bytes() == before


# Wrong use, in every way: one line, nothing written, and exit code 2 where a command runs the spider

WRONG = {
    "an argument": (("-a", "soruce=x"), "unknown argument: -a soruce=x (did you mean source?)"),
    "a source": (("-a", "source=nowhere"), "source=nowhere: no such file, folder or glob"),
    "no source": ((), "there is no folder fixtures/ here: name what to read"),
    "a day to come": (("-a", f"source={SOURCE}", "-a", "since=9999-12-31"), "since=9999-12-31: is still to come"),
    "a setting": (("-s", "BELTA_WORKER=2"), "unknown setting: BELTA_WORKER (did you mean BELTA_WORKERS?)"),
    "a value": (("-s", "BELTA_AUDIT=maybe"), "BELTA_AUDIT=maybe: neither on nor off"),
    "no contact": (("-a", "source=live"), "a live crawl needs -s BELTA_CONTACT="),
    "a scheme": (("-a", f"source={SOURCE}", "-o", "gopher://a/b.jsonl"), "cannot write to gopher://a/b.jsonl"),
    "a name": (("-a", f"source={SOURCE}", "-o", "b.audit.jsonl"), "b.audit.jsonl: is named as the audit of b.jsonl"),
    "a reactor": (("-s", "TWISTED_REACTOR=twisted.internet.selectreactor.SelectReactor"), "the spider needs twisted."),
}
COMMANDS = {"runspider": ("runspider", str(SPIDER)), "another project": ("crawl", "belta")}
IN_SCRIPT = """
import sys
from scrapy import crawler
from belta_spider.spiders.belta import BeltaSpider
process = getattr(crawler, sys.argv[1])({"LOG_LEVEL": "ERROR", "FEEDS": {"a.jsonl": {"format": "jsonl"}}, **SETTINGS})
process.crawl(BeltaSpider, **ARGUMENTS)
process.start()
sys.exit(2 * process.bootstrap_failed)
"""


def _pairs(typed: tuple[str, ...], option: str) -> dict[str, str]:
    return dict(value.split("=", 1) for before, value in itertools.pairwise(typed) if before == option)


@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.parametrize("way", ["runspider", "another project"])
def test_wrong_use_ends_a_command_of_scrapy_s_with_one_line_and_2(way: str, wrong: str, project: Path) -> None:
    typed, words = WRONG[wrong]
    if way == "runspider":
        (project / "scrapy.cfg").unlink()
    before = sorted(project.rglob("*"))
    output = () if "-o" in typed else ("-o", "a.jsonl")
    done = run(
        project, "-m", "scrapy", *COMMANDS[way], "-s", "LOG_LEVEL=ERROR", *typed, *output, PYTHONDONTWRITEBYTECODE="1"
    )
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1), done.stderr
    assert done.stderr.startswith("scrapy: ")
    assert words in done.stderr
    assert sorted(project.rglob("*")) == before


@pytest.mark.parametrize("wrong", ["an argument", "a source", "a day to come", "a setting", "no contact"])
@pytest.mark.parametrize("process", ["CrawlerProcess", "AsyncCrawlerProcess"])
def test_wrong_use_in_a_script_is_one_line_of_the_log(process: str, wrong: str, tmp_path: Path) -> None:
    typed, words = WRONG[wrong]
    named = {"ARGUMENTS": _pairs(typed, "-a"), "SETTINGS": _pairs(typed, "-s")}
    script = "".join(f"{name} = {value!r}\n" for name, value in named.items()) + IN_SCRIPT
    done = run(tmp_path, "-c", script, process)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1), done.stderr
    assert words in done.stderr
    assert not list(tmp_path.iterdir())


def test_spidermon_finds_the_counts_of_the_log(tmp_path: Path) -> None:
    done = run(tmp_path, "-m", "scrapy", "runspider", str(SPIDER), "-a", f"source={SOURCE}", "-s", "LOG_LEVEL=INFO")
    assert "'log_count/INFO': " in done.stderr


# scrapyd


@pytest.fixture
def egg_folder(tmp_path: Path) -> Path:
    """The project as scrapyd-deploy finds it, of a version of its own."""
    folder = tmp_path / "deployed"
    shutil.copytree(ROOT / "belta_spider", folder / "belta_spider", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("scrapy.cfg", "setup.py", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, folder)
    version = folder / "belta_spider/version.py"
    version.write_text(version.read_text().partition("__version__")[0] + '__version__ = "9.9.9"\n')
    return folder


@pytest.fixture
def scrapyd(tmp_path: Path) -> Iterator[str]:
    """Scrapyd on loopback, in a folder of its own; a project `installed` is the package that is installed here."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    home = tmp_path / "scrapyd"
    home.mkdir()
    places = "".join(f"{name}_dir = {home}/{name}\n" for name in ("eggs", "logs", "dbs"))
    (home / "scrapyd.conf").write_text(
        f"[scrapyd]\nbind_address = 127.0.0.1\nhttp_port = {port}\npoll_interval = 0.2\nitems_dir =\n{places}"
    )
    (home / "scrapy.cfg").write_text("[settings]\ninstalled = belta_spider.settings\n")
    (home / "sitecustomize.py").write_text(NOT_HERE)
    env = {**os.environ, "PYTHONPATH": str(home), "HOME": str(home), "NOT_HERE": str(ROOT)}
    with (home / "out").open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "scrapyd"], cwd=home, env=env, stdout=out, stderr=subprocess.STDOUT
        )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(lambda: _asked(address, "daemonstatus.json"))
        yield address
    finally:
        process.terminate()
        process.wait(LONGEST)


def _asked(address: str, name: str, **data: str) -> dict[str, Any] | None:
    body = urllib.parse.urlencode(data).encode() if data else None
    try:
        with urllib.request.urlopen(f"{address}/{name}", body, timeout=LONGEST) as answer:
            found: dict[str, Any] = json.loads(answer.read())
            return found
    except OSError:
        return None


def _wait_for(condition: Any) -> Any:
    deadline = time.monotonic() + LONGEST
    while time.monotonic() < deadline:
        found = condition()
        if found:
            return found
        time.sleep(0.1)
    raise TimeoutError


@pytest.mark.skipif(not importlib.util.find_spec("scrapyd_client"), reason="scrapyd and its client are not installed")
def test_scrapyd_runs_what_scrapyd_deploy_deployed_and_what_is_installed(
    scrapyd: str, egg_folder: Path, expected: bytes, tmp_path: Path
) -> None:
    egg = tmp_path / "project.egg"
    deploy = [sys.executable, "-m", "scrapyd_client.deploy", "--build-egg", str(egg)]
    subprocess.run(deploy, cwd=egg_folder, check=True, capture_output=True, timeout=LONGEST)
    curl = f"{scrapyd}/addversion.json"
    assert _upload(curl, egg)["spiders"] == 1
    for name in ("deployed", "installed"):
        output = tmp_path / f"{name}.jsonl"
        feeds = f"FEEDS={json.dumps({str(output): {'format': 'jsonl'}})}"
        told = _asked(scrapyd, "schedule.json", project=name, spider="belta", source=str(SOURCE), setting=feeds)
        assert told, (tmp_path / "scrapyd/out").read_text()
        assert told["status"] == "ok", told
        _wait_for(lambda output=output: output.with_suffix(".run.json").exists())
        found, wanted = records(output), [json.loads(line) for line in expected.splitlines()]
        assert {one.pop("producer").split()[0] for one in found} == {_producer(name, wanted)}
        assert found == [{key: value for key, value in one.items() if key != "producer"} for one in wanted]
        assert json.loads(output.with_suffix(".run.json").read_bytes())["exit_code"] == 0


def _producer(name: str, wanted: list[dict[str, Any]]) -> str:
    return "belta_spider/9.9.9" if name == "deployed" else str(wanted[0]["producer"]).split()[0]


def _upload(address: str, egg: Path) -> dict[str, Any]:
    """POST the egg as scrapyd-deploy does."""
    import requests

    with egg.open("rb") as file:
        answer = requests.post(
            address, data={"project": "deployed", "version": "1"}, files={"egg": file}, timeout=LONGEST
        )
    found: dict[str, Any] = answer.json()
    return found
