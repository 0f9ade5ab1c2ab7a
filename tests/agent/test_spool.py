from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import uuid
from pathlib import Path

import pytest

from agent import durable, wire
from agent.spool import FIRST, Link, Spool
from tests.agent.samples import report

AGENT = uuid.UUID(int=1)
ROOT = Path(__file__).resolve().parents[2]


def seal_as(agent_id):
    return lambda written: wire.Envelope.seal(agent_id, written, lambda _: bytes(64))


def spool_in(folder, agent_id=AGENT):
    return Spool(folder, agent_id, seal_as(agent_id))


def add(spool, number=1):
    return spool.add(
        lambda link: report(
            report_id=uuid.UUID(int=number), seq=link.seq, prev_sha256=link.prev_sha256
        )
    )


def envelopes(spool):
    return [wire.Envelope.from_bytes(path.read_bytes()) for path in spool.waiting()]


def assert_is_chain(found, after=FIRST):
    """Numbers without a gap, each naming the hash of the one before."""
    link = after
    for envelope in found:
        written = envelope.report()
        assert (written.seq, written.prev_sha256) == (link.seq, link.prev_sha256)
        link = Link(written.seq + 1, envelope.sha256)


def ids(found):
    return [envelope.report().report_id.int for envelope in found]


def acknowledge(spool):
    path, envelope = spool.oldest()
    spool.done(path, envelope)
    return envelope


def test_reports_wait_in_order_and_form_a_chain(tmp_path):
    spool = spool_in(tmp_path)
    for number in range(1, 12):
        add(spool, number)
    assert ids(envelopes(spool)) == list(range(1, 12))
    assert_is_chain(envelopes(spool))


def test_a_waiting_report_is_its_owner_s_alone(tmp_path):
    path = add(spool_in(tmp_path / "spool"))
    assert path.stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "spool").stat().st_mode & 0o777 == 0o700


def test_the_chain_goes_on_after_everything_was_sent(tmp_path):
    spool = spool_in(tmp_path)
    add(spool, 1)
    sent = acknowledge(spool)
    add(spool_in(tmp_path), 2)
    assert_is_chain(envelopes(spool), Link(2, sent.sha256))


def test_a_rejected_report_leaves_the_chain_and_stays_with_its_reason(tmp_path):
    spool = spool_in(tmp_path)
    aside = spool.reject(add(spool, 1), "400 malformed: drives")
    assert aside.parent == tmp_path / "rejected"
    assert aside.with_suffix(".why").read_text() == "400 malformed: drives\n"
    add(spool, 2)
    assert ids(envelopes(spool)) == [2]
    assert_is_chain(envelopes(spool))


def test_numbering_anew_keeps_the_ids_and_the_order(tmp_path):
    spool = spool_in(tmp_path)
    for number in (1, 2, 3):
        add(spool, number)
    before = [envelope.report() for envelope in envelopes(spool)]
    spool.renumber(Link(8, "ab" * 32))
    after = [envelope.report() for envelope in envelopes(spool)]
    assert [each.report_id for each in after] == [each.report_id for each in before]
    assert [each.taken_at for each in after] == [each.taken_at for each in before]
    assert_is_chain(envelopes(spool), Link(8, "ab" * 32))


def test_what_waits_under_a_former_identity_is_sealed_anew(tmp_path):
    former = spool_in(tmp_path, uuid.UUID(int=9))
    add(former, 1)
    acknowledge(former)
    add(former, 2)
    spool = spool_in(tmp_path)
    with spool.sending():
        assert {envelope.agent_id for envelope in envelopes(spool)} == {AGENT}
    add(spool, 3)
    assert ids(envelopes(spool)) == [2, 3]
    assert_is_chain(envelopes(spool))


def test_a_file_that_cannot_be_read_is_set_aside_and_named(tmp_path):
    spool = spool_in(tmp_path)
    path = add(spool, 1)
    path.write_bytes(path.read_bytes()[:100])
    add(spool, 2)
    path_of_next, envelope = spool.oldest()
    assert envelope.report().report_id.int == 2
    assert (tmp_path / "rejected" / path.name).exists()
    assert "JSON" in (tmp_path / "rejected" / f"{path.stem}.why").read_text()
    assert spool.waiting() == [path_of_next]


@pytest.mark.parametrize("spoiled", [b"", b"{", b"null", b"\xff"])
def test_a_spoiled_chain_file_begins_at_one(tmp_path, spoiled):
    """The server will then say what it expects."""
    spool = spool_in(tmp_path)
    add(spool, 1)
    acknowledge(spool)
    (tmp_path / "chain.json").write_bytes(spoiled)
    add(spool, 2)
    assert_is_chain(envelopes(spool))


def test_an_acknowledgement_survives_a_crash_before_the_file_goes(
    tmp_path, monkeypatch
):
    spool = spool_in(tmp_path)
    add(spool, 1)
    monkeypatch.setattr(durable, "remove", _crash)
    with pytest.raises(KeyboardInterrupt):
        acknowledge(spool)
    monkeypatch.undo()
    add(spool, 2)
    assert ids(envelopes(spool)) == [1, 2]
    assert_is_chain(envelopes(spool))


def test_a_crash_while_numbering_anew_is_mended_by_the_next_time(tmp_path, monkeypatch):
    spool = spool_in(tmp_path)
    for number in (1, 2, 3):
        add(spool, number)
    written: list[Path] = []

    def once(path, content, write=durable.write):
        if written:
            raise KeyboardInterrupt
        written.append(path)
        write(path, content)

    monkeypatch.setattr(durable, "write", once)
    with pytest.raises(KeyboardInterrupt):
        spool.renumber(Link(8, "ab" * 32))
    monkeypatch.undo()
    assert ids(envelopes(spool)) == [1, 2, 3]
    spool.renumber(Link(8, "ab" * 32))
    assert_is_chain(envelopes(spool), Link(8, "ab" * 32))


def test_a_draft_of_a_process_that_died_is_cleared(tmp_path):
    spool = spool_in(tmp_path)
    draft = tmp_path / "waiting" / f"000000000001-x.json{durable.UNFINISHED}"
    draft.write_bytes(b'{"half":')
    add(spool, 1)
    assert not draft.exists()
    assert len(spool.waiting()) == 1


def test_a_full_disk_leaves_what_waits_untouched(tmp_path, monkeypatch):
    spool = spool_in(tmp_path)
    add(spool, 1)
    before = envelopes(spool)
    monkeypatch.setattr(os, "fsync", _no_space)
    with pytest.raises(OSError, match="No space"):
        add(spool, 2)
    monkeypatch.undo()
    assert envelopes(spool) == before
    add(spool, 3)
    assert_is_chain(envelopes(spool))


def test_what_was_rejected_costs_no_event_and_what_waits_does(tmp_path):
    spool = spool_in(tmp_path)
    spool.reject(add(spool, 1), "too large")
    dropped: list[int] = []

    def drop() -> int:
        dropped.append(1)
        return 1_000_000

    most = 16_384
    (tmp_path / "rejected" / "large.json").write_bytes(bytes(10 * most))
    assert (spool.make_room(most, drop), dropped) == (0, [])
    (tmp_path / "waiting" / "large.json").write_bytes(bytes(10 * most))
    assert (spool.make_room(most, drop), dropped) == (1, [1])


def test_a_file_of_another_name_is_left_alone(tmp_path):
    spool = spool_in(tmp_path)
    stray = tmp_path / "waiting" / "notes.json"
    stray.write_text("mine")
    add(spool, 1)
    assert len(spool.waiting()) == 1
    assert stray.read_text() == "mine"


ADD_FOR_EVER = """
import sys, uuid
from pathlib import Path
from agent import wire
from agent.spool import Spool
from tests.agent.samples import report

folder, agent = Path(sys.argv[1]), uuid.UUID(int=1)
count = int(sys.argv[2])
spool = Spool(folder, agent, lambda w: wire.Envelope.seal(agent, w, lambda _: bytes(64)))
for _ in range(count):
    made = uuid.uuid4()
    spool.add(lambda link: report(
        report_id=made, seq=link.seq, prev_sha256=link.prev_sha256))
    print(made, flush=True)
"""


def adding(folder, count):
    return subprocess.Popen(
        [sys.executable, "-c", ADD_FOR_EVER, str(folder), str(count)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("told", [1, 2, 5, 9])
def test_a_killed_process_loses_nothing_it_was_told_is_safe(tmp_path, told):
    with adding(tmp_path, 10_000) as process:
        assert process.stdout
        safe = [process.stdout.readline().strip() for _ in range(told)]
        process.send_signal(signal.SIGKILL)
    spool = spool_in(tmp_path)
    add(spool, 1)
    found = [str(envelope.report().report_id) for envelope in envelopes(spool)]
    assert found[:told] == safe
    assert len(set(found)) == len(found)
    assert_is_chain(envelopes(spool))


def test_processes_that_add_at_once_make_one_chain(tmp_path):
    with adding(tmp_path, 20) as one, adding(tmp_path, 20) as two:
        said = one.communicate(timeout=60)[0] + two.communicate(timeout=60)[0]
    found = envelopes(spool_in(tmp_path))
    assert sorted(str(each.report().report_id) for each in found) == sorted(
        said.split()
    )
    assert len(found) == 40
    assert_is_chain(found)


def test_a_file_is_what_will_be_sent(tmp_path):
    raw = json.loads(add(spool_in(tmp_path)).read_bytes())
    assert set(raw) == {"agent_id", "payload", "signature"}


def _crash(*_args):
    raise KeyboardInterrupt


def _no_space(_descriptor):
    raise OSError(28, "No space left on device")
