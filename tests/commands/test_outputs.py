"""The commands that read a crawl's output: stats, report, diff and export."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from scrapy.exceptions import UsageError

from belta_spider.commands import diff, export, report, stats
from belta_spider.exporting import formats
from belta_spider.items import Removal
from tests.conftest import run_command
from tests.factory import outputs

COMMANDS = {"stats": stats, "report": report, "diff": diff, "export": export}
Run = Callable[..., int]
HEAVY = """datasets duckdb eldc ftfy jinja2 numpy pandas polars pyarrow sqlite_utils trafilatura
    twisted.internet.reactor""".split()
LOADED = """
import atexit, sys
from scrapy.cmdline import execute
heavy = sys.argv.pop(1).split()
atexit.register(lambda: print("LOADED", *(one for one in heavy if one in sys.modules)))
execute(["scrapy", *sys.argv[1:]])
"""
SEED = "fixtures/de/000_30530b0d588a9a9f.txt"


@pytest.fixture
def run() -> Run:
    """Runs a command in this process; returns its exit code."""

    def run(name: str, *arguments: str | Path) -> int:
        return run_command(COMMANDS[name].Command(), arguments)

    return run


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = outputs.write(tmp_path / "a.jsonl", [outputs.article(number) for number in range(14)])
    outputs.note(path, Removal(None, "x.txt", None, 1, 0, "drop.empty", None, ""))
    return path


def test_stats_prints_the_crawl_s_summary_from_the_files(run: Run, source: Path, capsys: pytest.CaptureFixture) -> None:
    assert run("stats", source) == 0
    lines, _, sizes = capsys.readouterr().out.partition("edition  year")
    printed = dict(line.strip().split("  ", 1) for line in lines.splitlines() if line.strip())
    assert sizes.splitlines()[-1].split()[:2] == ["all", "14"]
    assert printed == {
        "pages read": "15",
        "articles": "14",
        "dropped": "empty 1",
        "editions": "be 2, de 2, en 2, es 2, pl 2, ru 2, zh 2",
        "languages": "be 2, de 2, en 2, es 2, pl 2, ru 2, zh 2",
        "flags": "unknown_chrome 1",
        "written to": str(source),
    }


def test_without_an_audit_stats_says_what_is_not_known(run: Run, source: Path, capsys: pytest.CaptureFixture) -> None:
    source.with_name("a.audit.jsonl").unlink()
    assert run("stats", source) == 0
    assert "what was dropped is not known" in capsys.readouterr().err


def test_report_stands_beside_its_source_or_where_it_is_put(
    run: Run, source: Path, capsys: pytest.CaptureFixture
) -> None:
    assert run("report", source) == 0
    assert run("report", source, "--to", source.with_name("b.html"), "--article", "ru-0-2019", "--article", "x") == 0
    assert source.with_name("a.report.html").exists()
    assert source.with_name("b.html").exists()
    told = capsys.readouterr()
    assert "14 articles, all of them in the browser" in told.out
    assert f"not in {source}: x" in told.err


def test_diff_tells_changes_by_its_exit_code(run: Run, source: Path, capsys: pytest.CaptureFixture) -> None:
    new = source.with_name("b.jsonl")
    new.write_bytes(source.read_bytes().replace(b"Bridge", b"Tunnel"))
    assert run("diff", source, source) == 0
    assert capsys.readouterr().out == "14 the same\n"
    assert run("diff", source, new) == 1
    assert "changed keys: " in capsys.readouterr().out


@pytest.mark.parametrize("target", ["a.parquet", "a.sqlite", "a.csv", "a.jsonld", "corpus/"])
def test_export_says_what_it_wrote(run: Run, source: Path, target: str, capsys: pytest.CaptureFixture) -> None:
    to = f"{source.parent}/{target}"
    assert run("export", source, "--to", to) == 0
    first, *rest = capsys.readouterr().out.splitlines()
    assert first == f"14 articles written to {to}"
    assert rest == ([] if to.endswith("/") else [f"what was cut of them: {formats.audit_of(to)}"])
    assert Path(to).exists()


def test_stats_and_export_tell_articles_from_captures(run: Run, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    again = [outputs.article(number) for number in (0, 1, 1)]
    source = outputs.write(tmp_path / "a.jsonl", [outputs.article(number) for number in range(14)] + again)
    assert run("stats", source) == 0
    assert "articles  14 in 17 captures" in capsys.readouterr().out
    for target in ("a.sqlite", "corpus/"):
        assert run("export", source, "--to", f"{tmp_path}/{target}") == 0
        told = "14 articles (the newest capture of each; --revisions all for 3 earlier ones) written to"
        assert capsys.readouterr().out.startswith(told)
        assert run("export", source, "--to", f"{tmp_path}/{target}", "--revisions", "all") == 0
        assert capsys.readouterr().out.startswith("14 articles in 17 captures written to")
    assert run("diff", source, source) == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["stats", "missing.jsonl"], "no such file"),
        (["report", "missing.jsonl"], "no such file"),
        (["export", "missing.jsonl", "--to", "a.csv"], "no such file"),
        (["diff", "missing.jsonl", "missing.jsonl"], "no such file"),
        (["stats", "a", "b"], "one file"),
        (["report", "a", "b"], "one file"),
        (["diff", "a"], "two files"),
        (["export", "a.jsonl"], "--to"),
        (["export", "pyproject.toml", "--to", "a.xlsx"], "must end in one of"),
    ],
)
def test_wrong_use_is_told_with_what_to_do(run: Run, arguments: list[str], words: str) -> None:
    with pytest.raises(UsageError, match=words) as told:
        run(*arguments)
    assert (len(told.value.args), told.value.print_help) == (1, False)


@pytest.mark.parametrize("name", ["report", "export"])
def test_what_cannot_be_written_is_told_and_ends_with_3(
    run: Run, source: Path, name: str, capsys: pytest.CaptureFixture
) -> None:
    (source.parent / "file").write_text("in the way")
    assert run(name, source, "--to", f"{source.parent}/file/a.{'html' if name == 'report' else 'csv'}") == 3
    assert "not written" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["stats"], ["report"], ["export", "--to", "a.csv"], ["diff"]])
def test_lines_that_are_no_record_are_named_and_end_with_4(
    run: Run, source: Path, arguments: list[str], capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(source.parent)
    with source.open("ab") as file:
        file.write(b"torn")
    again = ["a.jsonl"] * (1 + (arguments == ["diff"]))
    assert run(*arguments, *again) == 4
    assert "a.jsonl, line 15" in capsys.readouterr().err


@pytest.mark.parametrize("module", ["jinja2", "sqlite_utils"])
def test_a_missing_extra_is_told_by_its_name(
    run: Run, source: Path, module: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.startswith("belta_spider.reporting")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, module, None)
    command = "report" if module == "jinja2" else "export"
    with pytest.raises(UsageError, match=rf"{module} is missing: pip install 'belta_spider\[{command}\]'"):
        run(command, source, "--to", source.with_name("a.html" if command == "report" else "a.sqlite"))


@pytest.mark.parametrize(
    ("arguments", "loaded"),
    [
        ("version", ""),
        ("stats {0}", ""),
        ("diff {0} {0}", ""),
        ("report {0}", "jinja2"),
        ("export {0} --to {0}.csv", ""),
        ("export {0} --to {0}.jsonld", ""),
        ("export {0} --to {0}.sqlite", "numpy pandas pyarrow sqlite_utils"),
        ("export {0} --to {0}.parquet", "numpy pyarrow"),
        ("export {0} --to {0}.d/", "numpy pyarrow"),
        (f"explain {SEED}", "eldc"),
        ("golden no-such-edition", ""),
    ],
)
def test_a_command_that_needs_no_crawl_starts_no_reactor_and_loads_no_more_than_it_uses(
    source: Path, arguments: str, loaded: str
) -> None:
    command = [sys.executable, "-c", LOADED, " ".join(HEAVY), *arguments.format(source).split()]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout.splitlines()[-1:] == [f"LOADED {loaded}".strip()], done.stderr


@pytest.mark.parametrize(("no_color", "coloured"), [("", True), ("1", False)])
def test_colours_are_for_terminals_alone_and_not_with_no_color(source: Path, no_color: str, coloured: bool) -> None:
    new = source.with_name("b.jsonl")
    new.write_bytes(source.read_bytes().replace(b"Bridge", b"Tunnel"))
    command = [sys.executable, "-m", "scrapy", "diff", str(source), str(new)]
    env = {key: value for key, value in os.environ.items() if key not in {"NO_COLOR", "FORCE_COLOR"}}
    env |= {"TERM": "xterm-256color"} | ({"NO_COLOR": no_color} if no_color else {})
    piped = subprocess.run(command, capture_output=True, check=False, env=env)
    assert piped.returncode == 1
    assert b"\x1b" not in piped.stdout
    assert (b"\x1b[31m" in _on_a_terminal(command, env)) is coloured


def _on_a_terminal(command: list[str], env: dict[str, str]) -> bytes:
    main, other = pty.openpty()
    with subprocess.Popen(command, stdout=other, stderr=subprocess.DEVNULL, env=env) as process:
        os.close(other)
        found = b""
        while True:
            try:
                data = os.read(main, 2**16)
            except OSError:  # the terminal's other end is closed
                break
            if not data:
                break
            found += data
    os.close(main)
    assert process.returncode == 1
    return found


def test_stats_says_what_the_crawl_said(run: Run, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    seeds = "fixtures/de/000_30530b0d588a9a9f.txt,fixtures/de/002_a725bc5e62d4edbd.txt"
    output = tmp_path / "crawl.jsonl"
    command = [sys.executable, "-m", "scrapy", "crawl", "belta", "-a", f"source={seeds}", "-O", str(output)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert run("stats", output) == 0
    lines, _, _ = capsys.readouterr().out.partition("edition  year")
    assert {one.rstrip() for one in lines.splitlines()} - {""} <= set(done.stderr.splitlines())
