"""One page, or three, in every form that is read, and what is refused: each made by the library made for it."""

from __future__ import annotations

import bz2
import csv
import gzip
import io
import json
import lzma
import pickle
import struct
import tarfile
import zipfile
from collections.abc import Callable
from email.message import EmailMessage
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import zstandard
from pyarrow import orc

from tests.factory.archives import HTML, http, packed, record, url, zipped

COUNT = 3
TEXT = (
    "Projekte\nStaatsorgane\nflag Dienstag, 30 April 2024\nAlle Nachrichten\nAlle Nachrichten\nKultur\n"
    "03 April 2024, 14:54\n\nChor {} singt auf dem Markt\n\n"
    "MINSK, 3. April (BelTA) - Der Chor sang auf dem Markt, und viele Gäste hörten bis in den Abend zu.\n\n"
    "Abonnieren Sie uns auf\nTwitter\nLetzte Nachrichten aus Belarus\n"
)
PAGE = HTML.format("MINSK, 3. April (BelTA) - " + "Der Chor sang auf dem Markt. " * 9).encode()
ROWS: list[dict[str, Any]] = [{"url": url(number), "text": TEXT.format(number)} for number in range(COUNT)]


def arc(*numbers: int, version: int = 1) -> bytes:
    """An ARC file; version 2 has five more fields in each record's line."""
    names = b"URL IP-address Archive-date Content-type Archive-length\n"
    block = b"%d 0 Chor\n" % version + names + b"\n"
    more = b" 200 - - 0 a.arc" if version > 1 else b""
    data = b"filedesc://a.arc 0.0.0.0 20140216050221 text/plain%b %d\n" % (more, len(block)) + block
    for number in numbers:
        message = http(PAGE)
        line = b"%b 1.2.3.4 20140216050221 text/html%b %d\n" % (url(number).encode(), more, len(message))
        data += b"\n" + line + message
    return data + b"\n"


def separated(separator: str, rows: list[dict[str, Any]] = ROWS) -> bytes:
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, list(rows[0]), delimiter=separator)
    writer.writeheader()
    writer.writerows(rows)
    return buffer.getvalue().encode()


def _columns(write: Callable[[pa.Table, Any], object]) -> bytes:
    sink = pa.BufferOutputStream()
    write(pa.Table.from_pylist(ROWS), sink)
    return bytes(sink.getvalue().to_pybytes())


def _ipc(new: Callable[[Any, pa.Schema], Any]) -> bytes:
    def write(table: pa.Table, sink: Any) -> None:
        with new(sink, table.schema) as writer:
            writer.write_table(table)

    return _columns(write)


def tarred(members: dict[str, bytes], form: int = tarfile.PAX_FORMAT) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=form) as file:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            file.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


def har(*pages: bytes) -> bytes:
    """What a browser saves of its visits: the pages, and a picture that is none."""
    contents = [{"mimeType": "text/html; charset=utf-8", "text": page.decode(), "size": len(page)} for page in pages]
    entries = [
        {
            "startedDateTime": f"2024-04-30T1{number}:00:00.000+03:00",
            "request": {"method": "GET", "url": url(number), "headers": []},
            "response": {"status": 200, "headers": [], "content": content},
        }
        for number, content in enumerate(contents)
    ]
    head = {"version": "1.2", "creator": {"name": "Browser", "version": "1"}, "pages": [{"id": "a", "title": "T"}]}
    return json.dumps({"log": {**head, "entries": entries}}, indent=2).encode()


def mhtml() -> bytes:
    mail = EmailMessage()
    mail["From"] = "<Saved by Blink>"
    mail["Snapshot-Content-Location"] = url(1)
    mail["Date"] = "Tue, 30 Apr 2024 12:00:00 +0200"
    mail.add_related(PAGE.decode(), subtype="html", cte="quoted-printable")
    mail.add_related(b"\x89PNG", "image", "png")
    mail.get_payload()[0]["Content-Location"] = url(1)
    return mail.as_bytes()


def eml() -> bytes:
    mail = EmailMessage()
    mail["From"] = "Redaktion <redaktion@example.org>"
    mail["Content-Location"] = url(1)
    mail.set_content(TEXT.format(1))
    mail.add_alternative(PAGE.decode(), subtype="html")
    return mail.as_bytes()


def with_dictionary(records: list[bytes], *, is_packed: bool) -> bytes:
    """A .warc.zst as IIPC proposes it: the dictionary first, in a frame to be skipped."""
    samples = [record(number, http(PAGE + b"%d" % number)) for number in range(200)]
    words = zstandard.train_dictionary(4096, samples)
    data = words.as_bytes()
    data = zstandard.compress(data) if is_packed else data
    compressor = zstandard.ZstdCompressor(dict_data=words)
    return struct.pack("<II", 0x184D2A5D, len(data)) + data + b"".join(map(compressor.compress, records))


RECORDS = [record(number, http(PAGE)) for number in range(COUNT)]
PAGES: dict[str, tuple[bytes, int]] = {
    "dump.txt": (TEXT.format(1).encode(), 1),
    "page.html": (PAGE, 1),
    "answer.txt": (http(PAGE), 1),
    "answers.html": (http(PAGE) * COUNT, COUNT),
    "records.warc": (b"".join(RECORDS), COUNT),
    "text.wet": (record(1, TEXT.format(1).encode(), "conversion", Content_Type="text/plain"), 1),
    "bundle.wacz": (zipped(archive__a_warc_gz=packed(RECORDS)), COUNT),
    "old.arc": (arc(*range(COUNT)), COUNT),
    "later.arc": (arc(*range(COUNT), version=2), COUNT),
    "saved.mhtml": (mhtml(), 1),
    "mail.eml": (eml(), 1),
    "rows.jsonl": (b"".join(json.dumps(row).encode() + b"\n" for row in ROWS), COUNT),
    "array.json": (json.dumps(ROWS, indent=1).encode(), COUNT),
    "object.json": (json.dumps(ROWS[0], indent=1).encode(), 1),
    "wrapped.json": (json.dumps({"rows": [{"row": row} for row in ROWS]}).encode(), COUNT),
    "solr.json": (json.dumps({"responseHeader": {"status": 0}, "response": {"docs": ROWS}}).encode(), COUNT),
    "elasticsearch.json": (
        json.dumps({"took": 1, "hits": {"total": 3, "hits": [{"_id": "a", "_source": row} for row in ROWS]}}).encode(),
        COUNT,
    ),
    "elasticdump.jsonl": (b"".join(json.dumps({"_id": "a", "_source": row}).encode() + b"\n" for row in ROWS), COUNT),
    "visits.har": (har(*[PAGE] * COUNT), COUNT),
    "utf16.jsonl": ("".join(json.dumps(row) + "\n" for row in ROWS).encode("utf-16"), COUNT),
    "utf16.json": (json.dumps(ROWS).encode("utf-16"), COUNT),
    "utf16.csv": (separated(",").decode().encode("utf-16"), COUNT),
    "unmarked.txt": (TEXT.format(1).encode("utf-16-le"), 1),
    "unmarked.html": (PAGE.decode().encode("utf-16-be"), 1),
    "unmarked.jsonl": ("".join(json.dumps(row) + "\n" for row in ROWS).encode("utf-16-le"), COUNT),
    "unmarked.json": (json.dumps(ROWS).encode("utf-16-be"), COUNT),
    "unmarked.tsv": (separated("\t").decode().encode("utf-16-be"), COUNT),
    "sequence.json": (b"".join(b"\x1e" + json.dumps(row).encode() + b"\n" for row in ROWS), COUNT),
    "rows.csv": (separated(","), COUNT),
    "semicolons.csv": (b"\xef\xbb\xbf" + separated(";"), COUNT),
    "rows.tsv": (separated("\t"), COUNT),
    "rows.parquet": (_columns(pq.write_table), COUNT),
    "rows.arrow": (_ipc(pa.ipc.new_file), COUNT),
    "stream.arrow": (_ipc(pa.ipc.new_stream), COUNT),
    "rows.orc": (_columns(orc.write_table), COUNT),
    "files.zip": (zipped(a_txt=TEXT.format(1).encode(), b_html=PAGE, c_warc=RECORDS[0]), COUNT),
    "files.tar": (tarred({"a.txt": TEXT.format(1).encode(), "b.html": PAGE, "c.warc.gz": packed(RECORDS[:1])}), COUNT),
    "gnu.tar": (tarred({"ä" * 90 + "/b.html": PAGE}, tarfile.GNU_FORMAT), 1),
    "members.warc.gz": (packed(RECORDS), COUNT),
    "frames.warc.zst": (b"".join(map(zstandard.compress, RECORDS)), COUNT),
    "skippable.warc.zst": (
        struct.pack("<II", 0x184D2A50, 4) + b"abcd" + b"".join(map(zstandard.compress, RECORDS)),
        COUNT,
    ),
    "dictionary.warc.zst": (with_dictionary(RECORDS, is_packed=False), COUNT),
    "packed dictionary.warc.zst": (with_dictionary(RECORDS, is_packed=True), COUNT),
    "old.arc.gz": (gzip.compress(arc(1)), 1),
    "page.html.bz2": (bz2.compress(PAGE), 1),
    "records.warc.xz": (lzma.compress(b"".join(RECORDS)), COUNT),
    "records.warc.lz4": (pa.Codec("lz4").compress(b"".join(RECORDS), asbytes=True), COUNT),
    "files.tgz": (gzip.compress(tarred({"b.html": PAGE})), 1),
}
"""Files by a name that fits, each with the number of its pages."""


def _office(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        for name in names:
            file.writestr(name, b"<x/>")
    return buffer.getvalue()


def _indented(text: str) -> str:
    return text.replace("\n", "\n    ")


_WAT = b'{"Container": {"Filename": "a.warc.gz"}, "Envelope": {"Payload-Metadata": {}}}'
REFUSED: dict[str, bytes] = {
    "index.cdx": b" CDX N b a m s k r M S V g\nby,belta,deu)/a 20240430100000 https://deu.belta.by/a text/html 200 X",
    "index.cdxj": b'by,belta,deu)/a 20240430100000 {"url": "https://deu.belta.by/a", "mime": "text/html"}\n',
    "found.wat": record(1, _WAT, "metadata", Content_Type="application/json"),
    "articles.sqlite": b"SQLite format 3\0" + bytes(200),
    "letter.docx": _office("[Content_Types].xml", "word/document.xml"),
    "letter.odt": _office("mimetype", "content.xml"),
    "letter.doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(200),
    "letter.pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + b"1 0 obj\n" * 99,
    "picture.png": b"\x89PNG\r\n\x1a\n" + bytes(200),
    "picture.jpg": b"\xff\xd8\xff\xe0" + bytes(200),
    "picture.svg": b"<?xml version='1.0'?><svg><text>Der Chor</text></svg>",
    "feed.xml": b"<?xml version='1.0'?><rss><channel><item><title>Der Chor</title></item></channel></rss>",
    "pages.sql": b"-- MySQL dump\nINSERT INTO `pages` VALUES ('%b');\n" % TEXT.replace("\n", "\\n").encode(),
    "pages.pickle": pickle.dumps(ROWS),
    "pages.avro": b"Obj\1\4\x16avro.schema\4{}" + TEXT.encode(),
    "pages.yaml": "".join(f"- url: {row['url']}\n  text: |\n    {_indented(row['text'])}\n" for row in ROWS).encode(),
    "quoted.yml": "".join(f"- url: {row['url']}\n  text: {json.dumps(row['text'])}\n" for row in ROWS).encode(),
    "pages.jsonp": b"pages(" + json.dumps(ROWS).encode() + b")",
    "strings.jsonl": b"".join(json.dumps(row["text"]).encode() + b"\n" for row in ROWS),
    "lists.json": json.dumps([list(row.values()) for row in ROWS]).encode(),
    "links.csv": separated(",", [{"link": row["url"], "article": row["text"]} for row in ROWS]),
    "headless.csv": separated(",").partition(b"\r\n")[2],
    "packed.7z": b"7z\xbc\xaf\x27\x1c" + bytes(200),
    "style.css": b"p { color: red }\n",
    "code.js": b"function chor() { return 1; }\n",
    "program": b"\x7fELF" + bytes(range(256)),
    "mails.mbox": b"From chor@example.org Tue Apr 30 10:00:00 2024\nFrom: chor@example.org\n\nDer Chor.\n" * 2,
    "articles.jsonl": b'{"schema_version":"1","id":"de-1-2024","url":null,"text":"Der Chor."}\n',
    "articles.json": b'[\n{"schema_version": "1", "id": "de-1-2024", "url": null, "text": "Der Chor."}\n]',
    "articles.de-en.jsonl": b'{"story_id":"s1","id":{"de":"de-1-2024"},"translation":{"de":"x","en":"y"}}\n',
    "copied.jsonl": '{"schema_version":"1","id":"de-1-2024","url":null,"text":"Der Chor."}\n'.encode("utf-16"),
    "articles.audit.jsonl": b'{"id":null,"uri":"a","record":null,"line":1,"column":0,"rule":"drop.empty"}\n',
    "export.csv": b"\xef\xbb\xbfschema_version,id,url,edition,text\r\n1,de-1-2024,,de,Der Chor\r\n",
}
"""Files that hold no page, by a name that fits."""
