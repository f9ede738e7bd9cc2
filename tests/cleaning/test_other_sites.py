"""Pages of other sites: what their heads state, and that nothing of BelTA's own decides about them."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from belta_spider import cleaning, read
from belta_spider.items import Page
from belta_spider.text.encodings import markup_as_utf8
from tests.factory.archives import HTML, record

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


LINES = [f"{number}. {PROSE}" for number in range(1, 6)]
TEASER = LINES[2]
MORE = "Mehr aus der Region"


def _paragraphs(lines: list[str]) -> str:
    return "".join(f"<p>{one}</p>" for one in lines)


@pytest.mark.parametrize(
    ("before", "behind"),
    [
        (f"<ul><li><a href=/a>{LINES[0]}</a></li></ul>", ""),
        ("", f"<aside><h3>{MORE}</h3><div><a href=/a>{TEASER}</a></div></aside>"),
        (f"<section><div>Der Chor {' '.join(LINES)[:150]}</div></section>", ""),
        ("", f"<section><div>Der Chor {' '.join(LINES)[:150]}</div></section>"),
    ],
)
def test_what_a_list_shows_once_more_is_no_second_time_in_the_text(before: str, behind: str) -> None:
    found = _cleaned(body=f"{before}<article><h1>Der Chor</h1>{_paragraphs(LINES)}</article>{behind}")
    assert found.article
    assert found.article.text.split("\n\n") == LINES


def test_what_the_article_itself_says_twice_is_there_twice() -> None:
    lines = [*LINES, LINES[1], "Und damit endete der Abend auf dem Markt, an den sich alle noch lange erinnern werden."]
    found = _cleaned(body=f"<article><h1>Der Chor</h1>{_paragraphs(lines)}</article>")
    assert found.article
    assert found.article.text.split("\n\n") == lines


def test_letters_that_are_written_apart_from_their_marks_are_the_same_letters() -> None:
    lines = [
        LINES[0],
        *(unicodedata.normalize("NFD", f"{one} Der Männerchor übte für die Gäste.") for one in LINES[1:]),
    ]
    found = _cleaned(body=f"<article><h1>Der Chor</h1>{_paragraphs(lines)}</article>")
    assert found.article
    assert found.article.text == unicodedata.normalize("NFC", "\n\n".join(lines))


def test_a_button_within_a_paragraph_costs_no_paragraph() -> None:
    button = "<span class=visually-hidden>, öffnet ein neues Fenster,</span>"
    told = f"Der Bericht{button} über den Abend nennt auch die Namen aller Sänger, die im Herbst wiederkommen werden."
    found = _cleaned(body=f"<article><h1>Der Chor</h1>{_paragraphs([LINES[0], told, *LINES[1:]])}</article>")
    assert found.article
    assert len(found.article.text.split("\n\n")) == len(LINES) + 1


def test_a_part_that_another_site_calls_the_body_is_not_all_of_it() -> None:
    body = f"<div><p itemprop=articleBody>{LINES[0]}</p></div>{_paragraphs(LINES[1:])}"
    for url, head in (("https://example.org/a", ""), (None, "<link rel=canonical href=https://example.org/a>")):
        markup = (
            f"<!DOCTYPE html><html><head><title>Der Chor</title>{head}</head><body><main>{body}</main></body></html>"
        )
        found = cleaning.clean(Page("html", "a", markup.encode(), True, url=url), OPTIONS)
        assert found.article
        assert found.article.text.split("\n\n") == LINES


SCRIPT = "<script>for(i=0;i<a;i++){if(i<b)c('<div><b>')}</script><!-- <div><a><i> -->"
DRAWING = "<svg viewBox='0 0 9 9'>" + "<path d='M0 0'/><circle r=1 />" * 3 + "</svg>"


@pytest.mark.parametrize("furniture", [SCRIPT, DRAWING], ids=["scripts", "drawings"])
def test_what_scripts_compare_and_drawings_draw_makes_a_page_no_deeper(furniture: str) -> None:
    lines = "".join(f"<div>{one}</div>" for one in LINES)
    found = _cleaned(body=f"{furniture * 900}<article><h1>Der Chor</h1>{lines}</article>")
    assert found.article
    assert found.article.text.split("\n\n") == LINES


def test_a_page_that_is_large_by_its_scripts_is_read_as_any_other() -> None:
    script = f"<script>var page = '{'x' * 2_200_000}'</script>"
    menu = f"<nav><ul>{'<li><a href=/a>Wetter und Verkehr</a></li>' * 9}</ul></nav>"
    teasers = f"<footer><p>{PROSE.replace('Chor', 'Zirkus')}</p></footer>"
    found = _cleaned(body=f"{script}{menu}<article><h1>Der Chor</h1>{_paragraphs(LINES)}</article>{teasers}")
    assert found.article
    assert found.article.text.split("\n\n") == LINES


JAPANESE = "合唱団は市場で歌い、多くの人々が夜遅くまで耳を傾けました。来年も同じ場所で歌う予定だということです。"


@pytest.mark.parametrize("url", ["https://example.org/a", None])
@pytest.mark.parametrize(
    ("prose", "language"),
    [
        ("La chorale du village voisin a chanté sur le marché, et beaucoup de gens ont écouté jusque tard.", "fr"),
        (JAPANESE, "ja"),
    ],
)
def test_a_language_of_no_edition_is_read_in_the_english_one_and_flagged(
    prose: str, language: str, url: str | None
) -> None:
    lines = [f"{prose} {number}." for number in range(6)]
    markup = f"<!DOCTYPE html><html><body><article><h1>-</h1>{_paragraphs(lines)}</article></body></html>"
    found = cleaning.clean(Page("html", "a", markup.encode(), True, url=url), OPTIONS)
    assert found.article
    assert (found.article.edition, found.article.language) == ("en", language)
    assert "language_differs" in found.article.flags
    if url is None:
        assert cleaning.clean(Page("html", "a", markup.encode(), True)).dropped == "unknown_edition"


def test_a_page_of_no_address_that_bears_the_site_s_mark_stays_the_site_s() -> None:
    body = "MINSK, 3. April (BelTA) - " + PROSE
    markup = f"<!DOCTYPE html><html><body><h1>Der Chor singt</h1>{_paragraphs([body, *LINES])}</body></html>"
    with_any, without = (
        cleaning.clean(Page("html", "a", markup.encode(), True), cleaning.Options(any_site=one)).article
        for one in (True, False)
    )
    assert with_any
    assert with_any == without


def test_a_menu_s_label_makes_another_site_s_article_no_video() -> None:
    found = _cleaned(body=f"<div>Videos</div><div>3 April 2024, 10:00</div>{_article()}")
    assert found.article
