"""README and docs name whatever can be typed: each command, setting and argument."""

from __future__ import annotations

import re
from argparse import ArgumentParser
from importlib import import_module
from pathlib import Path

import pytest
from scrapy.utils.project import get_project_settings

from tests.documentation import ARGUMENTS, PACKAGE, SETTINGS

TEXT = "\n".join(path.read_text(encoding="utf-8") for path in [Path("README.md"), *sorted(Path("docs").glob("*.md"))])
COMMANDS = sorted(path.stem for path in (PACKAGE / "commands").glob("[a-z]*.py"))
TYPED = r"(?:\bscrapy|^(?:\$ )?belta) ([a-z]+)\b(?! spider)"


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_is_named_in_the_docs(command: str) -> None:
    assert f"scrapy {command}" in TEXT


@pytest.mark.parametrize("setting", SETTINGS)
def test_each_setting_is_named_in_the_docs(setting: str) -> None:
    assert re.search(rf"\b{setting}\b", TEXT)


@pytest.mark.parametrize("argument", ARGUMENTS)
def test_each_argument_is_named_in_the_docs(argument: str) -> None:
    assert re.search(rf"-a {argument}\b", TEXT)


def test_the_docs_name_no_command_setting_or_argument_that_is_not_there() -> None:
    known = {*COMMANDS, "bench", "check", "fetch", "list", "parse", "runspider", "settings", "shell", "version", "view"}
    assert set(re.findall(TYPED, "\n".join(_code()), re.MULTILINE)) <= known
    assert set(re.findall(r"\bBELTA_[A-Z_]+\b", TEXT)) <= set(SETTINGS)
    assert set(re.findall(r"-a ([a-z_]+)\b", TEXT)) <= set(ARGUMENTS)


@pytest.mark.parametrize("command", COMMANDS)
def test_the_docs_name_no_option_that_a_command_does_not_take(command: str) -> None:
    parser = ArgumentParser(conflict_handler="resolve")
    one = import_module(f"belta_spider.commands.{command}").Command()
    one.settings = get_project_settings()
    one.add_options(parser)
    typed = [line for block in _code() for line in re.findall(rf"\b(?:scrapy|belta) {command}\b([^|&#;\n]*)", block)]
    named = {option for line in typed for option in re.findall(r"(?<![\w-])--[a-z][a-z-]*", line)}
    assert named <= {option for action in parser._actions for option in action.option_strings}


def _code() -> list[str]:
    """What stands in code blocks and between back-ticks."""
    found = re.findall(r"^```\w*\n(.*?)^```$|`([^`\n]+)`", TEXT, re.DOTALL | re.MULTILINE)
    return [block or inline for block, inline in found]


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_help_with_an_example(command: str) -> None:
    one = import_module(f"belta_spider.commands.{command}").Command()
    assert f"Example: scrapy {command} " in one.long_desc()
    assert one.short_desc()


@pytest.mark.parametrize("path", sorted(Path("docs").glob("*.md")), ids=lambda path: path.name)
def test_links_within_the_docs_lead_somewhere(path: Path) -> None:
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8"))
    assert [link for link in links if not (path.parent / link).exists()] == []


def test_there_is_something_to_check() -> None:
    assert {"report", "diff", "export", "stats"} <= set(COMMANDS)
    assert "BELTA_AUDIT" in SETTINGS
    assert "edition" in ARGUMENTS
