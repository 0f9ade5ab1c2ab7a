from __future__ import annotations

import pytest

from agent.erase.firmware.ata_security import AtaSecurityErase
from agent.methods import Ended, Technique
from agent.run import never
from tests.agent.erase.machines import (
    ATA_TREE,
    Ata,
    Clock,
    Told,
    ata_drive,
    target_of,
)
from tests.agent.trees import around, grow

NORMAL = Technique.ATA_SECURE_ERASE
ENHANCED = Technique.ATA_SECURE_ERASE_ENHANCED


@pytest.fixture
def clock():
    return Clock()


def erase(tmp_path, ata, technique=NORMAL, stopped=never, told=None):
    seen = around(grow(tmp_path, ATA_TREE), ata)
    method = AtaSecurityErase(seen, technique, ata.clock.pace)
    return method.erase(target_of(ata_drive()), told or Told(), stopped)


@pytest.mark.parametrize(
    ("technique", "option"),
    [(NORMAL, "--security-erase"), (ENHANCED, "--security-erase-enhanced")],
)
def test_a_drive_that_lost_its_password_is_erased(tmp_path, clock, technique, option):
    ata = Ata(clock)
    outcome = erase(tmp_path, ata, technique)
    assert (outcome.ended, ata.is_erased) == (Ended.ERASED, True)
    method = AtaSecurityErase(around(tmp_path, ata), technique, clock.pace)
    lines = method.lines(target_of(ata_drive()))
    assert [step.line for step in outcome.steps] == list(lines)
    assert lines[1] == f"hdparm --user-master u {option} NULL /dev/sda"


def test_progress_goes_by_the_minutes_that_the_drive_announced(tmp_path, clock):
    told = Told()
    erase(tmp_path, Ata(clock, seconds=60.0), told=told)
    known = [percent for percent in told.percents if percent is not None]
    assert known == sorted(known)
    assert known[-1] >= 40
    assert max(known) <= 99


def test_a_drive_that_takes_everything_and_does_nothing_has_failed(tmp_path, clock):
    ata = Ata(clock, lies=True)
    outcome = erase(tmp_path, ata)
    assert outcome.ended is Ended.FAILED
    assert outcome.reason == "the drive did not take the password that it asks for"
    assert not ata.commands("--security-erase")
    assert outcome.steps[0].exit_code == 0


def test_after_a_failure_the_password_is_taken_off(tmp_path, clock):
    ata = Ata(clock, fails=1)
    outcome = erase(tmp_path, ata)
    assert outcome.ended is Ended.FAILED
    assert "has no password any more" in outcome.reason
    assert (ata.is_enabled, ata.is_erased) == (False, False)


def test_a_drive_that_lost_its_power_in_the_middle_is_taken_up(tmp_path, clock):
    ata = Ata(clock, is_enabled=True, is_locked=True, password="NULL")
    assert erase(tmp_path, ata).ended is Ended.ERASED
    assert len(ata.commands("--security-unlock")) == 1
    assert not ata.is_enabled


def test_a_drive_that_was_left_armed_is_erased(tmp_path, clock):
    ata = Ata(clock, is_enabled=True, password="NULL")
    assert erase(tmp_path, ata).ended is Ended.ERASED


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        (
            {"is_enabled": True, "is_locked": True, "password": "secret"},
            "a password that is not ours locks it",
        ),
        ({"is_frozen": True}, "the machine’s firmware froze it"),
        ({"is_expired": True}, "it takes no password until its power is cut"),
        ({"is_security": False}, "the drive does not offer it"),
        ({"serial": "no words here"}, "the drive does not say where it stands"),
    ],
)
def test_a_drive_that_cannot_is_not_armed(tmp_path, clock, facts, reason):
    ata = Ata(clock, **facts)
    outcome = erase(tmp_path, ata)
    assert (outcome.ended, outcome.reason) == (Ended.NOT_ATTEMPTED, reason)
    assert not ata.commands("--security-set-pass")
    assert not ata.is_erased


def test_a_stranger_s_password_is_tried_with_one_word_only(tmp_path, clock):
    ata = Ata(clock, is_enabled=True, is_locked=True, password="secret")
    erase(tmp_path, ata)
    assert len(ata.commands("--security-")) == 1


def test_stopping_does_not_wait_for_what_nobody_can_end(tmp_path, clock):
    ata = Ata(clock, seconds=10**6)
    outcome = erase(tmp_path, ata, stopped=lambda: clock.now > 10)
    assert outcome.ended is Ended.ABORTED
    assert "under the known password" in outcome.reason
    clock.sleep(2 * 10**6)


def test_stopping_before_it_began_sets_no_password(tmp_path, clock):
    ata = Ata(clock)
    outcome = erase(tmp_path, ata, stopped=lambda: True)
    assert (outcome.ended, ata.is_enabled) == (Ended.ABORTED, False)


def test_a_drive_that_answers_no_more_has_failed(tmp_path, clock):
    ata = Ata(clock)
    clock.in_seconds(60, lambda: setattr(ata, "model", ""))
    outcome = erase(tmp_path, ata)
    assert outcome.ended is Ended.FAILED
    assert "does not answer any more" in outcome.reason
