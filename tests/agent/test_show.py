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
    firmware=wire.Firmware(
        make="Maker",
        version="L71",
        boot=wire.Boot.UEFI,
        secure_boot=True,
        tpm_version="2.0",
        locks=(wire.Lock.ADMIN_PASSWORD,),
    ),
    cpu=wire.Cpu(model="Processor", cores=2, threads=4, x86_level=3),
    memory=wire.Memory(
        total_bytes=8_246_337_536,
        installed_bytes=8 * 2**30,
        slots=2,
        modules=(wire.Module(slot="A0", size_bytes=8 * 2**30, type="DDR3"),),
    ),
    drives=(
        drive(
            serial="FICTIFSSD0001N",
            bus=wire.Bus.SATA,
            medium=wire.Medium.SSD,
            native_bytes=256 * 10**9,
            health=wire.Health(
                passed=False, power_on_hours=14203, reallocated_sectors=304
            ),
        ),
        drive(
            name="sdb",
            behind=wire.Behind.USB_BRIDGE,
            in_use=True,
            in_use_by=(wire.Use.LIVE,),
        ),
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
    screens=(
        wire.Screen(
            name="eDP-1", width_px=1920, height_px=1080, width_mm=309, height_mm=173
        ),
    ),
    peripherals=(
        wire.Peripheral(kind=wire.PeripheralKind.CAMERA, model="HD Webcam"),
        wire.Peripheral(kind=wire.PeripheralKind.AUDIO, id="8086:9c20"),
    ),
    sensors=(wire.Sensor(name="coretemp", celsius=48),),
    windows_11=wire.Windows11(eligible=False, missing=(wire.Need.PROCESSOR,)),
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
        "cores: 2, threads: 4",
        "7.7\u202fGB",
        "250\u202fGB",
        "FICTIFSSD0001N",
        "FAILING",
        "yes: live medium",
        "62 % of its first capacity",
        "100 % of its first capacity",
        "the tool is not installed",
        "(UEFI, Secure Boot, TPM 2.0)",
        "firmware password",
        "x86-64-v3",
        "8.0\u202fGB fitted (slots used: 1 of 2), 7.7\u202fGB usable",
        "A0 8.0\u202fGB DDR3",
        "1920\u202f×\u202f1080 13.9 in",
        "HD Webcam",
        "8086:9c20",
        "coretemp 48\u202f°C",
        "not supported, it would need: a newer processor",
        "+ 6.0\u202fGB hidden",
        "sectors moved: 304",
        "behind a USB bridge",
        "https://server",
    ):
        assert word in said, word


def test_it_is_shown_in_french():
    said = shown(LAPTOP, is_french=True)
    for word in (
        "ordinateur portable",
        "7,7\u202fGo",
        "EN PANNE",
        "Non vu",
        "mot de passe du micrologiciel",
        "13,9 pouces",
        "un processeur plus",
    ):
        assert word in said


def test_no_text_of_a_machine_is_taken_for_markup():
    assert "[red]Model[/red] :smile:" in shown(LAPTOP)


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (wire.Windows11(eligible=True), "supported"),
        (
            wire.Windows11(unknown=(wire.Need.TPM_2,)),
            "open, could not be seen: TPM 2.0",
        ),
    ],
    ids=str,
)
def test_what_is_not_known_of_windows_11_is_not_a_no(found, said):
    assert said in shown(LAPTOP._replace(windows_11=found))


@pytest.mark.parametrize("is_french", [True, False])
def test_a_machine_that_shows_nothing_can_be_shown(is_french):
    said = shown(NOTHING, is_french=is_french)
    assert ("aucun disque" if is_french else "no drive") in said
