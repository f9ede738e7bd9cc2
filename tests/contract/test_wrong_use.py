"""Each wrong use: its exit code, its one line on standard error, and all files as they were."""

from __future__ import annotations

import gzip
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from belta_spider.output.beside import companions
from tests.factory import outputs
from tests.factory.small_pages import PAGE
from tests.typed import ROOT, Typist, typist

GO = "crawl belta -a source=p.txt"
LIVE = "crawl belta -a source=live -s BELTA_CONTACT=desk@example.org"
OF_ARCHIVE = "crawl belta -s BELTA_CONTACT=desk@example.org"
ROWS: dict[str, list[tuple[str, int, str]]] = {
    "arguments": [
        ("crawl", 2, "takes one spider"),
        ("crawl belta belta", 2, "takes one spider"),
        ("crawl betla", 2, "did you mean belta?"),
        ("crawl belta -a source=", 2, "source= names nothing"),
        ("crawl belta -a source=%20", 2, "source= names nothing"),
        ("crawl belta -a source", 2, "-a NAME=VALUE"),
        ("crawl belta -a =p.txt", 2, "-a NAME=VALUE"),
        ("crawl belta -a", 2, "expected one argument"),
        ("crawl belta -a soruce=p.txt", 2, "-a soruce=p.txt (did you mean source?)"),
        ("crawl belta -a Source=p.txt", 2, "did you mean source?"),
        (f"{GO} -a source=p.txt", 2, "-a source is given more than once"),
        (f"{GO} -a edition=de -a edition=en", 2, "-a edition is given more than once: edition=de, edition=en"),
        (f"{GO} -a editoin=de", 2, "did you mean edition"),
        (f"{GO} -a edition=fr", 2, "unknown edition: fr (known:"),
        (f"{GO} -a edition=DE", 2, "unknown edition: DE"),
        (f"{GO} -a since=9999-12-31", 2, "since=9999-12-31: is still to come; today is "),
        (f"{GO} -a since=9999-12-31 -a until=9999-12-31", 2, "since=9999-12-31: is still to come"),
        (f"{GO} -a since=2024-02-30", 2, "since=2024-02-30: not a day; write it like 2024-04-01"),
        (f"{GO} -a until=30.4.2024", 2, "until=30.4.2024: not a day; write it like 2024-04-01"),
        (f"{GO} -a since=2024-04-02 -a until=2024-04-01", 2, "since=2024-04-02: is after until=2024-04-01"),
        (f"{GO} -a any_site=2", 2, "any_site=2: 0 or 1"),
        (f"{GO} -a captures=last", 2, "unknown captures: last (known: first newest all)"),
        (f"{GO} -a columns=text", 2, "columns"),
        (f"{GO} -a refresh=3d", 2, "only with -a source=live: -a refresh=3d"),
        (f"{GO} -a max_pages=5", 2, "only with -a source=live or an archive's: -a max_pages=5"),
        (f"{GO} -a max_minutes=5", 2, "only with -a source=live or an archive's: -a max_minutes=5"),
        (f"{GO} -a replay=https://a.example/web", 2, "only with -a source=cdx:... or records:...: -a replay="),
        (f"{GO} -a base=folder", 2, "only with -a source=cdx:..., records:... or commoncrawl:...: -a base=folder"),
        (f"{GO} -a dry_run=yes", 2, "dry_run=yes: 0 or 1"),
        (f"{GO} -a dry_run=", 2, "dry_run=: 0 or 1"),
        (f"{GO} -a dryrun=1", 2, "did you mean dry_run?"),
        (f"{GO} -a missing=1", 2, "only with -a source=live: -a missing=1"),
        (f"{GO} -a self=1", 2, "unknown argument: -a self=1"),
        (f"{GO} -a crawler=1", 2, "unknown argument: -a crawler=1"),
        (f"{GO} -a name=1", 2, "unknown argument: -a name=1"),
        (f"{GO} -a settings=1", 2, "unknown argument: -a settings=1"),
        ("crawl belta -a source=nowhere.txt", 2, "nowhere.txt"),
        ("crawl belta -a source=empty", 2, "nothing in it to read"),
        (f"crawl belta -a source={'x' * 300}", 2, "x"),
        (f"crawl belta -a source={'x/' * 3000}", 2, "x"),
        ("crawl belta", 2, "there is no folder fixtures/ here: name what to read"),
        ("crawl belta --source p.txt", 2, "-a source=p.txt"),
        ("crawl belta --edition=de", 2, "-a edition=VALUE"),
        ("crawl belta --outptu a.jsonl", 2, "did you mean --output?"),
        ("crawl belta -x", 2, "unknown option: -x"),
        ("crawl belta --sett X=1", 2, "unknown option: --sett"),
    ],
    "a live crawl": [
        ("crawl belta -a source=live", 2, "BELTA_CONTACT"),
        ("crawl belta -a source=live -s BELTA_CONTACT=me", 2, "BELTA_CONTACT=me: neither a mail address"),
        ("crawl belta -a source=live -s BELTA_CONTACT=", 2, "BELTA_CONTACT"),
        (f"{LIVE} -a editions=fr", 2, "unknown edition: fr"),
        (f"{LIVE} -a refresh=3", 2, "refresh=3: no span of time; write it like 3d or 12h"),
        (f"{LIVE} -a refresh=0d", 2, "refresh=0d: "),
        (f"{LIVE} -a max_pages=0", 2, "max_pages=0"),
        (f"{LIVE} -a max_pages=many", 2, "max_pages=many"),
        (f"{LIVE} -a max_minutes=-1", 2, "max_minutes=-1"),
        (f"{LIVE} -a missing=maybe", 2, "missing=maybe"),
        (f"{LIVE} -a captures=newest", 2, "only for saved pages and archives: -a captures=newest"),
        (f"{LIVE} -a replay=https://a.example/web", 2, "only with -a source=cdx:... or records:..."),
        (f"{LIVE} -a base=s3://a", 2, "only with -a source=cdx:..., records:... or commoncrawl:..."),
        (f"{LIVE} -a columns=text:body", 2, "only for saved pages: -a columns=text:body"),
        (f"{LIVE} -a since=2024-02-30", 2, "since=2024-02-30: not a day; write it like 2024-04-01"),
        (f"{LIVE} -a since=9999-12-31", 2, "since=9999-12-31: is still to come; today is "),
        (f"{LIVE} -a since=2024-04-02 -a until=2024-04-01", 2, "since=2024-04-02: is after until=2024-04-01"),
        (f"{LIVE} -s BELTA_BASE_URLS={{de:x}}", 2, 'write it as JSON: {"de": "http'),
        (f"{LIVE} -s BELTA_BASE_URLS=[1]", 2, "BELTA_BASE_URLS=[1]: write it as"),
        (f'{LIVE} -s BELTA_BASE_URLS={{"de":"x"}}', 2, "no http or https address"),
        (f'{LIVE} -s BELTA_BASE_URLS={{"de":"http://a:b"}}', 2, "BELTA_BASE_URLS"),
        (f"{LIVE} -s BELTA_WARC_DIR=p.txt", 2, "BELTA_WARC_DIR=p.txt: not a folder"),
        (f"{LIVE} -s BELTA_WARC_DIR=p.txt/warc", 2, "BELTA_WARC_DIR=p.txt/warc: not a folder"),
    ],
    "archives": [
        ("crawl belta -a source=wayback", 2, "a run over an archive needs -s BELTA_CONTACT"),
        ("crawl belta -a source=commoncrawl", 2, "a run over an archive needs -s BELTA_CONTACT"),
        ("crawl belta -a source=cdx:https://a.example/x/cdx", 2, "a run over an archive needs -s BELTA_CONTACT"),
        ("crawl belta -a source=wayback -s BELTA_CONTACT=me", 2, "BELTA_CONTACT=me: neither a mail address"),
        (f"{OF_ARCHIVE} -a source=wayback:2019", 2, "write source=wayback, and cdx:ADDRESS for another"),
        (f"{OF_ARCHIVE} -a source=Wayback", 2, "Wayback"),
        (f"{OF_ARCHIVE} -a source=wayback -a editions=fr", 2, "unknown edition: fr"),
        (f"{OF_ARCHIVE} -a source=wayback -a since=2019-02-30", 2, "since=2019-02-30"),
        (f"{OF_ARCHIVE} -a source=wayback -a since=2020-01-01 -a until=2019-01-01", 2, "is after until"),
        (f"{OF_ARCHIVE} -a source=wayback -a sections=Sport!", 2, "no section has a slug like Sport!"),
        (f"{OF_ARCHIVE} -a source=wayback -a captures=oldest", 2, "unknown captures: oldest"),
        (f"{OF_ARCHIVE} -a source=wayback -a refresh=3d", 2, "only with -a source=live: -a refresh=3d"),
        (f"{OF_ARCHIVE} -a source=wayback -a missing=1", 2, "only with -a source=live: -a missing=1"),
        (f"{OF_ARCHIVE} -a source=wayback -a columns=text:body", 2, "only for saved pages: -a columns=text:body"),
        (f"{OF_ARCHIVE} -a source=wayback -a any_site=1", 2, "only for saved pages: -a any_site=1"),
        (f"{OF_ARCHIVE} -a source=wayback -a max_pages=0", 2, "max_pages=0"),
        (f"{OF_ARCHIVE} -a source=wayback -a replay=https://a.example/web", 2, "tells where its captures are"),
        (f"{OF_ARCHIVE} -a source=wayback -a base=s3://commoncrawl", 2, "tells where its captures are"),
        (f"{OF_ARCHIVE} -a source=wayback -a dry_run=2", 2, "dry_run=2: 0 or 1"),
        (f"{OF_ARCHIVE} -a source=wayback -s BELTA_WAYBACK_URL=archive", 2, "no http or https address"),
        (f"{OF_ARCHIVE} -a source=wayback -s BELTA_COMMONCRAWL_URL=ftp://a", 2, "no http or https address"),
        (f"{OF_ARCHIVE} -a source=wayback -s BELTA_ARCHIVE_ROBOTS=maybe", 2, "neither on nor off"),
        (f"{OF_ARCHIVE} -a source=wayback -s DOWNLOAD_DELAY=-1", 2, "DOWNLOAD_DELAY=-1: no number of seconds"),
        (f"{OF_ARCHIVE} -a source=wayback -s DOWNLOAD_DELAY=fast", 2, "DOWNLOAD_DELAY=fast: no number of seconds"),
        (f"{OF_ARCHIVE} -a source=commoncrawl:", 2, "names no crawl: commoncrawl:CC-MAIN-2024-10"),
        (f"{OF_ARCHIVE} -a source=commoncrawl:2024-10", 2, "no crawl is named like 2024-10"),
        (f"{OF_ARCHIVE} -a source=commoncrawl:CC-MAIN-2024-10,x", 2, "no crawl is named like x"),
        (f"{OF_ARCHIVE} -a source=commoncrawl -a base=empty", 2, "are read over https or s3"),
        (f"{OF_ARCHIVE} -a source=commoncrawl -a replay=https://a.example/web", 2, "tells where its captures are"),
        (f"{OF_ARCHIVE} -a source=cdx:", 2, "names no index"),
        (f"{OF_ARCHIVE} -a source=cdx:https://", 2, "no address such as cdx:https://"),
        (f"{OF_ARCHIVE} -a source=cdx:http://a:b/cdx", 2, "no address such as cdx:https://"),
        (f"{OF_ARCHIVE} -a source=cdx:https://a.example/find", 2, "where are its captures? -a replay=ADDRESS"),
        (f"{OF_ARCHIVE} -a source=cdx:https://a.example/x/cdx -a replay=x", 2, "replay=x: no address such as"),
        (f"{OF_ARCHIVE} -a source=cdx:https://a.example/x/cdx -a base=ftp://x", 2, "base=ftp://x: no address such as"),
        (f"{OF_ARCHIVE} -a source=cdx:https://a.example/x/cdx -a base=empty", 2, "are read over https or s3"),
        (
            f"{OF_ARCHIVE} -a source=cdx:https://a.example/x/cdx -a base=s3://x -a replay=http://x.example",
            2,
            "together",
        ),
        ("crawl belta -a source=cdx:nowhere.cdxj", 2, "source=cdx:nowhere.cdxj: no such index"),
        ("crawl belta -a source=cdx:s3://bucket/index.cdxj", 2, "fetch it first"),
        ("crawl belta -a source=cdx:empty", 2, "no such index"),
        ("crawl belta -a source=cdx:p.txt", 2, "neither an index (CDX, CDXJ) nor a table of captures"),
        ("crawl belta -a source=cdx:own.jsonl", 2, "this program wrote it"),
        ("crawl belta -a source=cdx:index.cdxj", 2, "the archive files that it names are not beside it"),
        ("crawl belta -a source=cdx:index.cdxj -a base=empty", 2, "are not in empty"),
        ("crawl belta -a source=cdx:index.cdxj -a base=nowhere", 2, "base=nowhere: no such folder"),
        ("crawl belta -a source=cdx:index.cdxj -a base=https://a.example", 2, "needs -s BELTA_CONTACT"),
        ("crawl belta -a source=records:", 2, "names no file: records:coordinates.parquet"),
        ("crawl belta -a source=records:nowhere.parquet", 2, "no such index"),
        ("crawl belta -a source=records:table.csv", 2, "no column of a capture time among url"),
    ],
    "settings": [
        (f"{GO} -s BELTA_MIN_ARTICLE=1000", 2, "unknown setting: BELTA_MIN_ARTICLE (did you mean BELTA_MIN_ARTICLES?)"),
        (f"{GO} -s belta_workers=2", 2, "unknown setting: belta_workers (did you mean BELTA_WORKERS?)"),
        (f"{GO} -s BELTA_WORKER=2", 2, "did you mean BELTA_WORKERS?"),
        (f"{GO} -s BELTA-WORKERS=2", 2, "did you mean BELTA_WORKERS?"),
        (f"{GO} -s BELTA_=2", 2, "unknown setting: BELTA_"),
        (f"{GO} -s BELTA_WORKERS=-1", 2, "BELTA_WORKERS=-1: not a number from 0 to 512"),
        (f"{GO} -s BELTA_WORKERS=two", 2, "BELTA_WORKERS=two: "),
        (f"{GO} -s BELTA_WORKERS=1.5", 2, "BELTA_WORKERS=1.5: "),
        (f"{GO} -s BELTA_WORKERS=1000000", 2, "BELTA_WORKERS=1000000: "),
        (f"{GO} -s BELTA_WORKERS=", 2, "BELTA_WORKERS='': "),
        (f"{GO} -s BELTA_AUDIT=maybe", 2, "BELTA_AUDIT=maybe: neither on nor off"),
        (f"{GO} -s BELTA_AUDIT=2", 2, "BELTA_AUDIT=2: neither on nor off"),
        (f"{GO} -s BELTA_AUDIT=", 2, "BELTA_AUDIT='': neither on nor off"),
        (f"{GO} -s BELTA_MIN_ARTICLES=many", 2, "BELTA_MIN_ARTICLES=many: not a number"),
        (f"{GO} -s BELTA_MIN_ARTICLES=-5", 2, "BELTA_MIN_ARTICLES=-5: not a number"),
        (f"{GO} -s BELTA_MIN_ARTICLES=1e3", 2, "BELTA_MIN_ARTICLES=1e3: not a number"),
        (f"{GO} -s BELTA_MIN_ARTICLES=nan", 2, "BELTA_MIN_ARTICLES=nan: not a number"),
        (f"{GO} -s BELTA_MAX_UNKNOWN=2", 2, "BELTA_MAX_UNKNOWN=2: not a share from 0 to 1"),
        (f"{GO} -s BELTA_MAX_UNKNOWN=nan", 2, "BELTA_MAX_UNKNOWN=nan: not a share from 0 to 1"),
        (f"{GO} -s BELTA_MAX_UNKNOWN=5%", 2, "BELTA_MAX_UNKNOWN=5%: not a share from 0 to 1"),
        (f"{GO} -s BELTA_MAX_DRIFT=most", 2, "BELTA_MAX_DRIFT=most: not a share from 0 to 1"),
        (f"{GO} -s BELTA_MAX_DRIFT=-0.1", 2, "BELTA_MAX_DRIFT=-0.1: not a share from 0 to 1"),
        (f"{GO} -s BELTA_EDITIONS=nowhere", 2, "BELTA_EDITIONS=nowhere: no such folder"),
        (f"{GO} -s BELTA_EDITIONS=p.txt", 2, "BELTA_EDITIONS=p.txt: no such folder"),
        (f"{GO} -s BELTA_EDITIONS=empty", 2, "there is no edition file"),
        (f"{GO} -s BELTA_SUMMARY=loud", 2, "BELTA_SUMMARY=loud: none of full quiet"),
        (f"{GO} -s BELTA_CONTACT=me", 2, "BELTA_CONTACT=me: "),
        (f"{GO} -s BELTA_WORKERS=1 -s BELTA_WORKERS=2", 2, "-s BELTA_WORKERS is given more than once"),
        (f"{GO} -s BELTA_WORKERS", 2, "-s NAME=VALUE"),
        (f"{GO} -s =1", 2, "-s NAME=VALUE"),
        (f"{GO} -s", 2, "expected one argument"),
        (f"{GO} -s JOBDIR=jobs", 2, "pickles"),
        (f"{GO} -s HTTPCACHE_ENABLED=1", 2, "pickles"),
        ("stats own.jsonl -s BELTA_AUDITS=1", 2, "did you mean BELTA_AUDIT?"),
        ("report own.jsonl -s BELTA_WORKERS=x", 2, "BELTA_WORKERS=x: "),
        ("explain p.txt -s BELTA_EDITION=x", 2, "did you mean BELTA_EDITIONS?"),
    ],
    "logs": [
        (f"{GO} -L FOO", 2, "LOG_LEVEL=FOO: none of CRITICAL ERROR WARNING INFO DEBUG"),
        (f"{GO} -L WARN_ING", 2, "did you mean WARNING?"),
        (f"{GO} -L DEBUGG", 2, "did you mean DEBUG?"),
        (f"{GO} -s LOG_LEVEL=LOUD", 2, "LOG_LEVEL=LOUD: "),
        (f"{GO} --logfile nowhere/run.log", 2, "--logfile nowhere/run.log: cannot be written: no such folder"),
        (f"{GO} --logfile empty", 2, "--logfile empty: cannot be written: a folder"),
        (f"{GO} -s LOG_FILE=nowhere/run.log", 2, "cannot be written: no such folder"),
        (f"{GO} --logfile", 2, "expected one argument"),
        (f"{GO} --logfile own.jsonl -o own.jsonl", 2, "--logfile own.jsonl"),
        (f"{GO} --logfile own.audit.jsonl -o own.jsonl", 2, "--logfile own.audit.jsonl"),
        (f"{GO} --logfile .own.stories.cache -o own.jsonl", 2, "belongs to own.jsonl"),
        (f"{GO} --pidfile own.jsonl -o own.jsonl", 2, "--pidfile own.jsonl"),
        (f"{GO} --pidfile notes.txt", 2, "--pidfile notes.txt: holds something else"),
        (f"{GO} --pidfile nowhere/pid", 2, "--pidfile nowhere/pid: cannot be written"),
        ("stats own.jsonl -L FOO", 2, "LOG_LEVEL=FOO"),
        ("stats own.jsonl --logfile nowhere/x", 2, "--logfile nowhere/x: cannot be written"),
        ("stats own.jsonl --pidfile own.jsonl", 2, "--pidfile own.jsonl"),
        ("diff own.jsonl own.jsonl --logfile empty", 2, "a folder"),
    ],
    "outputs of a crawl": [
        (f"{GO} -o own.audit.jsonl", 2, "own.audit.jsonl: is named as the audit of own.jsonl"),
        (f"{GO} -O own.audit.jsonl", 2, "is named as the audit of own.jsonl"),
        (f"{GO} -O own.visits.jsonl", 2, "is named as the visits of own.jsonl"),
        (f"{GO} -o own.unread.jsonl", 2, "is named as the unread of own.jsonl"),
        (f"{GO} -O own.coverage.jsonl", 2, "is named as the coverage of own.jsonl"),
        (f"{GO} -O own.stories.jsonl", 2, "is named as the stories of own.jsonl"),
        (f"{GO} -O own.run.json", 2, "is named as the run of own.jsonl"),
        (f"{GO} -O .own.stories.cache:jsonl", 2, "is named as the cache of the stories of own.jsonl"),
        (f"{GO} -o a.jsonl -o a.audit.jsonl", 2, "a.audit.jsonl"),
        (f"{GO} -o own.jsonl -o ./own.jsonl", 2, "is written already"),
        (f"{GO} -o own.jsonl -o link.jsonl", 2, "is written already"),
        (f"{GO} -o a.jsonl -O b.jsonl", 2, "only one of -o"),
        ("crawl belta -a source=own.jsonl -o own.jsonl", 2, "source=own.jsonl: this program wrote it"),
        ("crawl belta -a source=own.jsonl -O own.jsonl", 2, "source=own.jsonl: this program wrote it"),
        ("crawl belta -a source=own.jsonl -O link.jsonl", 2, "source=own.jsonl: this program wrote it"),
        ("crawl belta -a source=p.txt,own.jsonl -O own.jsonl", 2, "source=own.jsonl: this program wrote it"),
        ("crawl belta -a source=p.txt -O p.txt:jsonl", 2, "source=p.txt is read, and would be written"),
        (f"{GO} -O x.parquet", 2, "crawl to x.jsonl, then scrapy export x.jsonl --to x.parquet"),
        (f"{GO} -o x.sqlite", 2, "scrapy export"),
        (f"{GO} -o x.docx", 2, "unknown format .docx"),
        (f"{GO} -o x.josnl", 2, "did you mean jsonl?"),
        (f"{GO} -o x", 2, "unknown format ''"),
        (f"{GO} -o notes.txt", 2, "unknown format .txt"),
        (f"{GO} -o a.csv.gz", 2, "only JSON Lines are compressed"),
        (f"{GO} -o empty", 2, "cannot write to empty: no file"),
        (f"{GO} -o empty/", 2, "cannot write to empty/: no file"),
        (f"{GO} -o ./", 2, "no file; name one"),
        (f"{GO} -o", 2, "expected one argument"),
        (f"{GO} -o gopher://a/b.jsonl", 2, "unknown scheme"),
        (f"{GO} -o empty:jsonl", 3, "empty"),
        (f"{GO} -O empty:jsonl", 3, "empty"),
        (f"{GO} -o text.jsonl", 3, "line 1 (byte 0) is no record"),
        (f"{GO} -o utf16.jsonl", 3, "is no record"),
        (f"{GO} -o packed.jsonl", 3, "is no record"),
        (f"{GO} -o foreign.jsonl", 3, "holds no article of this program"),
        (f"{GO} -o damaged.jsonl", 3, "line 1 (byte 0) is no record"),
        (f"{GO} -o plain.jsonl.gz", 3, "starts nothing that can be unpacked"),
        (f"{GO} -o text.csv.jsonl.gz", 3, "text.csv.jsonl.gz"),
    ],
    "targets": [
        ("report own.jsonl --to own.jsonl", 2, "must end in one of .html .htm"),
        ("report own.jsonl --to own.audit.jsonl", 2, "must end in one of .html .htm"),
        ("report own.jsonl --to x.pdf", 2, "must end in one of .html .htm"),
        ("report own.jsonl --to x", 2, "must end in one of .html .htm"),
        ("report own.jsonl --to folder.html", 2, "folder.html: a folder"),
        ("report own.jsonl --to pipe.html", 2, "pipe.html: no regular file"),
        ("report own.jsonl --to linked.html", 2, "linked.html: is one of the files"),
        ("report own.jsonl --to audit-link.html", 2, "audit-link.html: belongs to own.jsonl"),
        ("report own.jsonl --to /dev/null", 2, "must end in"),
        ("report own.jsonl --to", 2, "expected one argument"),
        ("report own.jsonl --to notes.txt/x.html", 3, "not written"),
        ("report own.jsonl --to x.html --to y.html", 2, "--to is given more than once: x.html, y.html"),
        ("report own.jsonl --to %00", 2, "--to '': names nothing"),
        ("changes own.jsonl --to own.jsonl", 2, "must end in .json or .xml"),
        ("changes own.jsonl --to own.run.json", 2, "belongs to own.jsonl"),
        ("changes own.jsonl --to linked.json", 2, "linked.json: is one of the files"),
        ("changes own.jsonl --to linked.xml", 2, "linked.xml: is one of the files"),
        ("changes own.jsonl --to folder.json", 2, "folder.json: a folder"),
        ("changes own.jsonl --to notes.txt/x.json", 3, "not written"),
        ("export own.jsonl --to linked.parquet", 2, "linked.parquet: is one of the files"),
        ("export own.jsonl --to linked.sqlite", 2, "linked.sqlite: is one of the files"),
        ("export own.jsonl --to linked.jsonld", 2, "linked.jsonld: is one of the files"),
        ("export own.jsonl --to linked.tmx", 2, "linked.tmx: is one of the files"),
        ("export own.jsonl --to linked.de-en.jsonl", 2, "linked.de-en.jsonl: is one of the files"),
        ("export own.jsonl --to own.stories.jsonl", 2, "must end in one of .parquet"),
        ("export own.jsonl --to x.csv --to y.csv", 2, "--to is given more than once"),
        ("export own.jsonl --to x.csv --revisions some", 2, "invalid choice: 'some'"),
        ("export own.jsonl", 2, "say from where to where"),
        ("export own.jsonl --to own.jsonl", 2, "must end in one of .parquet"),
        ("export own.jsonl --to own.run.json", 2, "must end in one of .parquet"),
        ("export own.jsonl --to x.xlsx", 2, "must end in one of .parquet"),
        ("export own.jsonl --to x", 2, "must end in one of .parquet"),
        ("export own.jsonl --to -", 2, "- tells none: write -:csv"),
        ("export own.jsonl --to -:parquet", 2, "only csv jsonld ndjson tei vert can go to standard output"),
        ("export own.jsonl --to -:", 2, "only csv jsonld ndjson tei vert can go to standard output"),
        ("export own.jsonl --to folder.csv", 2, "folder.csv: a folder"),
        ("export own.jsonl --to pipe.csv", 2, "pipe.csv: no regular file"),
        ("export own.jsonl --to linked.csv", 2, "linked.csv: is one of the files"),
        ("export own.jsonl --to ./", 2, "is no folder of its own"),
        ("export own.jsonl --to ../", 2, "is no folder of its own"),
        ("export own.jsonl --to /", 2, "is no folder of its own"),
        ("export own.jsonl --to others/", 2, "holds something else than a dataset of ours"),
        ("export own.jsonl --to full/", 2, "holds something else than a dataset of ours"),
        ("export own.jsonl --to notes.txt/", 2, "is no folder of its own"),
        ("export own.jsonl own.jsonl --to x.csv", 2, "say from where to where"),
        ("export nowhere.jsonl --to x.csv", 2, "nowhere.jsonl: no such file"),
        ("export notes.txt/x.jsonl --to x.csv", 2, "no such file"),
    ],
    "what is read": [
        ("stats nowhere.jsonl", 2, "nowhere.jsonl: no such file; name the file that scrapy crawl -o wrote"),
        ("stats", 2, "data/articles.jsonl: no such file; run scrapy crawl belta first"),
        ("stats empty", 2, "empty: is a folder"),
        ("stats pipe.html", 2, "pipe.html: is no regular file"),
        ("stats own.audit.jsonl", 2, "is the audit beside own.jsonl; name the articles"),
        ("stats own.visits.jsonl", 2, "is the visits beside own.jsonl"),
        ("stats .own.stories.cache", 2, "is the cache of the stories beside own.jsonl"),
        ("explain .own.stories.cache", 2, "is the cache of the stories beside own.jsonl"),
        ("crawl belta -a source=.own.stories.cache", 2, "this program wrote it"),
        ("stats own.run.json", 2, "is the run beside own.jsonl"),
        ("stats entries.jsonl", 2, "entries.jsonl: holds an audit and no articles"),
        ("stats own.jsonl own.jsonl", 2, "takes one file"),
        ("stats --to x.html own.jsonl", 2, "unknown option: --to"),
        (f"stats {'x' * 300}", 2, "x"),
        ("report own.audit.jsonl", 2, "is the audit beside own.jsonl"),
        ("report --artcle x own.jsonl", 2, "did you mean --article?"),
        ("diff own.jsonl", 2, "takes two files"),
        ("diff own.jsonl nowhere.jsonl", 2, "nowhere.jsonl: no such file"),
        ("diff own.jsonl own.audit.jsonl", 2, "is the audit beside own.jsonl"),
        ("export own.coverage.jsonl --to x.csv", 2, "is the coverage beside own.jsonl"),
        ("stats %00", 2, "'' names nothing; name the file that scrapy crawl -o wrote"),
        ("report %00", 2, "'' names nothing"),
        ("changes %00", 2, "'' names nothing"),
        ("stories %00", 2, "'' names nothing"),
        ("diff own.jsonl %00", 2, "'' names nothing"),
        ("changes own.jsonl own.jsonl", 2, "takes one file"),
        ("changes own.audit.jsonl", 2, "is the audit beside own.jsonl"),
        (
            "changes own.jsonl --since tomorrow",
            2,
            "--since tomorrow: neither a span of time nor a day; write it like 1d",
        ),
        ("changes own.jsonl --since 9999-12-31", 2, "--since 9999-12-31: is still to come"),
        ("changes own.jsonl --editions xx", 2, "unknown edition: xx (known:"),
        ("changes own.jsonl --since 1d --since 2d", 2, "--since is given more than once: 1d, 2d"),
        ("stories own.visits.jsonl", 2, "is the visits beside own.jsonl"),
        ("stories own.jsonl own.jsonl", 2, "takes one file"),
        ("stories own.jsonl --days 0", 2, "--days 0.0: more than 0, and 30 at most"),
        ("stories own.jsonl --days many", 2, "argument --days"),
        ("stories own.jsonl --days 2 --days 2", 2, "--days is given more than once"),
        ("stories own.jsonl --since 2024-02-30", 2, "--since 2024-02-30: not a day; write it like 2024-04-01"),
        ("stories own.jsonl --since 9999-12-31", 2, "--since 9999-12-31: is still to come"),
        ("stories own.jsonl --explain x", 2, "expected 2 arguments"),
        ("stories own.jsonl --explain x y", 2, "not two articles of own.jsonl"),
        ("stories own.jsonl --to own.jsonl", 2, "unknown option: --to"),
        ("explain p.txt --edition de --edition en", 2, "--edition is given more than once: de, en"),
        ("explain p.txt --url https://deu.belta.by/", 2, "no page of p.txt has --url https://deu.belta.by/"),
        ("explain p.txt --record 2", 2, "no page of p.txt has --record 2"),
        ("explain own.jsonl --id de-0", 2, "own.jsonl: no article de-0 in it"),
        ("explain own.jsonl", 2, "this program wrote it"),
        ("explain", 2, "takes a file"),
        ("explain nowhere.txt", 2, "nowhere.txt"),
        ("explain --edition fr p.txt", 2, "unknown edition: fr (known:"),
        ("explain --edition", 2, "expected one argument"),
        ("explain own.audit.jsonl", 2, "is the audit beside own.jsonl, and no page"),
        ("golden fr", 2, "fixtures/fr"),
        ("golden de en", 2, "takes one edition"),
        ("golden --updat de", 2, "fixtures/de"),
    ],
}
TABLE = [pytest.param(*row, id=f"{kind}: {row[0]}"[:90]) for kind, rows in ROWS.items() for row in rows]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a wrong command could spoil."""
    folder = tmp_path_factory.mktemp("wrong")
    for name in ("empty", "folder.html", "folder.csv", "folder.json", "others", "full/data"):
        (folder / name).mkdir(parents=True)
    own = outputs.write(folder / "own.jsonl", [outputs.article(number) for number in range(3)])
    for path in companions(own):
        if not path.exists():
            path.write_text('{"kept": true}\n')
    (folder / "link.jsonl").symlink_to("own.jsonl")
    (folder / "linked.html").symlink_to("own.jsonl")
    for suffix in ("csv", "json", "xml", "parquet", "sqlite", "jsonld", "tmx", "de-en.jsonl"):
        (folder / f"linked.{suffix}").symlink_to("own.jsonl")
    (folder / "audit-link.html").symlink_to("own.audit.jsonl")
    shutil.copy(folder / "own.audit.jsonl", folder / "entries.jsonl")
    (folder / "p.txt").write_text(PAGE.format(n=1), encoding="utf-8")
    line = '{"url": "https://deu.belta.by/politics/view/x-1-2024", "mime": "text/html", "status": "200", "offset": "0"'
    key = "by,belta,deu)/politics/view/x-1-2024 20240401120000"
    (folder / "index.cdxj").write_text(f'{key} {line}, "filename": "a.warc.gz", "length": "9"}}\n')
    (folder / "table.csv").write_text("url,warc_filename\nhttps://deu.belta.by/x,a.warc.gz\n")
    (folder / "notes.txt").write_text("Meine Notizen\n")
    (folder / "others" / "thesis.tex").write_text("mine")
    (folder / "full" / "README.md").write_text("# Mine")
    (folder / "full" / "data" / "mine.bin").write_text("mine")
    lines = own.read_bytes()
    for name, data in {
        "text.jsonl": b"Meine Notizen\nzweite Zeile\n",
        "utf16.jsonl": lines.decode().encode("utf-16"),
        "packed.jsonl": gzip.compress(lines),
        "foreign.jsonl": b'{"name": "Chor"}\n{"name": "Fluss"}\n',
        "damaged.jsonl": b"?" + lines[1:],
        "plain.jsonl.gz": lines,
        "text.csv.jsonl.gz": gzip.compress(b"a,b\n1,2\n"),
    }.items():
        (folder / name).write_bytes(data)
    for name in ("pipe.html", "pipe.csv"):
        os.mkfifo(folder / name)
    return folder


@pytest.fixture(scope="module")
def types() -> Iterator[Typist]:
    with typist() as one:
        yield one


def state(folder: Path) -> dict[str, object]:
    """Every name below a folder, with what it is and holds."""
    return {str(path.relative_to(folder)): _content(path) for path in sorted(folder.rglob("*"))}


def _content(path: Path) -> object:
    if path.is_symlink():
        return path.readlink()
    return (path.read_bytes(), path.stat().st_mtime_ns) if path.is_file() else path.is_dir()


@pytest.mark.parametrize(("command", "code", "words"), TABLE)
def test_wrong_use_is_told_in_one_line_and_changes_nothing(
    command: str, code: int, words: str, folder: Path, types: Typist
) -> None:
    before, around = state(folder), sorted(path.name for path in folder.parent.iterdir())
    said = types.type(*(word.replace("%20", " ").replace("%00", "") for word in command.split()), cwd=folder)
    assert said.code == code, said
    line = [line for line in said.err.splitlines() if words in line]
    assert line, said.err
    assert code == 3 or said.err.count("\n") == 1, said.err  # what cannot be written is told in a summary
    assert len(line[0]) < 700
    assert "Traceback" not in said.err
    assert said.out == ""
    assert state(folder) == before
    assert sorted(path.name for path in folder.parent.iterdir()) == around


def test_the_table_is_long_enough() -> None:
    assert len(TABLE) >= 240
    assert ROOT.is_dir()
