"""Outputs elsewhere are exactly once, in parts and as one object, whenever a run stops and whoever else writes.

Here in fsspec's store in memory, request by request; tests/scale/remote has an S3 server whose answers break.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
import zstandard

from belta_spider.output.ledger import audit_path
from belta_spider.output.stores.fetching import fetched
from belta_spider.output.stores.parts import Parts
from belta_spider.output.stores.segments import SegmentStore
from belta_spider.output.stores.spool import Spool
from belta_spider.remote import AddressError
from tests.elsewhere import KINDS, STEPS, Bucket, Killed, contents, die_at, in_parts, opened, run, unpack, written_here
from tests.faults.ledgers import Step, audit_of, entry, line, work

fsspec = pytest.importorskip("fsspec")


@pytest.fixture
def bucket(request: pytest.FixtureRequest) -> Bucket:
    """A folder in memory."""
    name = f"b{abs(hash(request.node.nodeid)):x}"
    return Bucket(fsspec.filesystem("memory"), name, f"memory://{name}")


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, bytes]:
    return written_here(tmp_path_factory.mktemp("whole"))


@pytest.fixture(params=["in parts", "one object"])
def address(request: pytest.FixtureRequest, bucket: Bucket) -> str:
    return in_parts(bucket) if request.param == "in parts" else f"{bucket.url}/out/articles.jsonl.zst"


# The same as here


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("form", ["articles-%(batch_id)08d{}", "%(batch_id)d{}", "a_%(batch_id)s-de{}", "articles{}"])
def test_an_output_elsewhere_is_the_bytes_of_one_here(
    kind: str, form: str, bucket: Bucket, whole: tuple[bytes, bytes], tmp_path: Path
) -> None:
    address = f"{bucket.url}/out/{form.format(kind)}"
    assert run(address, tmp_path).written == whole[0].count(b"\n")
    path = fetched(address)
    assert (unpack(path.read_bytes(), kind), unpack(audit_path(path).read_bytes(), kind)) == whole
    again = run(address, tmp_path)
    assert again.written == 0
    assert all(again.held.has_read(step.uri, None) for step in STEPS)
    assert not list(tmp_path.rglob("*.*")), "nothing stays here"


@pytest.mark.parametrize("name", ["articles-%(batch_id)08d.jsonl.zst", "articles.jsonl"])
def test_an_output_may_stand_at_the_top_of_a_bucket(
    name: str, bucket: Bucket, whole: tuple[bytes, bytes], tmp_path: Path
) -> None:
    run(f"{bucket.url}/{name}", tmp_path)
    path = fetched(f"{bucket.url}/{name}")
    assert unpack(path.read_bytes(), name) == whole[0]


def test_without_an_audit_there_is_none(
    address: str, bucket: Bucket, whole: tuple[bytes, bytes], tmp_path: Path
) -> None:
    run(address, tmp_path, with_audit=False)
    assert contents(bucket, address) == (whole[0], b"")
    assert not any("audit" in name for name in bucket.names())


def test_a_glob_holds_whole_records_at_any_moment(bucket: Bucket, whole: tuple[bytes, bytes], tmp_path: Path) -> None:
    one = opened(in_parts(bucket), tmp_path)
    for count in range(1, len(STEPS)):
        work(one, STEPS[count - 1 : count])
        found = b"".join(unpack(bucket.get(name), name) for name in bucket.names() if name.startswith("out/articles-"))
        assert whole[0].startswith(found)
    one.close()


def test_names_that_are_no_part_are_left_alone(bucket: Bucket, whole: tuple[bytes, bytes], tmp_path: Path) -> None:
    others = [
        "out/articles-1.jsonl.zst",
        "out/articles-x.jsonl.zst",
        "out/articles-00000001.jsonl",
        "out/more/articles-00000009.jsonl.zst",
    ]
    for name in others:
        bucket.put(name, b"another's")
    run(in_parts(bucket), tmp_path)
    run(in_parts(bucket), tmp_path, overwrite=True)
    assert all(bucket.get(name) == b"another's" for name in others)


# Stops


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("size", [1, 900, 10**6])
def test_a_run_that_stops_at_any_request_is_finished_by_the_next(
    kind: str, size: int, bucket: Bucket, whole: tuple[bytes, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before the k-th change of the store or after it, for every k; the next run cuts its parts elsewhere."""
    for stop_at in range(0, 400, 1 if size > 1 else 23):
        address = in_parts(bucket, kind, f"out{stop_at}")
        with monkeypatch.context() as patch:
            calls = die_at(patch, stop_at)
            with suppress(Killed):
                run(address, tmp_path / "a", size=size)
        assert whole[0].startswith(contents(bucket, address)[0]) if bucket.has(f"out{stop_at}/articles-") else True
        run(address, tmp_path / "b", size=size + 700)
        assert contents(bucket, address) == whole
        if calls[0] <= stop_at:
            break
    else:
        assert size == 1


def test_a_killed_run_s_object_goes_on_from_what_is_here(
    bucket: Bucket, whole: tuple[bytes, bytes], tmp_path: Path
) -> None:
    address = f"{bucket.url}/out/articles.jsonl"
    killed = opened(address, tmp_path)
    work(killed, STEPS[:30])
    killed.commit()
    killed.store.close()
    assert bucket.names() == []
    again = opened(address, tmp_path)
    assert again.held.has_read(STEPS[0].uri, None)
    work(again, STEPS)
    again.close()
    again.store.publish(articles=True)
    assert contents(bucket, address) == whole
    assert not list(tmp_path.rglob("*.*"))


def test_a_run_that_was_killed_when_it_had_put_its_object_there_goes_on(
    bucket: Bucket, whole: tuple[bytes, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"{bucket.url}/out/articles.jsonl"
    with monkeypatch.context() as patch:
        patch.setattr(Spool, "publish", lambda self: (_ for _ in ()).throw(Killed()))
        with pytest.raises(Killed):
            run(address, tmp_path, STEPS[:30])
    run(address, tmp_path)
    assert contents(bucket, address) == whole


def test_an_object_that_another_run_put_there_meanwhile_stays(bucket: Bucket, tmp_path: Path) -> None:
    address = f"{bucket.url}/out/articles.jsonl"
    one, other = opened(address, tmp_path / "a"), opened(address, tmp_path / "b")
    for ledger, steps in ((one, STEPS[:5]), (other, STEPS[5:9])):
        work(ledger, steps)
        ledger.close()
    one.store.publish(articles=True)
    before = contents(bucket, address)
    with pytest.raises(OSError, match="another run has put another object there"):
        other.store.publish(articles=True)
    assert contents(bucket, address) == before
    with pytest.raises(OSError, match="another run has put another object there"):
        opened(address, tmp_path / "b")


# Starting afresh


@pytest.mark.parametrize("kind", KINDS)
def test_what_starts_afresh_keeps_the_old_output_until_its_first_article(
    kind: str, bucket: Bucket, whole: tuple[bytes, bytes], tmp_path: Path
) -> None:
    for address in (in_parts(bucket, kind), f"{bucket.url}/out/articles{kind}"):
        run(address, tmp_path)
        one = opened(address, tmp_path, overwrite=True)
        one.note(entry(STEPS[2], "drop.empty"))
        one.commit()
        assert one.is_waiting
        assert contents(bucket, address) == whole
        work(one, STEPS[3:5])
        one.close()
        one.store.publish(articles=True)
        expected = (
            line(STEPS[3]) + line(STEPS[4]),
            entry(STEPS[2], "drop.empty") + audit_of(STEPS[3]) + audit_of(STEPS[4]),
        )
        assert contents(bucket, address) == expected


@pytest.mark.parametrize("replaces", [True, False])
def test_a_run_without_an_article_replaces_if_it_ended_well(
    replaces: bool, address: str, bucket: Bucket, whole: tuple[bytes, bytes], tmp_path: Path
) -> None:
    run(address, tmp_path)
    one = opened(address, tmp_path, overwrite=True)
    one.note(entry(STEPS[2], "drop.empty"))
    one.close(replaces=replaces)
    one.store.publish(articles=True)
    assert contents(bucket, address) == ((b"", entry(STEPS[2], "drop.empty")) if replaces else whole)
    assert one.is_waiting is not replaces


def test_a_fresh_start_that_is_killed_while_it_removes_leaves_an_output_that_goes_on(
    bucket: Bucket, whole: tuple[bytes, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = in_parts(bucket)
    for stop_at in (1, 4, 9, 20):
        run(address, tmp_path, overwrite=True)
        with monkeypatch.context() as patch:
            die_at(patch, stop_at)
            with pytest.raises(Killed):
                run(address, tmp_path, overwrite=True)
        left = contents(bucket, address)[0] if bucket.has("out/articles-") else b""
        assert whole[0].startswith(left)
        run(address, tmp_path)
        assert contents(bucket, address) == whole


# Answers that break, and other writers


def test_of_two_writers_the_second_is_told(bucket: Bucket, tmp_path: Path) -> None:
    address = in_parts(bucket)
    one, other = opened(address, tmp_path / "a"), opened(address, tmp_path / "b")
    work(one, STEPS[:20])
    one.commit()
    with pytest.raises(OSError, match="another run is writing this output"):
        work(other, STEPS[20:40])
    work(one, STEPS[20:])
    one.close()
    other.close()
    assert fetched(address)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("held", [0, 2], ids=["drops alone", "articles too"])
def test_another_s_audit_for_the_same_articles_is_gone_on_with(
    kind: str, held: int, bucket: Bucket, tmp_path: Path
) -> None:
    """A killed run had more entries, or fewer: each stands in the audit once."""
    address = in_parts(bucket, kind)
    articles = [Step(f"{number}.txt", f"de-{number}-2024") for number in range(held)]
    drops = [Step(f"{number}.txt", None) for number in range(10, 16)]
    for theirs, ours in ((drops[:4], drops[:2]), (drops[:2], drops[:4]), (drops[:3], drops[1:5])):
        killed = opened(address, tmp_path, size=10**6)
        work(killed, [*articles, *theirs])
        store = killed.store
        assert isinstance(store, SegmentStore)
        pieces = killed._pending.take()
        packed = store._writer._packed(b"".join(one for one, _ in pieces))
        store.parts.store.create(
            store.parts.audit_name(1, packed), store._writer._packed(b"".join(one for _, one in pieces))
        )
        again = opened(address, tmp_path, size=10**6)
        work(again, [*articles, *ours])
        again.commit()
        work(again, [step for step in drops if step not in ours])
        again.close()
        audit = contents(bucket, address)[1].splitlines()
        expected = b"".join([*map(audit_of, articles), *(entry(step, "drop.empty") for step in drops)]).splitlines()
        assert sorted(audit) == sorted(expected)
        bucket.remove("out")


# What is not an output


def test_a_gap_is_refused_and_left_alone(bucket: Bucket, tmp_path: Path) -> None:
    address = in_parts(bucket)
    run(address, tmp_path)
    bucket.remove("out/articles-00000002.jsonl.zst")
    before = bucket.names()
    with pytest.raises(OSError, match="part 2 is missing"):
        opened(address, tmp_path)
    with pytest.raises(OSError, match="part 2 is missing"):
        fetched(address)
    assert bucket.names() == before


@pytest.mark.parametrize(
    "data", [b"noise", b'{"id":', zstandard.compress(b"no record\n"), zstandard.compress(b'{"id":1}\n')[:-3]]
)
def test_a_damaged_part_is_refused_and_left_alone(data: bytes, bucket: Bucket, tmp_path: Path) -> None:
    address = in_parts(bucket)
    run(address, tmp_path)
    bucket.put("out/articles-00000002.jsonl.zst", data)
    with pytest.raises(OSError, match="part 2 is damaged"):
        opened(address, tmp_path)
    assert bucket.get("out/articles-00000002.jsonl.zst") == data


@pytest.mark.parametrize(
    "address", ["s3://b/%(batch_id)d/a.jsonl", "s3://b/a-%(batch_id)d.csv", "s3://b/a-%(batch_id)d", "s3://b/a.jsonl"]
)
def test_what_is_no_name_of_parts_is_wrong_use(address: str) -> None:
    with pytest.raises(AddressError):
        Parts(address)
