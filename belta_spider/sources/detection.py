"""What a file holds: by its content first, by its name second."""

from __future__ import annotations

import re
from collections.abc import Iterable

from belta_spider.sources.unpacking import codec_of, without_suffix
from belta_spider.text import forms

HEAD = 4096  # bytes in which a format shows itself
_HTML = re.compile(
    rb"^(?:\xef\xbb\xbf)?\s*(?:<!--.*?-->\s*|<\?xml.*?\?>\s*)*<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_WARC = re.compile(
    rb"\s*WARC[ \t]{0,3}/[ \t]{0,3}\d|.{0,40}\r?\nWARC-(?:Type|Record-ID|Date|Target-URI)[ \t]*:", re.IGNORECASE
)
_ARC = re.compile(rb"\s*filedesc://|\s*https?://\S+ \d{1,3}(?:\.\d{1,3}){3} \d{14} \S+ (?:\S+ ){0,5}\d+[ \t]*\r?\n")
MESSAGE = re.compile(
    rb"HTTP/\d(?:\.\d)?[ \t]+\d{3}(?!\d)[^\r\n]{0,200}\r?\n(?:[A-Za-z][\w-]{0,60}[ \t]*:|\r?\nHTTP/)", re.IGNORECASE
)
"""An HTTP answer: a status with a field below it, or with the next answer's, as a page that quotes one has not."""
_WAT = re.compile(rb'\{\s*"(?:Envelope|Container)"\s*:')
_CDX = re.compile(
    rb" CDX [A-Za-z](?: [A-Za-z])+[ \t]*\r?\n"  # the legend of CDX 9 and 11
    rb"|!OpenWayback-CDXJ|[^\s{}<>]{1,2000}\)\S{0,2000} \d{14} (?:\{|\S+ \S+ (?:\d{3}|-) )"  # a line of CDXJ or of CDX
)
_MAIL = re.compile(
    rb"(?:[A-Za-z][A-Za-z0-9-]{1,60}:[^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*){0,60}?"
    rb"(?:MIME-Version|Snapshot-Content-Location|Message-ID|Received|Content-Type: ?multipart/)",
    re.IGNORECASE,
)
_MAIL_FIELD = re.compile(rb"[A-Za-z][A-Za-z0-9-]{1,60}:[ \t]?[^\r\n]*\r?\n")
_MBOX = re.compile(rb"From \S{1,200} [^\r\n]{0,60}\d{4}\r?\n[A-Za-z-]{2,60}:")
_STARTS = (
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"PAR1", "parquet"),
    (b"ARROW1\0\0", "arrow"),
    (b"ORC", "orc"),
    (b"SQLite format 3\0", "sqlite"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "office"),
    (b"{\\rtf", "office"),
    (b"%PDF-", "document"),
    (b"AT&TFORM", "document"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"BM", "image"),
    (b"II*\0", "image"),
    (b"MM\0*", "image"),
    (b"\0\0\1\0", "image"),
    (b"7z\xbc\xaf\x27\x1c", "packed"),
    (b"Rar!\x1a\x07", "packed"),
    (b"\x1f\x9d", "packed"),
    (b"LZIP", "packed"),
    (b"MSCF", "packed"),
    (b"wOF", "font"),
    (b"OTTO", "font"),
    (b"\0\1\0\0\0", "font"),
    (b"ID3", "media"),
    (b"OggS", "media"),
    (b"fLaC", "media"),
    (b"\x1a\x45\xdf\xa3", "media"),
    (b"FLV\x01", "media"),
    (b"FEA1", "feather"),
    (b"Obj\x01", "rows"),
    *((bytes([0x80, protocol]), "rows") for protocol in (2, 3, 4, 5)),
    (b"\x89HDF", "binary"),
    (b"\x7fELF", "binary"),
)
"""Magic numbers. Short ones of letters count only where what follows is no text (`_BINARY_AFTER`)."""
_FIRST = {b"RI", b"\xff\xff", *(start[:2] for start, _ in _STARTS)}
_BINARY_AFTER = {b"BM", b"ORC", b"wOF", b"ID3", b"PAR1", b"GIF8", b"LZIP", b"MSCF", b"OTTO", b"FEA1"}
_RIFF = {b"WEBP": "image", b"WAVE": "media", b"AVI ": "media"}
_SUFFIXES = {
    ".warc": "warc",
    ".wet": "warc",
    ".wat": "wat",
    ".arc": "arc",
    ".wacz": "zip",
    ".zip": "zip",
    ".tar": "tar",
    ".parquet": "parquet",
    ".arrow": "arrow",
    ".feather": "arrow",
    ".orc": "orc",
    ".jsonl": "table",
    ".ndjson": "table",
    ".json": "json",
    ".har": "json",
    ".csv": "csv",
    ".tsv": "csv",
    ".mhtml": "mail",
    ".mht": "mail",
    ".eml": "mail",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".txt": "text",
}
"""What a name says of a file that is read."""
_OTHERS = {
    ".css": "style",
    ".less": "style",
    ".js": "script",
    ".mjs": "script",
    ".map": "script",
    ".svg": "image",
    ".cdx": "cdx",
    ".cdxj": "cdx",
    ".xml": "feed",
    ".rss": "feed",
    ".atom": "feed",
    ".mbox": "mbox",
    ".yaml": "rows",
    ".yml": "rows",
}
"""What a name says of a file of text that holds no page."""
_KINDS = _SUFFIXES | _OTHERS
_XML = re.compile(rb"(?:\xef\xbb\xbf)?\s*<\?xml\b|\s*<(?:rss|feed|urlset|sitemapindex|svg)\b", re.IGNORECASE)
_SVG = re.compile(rb"<svg\b", re.IGNORECASE)
_OPENING = re.compile(r"\.(?:html?|xhtml|php|aspx?|txt)[?@].*$")
"""What wget writes behind a name: the query of the address."""
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe\0\0")
"""Of UTF-8, and of UTF-32, which is read as UTF-16 with zeros between."""
_TAR_MAGIC = slice(257, 262)
_TAR_SUM = slice(148, 156)
_BLOCK = 512  # bytes of a tar header (POSIX, pax)
_LINE = 64
"""Bytes of a first line in which the mark of a WARC record stands, where one does."""

READ = frozenset(
    {"warc", "arc", "http", "zip", "tar", "parquet", "arrow", "orc", "table", "json", "har", "csv"}
    | {"mail", "html", "text"}
)
"""Kinds that have a reader; any other is refused in a sentence, or passed over in a folder."""


def suffix_kind(name: str) -> str | None:
    """Return the kind that a name speaks of, with or without a compression; None where it says nothing."""
    plain = without_suffix(name)
    if "?" in plain or "@" in plain:
        plain = _OPENING.sub(lambda found: re.split("[?@]", found[0])[0], plain)
    return _KINDS.get(f".{plain.rpartition('.')[2]}") if "." in plain else None


def kind_of(head: bytes, name: str, columns: Iterable[str] = ("text", "html")) -> str:
    """Return the kind of a file, from its first bytes without their compression, and its name.

    One of `READ`, or a kind that holds no page: image, sqlite, cdx, wat, binary, ...
    `columns` are the names of a table's columns for its pages.
    """
    head = head[:HEAD]
    found = _by_start(head)
    head = forms.as_utf8(head) if found is None and b"\0" in head else head
    found = found or _by_frame(head)
    if found:
        return found
    named = suffix_kind(name)
    if forms.first_letter(head) == b"<":
        if _HTML.match(head):
            return "html"
        if named != "html" and _XML.match(head):
            return "image" if _SVG.search(head) else "feed"
    if named not in {None, "text", "html", "json", "csv", "mail"}:
        return str(named) if named in READ or not forms.is_binary(head) else "binary"
    return _by_text(head, named, columns)


def _by_start(head: bytes) -> str | None:
    """The kind by a magic number."""
    if head[4:8] == b"ftyp":
        return "image" if head[8:12] in {b"avif", b"heic", b"mif1"} else "media"
    if head[:2] not in _FIRST:
        return None
    if head.startswith(b"RIFF") and head[8:12] in _RIFF:
        return _RIFF[head[8:12]]
    if head.startswith(b"\xff\xff\xff\xff") and head[6:8] == b"\0\0" and b"\0" in head[8:40]:
        return "arrow"  # a stream: its first message's length behind the mark
    for start, kind in _STARTS:
        if head.startswith(start) and (start not in _BINARY_AFTER or forms.is_binary(head[len(start) : 64])):
            return kind
    return None


def _by_frame(head: bytes) -> str | None:
    """The kind by how a first record is written."""
    start = head.lstrip()[:_LINE]
    if b"warc" in start.lower() and _WARC.match(head):
        return "wat" if _WAT.search(head) else "warc"
    if start.startswith((b"filedesc", b"http")) and _ARC.match(head):
        return "arc"
    if start[:5].upper() == b"HTTP/" and MESSAGE.match(head.lstrip()):
        return "http"
    if _is_tar(head):
        return "tar"
    if head.startswith(b"From ") and _MBOX.match(head):
        return "mbox"
    return "cdx" if _CDX.match(head) else None


def _is_tar(head: bytes) -> bool:
    """Whether a tar member's header starts here: by its mark, or in the oldest form by its sum."""
    if head[_TAR_MAGIC] == b"ustar":
        return True
    digits = head[_TAR_SUM].strip(b" \0")
    if not digits.isdigit() or len(head) < _BLOCK or not re.fullmatch(rb"[0-7]{3,7}", digits) or not head[0]:
        return False
    return int(digits, 8) == sum(head[:148]) + 8 * 0x20 + sum(head[156:_BLOCK])


def _by_text(head: bytes, named: str | None, columns: Iterable[str]) -> str:
    """The kind of what may be text."""
    found = forms.json_kind(head) if named != "csv" else None
    if found:
        return found
    if named in {"csv", "mail"}:
        return named
    if not head.startswith(_MARKS) and forms.is_binary(head):
        return "binary"
    if _MAIL_FIELD.match(head) and _MAIL.match(head):
        return "mail"
    if named is None and forms.is_csv(head, columns):
        return "csv"
    return named if named not in {None, "text"} else forms.refused_kind(head) or "text"


def looks_like_markup(body: bytes) -> bool:
    """Whether a body starts as a page in markup does."""
    return _HTML.match(forms.as_utf8(body[:HEAD])) is not None


def is_markup(body: bytes, media: str) -> bool:
    """Whether a body is a page in markup, by its media type or by how it starts."""
    return media.startswith(("text/html", "application/xhtml")) or looks_like_markup(body)


def is_wat(block: bytes) -> bool:
    """Whether a metadata record is one of a WAT file: what was found in a page, without the page."""
    return _WAT.match(block) is not None


def is_packed(head: bytes) -> bool:
    """Whether what a compression held is compressed itself."""
    return codec_of(head) is not None and not _HTML.match(head)
