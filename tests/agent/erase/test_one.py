"""One drive from the order to its record: erased only where it was read back so."""

from __future__ import annotations

import dataclasses
import os
import uuid
from pathlib import Path

import pytest

from agent.collect.drives import drive as look_at
from agent.erase import markers
from agent.erase.case import Case, Left, Means, Order
from agent.erase.contract import Outcome, Plan
from agent.erase.hidden import Revealed
from agent.erase.one import erase
from agent.erase.overwrite import Overwrite
from agent.erase.position import Positions
from agent.erase.target import BUFFER_BYTES
from agent.methods import (
    Ended,
    ErasureClass,
    Exceptional,
    Hidden,
    Technique,
    Verification,
)
from agent.proofs import Counters, HiddenAreas, Run
from agent.run import never
from agent.words import Words
from tests.agent.erase.loops import Told, filled, loop, machine, needs_root
from tests.agent.trees import Tools

pytestmark = [pytest.mark.root, needs_root]

MIB = 2**20
SIZE = 24 * MIB + 512
NONE = HiddenAreas(hpa=Hidden.NONE, dco=Hidden.NONE, amax=Hidden.NOT_OFFERED)
ENGLISH = Words(is_french=False)


DONE = Outcome(Ended.ERASED, status="SD0 Sanitize Idle")


@dataclasses.dataclass(frozen=True)
class Own:
    """A command of the drive's own, of which this test decides what it really does."""

    file: Path
    technique: Technique = Technique.ATA_SANITIZE_BLOCK_ERASE
    zeroes: bool = False
    content: bytes | None = None
    outcome: Outcome = DONE
    asked: list[str] = dataclasses.field(default_factory=list)

    def lines(self, target):
        return (f"erase yourself {target.path}",)

    def erase(self, target, tell, stopped):
        self.asked.append(target.path)
        if self.content is not None:
            self.file.write_bytes(self.content)
        return self.outcome


class Bench:
    """A machine with one drive, and what is handed to its erasure."""

    def __init__(self, folder, target, file):
        self.file = file
        self.state = folder / "state"
        self.state.mkdir(exist_ok=True)
        self.around = machine(folder / "root", target)
        drive = look_at(self.around, "sda")
        assert drive
        self.drive = drive
        self.methods = (Overwrite(),)
        self.refusal = ""
        self.hidden = NONE
        self.counters = [Counters(), Counters()]
        self.told = Told()
        self.run = None
        self.technique = None

    def direct(self):
        """A hard disk with nothing in between, as smartctl says."""
        said = {
            "model_name": self.drive.model,
            "serial_number": self.drive.serial,
            "rotation_rate": 7200,
            "device": {"type": "sat", "protocol": "ATA"},
        }
        self.around = self.around._replace(run=Tools(smartctl={"/dev/sda": said}))
        drive = look_at(self.around, "sda")
        assert drive
        self.drive = drive

    def case(self, stopped=never, leaving=never):
        means = Means(
            plan=lambda _around, drive, _run, _words: Plan(
                drive, self.methods, ("line",), refusal=self.refusal
            ),
            reveal=lambda *_: Revealed(self.hidden),
            counters=lambda *_: (
                self.counters.pop(0) if len(self.counters) > 1 else self.counters[0]
            ),
            tools=lambda _around: ("hdparm 9.65",),
        )
        order = Order("drive", self.drive, self.run, technique=self.technique)
        return Case(
            self.around,
            ENGLISH,
            means,
            Positions(self.state),
            order,
            tell=self.told,
            stopped=stopped,
            leaving=leaving,
        )

    def erase(self, **how):
        return erase(self.case(**how))


@pytest.fixture
def bench(tmp_path):
    file = filled(tmp_path / "drive", SIZE)
    with loop(file) as target:
        yield Bench(tmp_path, target, file)


def run_for(drive, **changes):
    facts = {
        "run_id": uuid.UUID(int=5),
        "token": "fictional-token-0123456789",
        "cycle": 3,
        "serial": drive.serial,
        "size_bytes": drive.size_bytes,
        "least": ErasureClass.CLEAR,
    }
    return Run(**{**facts, **changes})


def test_an_overwritten_drive_is_erased_and_read_back(bench):
    bench.run = run_for(bench.drive)
    record = bench.erase()
    assert (record.ended, record.technique) == (Ended.ERASED, Technique.OVERWRITE)
    assert (record.bytes_erased, record.verified.bytes_read) == (SIZE, SIZE)
    assert record.verified.method is Verification.FULL
    assert (record.token, record.cycle) == (bench.run.token, 3)
    assert record.drive.serial == "FICTIF-00001"
    assert bench.file.read_bytes() == bytes(SIZE)
    (attempt,) = record.attempts
    assert (attempt.ended, attempt.bytes_written) == (Ended.ERASED, SIZE)


def test_the_steps_are_told_in_their_order(bench):
    bench.erase()
    steps = list(dict.fromkeys(step for step, _ in bench.told.steps))
    assert steps == ["look", "overwrite", "verify"]


def test_what_the_guard_refuses_is_not_attempted_and_not_touched(bench):
    bench.run = run_for(bench.drive, serial="ANOTHER")
    before = bench.file.read_bytes()
    record = bench.erase()
    assert record.ended is Ended.NOT_ATTEMPTED
    assert "not the drive that was approved" in record.reason
    assert (record.attempts, record.bytes_erased) == ((), 0)
    assert record.erasure_class is ErasureClass.UNKNOWN
    assert bench.file.read_bytes() == before


def test_what_the_plan_refuses_is_not_attempted(bench):
    bench.refusal = "It is locked."
    record = bench.erase()
    assert (record.ended, record.reason) == (Ended.NOT_ATTEMPTED, "It is locked.")
    assert bench.file.read_bytes()[:4096].strip(b"\0")


def test_a_drive_that_the_kernel_does_not_give_away_is_not_attempted(bench):
    held = os.open(os.path.realpath(bench.around.root / "dev/sda"), os.O_EXCL)
    try:
        record = bench.erase()
    finally:
        os.close(held)
    assert record.ended is Ended.NOT_ATTEMPTED
    assert "Device or resource busy" in record.reason


def test_a_device_file_that_leads_elsewhere_is_not_attempted(bench, tmp_path):
    with loop(filled(tmp_path / "other", SIZE)) as other:
        node = bench.around.root / "dev/sda"
        node.unlink()
        node.symlink_to(other.path)
        record = bench.erase()
    assert "another device" in record.reason
    assert (tmp_path / "other").read_bytes()[:4096].strip(b"\0")


def test_a_drive_that_erased_itself_is_changed_and_keeps_no_marker(bench):
    bench.methods = (Own(bench.file, content=bytes.fromhex("33cc55aa") * (SIZE // 4)),)
    record = bench.erase()
    assert (record.ended, record.bytes_erased) == (Ended.ERASED, SIZE)
    verified = record.verified
    assert (verified.markers_planted, verified.markers_found) == (16, 0)
    assert (verified.mismatches, verified.status) == (0, "SD0 Sanitize Idle")


def test_a_drive_that_lies_has_failed(bench):
    bench.methods = (Own(bench.file),)
    record = bench.erase()
    assert (record.ended, record.bytes_erased) == (Ended.FAILED, 0)
    assert record.verified.markers_found == 16
    assert "Markers that are still there: 16 of 16" in record.reason
    assert record.erasure_class is ErasureClass.UNKNOWN


def test_a_drive_that_forgot_only_the_markers_has_failed(bench):
    class Sly(Own):
        def erase(self, target, tell, stopped):
            for place in range(SIZE // MIB):
                with self.file.open("r+b") as opened:
                    opened.seek(place * MIB)
                    opened.write(os.urandom(600_000))
            return self.outcome

    left = bench.file.read_bytes()
    bench.methods = (Sly(bench.file),)
    record = bench.erase()
    assert record.ended is Ended.FAILED
    assert left != bench.file.read_bytes()


def test_after_a_liar_nothing_else_is_tried(bench):
    bench.methods = (Own(bench.file), Overwrite())
    record = bench.erase()
    (attempt,) = record.attempts
    assert (record.ended, attempt.ended) == (Ended.FAILED, Ended.FAILED)
    said = "The drive said that it was erased, and the data is still there."
    assert record.reason.startswith(said)
    assert bench.file.read_bytes()[8 * MIB : 9 * MIB].strip(b"\0")


def test_a_liar_is_known_after_a_power_cut_too(bench):
    bench.methods = (Own(bench.file), Overwrite())
    bench.erase()
    bench.case().keep(record=None)
    record = bench.erase()
    assert (record.ended, len(record.attempts)) == (Ended.FAILED, 1)
    assert "the data is still there" in record.reason


def test_a_command_that_left_data_where_it_promised_zeros_has_lied(bench):
    """The markers are gone, and more of the drive; not all of it."""
    half = bytes(SIZE // 2)
    rest = bench.file.read_bytes()[len(half) :]

    class Half(Own):
        def erase(self, target, tell, stopped):
            kept = bytearray(half + rest)
            position = Positions(bench.state).load("drive")
            assert position is not None
            seed = position.seed
            for place in markers.Markers(seed, SIZE).places:
                kept[place : place + MIB] = bytes(MIB)
            self.file.write_bytes(kept)
            return self.outcome

    bench.methods = (Half(bench.file, zeroes=True), Overwrite())
    record = bench.erase()
    (attempt,) = record.attempts
    assert (record.ended, record.verified.markers_found) == (Ended.FAILED, 0)
    assert record.reason.startswith("The drive said that it was erased, and the data")
    assert (attempt.technique, record.verified.mismatches > 0) == (
        Technique.ATA_SANITIZE_BLOCK_ERASE,
        True,
    )
    assert bench.file.read_bytes().strip(b"\0")


def test_a_command_that_ended_without_zeros_is_followed_by_an_overwrite(bench):
    bench.methods = (Own(bench.file, zeroes=True, content=b"3" * SIZE), Overwrite())
    record = bench.erase()
    assert (record.ended, record.technique) == (Ended.ERASED, Technique.OVERWRITE)
    assert bench.file.read_bytes() == bytes(SIZE)


def test_a_refused_method_keeps_its_reason_and_the_next_is_tried(bench):
    frozen = Outcome(Ended.FAILED, reason="frozen")
    bench.methods = (Own(bench.file, outcome=frozen), Overwrite())
    record = bench.erase()
    assert [each.reason for each in record.attempts] == ["frozen", ""]


def test_a_method_that_was_asked_for_is_the_only_one(bench):
    bench.methods = (Own(bench.file), Overwrite())
    bench.technique = Technique.ATA_SANITIZE_BLOCK_ERASE
    record = bench.erase()
    assert record.ended is Ended.FAILED
    assert len(record.attempts) == 1


def test_an_adopted_erasure_without_markers_is_made_again(bench):
    adopted = Own(
        bench.file,
        content=bytes(SIZE),
        outcome=Outcome(Ended.ERASED, status="SD0", adopted=True),
    )
    case = bench.case()
    case.keep(hidden=NONE, before=Counters(), seed="")
    bench.methods = (adopted,)
    plant = "agent.erase.readback.markers.plant"
    with pytest.MonkeyPatch.context() as patch:

        def busy(*_):
            patch.undo()
            raise OSError(5, "the drive is busy erasing itself")

        patch.setattr(plant, busy)
        record = bench.erase()
    assert len(adopted.asked) == 2
    assert [each.ended for each in record.attempts] == [Ended.FAILED, Ended.ERASED]
    assert record.ended is Ended.ERASED


def test_sectors_that_stay_pending_forbid_an_erasure(bench):
    bench.counters = [Counters(pending=2), Counters(pending=1)]
    record = bench.erase()
    assert (record.ended, record.bytes_erased > 0) == (Ended.FAILED, True)
    assert record.reason == "Sectors still pending: 1"


@pytest.mark.parametrize("name", ["reallocated", "uncorrectable", "media_errors"])
def test_counters_that_grew_meanwhile_forbid_an_erasure(bench, name):
    bench.counters = [Counters(**{name: 1}), Counters(**{name: 2})]
    assert bench.erase().ended is Ended.FAILED


def test_sectors_replaced_long_ago_are_an_exception(bench):
    bench.counters = [Counters(reallocated=3), Counters(reallocated=3)]
    record = bench.erase()
    assert record.ended is Ended.ERASED_WITH_EXCEPTIONS
    assert record.exceptions == (Exceptional.REALLOCATED_SECTORS,)


@pytest.mark.parametrize(
    ("state", "exceptional"),
    [
        (Hidden.LEFT, Exceptional.HIDDEN_AREA_LEFT),
        (Hidden.UNKNOWN, Exceptional.HIDDEN_AREA_UNKNOWN),
    ],
)
def test_a_hidden_area_that_is_left_or_unknown_is_an_exception(
    bench, state, exceptional
):
    bench.hidden = dataclasses.replace(NONE, dco=state)
    record = bench.erase()
    assert record.ended is Ended.ERASED_WITH_EXCEPTIONS
    assert record.exceptions == (exceptional,)


def test_one_byte_that_stays_is_a_failure(bench, monkeypatch):
    class Careless(Overwrite):
        def erase(self, target, tell, stopped):
            outcome = super().erase(target, tell, stopped)
            with bench.file.open("r+b") as opened:
                opened.seek(SIZE - 1)
                opened.write(b"x")
            return outcome

    bench.methods = (Careless(),)
    record = bench.erase()
    assert (record.ended, record.verified.mismatches) == (Ended.FAILED, 1)


def test_a_cancelled_erasure_is_aborted_and_never_a_success(bench):
    asked = iter([False, True, True, True, True])
    record = bench.erase(stopped=lambda: next(asked))
    assert (record.ended, record.attempts[0].ended) == (Ended.ABORTED, Ended.ABORTED)
    assert record.attempts[0].bytes_written == BUFFER_BYTES
    assert record.erasure_class is ErasureClass.UNKNOWN


def test_a_cancelled_verification_is_aborted(bench):
    def stopped():
        return any(step == "verify" for step, _ in bench.told.steps)

    record = bench.erase(stopped=stopped)
    assert record.ended is Ended.ABORTED
    assert bench.file.read_bytes() == bytes(SIZE)


class Cut:
    """The service is told to end after some buffers."""

    def __init__(self, buffers):
        self.left = buffers

    def __call__(self):
        self.left -= 1
        return self.left < 0


def test_an_overwrite_goes_on_after_a_power_cut_and_tells_of_both_attempts(bench):
    stop = Cut(2)
    with pytest.raises(Left):
        bench.erase(stopped=stop, leaving=lambda: stop.left < 0)
    record = bench.erase()
    first, second = record.attempts
    assert first.ended is Ended.ABORTED
    assert first.reason == "The machine or its agent stopped during this."
    assert first.bytes_written == second.resumed_from == 2 * BUFFER_BYTES
    assert second.bytes_written == SIZE - 2 * BUFFER_BYTES
    assert (record.ended, record.bytes_erased) == (Ended.ERASED, SIZE)
    assert record.verified.method is Verification.FULL
    assert bench.file.read_bytes() == bytes(SIZE)


def test_more_power_cuts_than_a_record_holds_end_well_all_the_same(bench):
    for _ in range(9):
        stop = Cut(0)
        with pytest.raises(Left):
            bench.erase(stopped=stop, leaving=lambda stop=stop: stop.left < 0)
    record = bench.erase()
    assert (record.ended, len(record.attempts)) == (Ended.ERASED, 8)
    assert bench.file.read_bytes() == bytes(SIZE)


def test_what_failed_before_a_restart_is_not_tried_again_and_has_failed(bench):
    bench.methods = (Own(bench.file),)
    bench.erase()
    case = bench.case()
    case.keep(record=None)
    record = bench.erase()
    assert (record.ended, len(record.attempts)) == (Ended.FAILED, 1)
    assert "Markers" in record.reason


def test_a_large_drive_is_read_back_in_samples(bench, monkeypatch):
    monkeypatch.setattr("agent.erase.verify.SMALLEST_SAMPLED_BYTES", 0)
    bench.direct()
    record = bench.erase()
    assert record.ended is Ended.ERASED
    verified = record.verified
    assert (verified.method, verified.places) == (Verification.SAMPLED, 2002)
    assert SIZE // 10 <= verified.bytes_read < SIZE
    assert len(verified.seed) == 32


def test_an_order_that_asks_for_it_reads_the_whole_drive_back(bench, monkeypatch):
    monkeypatch.setattr("agent.erase.verify.SMALLEST_SAMPLED_BYTES", 0)
    bench.direct()
    bench.run = run_for(bench.drive, verify=Verification.FULL)
    record = bench.erase()
    assert record.verified.method is Verification.FULL
    assert record.verified.bytes_read == SIZE


def test_samples_find_a_drive_that_lies(bench, monkeypatch):
    monkeypatch.setattr("agent.erase.verify.SMALLEST_SAMPLED_BYTES", 0)
    look = "agent.erase.readback.markers.look_for"
    monkeypatch.setattr(look, lambda *_, whole=False: 16 if whole else 0)
    bench.direct()
    bench.methods = (Own(bench.file, technique=Technique.ATA_SECURE_ERASE),)
    record = bench.erase()
    assert record.ended is Ended.FAILED
    assert record.verified.mismatches >= 1000


def test_another_drive_in_its_place_is_not_gone_on_with(bench):
    stop = Cut(2)
    with pytest.raises(Left):
        bench.erase(stopped=stop, leaving=lambda: stop.left < 0)
    page = bench.around.root / "sys/block/sda/device/vpd_pg80"
    page.write_bytes(b"\x00\x80\x00\x0cFICTIF-00002")
    before = bench.file.read_bytes()
    record = bench.erase()
    assert record.ended is Ended.NOT_ATTEMPTED
    assert bench.file.read_bytes() == before


def test_a_lost_position_makes_an_overwrite_begin_anew(bench):
    stop = Cut(2)
    with pytest.raises(Left):
        bench.erase(stopped=stop, leaving=lambda: stop.left < 0)
    (bench.state / "erase/drive.json").write_bytes(b"half a file")
    record = bench.erase()
    assert (record.ended, record.attempts[0].resumed_from) == (Ended.ERASED, None)


def test_a_drive_that_is_done_is_not_erased_again(bench):
    first = bench.erase()
    bench.methods = (Own(bench.file),)
    assert bench.erase() == first


def test_an_error_in_the_kernel_s_log_is_an_error(bench):
    log = bench.around.root / "dev/kmsg"
    log.write_bytes(b"")

    class Unlucky(Overwrite):
        def erase(self, target, tell, stopped):
            with log.open("ab") as opened:
                opened.write(b"3,1,2,-;I/O error, dev sda, sector 8 op 0x1:(WRITE)\n")
            return super().erase(target, tell, stopped)

    bench.methods = (Unlucky(),)
    record = bench.erase()
    assert (record.ended, record.attempts[0].errors) == (Ended.FAILED, 1)


def test_the_record_names_tools_and_kernel(bench):
    (bench.around.root / "etc").mkdir()
    (bench.around.root / "etc/os-release").write_text('PRETTY_NAME="Debian 12"\n')
    record = bench.erase()
    assert record.tools == ("hdparm 9.65",)
    assert (record.kernel, record.image) == ("6.12.48", "Debian 12")
