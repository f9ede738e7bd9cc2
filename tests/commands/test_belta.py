"""The command `belta`: the same as `scrapy` with this package's settings, in any folder."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from argparse import ArgumentParser
from importlib import import_module
from itertools import pairwise
from pathlib import Path

import pytest
from scrapy.commands import ScrapyHelpFormatter
from scrapy.utils.project import get_project_settings

from belta_spider import __main__, __version__
from belta_spider.commands import SCRIPTS, _listing

ROOT = Path(__file__).resolve().parents[2]
PAGE = next((ROOT / "fixtures/de").glob("000_*.txt"))
OTHERS = """
BOT_NAME = "other"
COMMANDS_MODULE = "nothing.here"
"""


def belta(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """`python -m belta_spider ARGUMENTS...` in a folder that holds nothing of the project."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("SCRAPY_")}
    env = {**clean, "PYTHONPATH": str(ROOT), **environment}
    command = [sys.executable, "-m", "belta_spider", *arguments]
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False, timeout=120)


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """What `main` sets is put back."""
    monkeypatch.setattr(sys, "argv", list(sys.argv))
    monkeypatch.setenv("SCRAPY_SETTINGS_MODULE", "belta_spider.settings")


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("typed", [[], ["-h"], ["--help"], ["help"]], ids=" ".join)
def test_help_lists_our_commands_first(typed: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert __main__.main(typed) == 0
    told = capsys.readouterr().out
    places = [told.index(f"\n  {name} ") for name in _listing.names()]
    assert places == sorted(places)
    assert told.index("  crawl ") < told.index("  golden ") < told.index("Of Scrapy itself:") < told.index("  shell ")
    assert "scrapy" not in told.replace("scrapy shell", "")


@pytest.mark.parametrize("columns", [50, 60, 66, 80, 100, 120])
def test_nothing_but_headings_is_underlined(columns: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever a line of help breaks."""
    monkeypatch.setenv("COLUMNS", str(columns))
    for name in _listing.ours():
        command = import_module(f"belta_spider.commands.{name}").Command()
        command.settings = get_project_settings()
        parser = ArgumentParser(formatter_class=ScrapyHelpFormatter, conflict_handler="resolve")
        command.add_options(parser)
        lines = parser.format_help().splitlines()
        headings = {above for above, line in pairwise(lines) if line and not line.strip("=-")}
        assert headings <= {"Usage", "Options", "Global Options"}, name


@pytest.mark.usefixtures("here")
def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert __main__.main(["--version"]) == 0
    assert capsys.readouterr().out == f"belta {__version__}\n"


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("typed", "says"),
    [
        (["crwl"], "unknown command: crwl (did you mean crawl?)"),
        (["--verion"], "unknown option: --verion (did you mean --version?)"),
        (["-o", "x.jsonl"], "unknown option: -o"),
        (["a\x1b[31m\nb"], "unknown command: a\\x1b[31m b"),
        (["--print-completion"], "--print-completion SHELL: one of bash fish zsh"),
        (["--print-completion", "tcsh"], "--print-completion tcsh: one of bash fish zsh"),
        (["--print-completion="], "--print-completion SHELL: one of"),
    ],
)
def test_wrong_use_is_one_line_and_2(typed: list[str], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert __main__.main(typed) == 2
    told = capsys.readouterr()
    assert (told.out, told.err.count("\n")) == ("", 1)
    assert told.err.startswith("belta: ")
    assert says in told.err


@pytest.mark.parametrize(
    ("typed", "code", "says"),
    [
        ("crawl -a source=x.txt -o x.jsonl", 0, "articles  1"),
        ("crawl belta -a source=x.txt -o x.jsonl", 0, "articles  1"),
        ("crawl other -a source=x.txt", 2, "belta crawl: unknown spider: other (known: belta)"),
        ("crawl", 2, "belta crawl: there is no folder fixtures/ here: name what to read, -a source=PATH"),
        ("crawl -a source=nowhere", 2, "belta crawl: source=nowhere: no such file"),
        ("crawl --help", 0, "belta crawl [belta] [-a NAME=VALUE"),
        ("explain x.txt", 0, "de.body.dateline > dateline"),
        ("explain", 2, "belta explain takes a file: belta explain page.txt"),
        ("stats", 2, "run belta crawl belta first"),
        ("settings --get BOT_NAME", 0, "belta_spider"),
    ],
)
def test_a_command_works_in_a_folder_of_another_project(tmp_path: Path, typed: str, code: int, says: str) -> None:
    """Ours wins over the folder's scrapy.cfg, and over what the environment names."""
    (tmp_path / "scrapy.cfg").write_text("[settings]\ndefault = other\n")
    (tmp_path / "other.py").write_text(OTHERS)
    shutil.copy(PAGE, tmp_path / "x.txt")
    done = belta(tmp_path, *typed.split(), SCRAPY_SETTINGS_MODULE="other", SCRAPY_PROJECT="other")
    assert done.returncode == code, done.stderr
    assert says in done.stdout + done.stderr
    assert "scrapy crawl" not in done.stdout + done.stderr


def test_the_version_loads_no_scrapy() -> None:
    code = "import sys; from belta_spider.__main__ import main; main(['--version']); print('scrapy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["belta", __version__, "False"]


# Completion and manual page


def test_completion_and_manual_page_are_those_of_the_help() -> None:
    """After a change of a command: python -m belta_spider.commands._listing."""
    code = "import json; from belta_spider.commands._listing import made; print(json.dumps(made()))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT, env={**os.environ, "SCRAPY_SETTINGS_MODULE": "belta_spider.settings", "COLUMNS": "80"},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    for name, words in json.loads(done.stdout).items():
        assert (ROOT / _listing.FOLDER / name).read_text(encoding="utf-8") == words, name


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("shell", SCRIPTS)
@pytest.mark.parametrize("form", ["{}={}", "{} {}"])
def test_each_shell_reads_its_script(shell: str, form: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert __main__.main(form.format("--print-completion", shell).split()) == 0
    script = capsys.readouterr().out
    assert all(name in script for name in _listing.ours())
    found = shutil.which(shell)
    if not found:
        pytest.skip(f"{shell} is not installed")
    subprocess.run([found, "-n"], input=script, text=True, check=True)


def test_bash_completes_commands_and_options() -> None:
    ask = (
        "source belta_spider/completion/belta.bash; "
        'complete_of() { COMP_WORDS=(belta "$@"); COMP_CWORD=$#; COMPREPLY=(); _shtab_belta; '
        'echo "${COMPREPLY[@]}"; }; complete_of ex; complete_of export --rev'
    )
    done = subprocess.run(["bash", "-c", ask], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["explain", "export", "--revisions"]


@pytest.mark.skipif(not shutil.which("man"), reason="man is not installed")
def test_the_manual_page_is_one() -> None:
    done = subprocess.run(
        ["man", "--warnings", "-l", "belta_spider/completion/belta.1"],
        cwd=ROOT, capture_output=True, text=True, check=True, env={**os.environ, "MANPAGER": "cat"},
    )  # fmt: skip
    assert "NAME" in done.stdout
    assert "--revisions" in done.stdout
