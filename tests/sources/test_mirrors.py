"""Mirrors: the address that a path tells, or a comment of the program that saved the page."""

from __future__ import annotations

from pathlib import Path

import pytest

from belta_spider import cleaning
from belta_spider.editions.addresses import is_of_the_site
from belta_spider.sources import Page, Reader, find
from belta_spider.sources.mirrors import address_of
from tests.factory.archives import zipped
from tests.factory.containers import TEXT, tarred

ARTICLE = "politics/view/titel-65342-2024"
BODY = "<h1>Der Chor singt</h1><div class=js-mediator-article><p>{}</p></div></body></html>".format(
    "MINSK, 3. April (BelTA) - Der Chor sang auf dem Markt, und viele hörten zu. " * 4
)
HTML = f"<!DOCTYPE html><html><body>{BODY}"


@pytest.mark.parametrize(
    ("path", "address"),
    [
        (f"m/deu.belta.by/{ARTICLE}", f"https://deu.belta.by/{ARTICLE}"),
        (f"m/deu.belta.by/{ARTICLE}.html", f"https://deu.belta.by/{ARTICLE}"),
        (f"m/deu.belta.by/{ARTICLE}/index.html", f"https://deu.belta.by/{ARTICLE}"),
        (f"m/deu.belta.by/{ARTICLE}7f3a.html", f"https://deu.belta.by/{ARTICLE}"),
        (f"m/deu.belta.by/{ARTICLE}-2.html", f"https://deu.belta.by/{ARTICLE}"),
        (f"m/deu.belta.by/{ARTICLE}/index.html@utm=a", f"https://deu.belta.by/{ARTICLE}"),
        (f"m/deu.belta.by/{ARTICLE}%3Fpage=2.html", f"https://deu.belta.by/{ARTICLE}"),
        (f"m/deu.belta.by_8080/{ARTICLE}.htm", f"https://deu.belta.by/{ARTICLE}"),
        (f"m/DEU.belta.by:8080/{ARTICLE}", f"https://deu.belta.by/{ARTICLE}"),
        (f"web.archive.org/web/2024id_/https:/deu.belta.by/{ARTICLE}", f"https://deu.belta.by/{ARTICLE}"),
        ("m/belta.by/photonews/view/foto-2-17.html", "https://belta.by/photonews/view/foto-2-17"),
        (f"m/deu.belta.by/{ARTICLE}.1", f"https://deu.belta.by/{ARTICLE}"),
        (f"m/deu.belta.by/{ARTICLE}.html.gz", f"https://deu.belta.by/{ARTICLE}"),
        (f"m/deu.belta.by/{ARTICLE}?utm_source=a", f"https://deu.belta.by/{ARTICLE}"),
        (f"m/deu.belta.by/{ARTICLE}@utm_source=a.html", f"https://deu.belta.by/{ARTICLE}"),
        (f"m/deu.belta.by+443/{ARTICLE}", f"https://deu.belta.by/{ARTICLE}"),
        ("m/belta.by/photonews/view/foto-28917.html", "https://belta.by/photonews/view/foto-28917"),
        ("m/deu.belta.by/politics/index.html?page=2", "https://deu.belta.by/politics"),
        ("m/deu.belta.by/index.html", "https://deu.belta.by/"),
        ("deu.belta.by", None),
        (f"m/example.org/{ARTICLE}", None),
        (f"pages/{ARTICLE}", None),
    ],
)
def test_a_path_tells_the_address(path: str, address: str | None) -> None:
    assert (address_of(path, is_of_the_site) or "").rstrip("/") == (address or "").rstrip("/")


def _cleaned(source: Path) -> list[cleaning.Cleaned]:
    return [cleaning.clean(one) for one in Reader(find(str(source))) if isinstance(one, Page)]


@pytest.mark.parametrize("form", ["folder", "zip", "tar"])
@pytest.mark.parametrize("data", [HTML.encode(), TEXT.format(1).encode()], ids=["html", "text"])
def test_a_mirrored_page_has_its_id_and_says_where_from(tmp_path: Path, form: str, data: bytes) -> None:
    name = f"deu.belta.by/{ARTICLE}"
    if form == "folder":
        path = tmp_path / name
        path.parent.mkdir(parents=True)
        path.write_bytes(data)
        path = tmp_path
    else:
        path = tmp_path / "pages"
        path.write_bytes(tarred({name: data}) if form == "tar" else zipped(**{name.replace(".", "_"): data}))
    (found,) = _cleaned(path)
    assert found.article
    assert (found.article.id, found.article.section) == ("de-65342-2024", "politics")
    assert found.article.url == f"https://deu.belta.by/{ARTICLE}"
    assert found.article.provenance.section == "path"


@pytest.mark.parametrize(
    "comment",
    [
        f"<!-- saved from url=(0057)https://deu.belta.by/{ARTICLE} -->",
        f"<!-- Saved from url=https://deu.belta.by/{ARTICLE}?a=b#top -->",
        f"<!-- Page saved with SingleFileZ\n url: https://deu.belta.by/{ARTICLE}/\n-->",
        f"<!-- Mirrored from https://deu.belta.by/{ARTICLE}.html by HTTrack Website Copier -->",
        f"<!--\n Page saved with SingleFile \n url: https://deu.belta.by/{ARTICLE} \n saved date: Tue Apr 30 2024\n-->",
        f"<!-- Mirrored from deu.belta.by/{ARTICLE} by HTTrack Website Copier/3.x [XR&CO'2014], Tue, 30 Apr 2024 -->",
        f"<!-- Saved from https://deu.belta.by/{ARTICLE} at 2024-04-30T10:00:00Z using monolith v2.8.3 -->",
    ],
)
def test_a_comment_tells_the_address(tmp_path: Path, comment: str) -> None:
    (tmp_path / "page.html").write_text(f"<!DOCTYPE html>\n<html lang=de>{comment}<body>{BODY}", encoding="utf-8")
    (found,) = _cleaned(tmp_path)
    assert found.article
    assert (found.article.id, found.article.provenance.section) == ("de-65342-2024", "comment")


def test_a_list_of_a_mirror_is_no_article(tmp_path: Path) -> None:
    path = tmp_path / "deu.belta.by" / "politics" / "index.html?page=2"
    path.parent.mkdir(parents=True)
    path.write_text("<html><body>" + "<p>Der Chor singt</p>" * 9, encoding="utf-8")
    assert [one.dropped for one in _cleaned(tmp_path)] == ["list_page"]
