"""The pages about Python and about other Scrapy projects run as they are printed."""

from __future__ import annotations

import doctest
import json
import re
import shutil
from pathlib import Path

import pytest

from tests.factory import outputs
from tests.journeys.programs import ROOT, records, run

FIXTURES = ROOT / "fixtures/de"
SOURCE = FIXTURES / "000_30530b0d588a9a9f.txt"


def blocks(page: str, language: str) -> list[str]:
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def test_the_page_about_python_prints_what_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "dumps").mkdir()
    shutil.copy(SOURCE, tmp_path / "dumps/page.txt")
    shutil.copy(FIXTURES / "full-page.html", tmp_path / "dumps/page.html")
    outputs.write(tmp_path / "articles.jsonl", [outputs.article(number) for number in range(5)])
    monkeypatch.chdir(tmp_path)
    test = doctest.DocTestParser().get_doctest("\n".join(blocks("api.md", "pycon")), {}, "api.md", "docs/api.md", 0)
    said: list[str] = []
    result = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE).run(test, out=said.append)
    assert result.attempted > 20
    assert not result.failed, "".join(said)


# Other projects


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project of a user's, with the modules that the page shows."""
    mine = tmp_path / "mine"
    (mine / "spiders").mkdir(parents=True)
    for folder in (mine, mine / "spiders"):
        (folder / "__init__.py").touch()
    (mine / "addons.py").write_text("\n".join(blocks("embedding.md", "addon")))
    (mine / "pipelines.py").write_text("\n".join(blocks("embedding.md", "pipelines") + blocks("embedding.md", "items")))
    (mine / "spiders/mine.py").write_text("\n".join(blocks("embedding.md", "spider")))
    (tmp_path / "scrapy.cfg").write_text("[settings]\ndefault = mine.settings\n")
    return tmp_path


def crawl(project: Path, *settings: str, spider: str = "belta") -> Path:
    (project / "mine/settings.py").write_text('BOT_NAME = "mine"\nLOG_LEVEL = "ERROR"\n' + "\n".join(settings))
    done = run(project, "-m", "scrapy", "crawl", spider, "-a", f"source={FIXTURES}", "-o", "a.jsonl")
    assert (done.returncode, done.stderr) == (0, "")
    return project / "a.jsonl"


@pytest.mark.parametrize("language", ["settings", "addons"])
def test_a_line_or_an_add_on_brings_the_spider(project: Path, language: str) -> None:
    own = ['SPIDER_MODULES = ["mine.spiders"]'] if language == "addons" else []
    found = records(crawl(project, *own, *blocks("embedding.md", language)))
    assert len(found) > 50
    assert list(found[0])[:3] == ["schema_version", "id", "url"]


def test_a_pipeline_of_a_user_s_changes_and_drops(project: Path) -> None:
    output = crawl(project, *blocks("embedding.md", "settings"), *blocks("embedding.md", "pipelinesetting"))
    assert {one["tags"][-1] for one in records(output)} == {"long"}
    assert min(len(one["text"]) for one in records(output)) >= 400
    dropped = [one for one in records(project / "a.audit.jsonl") if one["rule"] == "drop.DropItem"]
    assert {one["text"] for one in dropped} == {"too short for us"}


def test_an_item_of_a_user_s_is_what_the_output_holds(project: Path) -> None:
    settings = [*blocks("embedding.md", "settings"), 'ITEM_PIPELINES = {"mine.pipelines.Short": 950}']
    output = crawl(project, *settings)
    before = output.read_bytes()
    assert {tuple(one) for one in records(output)} == {("id", "title", "words")}
    assert (project / "a.audit.jsonl").stat().st_size
    crawl(project, *settings)
    assert output.read_bytes() == before


def test_the_cleaner_in_a_spider_of_a_user_s(project: Path) -> None:
    page = FIXTURES / "full-page.html"
    (project / "mine/settings.py").write_text('BOT_NAME = "mine"\nSPIDER_MODULES = ["mine.spiders"]\n')
    script = (
        "from scrapy.http import HtmlResponse\nfrom mine.spiders.mine import MySpider\nimport json\n"
        f"body = open({str(page)!r}, 'rb').read()\n"
        "url = 'https://deu.belta.by/economics/view/traktoren-60000-2023/'\n"
        "print(json.dumps(list(MySpider().parse(HtmlResponse(url, body=body)))))\n"
    )
    done = run(project, "-c", script)
    (found,) = json.loads(done.stdout)
    assert (found["id"], found["url"]) == (
        "de-60000-2023",
        "https://deu.belta.by/economics/view/traktoren-60000-2023",
    )
