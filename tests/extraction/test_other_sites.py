"""Pages of other sites: what their heads state, and that nothing of BelTA's own decides about them."""

from __future__ import annotations

from pathlib import Path

import pytest

from belta_spider import cleaning, read
from belta_spider.items import Page
from belta_spider.text.encodings import markup_as_utf8
from tests.sources.making import HTML, record

OPTIONS = cleaning.Options(any_site=True)
PROSE = "Der Chor aus dem Nachbarort sang auf dem Markt, und viele Gäste hörten bis in den späten Abend hinein zu."
SUBHEADS = ("Die Proben dauerten ein Jahr", "Gäste aus drei Ländern", "Ein Lied zum Schluss", "Was im Herbst folgt")


def _cleaned(head: str = "", body: str = "", url: str = "https://example.org/chor") -> cleaning.Cleaned:
    markup = f"<!DOCTYPE html><html><head><meta charset=utf-8><title>Der Chor</title>{head}</head><body>{body}</body>"
    return cleaning.clean(Page("warc", "a", markup.encode(), True, url=url), OPTIONS)


def _article() -> str:
    return "<article><h1>Der Chor</h1>" + "".join(f"<h2>{one}</h2><p>{PROSE}</p>" for one in SUBHEADS) + "</article>"


def test_an_article_with_sub_heads_is_no_front_page() -> None:
    found = _cleaned(body=_article())
    assert found.article
    assert all(one in found.article.text for one in (PROSE, *SUBHEADS))


def test_a_glued_footer_does_not_decide_the_language() -> None:
    footer = "All rights reserved by the choir and its friends, who sing on each market day of the year. " * 12
    found = _cleaned(body=f"{_article()}<footer><div>{footer}</div></footer>")
    assert found.article
    assert (found.article.edition, found.article.language) == ("de", "de")


@pytest.mark.parametrize(
    "script",
    [
        '{"@type": "NewsArticle", "datePublished": "2024-04-03T10:00:00+01:00"}',
        '{"@type": "WebPage", "mainEntity": {"@type": "Article", "datePublished": "2024-04-03T10:00:00+01:00"}}',
        '//<![CDATA[\n{"@type": "NewsArticle", "datePublished": "2024-04-03T10:00:00+01:00"}\n//]]>',
        '<!--\n{"@type": "NewsArticle", "datePublished": "2024-04-03T10:00:00+01:00"};\n-->',
        '/* <![CDATA[ */[{"@type": "NewsArticle", "datePublished": "2024-04-03T10:00:00+01:00"}]/* ]]> */',
    ],
)
@pytest.mark.parametrize("meta", ["", "<meta property='article:published_time' content='2024-04-03T10:00:00'>"])
def test_a_time_with_its_zone_goes_before_one_without(script: str, meta: str) -> None:
    found = _cleaned(f"{meta}<script type='application/ld+json'>{script}</script>", _article())
    assert found.article
    assert (found.article.date_published, found.article.provenance.date_published) == (
        "2024-04-03T12:00:00+03:00",
        "json_ld",
    )


@pytest.mark.parametrize("end", ["-->", ""])
def test_a_meta_that_is_commented_out_is_not_believed(end: str) -> None:
    body = f"<html><head><!-- <meta charset=koi8-r> {end}<meta charset=windows-1251></head><p>Хор пел на рынке.</p>"
    text, _ = markup_as_utf8(body.encode("cp1251"))
    assert "Хор пел на рынке." in text.decode()


@pytest.mark.parametrize(
    ("label", "codec"),
    [
        ("x-cp1251", "cp1251"),
        ("cyrillic", "iso8859-5"),
        ("koi", "koi8-r"),
        ("dos-866", "cp866"),
        ("x-mac-cyrillic", "mac-cyrillic"),
    ],
)
def test_labels_of_the_encoding_standard_are_known(label: str, codec: str) -> None:
    body = f"<html><head><meta charset={label}></head><p>Хор пел на рынке, и гости слушали.</p>"
    text, repaired = markup_as_utf8(body.encode(codec))
    assert "Хор пел на рынке, и гости слушали." in text.decode()
    assert not repaired


def test_reading_in_a_notebook_takes_other_sites_too(tmp_path: Path) -> None:
    path = tmp_path / "a.warc"
    path.write_bytes(record(1, WARC_Target_URI="https://example.org/chor"))
    assert not list(read(str(path)))
    (page,) = read(str(path), any_site=True)
    assert (page.url, page.body[:20]) == ("https://example.org/chor", HTML[:20].encode())
