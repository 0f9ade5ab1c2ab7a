from __future__ import annotations

import pytest

from agent import wire
from agent.erase import hidden
from agent.methods import Hidden
from tests.agent.erase.machines import (
    ATA_TREE,
    SECTORS,
    Ata,
    Clock,
    ata_drive,
    nvme_drive,
)
from tests.agent.trees import Tools, around, grow

HALF = SECTORS // 2
SHOWN = next(k for k in ATA_TREE if k.endswith("/size"))


class Sized(Ata):
    """Its size in /sys follows it: at once, or never (`needs_power`)."""

    needs_power = False

    def __init__(self, clock, root, **facts):
        self.size_file = root / SHOWN
        super().__init__(clock, **facts)

    def __call__(self, argv, timeout_seconds):
        ran = super().__call__(argv, timeout_seconds)
        if not self.needs_power:
            self.size_file.write_text(str(self.visible))
        return ran


def reveal(tmp_path, drive=None, **facts):
    visible = facts.get("visible", SECTORS)
    grow(tmp_path, {**ATA_TREE, SHOWN: str(visible)})
    clock = Clock()
    ata = Sized(clock, tmp_path, **facts)
    drive = drive or ata_drive(size_bytes=visible * 512)
    return ata, hidden.reveal(around(tmp_path, ata), drive, clock.pace)


def states(revealed):
    areas = revealed.areas
    return areas.hpa, areas.dco, areas.amax


def changed(ata):
    return [argv for argv in ata.asked if "--yes-i-know-what-i-am-doing" in argv]


def test_a_drive_that_shows_all_it_has_is_left_as_it_is(tmp_path):
    ata, revealed = reveal(tmp_path)
    assert states(revealed) == (Hidden.NONE, Hidden.NONE, Hidden.NOT_OFFERED)
    assert revealed.areas.native_bytes == SECTORS * 512
    assert not changed(ata)


def test_the_host_s_area_is_taken_away_for_good(tmp_path):
    _, revealed = reveal(tmp_path, visible=HALF)
    assert states(revealed)[0] is Hidden.REMOVED
    areas = revealed.areas
    assert (areas.visible_before, areas.visible_after) == (HALF * 512, SECTORS * 512)
    assert [step.line for step in revealed.steps] == [
        f"hdparm --yes-i-know-what-i-am-doing -Np{SECTORS} /dev/sda"
    ]


def test_its_successor_is_taken_away_too(tmp_path):
    _, revealed = reveal(tmp_path, visible=HALF, is_amax=True)
    assert states(revealed) == (Hidden.NOT_OFFERED, Hidden.NONE, Hidden.REMOVED)


def test_the_overlay_is_taken_away_after_the_host_s_area(tmp_path):
    facts = {"visible": HALF, "native": HALF + 8, "real": SECTORS}
    ata, revealed = reveal(tmp_path, **facts)
    assert states(revealed)[:2] == (Hidden.REMOVED, Hidden.REMOVED)
    assert [argv[2] for argv in changed(ata)] == [f"-Np{HALF + 8}", "--dco-restore"]
    assert revealed.areas.visible_after == SECTORS * 512


def test_what_the_system_does_not_show_is_not_removed(tmp_path, monkeypatch):
    monkeypatch.setattr(Sized, "needs_power", True)
    _, revealed = reveal(tmp_path, visible=HALF)
    assert states(revealed)[0] is Hidden.LEFT
    assert revealed.areas.native_bytes == SECTORS * 512
    assert revealed.areas.visible_after == HALF * 512


def test_a_drive_that_only_says_yes_keeps_its_area(tmp_path):
    _, revealed = reveal(tmp_path, visible=HALF, lies=True)
    assert states(revealed)[0] is Hidden.LEFT
    assert revealed.areas.visible_after == HALF * 512


def test_an_overlay_that_the_firmware_froze_is_not_known(tmp_path):
    ata, revealed = reveal(tmp_path, is_dco_frozen=True, native=SECTORS)
    assert states(revealed)[1] is Hidden.UNKNOWN
    assert not changed(ata)


def test_answers_that_came_back_mangled_are_not_nothing(tmp_path):
    ata, revealed = reveal(tmp_path, is_mangled=True)
    assert states(revealed) == (Hidden.UNKNOWN,) * 3
    assert not changed(ata)


def test_a_drive_without_either_offers_none(tmp_path):
    ata, revealed = reveal(tmp_path, areas=(), native=0)
    assert states(revealed) == (Hidden.NOT_OFFERED,) * 3
    assert not changed(ata)


def test_an_end_that_is_not_what_the_system_shows_is_not_nothing(tmp_path):
    shown = ata_drive(size_bytes=HALF * 512)
    ata, revealed = reveal(tmp_path, drive=shown, areas=())
    assert states(revealed)[0] is Hidden.UNKNOWN
    assert not changed(ata)


def test_another_drive_s_answers_change_nothing(tmp_path):
    ata, revealed = reveal(tmp_path, visible=HALF, serial="OTHER1")
    assert states(revealed) == (Hidden.UNKNOWN,) * 3
    assert not changed(ata)


@pytest.mark.parametrize(
    ("drive", "state"),
    [
        (nvme_drive(), Hidden.NOT_OFFERED),
        (nvme_drive(behind=wire.Behind.VIRTUAL), Hidden.NOT_OFFERED),
        (ata_drive(bus=wire.Bus.EMMC), Hidden.NOT_OFFERED),
        (ata_drive(bus=wire.Bus.SAS), Hidden.NOT_OFFERED),
        (ata_drive(bus=wire.Bus.USB), Hidden.UNKNOWN),
        (
            ata_drive(bus=wire.Bus.USB, behind=wire.Behind.USB_BRIDGE),
            Hidden.UNKNOWN,
        ),
        (ata_drive(behind=wire.Behind.RAID), Hidden.UNKNOWN),
    ],
)
def test_who_is_not_asked_offers_none_or_is_not_known(tmp_path, drive, state):
    tools = Tools()
    revealed = hidden.reveal(around(tmp_path, tools), drive, Clock().pace)
    assert states(revealed) == (state,) * 3
    assert not tools.asked


def test_the_port_is_scanned_so_that_the_system_asks_again(tmp_path):
    door = tmp_path / "sys/class/scsi_host/host0/scan"
    grow(tmp_path, {"sys/class/scsi_host/host0/scan": ""})
    reveal(tmp_path, visible=HALF)
    assert door.read_text() == "- - -"
