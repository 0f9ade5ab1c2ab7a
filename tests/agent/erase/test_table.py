from __future__ import annotations

import itertools

import pytest

from agent import methods, wire
from agent.erase import table
from agent.erase.table import Medium
from agent.methods import ErasureClass, Technique, Verification
from inventory import methods as of_server
from inventory.models.erasure import ErasureException, ErasureResult
from provisioning.actions.reading import seen

# What no agent can do: a label is read, a person looks.
BY_HAND = {"psid_revert", "factory_reset"}


def drive(**facts):
    return wire.Drive(name="sda", size_bytes=512, in_use=False, **facts)


def test_the_words_are_those_of_the_server():
    assert {medium.value for medium in Medium} == set(of_server.Medium.values)
    known = set(of_server.Technique.values)
    assert set(Technique) - {"unknown"} == known - BY_HAND
    looks = set(of_server.Verification.values) - {"looked"}  # a person does
    assert set(Verification) - {"unknown"} == looks
    assert set(ErasureClass) - {"unknown"} <= set(of_server.ErasureClass.values)


def test_how_it_ended_is_said_in_the_words_of_the_server():
    ends = {ended.value for ended in methods.Ended}
    assert ends == set(ErasureResult.values)
    reasons = {reason.value for reason in methods.Exceptional} - {"unknown"}
    assert reasons <= set(ErasureException.values)


@pytest.mark.parametrize("medium", Medium)
def test_the_table_is_that_of_the_server_in_its_order(medium):
    theirs = of_server.Medium(medium)
    expected = [
        (
            technique.value,
            of_server.class_of(theirs, technique).value,
            of_server.verification_needed(theirs, technique).value,
        )
        for technique in of_server.techniques_for(theirs)
        if technique.value not in BY_HAND
    ]
    assert [tuple(rung) for rung in table.TABLE[medium]] == expected


def test_both_sides_take_a_drive_for_the_same_medium():
    for bus, medium, behind in itertools.product(wire.Bus, wire.Medium, wire.Behind):
        found = drive(bus=bus, medium=medium, behind=behind)
        assert table.medium_of(found).value == seen(found).medium.value


def test_a_hard_disk_is_overwritten_unless_more_is_asked():
    first = table.ladder(Medium.HDD, ErasureClass.CLEAR)[0]
    assert first.technique is Technique.OVERWRITE
    first, second, *_ = table.ladder(Medium.HDD, ErasureClass.PURGE)
    assert first.technique is Technique.ATA_SANITIZE_OVERWRITE
    assert second == (Technique.OVERWRITE, "clear", "sampled")


@pytest.mark.parametrize("medium", Medium)
@pytest.mark.parametrize("least", ErasureClass)
def test_every_ladder_holds_every_technique_once_and_ends_in_one(medium, least):
    rungs = table.ladder(medium, least)
    assert sorted(rungs) == sorted(table.TABLE[medium])
    assert Technique.OVERWRITE in [rung.technique for rung in rungs]


@pytest.mark.parametrize(
    "technique",
    [
        Technique.ATA_SECURE_ERASE_ENHANCED,
        Technique.ATA_SECURE_ERASE,
        Technique.OVERWRITE,
    ],
)
def test_nothing_but_sanitize_makes_a_purge_of_an_ssd(technique):
    assert table.rung_of(Medium.SATA_SSD, technique).erasure_class == "clear"


def test_an_ssd_that_was_overwritten_is_read_in_full():
    for medium in (Medium.SATA_SSD, Medium.NVME, Medium.USB_FLASH, Medium.UNKNOWN):
        rung = table.rung_of(medium, Technique.OVERWRITE)
        assert rung == (Technique.OVERWRITE, "clear", "full")


def test_a_technique_of_another_medium_is_worth_nothing():
    rung = table.rung_of(Medium.NVME, Technique.ATA_SECURE_ERASE)
    assert (rung.erasure_class, rung.verification) == ("unknown", "full")


def test_a_class_that_is_not_known_is_never_reached():
    assert not table.reaches(ErasureClass.PURGE, ErasureClass.UNKNOWN)
    assert not table.reaches(ErasureClass.UNKNOWN, ErasureClass.CLEAR)
    assert table.reaches(ErasureClass.PURGE, ErasureClass.CLEAR)
    assert not table.reaches(ErasureClass.CLEAR, ErasureClass.PURGE)


def test_the_stricter_look_counts():
    more_of = table.more_of
    assert more_of(Verification.SAMPLED, Verification.FULL) == "full"
    assert more_of(Verification.SAMPLED, Verification.STATUS) == "sampled"
    assert more_of(Verification.SAMPLED, Verification.UNKNOWN) == "full"


def test_the_order_of_classes_is_the_servers():
    pairs = itertools.product(("clear", "purge"), repeat=2)
    for one, other in pairs:
        mine = table.reaches(methods.ErasureClass(one), methods.ErasureClass(other))
        theirs = of_server.ErasureClass(one).reaches(of_server.ErasureClass(other))
        assert mine is theirs
