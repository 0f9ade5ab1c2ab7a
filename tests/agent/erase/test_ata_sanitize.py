from __future__ import annotations

import pytest

from agent.erase.firmware.ata_sanitize import AtaSanitize
from agent.methods import Ended, Technique
from agent.run import never
from tests.agent.erase.machines import Ata, Clock, Told, ata_drive, target_of
from tests.agent.trees import around

BLOCK = Technique.ATA_SANITIZE_BLOCK_ERASE


@pytest.fixture
def clock():
    return Clock()


def erase(tmp_path, ata, technique=BLOCK, stopped=never, told=None):
    method = AtaSanitize(around(tmp_path, ata), technique, ata.clock.pace)
    return method.erase(target_of(ata_drive()), told or Told(), stopped)


def started(ata):
    return [argv for argv in ata.commands("--sanitize") if "-status" not in argv[-2]]


def test_a_drive_that_says_that_it_completed_is_erased(tmp_path, clock):
    ata, told = Ata(clock), Told()
    outcome = erase(tmp_path, ata, told=told)
    assert (outcome.ended, outcome.adopted, outcome.passes) == (Ended.ERASED, False, 1)
    assert "SD0" in outcome.status
    assert len(started(ata)) == 1
    assert told.percents[-1] == 94


@pytest.mark.parametrize(
    ("technique", "line"),
    [
        (BLOCK, "--sanitize-block-erase /dev/sda"),
        (Technique.ATA_SANITIZE_CRYPTO, "--sanitize-crypto-scramble /dev/sda"),
        (
            Technique.ATA_SANITIZE_OVERWRITE,
            "--sanitize-overwrite-passes 1 --sanitize-overwrite hex:00000000 /dev/sda",
        ),
    ],
)
def test_what_is_shown_is_what_is_run(tmp_path, clock, technique, line):
    ata = Ata(clock)
    method = AtaSanitize(around(tmp_path, ata), technique, clock.pace)
    (shown,) = method.lines(target_of(ata_drive()))
    assert not ata.asked
    assert shown == f"hdparm --yes-i-know-what-i-am-doing {line}"
    outcome = method.erase(target_of(ata_drive()), Told(), never)
    assert outcome.steps[0].line == shown
    assert method.zeroes is (technique is Technique.ATA_SANITIZE_OVERWRITE)


def test_an_operation_that_outlived_a_power_cut_is_adopted(tmp_path, clock):
    ata = Ata(clock, running_until=30.0)
    outcome = erase(tmp_path, ata)
    assert (outcome.ended, outcome.adopted) == (Ended.ERASED, True)
    assert not started(ata)


def test_a_drive_that_failed_is_asked_once_more(tmp_path, clock):
    ata = Ata(clock, fails=1)
    assert erase(tmp_path, ata).ended is Ended.ERASED
    assert len(started(ata)) == 2


def test_a_drive_that_failed_twice_has_failed(tmp_path, clock):
    ata = Ata(clock, fails=5)
    outcome = erase(tmp_path, ata)
    assert outcome.ended is Ended.FAILED
    assert outcome.reason == "the drive says that it failed"
    assert len(started(ata)) == 2
    assert not ata.is_erased


def test_a_drive_whose_sanitize_is_locked_is_not_touched(tmp_path, clock):
    ata = Ata(clock, is_sanitize_frozen=True)
    outcome = erase(tmp_path, ata)
    assert outcome.ended is Ended.NOT_ATTEMPTED
    assert "locked until its power is cut" in outcome.reason
    assert not started(ata)


def test_a_drive_that_never_sanitized_and_lies_has_failed(tmp_path, clock):
    outcome = erase(tmp_path, Ata(clock, lies=True))
    assert outcome.ended is Ended.FAILED
    assert "does not say that it completed" in outcome.reason


def test_a_controller_that_mangles_the_answers_proves_nothing(tmp_path, clock):
    ata = Ata(clock, is_mangled=True, was_completed=True)
    outcome = erase(tmp_path, ata)
    assert (outcome.ended, started(ata)) == (Ended.NOT_ATTEMPTED, [])


def test_answers_that_are_mangled_on_the_way_end_in_failure(tmp_path, clock):
    ata = Ata(clock)
    clock.in_seconds(20, lambda: setattr(ata, "is_mangled", True))
    outcome = erase(tmp_path, ata)
    assert outcome.ended is Ended.FAILED
    assert outcome.reason == "the drive does not say where it stands"


class Refusing(Ata):
    """It was sanitized long ago, and takes no command now."""

    def _sanitize(self, option):
        if option == "--sanitize-status":
            return super()._sanitize(option)
        return super()._secure("--security-unlock", "")


def test_the_word_of_an_earlier_time_is_not_taken_for_now(tmp_path, clock):
    ata = Refusing(clock, was_completed=True)
    outcome = erase(tmp_path, ata)
    assert outcome.ended is Ended.FAILED
    assert outcome.reason == "the drive does not take the command"
    assert outcome.steps[0].exit_code == 5


def test_stopping_leaves_the_drive_to_itself_and_is_no_success(tmp_path, clock):
    ata = Ata(clock)
    outcome = erase(tmp_path, ata, stopped=lambda: clock.now > 10)
    assert outcome.ended is Ended.ABORTED
    assert "goes on by itself" in outcome.reason
    assert ata.running_until is not None


def test_stopping_before_it_began_starts_nothing(tmp_path, clock):
    ata = Ata(clock)
    outcome = erase(tmp_path, ata, stopped=lambda: True)
    assert (outcome.ended, started(ata)) == (Ended.ABORTED, [])


def test_a_drive_without_the_tool_is_not_attempted(tmp_path, clock):
    method = AtaSanitize(around(tmp_path), BLOCK, clock.pace)
    outcome = method.erase(target_of(ata_drive()), Told(), never)
    assert outcome.ended is Ended.NOT_ATTEMPTED
