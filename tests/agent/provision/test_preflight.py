"""What a machine is, as a description asks for it."""

from __future__ import annotations

import pytest

from agent.profile.parts import When
from agent.provision.ends import Blocked
from agent.provision.preflight import Facts, check_disk, facts_of, holds
from agent.words import Words
from tests.agent.provision.runs import FACTS


def facts(root, release, machine="x86_64"):
    for path, content in (
        ("etc/os-release", release),
        ("proc/meminfo", "MemTotal:        3900000 kB\nMemFree: 1 kB\n"),
    ):
        (root / path).parent.mkdir(exist_ok=True)
        (root / path).write_text(content)
    return facts_of(root, machine)


@pytest.mark.parametrize(
    ("release", "names"),
    [
        ('ID=debian\nVERSION_ID="12"', {"debian", "debian:12"}),
        (
            'ID=linuxmint\nNAME="Linux Mint"\nVERSION_ID="22.1"',
            {"linuxmint", "linuxmint:22", "linuxmint:22.1"},
        ),
        ('ID=linuxmint\nNAME="LMDE"\nVERSION_ID="6"', {"lmde", "lmde:6"}),
        ("ID=debian\nVERSION_CODENAME=sid", {"debian"}),
        ("", set()),
    ],
    ids=["debian", "mint", "lmde", "sid", "nothing"],
)
def test_a_system_has_its_names_with_and_without_number(tmp_path, release, names):
    assert facts(tmp_path, release).releases == names


def test_memory_disk_and_processor_are_those_of_the_machine(tmp_path):
    found = facts(tmp_path, "ID=debian")
    assert (found.ram_mb, found.architecture) == (3993, "amd64")
    assert found.disk_free_mb > 0
    assert facts(tmp_path, "ID=debian", "riscv64").architecture == "riscv64"


@pytest.mark.parametrize(
    ("when", "is_one"),
    [
        (None, True),
        (When(), True),
        (When(os=("debian:12", "lmde:6")), True),
        (When(os=("debian:13",)), False),
        (When(architectures=("arm64",)), False),
        (When(ram_mb_gte=4000), True),
        (When(ram_mb_gte=4001), False),
        (When(disk_free_mb_gte=50_001), False),
        (When(disk_free_mb_gte=50_000, os=("debian",)), True),
    ],
    ids=str,
)
def test_a_step_says_for_which_machines_it_is(when, is_one):
    assert holds(when, FACTS) is is_one


def test_what_stands_in_the_way_is_said_in_both_languages():
    few: Facts = FACTS._replace(disk_free_mb=10)
    with pytest.raises(Blocked) as caught:
        check_disk(9000, few)
    said = {
        is_french: caught.value.say(Words(is_french)) for is_french in (True, False)
    }
    assert said[True].startswith("Cet environnement demande 9000 Mo libres")
    assert said[False].startswith("This environment needs 9000 MB of free disk")
