"""A machine without a server erases its drives, after a person typed which."""

from __future__ import annotations

import contextlib
import dataclasses
import io
import sys
import uuid

import pytest

from agent import durable, identity
from agent.erase import alone, ownkey
from agent.erase.position import Positions, name_of
from agent.identity import Identity
from agent.jobs import Jobs
from agent.methods import Ended, ErasureClass
from agent.parser import parser_for
from agent.proofs import Run
from agent.spool import Spool
from agent.tell import Exit, Unusable
from agent.words import Words
from tests.agent.erase.loops import filled, loop, machine, needs_root
from tests.agent.erase.test_job import order
from tests.agent.samples import drive
from tests.agent.test_jobs import AGENT, job

ENGLISH = Words(is_french=False)
MIB = 2**20
real = pytest.mark.root


def asked(state, *words):
    return parser_for(ENGLISH).parse_args(["--state", str(state), "erase", *words])


class Bench:
    def __init__(self, folder, stack, *sizes):
        self.files = [
            filled(folder / f"drive{n}", size) for n, size in enumerate(sizes)
        ]
        targets = [stack.enter_context(loop(file)) for file in self.files]
        self.around = machine(folder / "root", *targets)
        self.state = folder / "state"

    def erase(self, monkeypatch, typed, *words):
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        return alone.erase(asked(self.state, *words), ENGLISH, self.around)

    def records(self):
        spool, _ = ownkey.spool_of(self.state)
        return [envelope.report().erasure for envelope in spool.envelopes(10)]

    def is_untouched(self, number=0):
        return bool(self.files[number].read_bytes()[:4096].strip(b"\0"))


@pytest.fixture
def build(tmp_path):
    with contextlib.ExitStack() as stack:
        yield lambda *sizes: Bench(tmp_path, stack, *sizes)


@real
@needs_root
def test_a_drive_is_erased_when_the_end_of_its_serial_is_typed(
    build, monkeypatch, capsys
):
    bench = build(3 * MIB, 3 * MIB)
    code = bench.erase(monkeypatch, "0001\n", "/dev/sda")
    (record,) = bench.records()
    assert not bench.files[0].read_bytes().strip(b"\0")
    assert bench.is_untouched(1)
    assert record.ended in (Ended.ERASED, Ended.ERASED_WITH_EXCEPTIONS)
    assert (code is Exit.DONE) == (record.ended is Ended.ERASED)
    assert (record.run_id, record.token) == (None, None)
    assert "ALL DATA on /dev/sda EXAMPLE HDD 1" in capsys.readouterr().out


@real
@needs_root
@pytest.mark.parametrize("typed", ["", "\n", "0002\n", "oui\n", "yes\n"])
def test_anything_else_that_is_typed_erases_nothing(build, monkeypatch, typed):
    bench = build(3 * MIB)
    assert bench.erase(monkeypatch, typed, "sda") is Exit.NOT_ERASED
    assert bench.is_untouched()
    assert bench.records() == []


@real
@needs_root
def test_the_digits_of_a_french_keyboard_need_no_shift(build, monkeypatch):
    bench = build(3 * MIB)
    bench.erase(monkeypatch, "ààà&\n", "FICTIF-00001")
    assert not bench.is_untouched()


@real
@needs_root
@pytest.mark.parametrize("words", [["--dry-run", "--all"], ["--dry-run", "sda"], []])
def test_a_dry_run_shows_the_commands_and_touches_nothing(
    build, monkeypatch, capsys, words
):
    bench = build(3 * MIB)
    assert bench.erase(monkeypatch, "0001\n", *words) is Exit.DONE
    assert "write zeros: /dev/sda" in capsys.readouterr().out
    assert bench.is_untouched()


@real
@needs_root
def test_each_drive_is_asked_for_by_itself(build, monkeypatch):
    bench = build(3 * MIB, 3 * MIB)
    bench.erase(monkeypatch, "\n0002\n", "--all")
    assert bench.is_untouched(0)
    assert not bench.is_untouched(1)


@real
@needs_root
def test_a_drive_may_be_erased_once_more(build, monkeypatch):
    bench = build(3 * MIB)
    bench.erase(monkeypatch, "0001\n", "sda")
    bench.erase(monkeypatch, "0001\n", "sda")
    assert len(bench.records()) == 2


@real
@needs_root
def test_a_report_that_was_cut_off_is_handed_in_and_the_drive_erased_again(
    build, monkeypatch
):
    bench = build(3 * MIB)
    bench.erase(monkeypatch, "0001\n", "sda")
    positions = Positions(bench.state)
    (file,) = (bench.state / "erase").glob("*.json")
    position = positions.load(file.stem)
    assert position
    positions.keep(file.stem, dataclasses.replace(position, is_told=False))
    filled(bench.files[0], 3 * MIB)
    bench.erase(monkeypatch, "0001\n", "sda")
    assert not bench.files[0].read_bytes().strip(b"\0")
    first, again, _second = bench.records()
    assert first == again


def test_drives_without_a_serial_have_a_position_each():
    one, other = drive(name="sda", serial=""), drive(name="sdb", serial="")
    assert name_of(one, None) != name_of(other, None)
    named = [drive(name=name, serial="FICTIF") for name in ("sda", "sdb")]
    assert name_of(named[0], None) == name_of(named[1], None)


@real
@needs_root
def test_an_order_that_was_carried_here_is_answered_with_its_token(
    build, monkeypatch, tmp_path
):
    bench = build(3 * MIB)
    run = Run(
        run_id=uuid.UUID(int=5),
        token="fictional-token-0123456789",
        cycle=2,
        serial="FICTIF-00001",
        least=ErasureClass.CLEAR,
    )
    file = tmp_path / "order.json"
    file.write_bytes(run.to_bytes())
    bench.erase(monkeypatch, "0001\n", "--order", str(file))
    (record,) = bench.records()
    assert (record.token, record.cycle, record.run_id) == (run.token, 2, run.run_id)


@real
@needs_root
def test_a_method_that_the_drive_does_not_have_is_not_replaced(build, monkeypatch):
    bench = build(3 * MIB)
    words = ["sda", "--technique", "nvme_sanitize_block"]
    assert bench.erase(monkeypatch, "0001\n", *words) is Exit.NOT_ERASED
    (record,) = bench.records()
    assert record.ended is Ended.NOT_ATTEMPTED
    assert bench.is_untouched()


@real
@needs_root
def test_what_was_erased_before_it_enrolled_is_sealed_with_the_enrolled_key(
    build, monkeypatch
):
    bench = build(3 * MIB)
    bench.erase(monkeypatch, "0001\n", "sda")
    known = Identity(
        server=identity.Server(address="http://127.0.0.1:9"),
        agent_id=AGENT,
        token="fictional-token-0123456789",
        private_key=bytes(range(32)),
    )
    spool = Spool(bench.state / "spool", known.agent_id, known.seal)
    (envelope,) = spool.envelopes(10)
    assert envelope.agent_id == AGENT
    assert envelope.report().seq == 1


@real
@needs_root
@pytest.mark.parametrize("words", [["sdz"], ["/dev/sdz"], ["sda", "--technique", "x"]])
def test_what_is_not_there_is_named_with_what_is(build, monkeypatch, words):
    bench = build(3 * MIB)
    with pytest.raises(Unusable, match="There are: "):
        bench.erase(monkeypatch, "0001\n", *words)
    assert bench.is_untouched()


@pytest.mark.parametrize("content", [b"", b"{}", b"not json", b'{"runs": 5}', b"[]"])
def test_an_order_that_cannot_be_read_is_said_to_be(tmp_path, content):
    file = tmp_path / "order.json"
    file.write_bytes(content)
    with pytest.raises(Unusable, match="The order cannot be used"):
        alone.erase(asked(tmp_path, "--order", str(file)), ENGLISH, machine(tmp_path))


def test_an_order_is_confirmed_with_the_tag_of_its_device(tmp_path, capsys):
    Jobs(tmp_path / "jobs.json").take(order(device="PC004217W"))
    words = asked(tmp_path, "--confirm", "pc-004217-w")
    assert alone.erase(words, ENGLISH) is Exit.DONE
    assert "Confirmed" in capsys.readouterr().out
    assert alone.erase(words, ENGLISH) is Exit.WAITING


def test_another_tag_confirms_nothing(tmp_path):
    Jobs(tmp_path / "jobs.json").take(order(device="PC004217W"))
    with pytest.raises(Unusable, match="not the tag"):
        alone.erase(asked(tmp_path, "--confirm", "PC-004218-W"), ENGLISH)
    assert not (tmp_path / "erase").exists()


def test_without_an_order_there_is_nothing_to_confirm(tmp_path):
    Jobs(tmp_path / "jobs.json").take(job())
    words = asked(tmp_path, "--confirm", "PC-004217-W")
    assert alone.erase(words, ENGLISH) is Exit.WAITING


def test_a_machine_s_own_key_is_made_once_and_kept_from_others(tmp_path):
    durable.make_folder(tmp_path)
    first, is_enrolled = ownkey.spool_of(tmp_path)
    again, _ = ownkey.spool_of(tmp_path)
    assert not is_enrolled
    assert first._agent_id == again._agent_id
    assert (tmp_path / ownkey.FILE).stat().st_mode & 0o777 == 0o600
