"""What this program wrote itself, and never reads as pages: articles, audits, reports, exports."""

from __future__ import annotations

import io
import re
from contextlib import suppress

from belta_spider.sources.unpacking import without_suffix
from belta_spider.text.forms import as_utf8, first_letter

_NAMES = re.compile(
    r"\.(?:audit|unread|visits|coverage|stories|run)\.(?:jsonl|jsonlines|jl|json)$|^\..*\.stories\.cache$"
)
"""What stands beside an output, by the ends of the names."""
_ARTICLES = re.compile(rb'(?:\xef\xbb\xbf)?\s*(?:\[\s*)?\{\s*"schema_version":\s*"\d+",\s*"id":\s*"')
_BESIDE = re.compile(
    rb'\{"id":(?:null|"[^"]{0,200}"),"uri":"(?:[^"\\]|\\.)*","record":(?:null|"(?:[^"\\]|\\.)*"),"line":\d+,"column":'
    rb'|\{"edition":"[^"]{1,20}","(?:articles":\d|section":(?:null|"[^"]*"),"day":)'
    rb'|\{"list":"(?:[^"\\]|\\.)*","(?:whole|since|on|page)":'
    rb'|\{"story_id":"[^"]{1,100}",'
    rb'|\{"uri":"(?:[^"\\]|\\.)*","record":(?:null|"(?:[^"\\]|\\.)*"),"offset":(?:null|\d+),"cause":'
)
_EXPORT = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:file,)?schema_version,id,url,edition,"
    rb'|<doc id="[^"]*" edition="[^"]*" language="'
    rb'|\{"index":\{"_index":"[^"]*","_id":"[^"]*"\}\}'
    rb"|<\?xml[^>]*>\s*(?:<items>\s*<item>\s*<schema_version>|<tmx[^>]*>\s*<header[^>]*belta_spider"
    rb"|<teiCorpus[^>]*>.{0,2000}<application ident=.belta_spider)"
    rb'|\{"@context":"https://schema\.org","@graph":\[\s*(?:\{"@type":"NewsArticle","@id"|\])',
    re.DOTALL,
)
_REPORT = re.compile(rb'<meta http-equiv="Content-Security-Policy"[^>]*>.*?<title>Report on ', re.DOTALL)
_GOLDEN = re.compile(rb'\{\s*"(?:record|dropped)":\s*(?:\{\s*"schema_version"|")')
_FORMS = {
    b"{": (_ARTICLES, _BESIDE, _EXPORT, _GOLDEN),
    b"[": (_ARTICLES,),
    b"<": (_EXPORT,),
    b"f": (_EXPORT,),
    b"s": (_EXPORT,),
}
"""By the first letter of what they take."""
_COLUMNS = (b"schema_version", b"date_published", b"language_confidence", b"producer")
"""Columns that no table of pages has together: they stand in the foot of Parquet, Arrow and ORC as they are."""
_FOOT = 256 * 2**10  # bytes of a Parquet file's end, where its schema is


def is_own(head: bytes, name: str) -> bool:
    """Whether this program wrote a file, by its first bytes (without their compression) and its name."""
    if name.count(".") > 1 and _NAMES.search(without_suffix(name)):
        return True
    head = as_utf8(head) if b"\0" in head else head
    for form in _FORMS.get(first_letter(head), ()):
        if form.match(head):
            return True
    return head.startswith(b"<!doctype html>") and _REPORT.search(head) is not None


def is_own_table(file: io.BufferedReader) -> bool:
    """Whether a table of columns is an export of articles; the file is left where it was."""
    with suppress(OSError, ValueError):
        place = file.tell()
        file.seek(0, io.SEEK_END)
        size = file.tell()
        file.seek(max(0, size - _FOOT))
        foot = file.read(_FOOT)
        file.seek(0)
        head = file.read(_FOOT)
        file.seek(place)
        return any(all(column in part for column in _COLUMNS) for part in (foot, head))
    return False
