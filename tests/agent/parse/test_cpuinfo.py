from __future__ import annotations

import pytest

from agent.parse.cpuinfo import LEVELS, parse


def x86(*flags, **fields):
    said = {"processor": "0", "flags": " ".join(flags), **fields}
    return "".join(f"{key}\t: {value}\n" for key, value in said.items())


@pytest.mark.parametrize("level", [1, 2, 3, 4])
def test_the_level_of_a_processor_is_that_of_all_its_flags(level):
    assert parse(x86(*LEVELS[:level])).x86_level == level


def test_one_flag_missing_is_a_level_less():
    flags = " ".join(LEVELS[:3]).replace(" movbe", "")
    assert parse(x86(flags)).x86_level == 2


def test_a_processor_of_32_bits_has_no_level():
    found = parse(x86("fpu cmov mmx sse sse2"))
    assert (found.is_64_bit, found.x86_level, found.has_virtualization) == (
        False,
        None,
        False,
    )


def test_cores_are_counted_over_all_sockets():
    one = "processor: {0}\nphysical id: {1}\ncore id: {2}\ncpu cores: 2\nflags: lm\n"
    places = [(0, 0, 0), (1, 0, 1), (2, 0, 0), (3, 0, 1), (4, 1, 0), (5, 1, 1)]
    found = parse("".join(one.format(*place) for place in places))
    assert (found.sockets, found.cores, found.threads) == (2, 4, 6)


@pytest.mark.parametrize(
    "text",
    [
        "processor : 0\nFeatures : fp asimd\nCPU implementer : 0x41\n",
        "processor : 0\nmodel name : ARMv7 (v7l)\nFeatures : neon\n",
    ],
)
def test_an_arm_processor_has_no_flags_of_x86(text):
    found = parse(text)
    assert found.is_arm
    assert (found.is_64_bit, found.x86_level, found.sockets) == (None, None, None)


def test_a_processor_of_another_kind_has_a_name_too():
    assert parse("processor: 0\ncpu: POWER9, altivec supported\n").model == (
        "POWER9, altivec supported"
    )


def test_features_alone_make_no_arm_processor():
    found = parse("vendor_id: IBM/S390\nfeatures: esan3 zarch\n")
    assert not found.is_arm
