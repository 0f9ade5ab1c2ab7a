"""An identity made on other hardware is put aside with all that it left."""

from __future__ import annotations

import dataclasses
import uuid

import pytest

from agent import durable, identity, itself
from agent.collect import Around
from agent.identity import Identity
from agent.itself import AnotherMachine
from agent.spool import Spool
from tests.agent.samples import report
from tests.agent.test_marks import LAPTOP, OTHER, put

KNOWN = Identity(
    server=identity.Server(address="http://127.0.0.1:9"),
    agent_id=uuid.UUID(int=1),
    token="fictional-token-0123456789",
    private_key=bytes(range(32)),
    marks=LAPTOP,
)


def hardware(root, marks):
    put(root / "sys/class/dmi/id/product_uuid", marks.uuid)
    put(root / "sys/class/dmi/id/board_serial", marks.board_serial)
    put(root / "sys/class/net/eth0/address", marks.macs[0])
    put(root / "sys/class/net/eth0/device/vendor", "0x8086")
    put(root / "sys/block/sda/device/serial", marks.drives[0])
    return Around(root=root)


@pytest.fixture
def state(tmp_path):
    folder = tmp_path / "state"
    folder.mkdir()
    identity.save(folder, KNOWN)
    return folder


def add(state, number):
    def write(link):
        return report(
            report_id=uuid.UUID(int=number), seq=link.seq, prev_sha256=link.prev_sha256
        )

    Spool(state / "spool", KNOWN.agent_id, KNOWN.seal).add(write)


def test_a_machine_that_is_itself_stays_itself(state, tmp_path):
    known = itself.check(state, hardware(tmp_path, LAPTOP))
    assert known.agent_id == KNOWN.agent_id
    assert not (state / itself.FORMER).exists()


def test_a_machine_enrolled_before_marks_were_kept_gets_them(state, tmp_path):
    identity.keep(state, dataclasses.replace(KNOWN, marks=None))
    around = hardware(tmp_path, LAPTOP)
    seen = itself.check(state, around).marks
    assert seen
    assert seen.uuid == LAPTOP.uuid
    assert identity.load(state).marks == seen


def test_a_changed_network_card_becomes_one_of_its_marks(state, tmp_path):
    around = hardware(tmp_path, dataclasses.replace(LAPTOP, macs=OTHER.macs))
    seen = itself.check(state, around).marks
    assert seen
    assert (seen.uuid, seen.macs) == (LAPTOP.uuid, OTHER.macs)
    assert identity.load(state).marks == seen


def test_a_copied_disk_is_told_and_nothing_of_it_is_ever_sent(state, tmp_path):
    add(state, 7)
    with pytest.raises(AnotherMachine):
        itself.check(state, hardware(tmp_path, OTHER))
    with pytest.raises(identity.NotEnrolled):
        identity.load(state)
    aside = state / itself.FORMER / f"{KNOWN.agent_id}-1"
    assert not (state / "spool").exists()
    assert len(list((aside / "spool/waiting").iterdir())) == 1
    assert identity.load(aside) == KNOWN


def test_a_move_cut_short_is_ended_at_the_next_start(state, tmp_path, monkeypatch):
    add(state, 7)
    real = durable.move

    def cut(path, folder):
        if path.name == identity.IDENTITY:
            raise OSError("power cut")
        return real(path, folder)

    around = hardware(tmp_path, OTHER)
    with monkeypatch.context() as patched:
        patched.setattr(durable, "move", cut)
        with pytest.raises(OSError, match="power cut"):
            itself.check(state, around)
    with pytest.raises(AnotherMachine):
        itself.check(state, around)
    (aside,) = (state / itself.FORMER).iterdir()
    assert identity.load(aside) == KNOWN


def test_the_same_identity_copied_twice_is_put_aside_twice(state, tmp_path):
    around = hardware(tmp_path, OTHER)
    for number in (7, 8):
        identity.keep(state, KNOWN)
        add(state, number)
        with pytest.raises(AnotherMachine):
            itself.check(state, around)
    assert len(list((state / itself.FORMER).glob("*/spool/waiting/*.json"))) == 2


def test_a_machine_that_forgets_leaves_nothing(state, tmp_path):
    add(state, 7)
    around = hardware(tmp_path, OTHER)
    with pytest.raises(AnotherMachine):
        itself.check(state, around)
    identity.save(state, KNOWN)
    for name in ("tests.json", "running.lock", "jobs.json"):
        (state / name).write_text("{}")
    itself.forget(state)
    assert list(state.iterdir()) == []
