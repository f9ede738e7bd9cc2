"""The output files: what they hold is known, what a stop left behind is put right, nothing else is touched."""

from __future__ import annotations

import gzip
import os
import random
import signal
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import msgspec
import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from belta_spider.output.journal import Journal
from belta_spider.output.ledger import audit_path, ledger_of_files
from tests.faults.failpoints import FAULTS, Failpoint, Killed
from tests.faults.ledgers import NAMES, Step, agree, audit_of, break_at, content, contents, hurry, line, run

STEPS = [
    Step("1.txt", "de-1-2024"),
    Step("2.txt", None),
    Step("3.txt", "de-3-2024", entries=0),
    Step("4.txt", "de-4-2024", text="Ein zweiter Satz über den Fluss."),
    Step("5.txt", "de-1-2024"),
    Step("6.txt", None),
    Step("7.txt", "de-7-2024", entries=3),
]
BLOCK = 512
"""Bytes that a disk writes together, at least."""
FIXTURE_SAFE = settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@pytest.fixture(autouse=True)
def no_waiting_for_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether and when it is asked to sync is what counts."""
    monkeypatch.setattr(os, "fsync", lambda fd: None)


def undisturbed(folder: Path, name: str, steps: list[Step] = STEPS) -> tuple[bytes, bytes]:
    folder.mkdir(exist_ok=True)
    run(folder / name, steps, overwrite=True)
    return contents(folder / name)


@pytest.mark.parametrize("name", NAMES)
def test_a_second_run_knows_every_page_and_changes_nothing(name: str, tmp_path: Path) -> None:
    run(tmp_path / name, STEPS)
    before = contents(tmp_path / name)
    again = run(tmp_path / name, STEPS)
    assert contents(tmp_path / name) == before
    assert (again.written, again.cut) == (0, 0)
    assert all(again.held.has_read(step.uri, None) for step in STEPS)
    assert again.held.producers == {"us": 4}


def test_without_an_audit_articles_are_known_and_dropped_pages_are_read_again(tmp_path: Path) -> None:
    run(tmp_path / "a.jsonl", STEPS, with_audit=False)
    again = ledger_of_files(tmp_path / "a.jsonl", overwrite=False, with_audit=False)
    again.close()
    known = [step.uri for step in STEPS if again.held.has_read(step.uri, None)]
    assert known == ["1.txt", "3.txt", "4.txt", "7.txt"]
    assert [path.name for path in tmp_path.iterdir()] == ["a.jsonl"]


def test_starting_afresh_empties_both_files(tmp_path: Path) -> None:
    run(tmp_path / "a.jsonl", STEPS)
    run(tmp_path / "a.jsonl", STEPS[3:4], overwrite=True)
    assert contents(tmp_path / "a.jsonl") == (line(STEPS[3]), audit_of(STEPS[3]))


@pytest.mark.parametrize(
    ("name", "audit"),
    [
        ("a.jsonl", "a.audit.jsonl"),
        ("a.jsonl.gz", "a.audit.jsonl.gz"),
        ("a.b.jsonl.zst", "a.b.audit.jsonl.zst"),
        ("a.jl", "a.audit.jl"),
        ("a.jsonlines", "a.audit.jsonlines"),
        ("a", "a.audit"),
        ("a.json", "a.audit.json"),
    ],
)
def test_the_audit_stands_beside_the_articles(name: str, audit: str) -> None:
    assert audit_path(Path("data") / name) == Path("data") / audit


def test_two_runs_cannot_write_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("belta_spider.output.journal._LOCK_SECONDS", 0)
    one = ledger_of_files(tmp_path / "a.jsonl", overwrite=False, with_audit=True)
    for overwrite in (False, True):
        with pytest.raises(OSError, match="another run is writing this file"):
            ledger_of_files(tmp_path / "a.jsonl", overwrite=overwrite, with_audit=True)
    one.put("de-1-2024", line(STEPS[0]), b"")
    one.close()
    assert content(tmp_path / "a.jsonl") == line(STEPS[0])


# Stops


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("every", [1, 600, 10**6])
def test_a_run_killed_at_any_call_is_finished_by_the_next(
    name: str, every: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = undisturbed(tmp_path / "whole", name)
    hurry(monkeypatch, every)
    path = tmp_path / name
    for fail_at in range(1000):
        path.unlink(missing_ok=True)
        audit_path(path).unlink(missing_ok=True)
        failpoint = Failpoint(fail_at, then_dead=True)
        with monkeypatch.context() as patch:
            break_at(patch, failpoint)
            try:
                run(path, STEPS)
            except Killed:
                failpoint.bury()
            else:
                break
        ledger_of_files(path, overwrite=False, with_audit=True).close()  # what the repair alone leaves
        agree(path, STEPS)
        run(path, STEPS)
        assert contents(path) == expected
    assert fail_at > 8


OLD, NEW = STEPS[:4], [STEPS[5], *STEPS[3:5], STEPS[6]]  # a dropped page comes before the first new article


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("every", [1, 10**6])
def test_what_starts_afresh_and_is_killed_leaves_the_old_pair_or_the_new_one(
    name: str, every: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = undisturbed(tmp_path / "old", name, OLD), undisturbed(tmp_path / "new", name, NEW)
    hurry(monkeypatch, every)
    path = tmp_path / name
    outcomes = set()
    for fail_at in range(1000):
        run(path, OLD, overwrite=True)
        before = path.read_bytes(), audit_path(path).read_bytes()
        failpoint = Failpoint(fail_at, then_dead=True)
        with monkeypatch.context() as patch:
            break_at(patch, failpoint)
            try:
                run(path, NEW, overwrite=True)
            except Killed:
                failpoint.bury()
            else:
                break
        outcomes.add(left := (path.read_bytes(), audit_path(path).read_bytes()) == before)
        ledger_of_files(path, overwrite=False, with_audit=True).close()
        assert contents(path) == old if left else new[0].startswith(contents(path)[0]), fail_at
        if not left:
            agree(path, NEW)
            run(path, NEW)
            assert contents(path) == new
        assert sorted(one.name for one in tmp_path.iterdir() if one.is_file()) == sorted([name, audit_path(path).name])
    assert outcomes == {True, False}


@pytest.mark.parametrize("fault", [*FAULTS, "short"])
def test_what_starts_afresh_and_fails_before_its_first_article_leaves_the_old_pair(
    fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = undisturbed(tmp_path / "old", "a.jsonl", OLD)
    new = undisturbed(tmp_path / "new", "a.jsonl", NEW)
    path = tmp_path / "a.jsonl"
    for fail_at in range(1000):
        run(path, OLD, overwrite=True)
        failpoint = Failpoint(fail_at, fault)
        with monkeypatch.context() as patch:
            break_at(patch, failpoint)
            with suppress(OSError, MemoryError):
                run(path, NEW, overwrite=True)
        ledger_of_files(path, overwrite=False, with_audit=True).close()
        assert contents(path) in {old, new}
        if failpoint.calls <= fail_at:
            break
    assert fail_at > 8


@pytest.mark.parametrize("replaces", [True, False])
def test_a_run_without_an_article_replaces_the_old_pair_if_it_ended_well(replaces: bool, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    run(path, OLD)
    before = contents(path)
    one = ledger_of_files(path, overwrite=True, with_audit=True)
    one.note(b'{"id": null, "rule": "drop.empty"}\n')
    one.close(replaces=replaces)
    assert contents(path) == ((b"", b'{"id": null, "rule": "drop.empty"}\n') if replaces else before)
    assert len(list(tmp_path.iterdir())) == 2


def test_what_starts_afresh_stays_behind_its_link_and_as_open_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "far").mkdir()
    path, far = tmp_path / "a.jsonl", tmp_path / "far" / "b.jsonl"
    path.symlink_to(far)
    run(path, OLD)
    far.chmod(0o600)
    run(path, NEW, overwrite=True)
    assert path.is_symlink()
    assert far.stat().st_mode & 0o777 == 0o600
    assert content(path).count(b"\n") == 3


def test_nobody_goes_on_with_an_output_that_is_being_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("belta_spider.output.journal._LOCK_SECONDS", 0)
    path = tmp_path / "a.jsonl"
    run(path, OLD)
    before = contents(path)
    one = ledger_of_files(path, overwrite=True, with_audit=True)
    for overwrite in (False, True):
        with pytest.raises(OSError, match="another run is writing this file"):
            ledger_of_files(path, overwrite=overwrite, with_audit=True)
    assert contents(path) == before
    one.put("de-1-2024", line(STEPS[0]), b"")
    one.commit()
    with pytest.raises(OSError, match="another run is writing this file"):
        ledger_of_files(path, overwrite=False, with_audit=True)
    one.close()
    assert content(path) == line(STEPS[0])


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("every", [1, 600])
def test_a_run_that_keeps_each_capture_writes_no_audit_twice_after_a_kill(
    name: str, every: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    captures = [*STEPS, *(step._replace(uri=f"again/{step.uri}") for step in STEPS)]
    run(tmp_path / f"whole.{name}", captures, keeps_all=True)
    expected = contents(tmp_path / f"whole.{name}")
    hurry(monkeypatch, every)
    for fail_at in range(1000):
        path = tmp_path / f"{fail_at}.{name}"
        failpoint = Failpoint(fail_at, then_dead=True)
        with monkeypatch.context() as patch:
            break_at(patch, failpoint)
            try:
                run(path, captures, keeps_all=True)
            except Killed:
                failpoint.bury()
            else:
                break
        run(path, captures, keeps_all=True)
        assert contents(path) == expected
    assert fail_at > 8


@pytest.mark.parametrize("entries", [1, 3])
@pytest.mark.parametrize("between", [0, 1])
def test_the_audit_of_a_revision_that_was_not_written_is_cut(entries: int, between: int, tmp_path: Path) -> None:
    """It is of the same article and address, and may follow right behind the audit of what is held."""
    path = tmp_path / "a.jsonl"
    held = Step("https://deu.belta.by/a", "de-1-2024", entries=entries)
    run(path, [held, *STEPS[3 : 3 + between]])
    before = contents(path)
    with audit_path(path).open("ab") as audit:
        audit.write(audit_of(held._replace(text="Ein neuer Satz.")))
    ledger_of_files(path, overwrite=False, with_audit=True).close()
    assert contents(path) == before or (entries == 1 and not between)  # one entry twice may be of one page


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("fault", [*FAULTS, "short"])
def test_a_call_that_fails_is_told_and_undone(
    name: str, fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Open with a torn tail to cut, write, close: the k-th call of all that fails, for every k."""
    expected = undisturbed(tmp_path / "whole", name)
    hurry(monkeypatch, every=300)
    path = tmp_path / name
    untold = 0
    opening = Failpoint()
    with monkeypatch.context() as patch:
        run(path, STEPS[:3], overwrite=True)
        break_at(patch, opening)
        run(path, [])
    for fail_at in range(1000):
        run(path, STEPS[:3], overwrite=True)
        for one in (path, audit_path(path)):
            one.write_bytes(one.read_bytes()[:-3])
        failpoint = Failpoint(fail_at, fault)
        with monkeypatch.context() as patch:
            break_at(patch, failpoint)
            try:
                run(path, STEPS)
            except (OSError, MemoryError):
                pass
            else:
                untold += failpoint.calls > fail_at
        if failpoint.calls <= fail_at:
            break
        if fail_at > opening.calls + 3:  # past the cutting of the tails
            agree(path, STEPS)
        ledger_of_files(path, overwrite=False, with_audit=True).close()
        agree(path, STEPS)
        run(path, STEPS)
        assert contents(path) == expected
    assert fail_at > 8
    assert fault == "short" or not untold  # what is not a write cannot be short


@FIXTURE_SAFE
@given(data=st.data(), name=st.sampled_from(NAMES), every=st.sampled_from([1, 400, 2000]))
def test_after_a_power_cut_each_article_has_its_audit(
    data: st.DataObject, name: str, every: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The disk holds what was synced; of what was not, any part, with blocks that were never written."""
    folder = tmp_path_factory.mktemp("power")
    expected = undisturbed(folder / "whole", name)
    path = folder / name
    with pytest.MonkeyPatch.context() as patch:
        hurry(patch, every)
        failpoint = Failpoint(data.draw(st.integers(2, 40), label="killed at"), then_dead=True)
        break_at(patch, failpoint)
        try:
            run(path, STEPS)
        except Killed:
            failpoint.bury()
    for one in (path, audit_path(path)):
        if one.exists():
            _cut_power(one, failpoint.synced.get(str(one), 0), data)
    ledger_of_files(path, overwrite=False, with_audit=True).close()
    agree(path, STEPS)
    run(path, STEPS)
    assert contents(path) == expected


def _cut_power(path: Path, synced: int, data: st.DataObject) -> None:
    written = path.read_bytes()
    size = data.draw(st.integers(synced, len(written)), label=f"{path.name} keeps")
    start = data.draw(st.integers(synced, size), label="unwritten from")
    end = data.draw(st.integers(start, size), label="unwritten to")
    # A disk writes whole blocks, of which the first may hold what was there before, and the last ends early.
    start, end = max(synced, start // BLOCK * BLOCK), min(size, -(-end // BLOCK) * BLOCK)
    path.write_bytes(written[:start] + bytes(end - start) + written[end:size])


@pytest.mark.parametrize("name", NAMES)
def test_a_tail_cut_at_any_byte_is_repaired(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hurry(monkeypatch, every=500)
    expected = undisturbed(tmp_path / "whole", name)
    path = tmp_path / name
    run(path, STEPS, overwrite=True)
    pair = {one: one.read_bytes() for one in (path, audit_path(path))}
    for one, whole in pair.items():
        for size in range(len(whole)):
            for other, data in pair.items():
                other.write_bytes(data)
            one.write_bytes(whole[:size])
            if one == path:
                run(path, STEPS)
                assert contents(path) == expected, size
            else:  # no stop leaves this: the audit is on the disk before its articles are
                ledger_of_files(path, overwrite=False, with_audit=True).close()
                assert expected[1].startswith(content(one)), size


@pytest.mark.faults
@pytest.mark.parametrize("name", NAMES)
def test_a_tail_cut_at_each_of_the_last_65536_bytes_is_repaired(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hurry(monkeypatch, every=5000)
    noise = random.Random(7)
    steps = [Step(f"{n}.txt", f"de-{n}-2024", text=noise.randbytes(250).hex()) for n in range(210)]
    path = tmp_path / name
    run(path, steps)
    whole, lines = path.read_bytes(), content(path)
    places = range(len(whole) - 65_536, len(whole))
    assert places[0] > 0
    path.write_bytes(whole[: places[0]])
    for size in places:
        with path.open("ab") as file:  # what the repair before took off: ext4 flushes a file that is written anew
            file.write(whole[path.stat().st_size : size])
        journal = Journal(path, overwrite=False)
        journal.load(lambda line, _: msgspec.json.decode(line))
        journal.mend()
        journal.close()
        assert whole.startswith(path.read_bytes()), size
        assert size % 97 or (lines.startswith(content(path)) and content(path)[-1:] in {b"", b"\n"})


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("length", [1, 511, 4096, 9 * 2**20])
def test_a_tail_of_nul_bytes_is_cut(name: str, length: int, tmp_path: Path) -> None:
    path = tmp_path / name
    run(path, STEPS)
    before = contents(path)
    for one in (path, audit_path(path)):
        with one.open("ab") as file:
            file.write(bytes(length))
    again = ledger_of_files(path, overwrite=False, with_audit=True)
    again.close()
    assert (contents(path), again.cut) == (before, 2 * length)


def test_a_record_that_lacks_only_its_newline_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(line(STEPS[0]) + line(STEPS[3])[:-1])
    run(path, [], with_audit=False)
    assert path.read_bytes() == line(STEPS[0]) + line(STEPS[3])


def test_no_file_is_cut_where_the_other_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    run(path, STEPS)
    torn, damaged = path.read_bytes()[:-9], b"?" + audit_path(path).read_bytes()
    path.write_bytes(torn)
    audit_path(path).write_bytes(damaged)
    with pytest.raises(OSError, match="is no record"):
        ledger_of_files(path, overwrite=False, with_audit=True)
    assert contents(path) == (torn, damaged)


# What no stop leaves behind

DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "a bad line, good ones after it": lambda data: b"?" + data[1:],
    "half a line, good ones after it": lambda data: data[:40] + b"\n" + data,
    "not JSON at all": lambda _: b"Der Chor sang.\n",
    "not JSON, no newline": lambda _: b"Der Chor sang.",
    "JSON, no object": lambda _: b"[1, 2]\n" * 3,
    "NUL bytes far from the end": lambda data: bytes(20) + b"\n" + data * 20_000,
}


@pytest.mark.parametrize("damage", DAMAGE)
@pytest.mark.parametrize("kind", ["articles", "audit"])
def test_a_file_that_is_damaged_otherwise_is_refused_and_left_alone(damage: str, kind: str, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    run(path, STEPS)
    one = path if kind == "articles" else audit_path(path)
    one.write_bytes(DAMAGE[damage](one.read_bytes()))
    before = contents(path)
    with pytest.raises(OSError, match=r"line 1 \(byte 0\) is no record.*-O") as raised:
        ledger_of_files(path, overwrite=False, with_audit=True)
    assert raised.value.filename == str(one)
    assert contents(path) == before
    run(path, STEPS, overwrite=True)


PACKED_DAMAGE: dict[str, Callable[[bytes, bytes], bytes]] = {
    "a flipped byte, good writes after it": lambda first, rest: (
        first[:20] + bytes([first[20] ^ 255]) + first[21:] + rest
    ),
    "a lost end, good writes after it": lambda first, rest: first[:-9] + rest,
    "not packed at all": lambda first, rest: b"Der Chor sang.\n",
    "junk at the end": lambda first, rest: first + rest + b"junk",
}


@pytest.mark.parametrize("damage", PACKED_DAMAGE)
@pytest.mark.parametrize("name", NAMES[1:])
def test_a_packed_file_that_is_damaged_otherwise_is_refused_and_left_alone(
    damage: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hurry(monkeypatch)
    path = tmp_path / name
    run(path, STEPS[:1])
    first = path.read_bytes()
    run(path, STEPS)
    data = PACKED_DAMAGE[damage](first, path.read_bytes()[len(first) :])
    path.write_bytes(data)
    with pytest.raises(OSError, match="a stopped run does not leave that"):
        ledger_of_files(path, overwrite=False, with_audit=True)
    assert path.read_bytes() == data


@pytest.mark.parametrize("name", NAMES[1:])
def test_a_file_that_another_program_packed_is_gone_on_with(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is one long member or frame, read in pieces."""
    monkeypatch.setattr("belta_spider.output.journal._LAST_WRITE", 400)
    monkeypatch.setattr("belta_spider.output.journal._CHUNK", 64)
    pack = gzip.compress if name.endswith(".gz") else zstandard.ZstdCompressor().compress
    articles, audit = undisturbed(tmp_path / "w", "a.jsonl", STEPS[:4])
    (tmp_path / name).write_bytes(pack(articles))
    audit_path(tmp_path / name).write_bytes(pack(audit))
    run(tmp_path / name, STEPS)
    assert contents(tmp_path / name) == undisturbed(tmp_path / "w", "a.jsonl")


def test_blank_lines_and_other_items_lines_are_left_in_peace(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    other = b'\n{"id": 5, "name": "Chor"}\n{}\n\n'
    path.write_bytes(other)
    run(path, STEPS)
    assert path.read_bytes().startswith(other)


@pytest.mark.parametrize(("name", "taken"), [("a.jsonl", 0), ("a.jsonl.gz", 0), ("a.jsonl.gz", -1)])
def test_an_entry_whose_article_someone_took_out_costs_no_other_entry(name: str, taken: int, tmp_path: Path) -> None:
    path = tmp_path / name
    run(path, STEPS)
    articles, audit = contents(path)
    left = articles.replace(line(STEPS[taken]), b"")
    path.write_bytes(gzip.compress(left) if name.endswith(".gz") else left)
    ledger_of_files(path, overwrite=False, with_audit=True).close()
    assert contents(path)[1] == audit


@pytest.mark.parametrize("name", NAMES)
def test_calls_that_signals_interrupt_are_finished(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A timer's signals come all the time: each EINTR is tried again, and no write is left in parts."""
    expected = undisturbed(tmp_path / "whole", name, STEPS * 30)
    hurry(monkeypatch)
    monkeypatch.undo()  # the disk is waited for: that is what signals interrupt
    caught: list[int] = []
    before = signal.signal(signal.SIGALRM, lambda number, _: caught.append(number))
    signal.setitimer(signal.ITIMER_REAL, 0.0002, 0.0002)
    try:
        run(tmp_path / name, STEPS * 30)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert contents(tmp_path / name) == expected
    assert caught


# Costs


def test_a_journal_never_leaves_part_of_a_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even where a write goes on after a short one, as a signal may cause."""
    one = Journal(tmp_path / "a", overwrite=False)
    monkeypatch.setattr("belta_spider.output.journal.os.write", lambda fd, data: _write(fd, bytes(data)[:7]))
    one.append(line(STEPS[0]))
    monkeypatch.undo()
    one.close()
    assert (tmp_path / "a").read_bytes() == line(STEPS[0])


def _write(fd: int, data: bytes) -> int:
    with open(fd, "ab", closefd=False, buffering=0) as file:
        return file.write(data) or 0
