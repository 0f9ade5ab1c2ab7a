from __future__ import annotations

import pytest

from agent import wire
from agent.erase import probe
from agent.erase.firmware.scsi import ScsiErase
from agent.erase.leftout import LeftOut
from agent.erase.plan import plan
from agent.erase.table import Medium
from agent.methods import Ended, Technique
from agent.parse.sanitizing import State
from agent.run import never
from agent.words import Words
from tests.agent.erase.machines import Clock, Told, target_of
from tests.agent.erase.sas import (
    FORMAT_FAILED,
    FORMATTING,
    SANITIZE_FAILED,
    SANITIZING,
    SAS_TREE,
    Sas,
    sas_drive,
)
from tests.agent.trees import Tools, around, disk, grow

T = Technique
OVERWRITE, FORMAT = T.SCSI_SANITIZE_OVERWRITE, T.SCSI_FORMAT_UNIT
QUICK = ("--quick", "--early")
BOTH = pytest.mark.parametrize("technique", [OVERWRITE, FORMAT])


@pytest.fixture
def clock():
    return Clock()


def erase(tmp_path, sas, technique=OVERWRITE, stopped=never, told=None):
    method = ScsiErase(around(tmp_path, sas), technique, sas.clock.pace)
    return method.erase(target_of(sas_drive()), told or Told(), stopped)


def look(tmp_path, sas, **facts):
    seen = around(grow(tmp_path, SAS_TREE), sas)
    return probe.probe(seen, sas_drive(**facts))


def made(tmp_path, sas, tree=SAS_TREE, **facts):
    seen = around(grow(tmp_path, tree), sas)
    return plan(seen, sas_drive(**facts), words=Words(is_french=False))


def techniques(found):
    return [method.technique for method in found.methods]


@pytest.mark.parametrize(
    ("technique", "command"),
    [
        (T.SCSI_SANITIZE_BLOCK, ("sg_sanitize", *QUICK, "--block", "/dev/sda")),
        (T.SCSI_SANITIZE_CRYPTO, ("sg_sanitize", *QUICK, "--crypto", "/dev/sda")),
        (OVERWRITE, ("sg_sanitize", *QUICK, "--overwrite", "--zero", "/dev/sda")),
        (FORMAT, ("sg_format", *QUICK, "--format", "/dev/sda")),
    ],
)
def test_a_drive_that_was_busy_with_it_and_is_idle_is_erased(
    tmp_path, clock, technique, command
):
    sas, told = Sas(clock), Told()
    outcome = erase(tmp_path, sas, technique, told=told)
    assert (outcome.ended, sas.is_erased) == (Ended.ERASED, True)
    assert sas.commands(command[0]) == [command]
    percents = [each for each in told.percents if each]
    assert percents == sorted(percents)
    assert percents[-1] > 90


def test_sense_data_with_descriptors_is_read_too(tmp_path, clock):
    told = Told()
    sas = Sas(clock, is_described=True)
    assert erase(tmp_path, sas, told=told).ended is Ended.ERASED
    assert max(each for each in told.percents if each) > 90


def test_a_command_that_is_refused_is_no_erasure(tmp_path, clock):
    outcome = erase(tmp_path, Sas(clock, refuses=True))
    assert (outcome.ended, outcome.passes) == (Ended.FAILED, 0)
    assert outcome.reason == "the drive does not take the command"


@BOTH
def test_a_failed_one_is_asked_for_once_more_and_no_more(tmp_path, clock, technique):
    assert erase(tmp_path, Sas(clock, fails=1), technique).ended is Ended.ERASED
    outcome = erase(tmp_path, Sas(clock, fails=9), technique)
    assert outcome.ended is Ended.FAILED
    assert outcome.reason == "the drive says that it failed"


def test_a_drive_that_says_nothing_is_not_told_to_erase_itself(tmp_path, clock):
    sas = Sas(clock, is_mute=True)
    outcome = erase(tmp_path, sas)
    assert (outcome.ended, sas.commands("sg_sanitize")) == (Ended.NOT_ATTEMPTED, [])


def test_what_happened_to_a_drive_is_heard_before_where_it_stands(tmp_path, clock):
    assert erase(tmp_path, Sas(clock, attentions=3)).ended is Ended.ERASED


@BOTH
def test_an_operation_of_the_same_kind_is_adopted(tmp_path, clock, technique):
    sense = FORMATTING if technique is FORMAT else SANITIZING
    sas = Sas(clock, sense=sense, running_until=30.0)
    outcome = erase(tmp_path, sas, technique)
    assert (outcome.ended, outcome.adopted) == (Ended.ERASED, True)
    assert not {"sg_sanitize", "sg_format"} & {argv[0] for argv in sas.asked}


def test_a_format_that_goes_on_is_waited_for_and_is_no_sanitize(tmp_path, clock):
    sas = Sas(clock, sense=FORMATTING, running_until=30.0)
    outcome = erase(tmp_path, sas)
    assert (outcome.ended, outcome.adopted) == (Ended.ERASED, False)
    assert len(sas.commands("sg_sanitize")) == 1


def test_a_drive_that_was_idle_all_the_time_and_took_nothing_is_not_erased(
    tmp_path, clock
):
    """What it was asked before, by anybody, says nothing of now."""
    outcome = erase(tmp_path, Sas(clock, refuses=True), FORMAT)
    assert outcome.ended is Ended.FAILED


@pytest.mark.parametrize("facts", [{"block_bytes": 520}, {"blocks": 5}, {"blocks": 0}])
def test_a_drive_that_is_another_after_its_format_has_failed(tmp_path, clock, facts):
    outcome = erase(tmp_path, Sas(clock, **facts), FORMAT)
    assert (outcome.ended, outcome.passes) == (Ended.FAILED, 0)
    assert outcome.reason == "the drive is not formatted as it was"


def test_stopping_leaves_a_drive_that_goes_on_by_itself(tmp_path, clock):
    sas = Sas(clock)
    outcome = erase(tmp_path, sas, stopped=lambda: bool(sas.commands("sg_sanitize")))
    assert outcome.ended is Ended.ABORTED
    assert outcome.reason == "stopped; the drive goes on by itself"


def test_a_drive_says_itself_what_it_can(tmp_path, clock):
    found = look(tmp_path, Sas(clock, offered={"0x48,3", "0x04"}))
    can = found.abilities
    assert (found.unfit, found.medium) == (None, Medium.SAS_HDD)
    assert (can.sanitize_crypto, can.format_user_data) == (True, True)
    assert (can.sanitize_block, can.sanitize_overwrite) == (False, False)
    assert found.sanitizing.state is State.IDLE


@pytest.mark.parametrize(
    ("sas", "why"),
    [
        (Sas(Clock(), serial="OTHER1"), LeftOut.OTHER_DRIVE),
        (Sas(Clock(), serial=""), LeftOut.SILENT),
        (Tools(), LeftOut.TOOL_MISSING),
    ],
)
def test_a_drive_that_is_not_sure_to_be_this_one_is_not_spoken_to(tmp_path, sas, why):
    assert look(tmp_path, sas).unfit is why


def test_nothing_is_asked_of_what_stands_behind_a_raid_controller(tmp_path, clock):
    sas = Sas(clock)
    assert look(tmp_path, sas, behind=wire.Behind.RAID).unfit is LeftOut.RAID
    assert sas.asked == []


@pytest.mark.parametrize(
    ("medium", "first"),
    [(wire.Medium.HDD, OVERWRITE), (wire.Medium.SSD, T.SCSI_SANITIZE_BLOCK)],
)
def test_the_plan_follows_the_table_and_ends_in_an_overwrite(
    tmp_path, clock, medium, first
):
    found = made(tmp_path, Sas(clock), medium=medium)
    assert techniques(found) == [
        first,
        T.SCSI_SANITIZE_CRYPTO,
        T.SCSI_FORMAT_UNIT,
        T.OVERWRITE,
    ]
    assert found.erasure_class == "purge"
    assert any(line.startswith("sg_sanitize --quick --early") for line in found.lines)


def test_what_a_drive_does_not_offer_is_named_and_not_tried(tmp_path, clock):
    found = made(tmp_path, Sas(clock, offered=set()))
    assert techniques(found) == [T.OVERWRITE]
    assert sum("the drive does not offer it" in line for line in found.lines) == 3


@pytest.mark.parametrize("sense", [SANITIZING, SANITIZE_FAILED, FORMAT_FAILED])
def test_a_drive_that_is_busy_or_failed_says_no_more_and_is_met_there(
    tmp_path, clock, sense
):
    is_busy = sense == SANITIZING
    sas = Sas(clock, sense=sense, running_until=30.0 if is_busy else None)
    found = made(tmp_path, sas)
    assert techniques(found)[:2] == [OVERWRITE, T.SCSI_SANITIZE_CRYPTO]
    assert not sas.commands("sg_sanitize")


def test_a_drive_that_went_away_is_not_spoken_to(tmp_path, clock):
    sas = Sas(clock)
    other = disk("sdb", sectors=8, number="8:16")
    assert techniques(made(tmp_path, sas, other)) == [T.OVERWRITE]
    assert sas.asked == []
