from __future__ import annotations

import io

import pytest

from agent import wire
from agent.collect import Findings
from agent.show import Standing, print_machine
from agent.words import Words
from tests.agent.samples import drive

LAPTOP = Findings(
    machine=wire.Machine(
        make="Maker", model="[red]Model[/red] :smile:", chassis=wire.Chassis.LAPTOP
    ),
    firmware=wire.Firmware(make="Maker", version="L71"),
    cpu=wire.Cpu(model="Processor", cores=2, threads=4),
    memory=wire.Memory(total_bytes=8_246_337_536),
    drives=(
        drive(
            serial="FICTIFSSD0001N",
            bus=wire.Bus.SATA,
            medium=wire.Medium.SSD,
            health=wire.Health(passed=False),
        ),
        drive(name="sdb", in_use=True, in_use_by=(wire.Use.LIVE,)),
    ),
    batteries=(
        wire.Battery(name="BAT0", unit=wire.Charge.MICROWATT_HOURS, full=31, design=50),
        wire.Battery(name="BAT1", full=60, design=50),
    ),
    network=(
        wire.Interface(name="wlo1", link=wire.Link.WIFI, mac="02:00:5e:00:53:02"),
    ),
    system=wire.System(name="Debian", kernel="6.12"),
    unseen=(
        wire.Unseen(
            subject=wire.Subject.DRIVE_HEALTH,
            why=wire.Why.TOOL_MISSING,
            about="/dev/sdb",
        ),
    ),
)
NOTHING = Findings(wire.Machine(), None, None, None, (), (), (), wire.System(), ())


def shown(findings, *, is_french=False, standing=None):
    out = io.StringIO()
    print_machine(findings, standing or Standing("", 0), Words(is_french), out)
    return out.getvalue()


def test_everything_that_was_seen_is_shown():
    said = shown(LAPTOP, standing=Standing("https://server", 2))
    for word in (
        "laptop",
        "2 cores, 4 threads",
        "7.7\u202fGB",
        "250\u202fGB",
        "FICTIFSSD0001N",
        "FAILING",
        "yes:",
        "62 % of its first capacity",
        "100 % of its first capacity",
        "the tool is not installed",
        "https://server",
    ):
        assert word in said, word


def test_it_is_shown_in_french():
    said = shown(LAPTOP, is_french=True)
    for word in ("ordinateur portable", "7,7\u202fGo", "EN PANNE", "Non vu"):
        assert word in said


def test_no_text_of_a_machine_is_taken_for_markup():
    assert "[red]Model[/red] :smile:" in shown(LAPTOP)


@pytest.mark.parametrize("is_french", [True, False])
def test_a_machine_that_shows_nothing_can_be_shown(is_french):
    said = shown(NOTHING, is_french=is_french)
    assert ("aucun disque" if is_french else "no drive") in said
