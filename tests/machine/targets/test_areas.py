"""What an ATA drive hides, without a machine: found by its commands, and given back."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from tests.machine.targets.ata_areas import (
    ACCESSIBLE_MAX,
    FREEZE,
    IDENTIFY,
    NATIVE_MAX_EXT,
    OVERLAY,
    RESTORE,
    SET,
    SET_MAX_EXT,
    STAYS,
    Areas,
)
from tests.machine.targets.journal import Journal, lines
from tests.machine.targets.options import AtaOptions
from tests.machine.targets.taskfile import Taskfile

REAL, OVERLAID, HIDDEN = 5000, 1000, 500


@pytest.fixture
def noted(tmp_path: Path) -> Path:
    return tmp_path / "journal"


def areas(noted: Path, options: AtaOptions) -> Areas:
    found = Areas(options, REAL, Journal(noted))
    found.power_on(first=True)
    return found


def overlaid(noted: Path, *, hidden: int = 0) -> Areas:
    options = AtaOptions(overlaid_sectors=OVERLAID, hidden_sectors=hidden)
    return areas(noted, options)


def is_done(found: Areas, command: int, features: int = 0, lba: int = 0) -> bool:
    asked = Taskfile(command, features, STAYS, lba)
    return not found.execute(asked).is_error


def native(found: Areas) -> int:
    return found.execute(Taskfile(NATIVE_MAX_EXT)).lba + 1


def test_an_overlay_hides_what_is_there_from_its_own_native_end(noted: Path) -> None:
    found = overlaid(noted, hidden=HIDDEN)
    assert native(found) == REAL - OVERLAID
    assert found.shown == REAL - OVERLAID - HIDDEN


def test_an_overlay_says_what_was_made_with_a_right_sum(noted: Path) -> None:
    page = overlaid(noted).execute(Taskfile(OVERLAY, IDENTIFY)).data
    assert struct.unpack_from("<Q", page, 6) == (REAL - 1,)
    assert sum(page) % 256 == 0


def test_an_overlay_goes_after_the_host_s_area_and_not_before(noted: Path) -> None:
    found = overlaid(noted, hidden=HIDDEN)
    assert not is_done(found, OVERLAY, RESTORE)
    assert native(found) == REAL - OVERLAID
    assert is_done(found, SET_MAX_EXT, lba=REAL - OVERLAID - 1)
    assert is_done(found, OVERLAY, RESTORE)
    assert found.shown == native(found) == REAL
    assert lines(noted)[-1] == f"OVERLAY restored to {REAL}"


def test_a_frozen_overlay_says_nothing_until_its_power_was_cut(noted: Path) -> None:
    found = overlaid(noted)
    assert is_done(found, OVERLAY, FREEZE)
    assert not is_done(found, OVERLAY, IDENTIFY)
    assert not is_done(found, OVERLAY, RESTORE)
    found.power_on(first=False)
    assert is_done(found, OVERLAY, IDENTIFY)


def test_the_successor_is_set_once_for_each_time_it_has_power(noted: Path) -> None:
    found = areas(noted, AtaOptions(amax=True, hidden_sectors=HIDDEN))
    assert found.execute(Taskfile(ACCESSIBLE_MAX)).lba == REAL - 1
    assert is_done(found, ACCESSIBLE_MAX, SET, REAL - 1)
    assert not is_done(found, ACCESSIBLE_MAX, SET, REAL - 2)
    assert found.shown == REAL
    found.power_on(first=False)
    assert found.shown == REAL
    assert is_done(found, ACCESSIBLE_MAX, SET, REAL - 2)


def test_a_drive_has_the_host_s_area_or_its_successor(noted: Path) -> None:
    newer, older = areas(noted, AtaOptions(amax=True)), areas(noted, AtaOptions())
    assert not is_done(newer, NATIVE_MAX_EXT)
    assert not is_done(newer, SET_MAX_EXT, lba=REAL - 2)
    assert not is_done(older, ACCESSIBLE_MAX)
    assert not is_done(older, OVERLAY, IDENTIFY)
    assert newer.shown == older.shown == REAL
