"""Pages in markup, made small: one table for each decision."""

from __future__ import annotations

from urllib.parse import urljoin

import pytest

from belta_spider.cleaning import Cleaned, Options, clean
from belta_spider.editions import load
from belta_spider.items import Article, Page
from tests.factory.html_page import pages
from tests.factory.sample_articles import EDITIONS

RULES = load().elements
ADDRESS = "https://deu.belta.by/society/view/igel-65342-2024/"
PROSE = "Elf Igel haben am Mittwoch eine Straße überquert, und niemand hat gehupt, nicht einmal der Bus."


def page(body: str, head: str = "") -> str:
    return (
        f'<html><head>{head}</head><body><div class="content_margin"><div class="date_full">03 April 2024, 14:54</div>'
        f'<h1>Elf Igel</h1><div class="text"><div class="js-mediator-article">{body}</div></div></div></body></html>'
    )


def cleaned(html: str | bytes, url: str | None = None, **options: bool | str) -> Cleaned:
    body = html if isinstance(html, bytes) else html.encode("utf-8", "surrogatepass")
    return clean(Page("html", "x.html", body, is_html=True, url=url), Options(**({"edition": "de"} | options)))  # type: ignore[arg-type]


def article(html: str | bytes, url: str | None = None, **options: bool | str) -> Article:
    found = cleaned(html, url, **options).article
    assert found is not None
    return found


BLOCKS = {
    "<p>a b</p><p>c d</p>": "a b\n\nc d",
    "<p>Eins\nzwei\r\ndrei</p>": "Eins zwei drei",
    "Eins.<br>Zwei.<br><br>Drei.": "Eins.\n\nZwei.\n\nDrei.",
    "Eins geht<br>weiter.": "Eins geht weiter.",
    "Eins geht<br><br>nicht weiter.": "Eins geht\n\nnicht weiter.",
    "Eins geht<br> \n <br/>nicht weiter.": "Eins geht\n\nnicht weiter.",
    "<p>Eins geht</p><p>nicht weiter.</p>": "Eins geht\n\nnicht weiter.",
    "<div>Außen.<div>Innen.</div>Danach.</div>": "Außen.\n\nInnen.\n\nDanach.",
    "<ul><li>eins;</li><li>zwei.</ul>": "eins;\n\nzwei.",
    "<ol><li><p>eins;</p></li><li>zwei.</li></ol>": "eins;\n\nzwei.",
    "<table><tr><th>a<th>b<tr><td>1<td>2</table>": "a | b\n\n1 | 2",
    "<table><tr><td><p>a</p><p>b</p></td><td>c<br>d</td></tr></table>": "a b | c d",
    "<table><tr><td></td><td> </td></tr><tr><td>x</td></tr></table>": "x",
    "<table><tr><td><table><tr><td>a</td><td>b</td></tr></table></td></tr></table>": "a | b",
    "<table><tr><td>x</td><td><p>a</p><p>b</p><p>c</p></td></tr></table>": "x\n\na\n\nb\n\nc",
    "<pre>\nEins.\nZwei geht\nweiter.\n\nDrei.</pre>": "Eins.\n\nZwei geht weiter.\n\nDrei.",
    "<figure class=table><table><tr><td>a</td><td>b</td></tr></table><figcaption>c</figcaption></figure>": "a | b\n\nc",
    "<dl><dt>a</dt><dd>b</dd></dl>": "a\n\nb",
    "<h2>Über uns</h2><blockquote>Zitat.</blockquote>": "Über uns\n\nZitat.",
    "<p>Eins.</p><h1>Über uns</h1><h1>Elf Igel</h1><p>Zwei.</p>": "Eins.\n\nÜber uns\n\nZwei.",
    "<p>Ein<b>Wort</b> <i>und</i> mehr</p>": "EinWort und mehr",
    "<p>a&nbsp;&amp;&#8203;&shy;b &lt;c&gt;</p>": "a &b <c>",
    "<p>a<!-- x --><script>y</script><style>z</style>b</p>": "ab",
    "<p hidden>x</p><p style='DISPLAY : none'>x</p><p style='visibility:hidden'>x</p><p>b</p>": "b",
    "<p>a</p><iframe>x</iframe><noscript>x</noscript><template>x</template><p>b</p>": "a\n\nb",
    "<p>a<p>b<div>c": "a\n\nb\n\nc",
    '<p class="MsoNormal"><o:p>a\n b</o:p></p>': "a b",
}


@pytest.mark.parametrize("markup", BLOCKS)
def test_markup_becomes_paragraphs(markup: str) -> None:
    assert article(page(markup)).text == BLOCKS[markup]


@pytest.mark.parametrize("rule", RULES.all, ids=lambda rule: rule.name)
def test_an_element_rule_takes_and_leaves_its_examples(rule: object) -> None:
    from selectolax.lexbor import LexborHTMLParser

    def matched(start_tag: str) -> object:
        node = LexborHTMLParser(start_tag, is_fragment=True).root
        assert node is not None
        return RULES.match(node.tag or "", node.attributes)

    assert all(matched(tag) is rule for tag in rule.takes)  # type: ignore[attr-defined]
    assert not any(matched(tag) is rule for tag in rule.leaves)  # type: ignore[attr-defined]


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_fixtures_use_every_element_rule(edition: str) -> None:
    used = set()
    for one in pages(edition):
        used |= {entry.rule for entry in clean(Page("html", one.uri, one.data, is_html=True)).audit}
    names = {rule.name for rule in RULES.all} - {"body.article", "header.day"}  # no text of their own in the audit
    assert {f"{edition}.{name}" for name in names} - used == set()


DROPS = {
    "empty": ("<html><head><title>x</title></head><body><script>x</script></body></html>", None),
    "list_page": ("<body>" + '<div class="news_item">a</div>' * 3 + "</body>", None),
    "front_page": ('<body><div class="fp_block">a</div><p>x</p></body>', ADDRESS),
    "print_view": (f'<body onload="window.print()"><p>{PROSE}</p></body>', None),
    "video_record": (page(PROSE, '<meta property="og:url" content="https://deu.belta.by/video/getRecord/7">'), None),
    "search_page": (page(PROSE), "https://deu.belta.by/search/?q=x"),
    "other_site": (page(PROSE, '<link rel="canonical" href="https://example.org/1">'), None),
    "unknown_edition": (page(PROSE, '<meta property="og:url" content="https://xyz.belta.by/a">'), None),
    "error_page": ("<body><h1>404</h1><p>Seite nicht gefunden</p></body>", None),
    "no_text": (page('<div class="main_img"><p>Igel</p></div>'), ADDRESS),
}


@pytest.mark.parametrize("reason", DROPS)
def test_a_page_that_is_no_article_is_dropped_with_its_reason(reason: str) -> None:
    html, url = DROPS[reason]
    found = cleaned(html, url)
    assert found.dropped == reason
    assert [(entry.rule, entry.id) for entry in found.audit] == [(f"drop.{reason}", None)]


def test_the_front_page_at_an_articles_address_is_dropped_as_such() -> None:
    items = '<div class="lenta_item"><a href="/view/a-1-2024">Igel</a></div>' * 5
    assert cleaned(f'<body><div class="fp_block">{items}</div></body>', ADDRESS).dropped == "front_page"


def test_another_sites_page_is_an_article_only_if_asked_for() -> None:
    html = f"<head><title>Elf Igel</title></head><body><article><p>{PROSE}</p><p>{PROSE} Wieder.</p></article></body>"
    assert cleaned(html, "https://example.org/1").dropped == "other_site"
    found = article(html, "https://example.org/1", any_site=True)
    assert (found.title, found.flags) == ("Elf Igel", ["generic_extraction", "no_date"])
    assert found.text == f"{PROSE}\n\n{PROSE} Wieder."


META = '<meta property="{}" content="{}">'
OG = META.format("og:title", "{}")
HEADLINE = '<script type="application/ld+json">{"@type":"NewsArticle","headline":"Elf \\ud800Igel"}</script>'
TITLES = [
    ("Elf Igel", OG.format("Elf Igel"), "Elf Igel", "h1", False),
    ("Elf Igel", OG.format("ELF  IGEL | BelTA"), "Elf Igel", "h1", False),
    ("Elf Igel", OG.format("Elf Igel - БЕЛТА - News"), "Elf Igel", "h1", False),
    ("Elf Igel", OG.format("Zwölf Igel"), "Elf Igel", "h1", True),
    ("Elf Igel", "<title>Elf Igel | Nachrichten</title>", "Elf Igel", "h1", False),
    ("Elf Igel", "<title>Zwölf Igel</title>", "Elf Igel", "h1", True),
    ("", OG.format("Elf Igel | BelTA") + "<title>x</title>", "Elf Igel", "og:title", True),
    ("", "<title>Elf Igel - BelTA</title>", "Elf Igel", "title", False),
    ("", HEADLINE, "Elf Igel", "json_ld", False),
]


@pytest.mark.parametrize(("heading", "head", "title", "origin", "differs"), TITLES)
def test_the_title_has_its_sources_in_order(heading: str, head: str, title: str, origin: str, differs: bool) -> None:
    found = article(page(f"<p>{PROSE}</p>", head).replace("Elf Igel</h1>", f"{heading}</h1>"))
    assert (found.title, found.provenance.title) == (title, origin)
    assert ("title_sources_differ" in found.flags) is differs


ARTICLE_TIME, MEDIATOR = META.format("article:published_time", "{}"), META.format("mediator_published_time", "{}")
LD = '<script type="application/ld+json">[{{"@graph":[{{"@type":"NewsArticle","datePublished":"{}"}}]}}]</script>'
PRINTED = "2024-04-03T14:54:00+03:00"
DATES = [
    ("03 April 2024, 14:54", "", PRINTED, "date_full", False),
    (
        "03 April 2024,&nbsp;14:54",
        ARTICLE_TIME.format("2024-04-03 14:54:59"),
        "2024-04-03T14:54:00+03:00",
        "date_full",
        0,
    ),
    ("03 April 2024, 14:54", ARTICLE_TIME.format("2024-04-03 14:55:00"), PRINTED, "date_full", 1),
    ("03 April 2024, 14:54", MEDIATOR.format("2024-04-03T14:54:00+00:00"), PRINTED, "date_full", 0),
    ("03 April 2024, 14:54", LD.format("2024-04-03T11:54:00Z"), PRINTED, "date_full", 0),
    ("03 April 2024, 14:54", LD.format("2024-04-04T11:54:00Z"), PRINTED, "date_full", 1),
    ("03 April 2024, 14:54 <i>(geändert 16:00)</i>", "", PRINTED, "date_full", 0),
    ("gestern", ARTICLE_TIME.format("2024-04-03 14:54:00"), PRINTED, "meta", 0),
    (
        "gestern",
        ARTICLE_TIME.format("2024-04-03T14:54:10+00:00") + MEDIATOR.format("2024-04-03T14:54:00+00:00"),
        "2024-04-03T14:54:10+03:00",
        "meta",
        0,
    ),
    ("gestern", MEDIATOR.format("2024-04-03T14:54:00+00:00"), PRINTED, "meta", 0),
    ("gestern", LD.format("2024-04-03T11:54:00Z"), PRINTED, "json_ld", 0),
    ("gestern", LD.format("2008-07-03T11:54:00Z"), "2008-07-03T14:54:00+03:00", "json_ld", 0),
    ("gestern", ARTICLE_TIME.format("bald"), None, None, 0),
    ("gestern", LD.format("0001-01-01T00:00:00+14:00"), None, None, 0),
]


@pytest.mark.parametrize(("printed", "head", "moment", "origin", "differs"), DATES)
def test_the_date_has_its_sources_in_order(
    printed: str, head: str, moment: str | None, origin: str | None, differs: bool
) -> None:
    found = article(page(f"<p>{PROSE}</p>", head).replace("03 April 2024, 14:54", printed))
    assert (found.date_published, found.provenance.date_published) == (moment, origin)
    assert ("date_sources_differ" in found.flags) is bool(differs)


@pytest.mark.parametrize(
    ("stated", "modified"),
    [("2024-04-03 15:10:00", "2024-04-03T15:10:00+03:00"), ("2024-04-03 14:54:00", None), ("bald", None)],
)
def test_the_modified_date_is_null_where_it_says_nothing_new(stated: str, modified: str | None) -> None:
    head = META.format("article:modified_time", stated)
    assert article(page(f"<p>{PROSE}</p>", head)).date_modified == modified


def test_the_modified_date_is_mislabelled_where_the_published_one_is() -> None:
    times = {
        "article:published_time": "2024-04-03T14:54:00+00:00",
        "article:modified_time": "2024-04-03T15:10:00+00:00",
    }
    head = "".join(META.format(name, value) for name, value in times.items())
    assert article(page(f"<p>{PROSE}</p>", head)).date_modified == "2024-04-03T15:10:00+03:00"


@pytest.mark.parametrize(
    ("seconds", "number", "differs"),
    [(1712145240, 65342, False), (1712045240, 65342, True), (1712045240, 65343, False)],
)
def test_a_picture_that_bears_the_articles_number_checks_the_date(seconds: int, number: int, differs: bool) -> None:
    image = f'<div class="main_img"><img src="/i/000028_{seconds}_{number}_big.jpg"></div><p>{PROSE}</p>'
    assert ("photo_date_differs" in article(page(image), ADDRESS).flags) is differs


def test_a_photo_has_its_caption_once_and_its_source_apart() -> None:
    found = article(
        page(
            f"<p>{PROSE}</p><div class=main_img><img src=/i/a.jpg alt='Igel  am Zaun'><p>Igel am Zaun</p>"
            '<div class="img_doc_title"><a>BelTA</a></div></div><div class="news_img_slide"><img src="b.jpg" alt="Bus">'
            '<img src="/i/a.jpg"></div><img data-src="//x.org/c.png" src="data:,"><p>Ende.</p>'
        ),
        ADDRESS,
    )
    assert found.captions == ["Igel am Zaun", "Bus"]
    assert found.credits == []
    assert [(one.url, one.caption, one.credit) for one in found.images] == [
        ("https://deu.belta.by/i/a.jpg", "Igel am Zaun", "BelTA"),
        ("https://deu.belta.by/society/view/b.jpg", "Bus", None),
        ("https://x.org/c.png", None, None),
    ]
    assert found.text == f"{PROSE}\n\nEnde."


PICTURES = ["/i/a_1.jpg", "/a.b-c/d", "/i/../a.jpg", "/./a.jpg", "/i//a.jpg", "/a.jpg?x=1#y", "/a;b", "/", "/ä.jpg"]
PICTURES += ["//x.org/a.jpg", "https://x.org/../a.jpg", "a.jpg", "../a.jpg", "?a", "https://x.org:99/a"]


@pytest.mark.parametrize("address", PICTURES)
def test_a_pictures_address_is_joined_with_the_pages(address: str) -> None:
    found = article(page(f'<p>{PROSE}</p><img src="{address}">'), ADDRESS)
    assert [image.url for image in found.images] == [urljoin(ADDRESS.rstrip("/"), address)]


def test_an_unknown_block_at_the_containers_edge_is_flagged_and_kept_in_the_audit() -> None:
    html = page(f"<p>{PROSE}</p>").replace('<div class="date_full">', '<p>Neu!</p><div class="date_full">')
    found = cleaned(html.replace("</div></div></div>", "</div></div><p>Danke</p><p>Letzte Nachrichten</p></div>"))
    assert found.article is not None
    assert found.article.flags == ["unknown_chrome"]
    rules = {entry.text: entry.rule for entry in found.audit}
    assert (rules["Neu!"], rules["Danke"]) == ("de.head.unknown", "de.tail.unknown")
    assert rules["Letzte Nachrichten"] == "de.tail.latest"


PLAIN = page(f"<p>{PROSE}</p><p>Ende.</p>")
DAMAGED = {
    "the body is closed too early": page(f"<p>{PROSE}</p></div><p>Ende.</p><div>"),
    "so are the elements around it": page(f"<p>{PROSE}</p></div></div><p>Ende.</p><div><div>"),
    "no element is closed": PLAIN.replace("</div>", ""),
    "so is it, before bare text": page(f"<p>{PROSE}</p></div>Ende.<div>"),
    "a photo is not closed": page(
        f'<div class="main_img"><img src="a.jpg"><p>MINSK, 3. April (BelTA) - {PROSE}</p><p>Ende.</p>'
    ),
    "the link to the section is not closed": page(f"<p>{PROSE}</p><p>Ende.</p>").replace(
        "<body>", '<body><div class="content_margin"><a class="rubric">Politik'
    ),
    "no container": PLAIN.replace(' class="content_margin"', ""),
    "the date stands outside": PLAIN.replace('<div class="date_full">03 April 2024, 14:54</div>', "").replace(
        "<body>", '<body><header><div class="date_full">03 April 2024, 14:54</div></header>'
    ),
    "the heading stands outside": PLAIN.replace("<h1>Elf Igel</h1>", "").replace(
        "<body>", "<body><header><h1>Elf Igel</h1></header>"
    ),
    "the date stands in no element of its own": PLAIN.replace(' class="date_full"', ""),
}


@pytest.mark.parametrize("damage", DAMAGED)
def test_damaged_markup_gives_the_same_record(damage: str) -> None:
    found = article(DAMAGED[damage])
    assert (found.title, found.date_published) == ("Elf Igel", "2024-04-03T14:54:00+03:00")
    assert (found.text, found.flags) == (f"{PROSE}\n\nEnde.", [])


def test_furniture_behind_the_body_is_not_its_continuation() -> None:
    behind = f'<ul><li><a>Zwölf Dachse</a></li></ul><div class="box">{PROSE}</div><p>{PROSE}</p>'
    assert article(page(f"<p>{PROSE}</p></div>{behind}<div>")).text == PROSE


ENCODINGS = [
    ("de", "Elf Igel überqueren größere Straßen in Köln", "cp1252", "windows-1252"),
    ("es", "Los niños pequeños cantarán mañana también aquí", "cp1252", "iso-8859-1"),
    ("pl", "Jeże przeszły przez ulicę, zażółć gęślą jaźń", "cp1250", "windows-1250"),
    ("pl", "Jeże przeszły przez ulicę, zażółć gęślą jaźń", "iso8859-2", "iso-8859-2"),
    ("ru", "Одиннадцать ежей перешли дорогу в среду вечером", "cp1251", "windows-1251"),
    ("ru", "Одиннадцать ежей перешли дорогу в среду вечером", "koi8-r", "koi8-r"),
    ("be", "Адзінаццаць вожыкаў перайшлі дарогу ў сераду ўвечары", "iso8859-5", "iso-8859-5"),
    ("zh", "十一只刺猬星期三穿过了马路，没有人按喇叭。", "gb18030", "gb2312"),
]


@pytest.mark.parametrize("declared", ["meta", "http", "wrong", "codec"])
@pytest.mark.parametrize(("edition", "text", "codec", "label"), ENCODINGS, ids=lambda value: str(value)[:12])
def test_a_page_is_decoded_as_declared_or_as_it_is(
    edition: str, text: str, codec: str, label: str, declared: str
) -> None:
    wrong = "utf-8" if declared == "wrong" else "punycode"
    head = f'<meta http-equiv="Content-Type" content="text/html; charset={label if declared == "meta" else wrong}">'
    html = page(
        f"<p>{text}.</p>" * 3 + f"<p>{text}</p>" * (2 if edition == "zh" else 1), head if declared != "http" else ""
    )
    charset = label if declared == "http" else None
    source = Page("html", "x.html", html.encode(codec, "xmlcharrefreplace"), is_html=True, charset=charset)
    found = clean(source, Options(edition)).article
    assert found is not None
    assert found.text.split("\n\n")[0].rstrip(".") == text
    assert ("encoding_repaired" in found.flags) is (declared not in {"meta", "http"})


def test_the_sites_markup_in_no_known_language_is_dropped() -> None:
    body = "\u3042\u308a\u304c\u3068\u3046" * 9
    html = f"<header>x</header>{page(body)}".replace("April", "x").replace("Elf Igel", "")
    found = clean(Page("html", "x.html", html.encode(), is_html=True))
    assert found.dropped == "unknown_edition"


@pytest.mark.parametrize(
    ("comment", "url"),
    [
        (f"<!-- saved from url=(0054){ADDRESS} -->", ADDRESS.rstrip("/")),
        ("<!-- saved from url=(0044)https://web.archive.example/society/view/a-1-2024 -->", None),
        ("<!-- saved from url=(0022)https://deu.belta.by/ -->", None),
        ("<!-- saved from url=(0014)about:internet -->", None),
        ("<!-- saved from url=(0008)http://[ -->", None),
    ],
)
@pytest.mark.parametrize("own", ["", "https://deu.belta.by/"])
def test_a_page_that_a_browser_saved_tells_its_address(comment: str, url: str | None, own: str) -> None:
    head = f'<meta property="og:url" content="{own}">' if own else ""
    assert article(comment + page(f"<p>{PROSE}</p>", head)).url == url
