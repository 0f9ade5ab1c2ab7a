from __future__ import annotations

import pytest

from agent.erase.firmware.nvme_sanitize import NvmeSanitize
from agent.methods import Ended, Technique
from agent.run import never
from tests.agent.erase.machines import Clock, Nvme, Told, nvme_drive, target_of
from tests.agent.trees import around

BLOCK = Technique.NVME_SANITIZE_BLOCK
CRYPTO = Technique.NVME_SANITIZE_CRYPTO


@pytest.fixture
def clock():
    return Clock()


def erase(tmp_path, nvme, technique=BLOCK, stopped=never):
    method = NvmeSanitize(around(tmp_path, nvme), technique, nvme.clock.pace)
    return method.erase(target_of(nvme_drive()), Told(), stopped)


@pytest.mark.parametrize(("technique", "action"), [(BLOCK, 2), (CRYPTO, 4)])
def test_a_drive_whose_log_says_so_is_erased(tmp_path, clock, technique, action):
    nvme = Nvme(clock)
    outcome = erase(tmp_path, nvme, technique)
    assert (outcome.ended, nvme.is_erased) == (Ended.ERASED, True)
    assert outcome.status == "SSTAT 0x1, SPROG 65535"
    expected = ("nvme", "sanitize", "/dev/nvme0", f"--sanact={action}")
    assert nvme.commands("sanitize") == [expected]


def test_the_same_operation_is_adopted(tmp_path, clock):
    nvme = Nvme(clock, status=2, action=2, running_until=30.0)
    outcome = erase(tmp_path, nvme)
    assert (outcome.ended, outcome.adopted) == (Ended.ERASED, True)
    assert nvme.commands("sanitize") == []


def test_another_operation_is_waited_for_and_not_taken_for_ours(tmp_path, clock):
    nvme = Nvme(clock, status=2, action=4, running_until=30.0)
    outcome = erase(tmp_path, nvme)
    assert (outcome.ended, outcome.adopted) == (Ended.ERASED, False)
    assert len(nvme.commands("sanitize")) == 1
    assert nvme.action == 2


def test_a_failed_one_is_led_out_of_its_state_and_asked_once_more(tmp_path, clock):
    nvme = Nvme(clock, fails=1)
    assert erase(tmp_path, nvme).ended is Ended.ERASED
    asked = [argv[-1] for argv in nvme.commands("sanitize")]
    assert asked == ["--sanact=2", "--sanact=1", "--sanact=2"]


def test_a_drive_that_fails_twice_has_failed(tmp_path, clock):
    nvme = Nvme(clock, fails=9)
    outcome = erase(tmp_path, nvme)
    assert (outcome.ended, nvme.is_erased) == (Ended.FAILED, False)
    assert len(nvme.commands("sanitize")) == 3


def test_a_drive_that_was_found_failed_is_tried_all_the_same(tmp_path, clock):
    nvme = Nvme(clock, status=3)
    assert erase(tmp_path, nvme).ended is Ended.ERASED
    assert nvme.commands("sanitize")[0][-1] == "--sanact=1"


def test_a_drive_that_lies_and_never_did_it_has_failed(tmp_path, clock):
    outcome = erase(tmp_path, Nvme(clock, lies=True))
    assert outcome.ended is Ended.FAILED
    assert "does not say that it completed" in outcome.reason


def test_a_drive_that_speaks_of_another_operation_has_failed(tmp_path, clock):
    outcome = erase(tmp_path, Nvme(clock, lies=True, status=1, action=4))
    assert outcome.ended is Ended.FAILED
    assert "another operation" in outcome.reason


def test_stopping_is_no_success(tmp_path, clock):
    nvme = Nvme(clock)
    outcome = erase(tmp_path, nvme, stopped=lambda: clock.now > 10)
    assert (outcome.ended, nvme.is_erased) == (Ended.ABORTED, False)
