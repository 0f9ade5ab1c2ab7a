from __future__ import annotations

import dataclasses

import pytest

from agent.erase.firmware.nvme_format import NvmeFormat
from agent.erase.probe import format_of
from agent.methods import Ended, Technique
from agent.parse.nvmeformat import Format
from agent.run import never
from tests.agent.erase.machines import Clock, Nvme, Told, nvme_drive, target_of
from tests.agent.trees import around

USER_DATA = Technique.NVME_FORMAT_USER_DATA


@pytest.fixture
def clock():
    return Clock()


def method_for(tmp_path, nvme, technique=USER_DATA):
    seen = around(tmp_path, nvme)
    kept = format_of(seen, "/dev/nvme0n1")
    return NvmeFormat(seen, technique, kept, nvme.clock.pace)


def erase(tmp_path, nvme, stopped=never):
    return method_for(tmp_path, nvme).erase(target_of(nvme_drive()), Told(), stopped)


@pytest.mark.parametrize(
    ("technique", "setting"), [(USER_DATA, 1), (Technique.NVME_FORMAT_CRYPTO, 2)]
)
def test_the_format_is_kept_and_named(tmp_path, clock, technique, setting):
    method = method_for(tmp_path, Nvme(clock), technique)
    assert method.lines(target_of(nvme_drive())) == (
        f"nvme format /dev/nvme0n1 --ses={setting} --lbaf=1 --timeout=10800000 --force",
    )


def test_metadata_and_protection_are_kept_too(tmp_path, clock):
    method = method_for(tmp_path, Nvme(clock))
    kept = dataclasses.replace(method, format=Format(0, 512, 1, 1, 0b1010))
    assert "--lbaf=0 --ms=1 --pi=2 --pil=1" in kept.lines(target_of(nvme_drive()))[0]


def test_a_namespace_that_is_what_it_was_is_erased(tmp_path, clock):
    nvme = Nvme(clock)
    outcome = erase(tmp_path, nvme)
    assert (outcome.ended, nvme.is_erased) == (Ended.ERASED, True)
    assert outcome.status == "lbaf 1, 67108864 bytes, left 0 %"


def test_a_drive_that_refuses_has_failed(tmp_path, clock):
    nvme = Nvme(clock, status=3)
    outcome = erase(tmp_path, nvme)
    assert (outcome.ended, outcome.reason) == (Ended.FAILED, "the drive refused it")
    assert not nvme.is_erased


def test_a_format_that_still_goes_on_is_not_over(tmp_path, clock):
    outcome = erase(tmp_path, Nvme(clock, left=40))
    assert outcome.ended is Ended.FAILED
    assert "does not say that it has ended" in outcome.reason


def test_another_size_afterwards_is_a_failure(tmp_path, clock):
    nvme = Nvme(clock)
    clock.in_seconds(60, lambda: setattr(nvme, "blocks", 100))
    outcome = erase(tmp_path, nvme)
    assert outcome.ended is Ended.FAILED
    assert "not formatted as it was" in outcome.reason


def test_stopping_is_no_success(tmp_path, clock):
    nvme = Nvme(clock, seconds=10**6)
    outcome = erase(tmp_path, nvme, stopped=lambda: clock.now > 10)
    assert outcome.ended is Ended.ABORTED
    clock.sleep(2 * 10**6)
