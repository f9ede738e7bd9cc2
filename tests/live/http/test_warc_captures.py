"""WARC files of a live crawl: whole, readable by others, and the same articles when replayed."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from fastwarc.warc import ArchiveIterator, WarcRecordType
from scrapy.exceptions import UsageError
from scrapy.http import Request, Response
from warcio.archiveiterator import ArchiveIterator as OtherIterator

from belta_spider.live.http import warc
from belta_spider.live.http.warc import WarcWriter, repair
from tests.conftest import Crawl
from tests.factory.site import Site

MOMENT = "2024-04-30T10:00:00Z"


def answer(body: bytes, **headers: str) -> tuple[Request, Response]:
    request = Request("http://127.0.0.1/a?b=c")
    return request, Response(request.url, headers=headers, body=body, protocol="HTTP/1.1")


def written(folder: Path, bodies: list[bytes]) -> list[Path]:
    files = WarcWriter(folder, "agent")
    files.open()
    for number, body in enumerate(bodies):
        files.write(*answer(body), f"https://deu.belta.by/{number}", MOMENT)
    files.close()
    return sorted(folder.iterdir())


def responses(path: Path) -> list[str]:
    with path.open("rb") as file:
        return [r.headers["WARC-Target-URI"] for r in ArchiveIterator(file) if r.record_type == WarcRecordType.response]


def test_each_answer_stands_with_its_request_under_the_site_s_address(tmp_path: Path) -> None:
    (path,) = written(tmp_path, [b"one"])
    with path.open("rb") as file:
        records = [(r.rec_type, r.rec_headers, r.content_stream().read()) for r in OtherIterator(file)]
    assert [kind for kind, _, _ in records] == ["warcinfo", "response", "request"]
    for kind, headers, _ in records:
        assert headers.protocol == "WARC/1.1"
        if kind != "warcinfo":
            assert headers.get_header("WARC-Target-URI") == "https://deu.belta.by/0"
            assert headers.get_header("WARC-Date") == MOMENT
    assert records[1][2] == b"one"
    assert records[2][1].get_header("WARC-Concurrent-To") == records[1][1].get_header("WARC-Record-ID")


def test_bodies_stay_as_they_were_sent(tmp_path: Path) -> None:
    packed = gzip.compress(b"text" * 100)
    files = WarcWriter(tmp_path, "agent")
    files.open()
    files.write(*answer(packed, **{"Content-Encoding": "gzip"}), "https://deu.belta.by/", MOMENT)
    files.close()
    (path,) = tmp_path.iterdir()
    with path.open("rb") as file:
        raw = next(r.raw_stream.read() for r in OtherIterator(file) if r.rec_type == "response")
    assert raw == packed


def test_a_file_that_is_full_is_followed_by_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warc, "_LARGEST_FILE", 3000)
    paths = written(tmp_path, [bytes(str(number), "ascii") * 10 for number in range(8)])
    assert len(paths) > 1
    assert all(path.stat().st_size <= 3000 for path in paths)
    found = [address for path in paths for address in responses(path)]
    assert found == [f"https://deu.belta.by/{number}" for number in range(8)]


@pytest.mark.parametrize("cut", [0, 1, 7, 100, 250])
def test_a_torn_end_is_cut_off_when_the_folder_is_written_to_again(tmp_path: Path, cut: int) -> None:
    (path,) = written(tmp_path, [b"one", b"two" * 200])
    whole = path.read_bytes()
    with path.open("rb") as file:
        starts = [record.stream_pos for record in ArchiveIterator(file, parse_http=False)]
    path.write_bytes(whole[: len(whole) - cut])
    expected = max([at for at in [*starts, len(whole)] if at <= len(whole) - cut])
    repair(path)
    assert path.read_bytes() == whole[:expected]


def test_a_file_that_another_run_is_writing_is_left_alone(tmp_path: Path) -> None:
    files = WarcWriter(tmp_path, "agent")
    files.open()
    (path,) = tmp_path.iterdir()
    whole = path.read_bytes()
    path.write_bytes(whole[:-5])
    repair(path)
    assert path.read_bytes() == whole[:-5]
    files.close()
    repair(path)
    assert path.read_bytes() == b""


def test_a_full_disk_leaves_whole_records(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = WarcWriter(tmp_path, "agent")
    files.open()
    before = files.size
    write = warc.os.write
    monkeypatch.setattr(warc.os, "write", lambda fd, data: write(fd, data[:20]))
    with pytest.raises(OSError, match="short write"):
        files.write(*answer(b"x" * 1000), "https://deu.belta.by/", MOMENT)
    monkeypatch.undo()
    files.close()
    (path,) = tmp_path.iterdir()
    assert path.stat().st_size == before


async def test_replayed_captures_give_the_same_articles(crawl: Crawl, tmp_path: Path) -> None:
    with Site(quirks=frozenset({"soft_404"})) as site:
        site.answers["/politics/view/old-1-2024"] = (301, {"Location": site.stories[0].path}, b"")
        output = {"FEEDS": {str(tmp_path / "live.jsonl"): {"format": "jsonl"}}, "BELTA_WARC_DIR": str(tmp_path / "w")}
        await crawl(site.settings | output, source="live", editions="de")
    lines = (tmp_path / "live.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(lines) == len(site.stories)
    await crawl({"FEEDS": {str(tmp_path / "again.jsonl"): {"format": "jsonl"}}}, source=str(tmp_path / "w"))
    again = (tmp_path / "again.jsonl").read_text(encoding="utf-8").splitlines()

    def without_source(found: list[str]) -> list[str]:
        records = [json.loads(line) for line in found]
        return [json.dumps(record | {"source": None}, ensure_ascii=False) for record in records]

    assert sorted(without_source(again)) == sorted(without_source(lines))


async def test_a_folder_that_cannot_be_written_ends_the_run_before_it_starts(crawl: Crawl, tmp_path: Path) -> None:
    (tmp_path / "w").write_bytes(b"")
    with Site() as site, pytest.raises(UsageError, match=r"BELTA_WARC_DIR=\S+/w: not a folder"):
        await crawl(site.settings | {"BELTA_WARC_DIR": str(tmp_path / "w")}, source="live", editions="de")
    assert site.log == []
