from __future__ import annotations

import dataclasses

import pytest

from agent import wire
from agent.collect.windows11 import supported, windows_11
from agent.wire import Need
from tests.agent.samples import drive

CPU = wire.Cpu(
    make="GenuineIntel",
    cores=4,
    is_64_bit=True,
    max_mhz=3400,
    family=6,
    model_number=0x8E,
    stepping=10,
)
MEMORY = wire.Memory(total_bytes=8 * 10**9, installed_bytes=8 * 2**30)
DRIVES = (drive(bus=wire.Bus.SATA), drive(name="sdb", bus=wire.Bus.USB))
FIRMWARE = wire.Firmware(boot=wire.Boot.UEFI, tpm_version="2.0")


def judged(cpu=CPU, memory=MEMORY, drives=DRIVES, firmware=FIRMWARE, saw_tpm=True):
    return windows_11(cpu, memory, drives, firmware, saw_tpm)


def test_a_machine_that_has_everything_is_eligible():
    assert judged() == wire.Windows11(eligible=True)


@pytest.mark.parametrize(
    ("change", "need"),
    [
        ({"cpu": dataclasses.replace(CPU, stepping=9)}, Need.PROCESSOR),
        ({"cpu": dataclasses.replace(CPU, cores=1)}, Need.CORES),
        ({"cpu": dataclasses.replace(CPU, max_mhz=900)}, Need.SPEED),
        (
            {"memory": wire.Memory(total_bytes=1, installed_bytes=2 * 2**30)},
            Need.MEMORY,
        ),
        (
            {"drives": (drive(bus=wire.Bus.SATA, size_bytes=32 * 10**9),)},
            Need.STORAGE,
        ),
        (
            {"firmware": wire.Firmware(boot=wire.Boot.UEFI, tpm_version="1.2")},
            Need.TPM_2,
        ),
    ],
    ids=str,
)
def test_one_thing_missing_is_enough_to_say_no(change, need):
    found = judged(**change)
    assert (found.eligible, found.missing) == (False, (need,))


@pytest.mark.parametrize(
    ("change", "need"),
    [
        ({"drives": ()}, Need.STORAGE),
        ({"drives": DRIVES[1:]}, Need.STORAGE),
        ({"saw_tpm": False}, Need.TPM_2),
        ({"firmware": wire.Firmware(boot=wire.Boot.UEFI)}, Need.TPM_2),
        (
            {"firmware": wire.Firmware(boot=wire.Boot.BIOS, tpm_version="2.0")},
            Need.UEFI,
        ),
        ({"memory": None}, Need.MEMORY),
    ],
    ids=str,
)
def test_what_could_not_be_seen_keeps_it_open(change, need):
    found = judged(**change)
    assert (found.eligible, found.missing, found.unknown) == (None, (), (need,))


@pytest.mark.parametrize(
    ("make", "family", "model", "stepping", "answer"),
    [
        ("GenuineIntel", 6, 0x8E, 12, True),  # Whiskey Lake
        ("GenuineIntel", 6, 0x8E, 9, False),  # Kaby Lake
        ("GenuineIntel", 6, 0x9E, 10, True),  # Coffee Lake
        ("GenuineIntel", 6, 0x9E, 9, False),
        ("GenuineIntel", 6, 0x45, 1, False),  # Haswell
        ("GenuineIntel", 6, 0x7A, 1, True),  # Gemini Lake
        ("GenuineIntel", 6, 0x5C, 9, False),  # Apollo Lake
        ("GenuineIntel", 6, 0x9A, 3, True),  # Alder Lake
        ("GenuineIntel", 6, 0x55, 4, None),  # servers of several years
        ("GenuineIntel", 6, 0xFE, 1, None),  # not known yet
        ("GenuineIntel", 15, 4, 1, False),  # Pentium 4
        ("AuthenticAMD", 0x17, 0x08, 2, True),  # Zen+
        ("AuthenticAMD", 0x17, 0x11, 0, False),  # Raven Ridge
        ("AuthenticAMD", 0x17, 0x01, 1, False),  # Zen
        ("AuthenticAMD", 0x19, 0x50, 0, True),
        ("AuthenticAMD", 0x15, 0x70, 0, False),
        ("Other", 6, 1, 1, None),
    ],
)
def test_a_processor_is_known_by_its_generation(make, family, model, stepping, answer):
    cpu = wire.Cpu(make=make, family=family, model_number=model, stepping=stepping)
    assert supported(cpu) is answer


def test_an_eighth_generation_with_a_seventh_s_stepping_is_known_by_name():
    cpu = dataclasses.replace(CPU, stepping=9, model="Fictive m3-8100Y CPU @ 1.10GHz")
    assert supported(cpu) is True


def test_a_processor_of_32_bits_is_not_supported_whatever_its_numbers():
    assert supported(dataclasses.replace(CPU, is_64_bit=False)) is False
