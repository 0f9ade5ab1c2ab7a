from __future__ import annotations

import pytest

from agent import wire
from agent.parse import power

UEVENT = """\
POWER_SUPPLY_NAME=BAT1
POWER_SUPPLY_TYPE=Battery
POWER_SUPPLY_STATUS=Discharging
POWER_SUPPLY_PRESENT=1
POWER_SUPPLY_CYCLE_COUNT=0
POWER_SUPPLY_ENERGY_FULL_DESIGN=50000000
POWER_SUPPLY_ENERGY_FULL=31200000
POWER_SUPPLY_ENERGY_NOW=20000000
POWER_SUPPLY_CHARGE_FULL=1
POWER_SUPPLY_CAPACITY=64
POWER_SUPPLY_SERIAL_NUMBER=123456789
"""
UPOWER = """\
Device: /org/freedesktop/UPower/devices/line_power_AC
  native-path:          AC
  power supply:         yes
  line-power
    online:             yes

Device: /org/freedesktop/UPower/devices/battery_BAT0
  native-path:          /sys/devices/x/power_supply/BAT0
  model:                FICTIF
  serial:               00042
  power supply:         yes
  battery
    state:              discharging
    energy-full:        31,2 Wh
    energy-full-design: 50 Wh
    percentage:         64%

Device: /org/freedesktop/UPower/devices/mouse_0
  native-path:          hidpp_battery_0
  power supply:         no
  mouse
    percentage:         90%

Daemon:
  daemon-version:  0.99.11
"""


def test_capacities_stay_in_the_unit_that_the_gauge_counts_in():
    found = power.uevent(UEVENT)
    assert (found.unit, found.full, found.design, found.now) == (
        wire.Charge.MICROWATT_HOURS,
        31_200_000,
        50_000_000,
        20_000_000,
    )
    assert round(found.health_percent or 0, 1) == 62.4


def test_what_the_gauge_does_not_know_is_not_known():
    found = power.uevent(UEVENT)
    assert (found.cycles, found.serial) == (None, "")


def test_every_thing_of_upower_is_told_apart():
    line, battery, mouse = power.upower(UPOWER)
    assert (line.kind, battery.kind, mouse.kind) == (
        "line-power",
        "battery",
        "peripheral",
    )
    assert (battery.name, battery.full, battery.design) == (
        "BAT0",
        31_200_000,
        50_000_000,
    )
    assert (battery.is_system, mouse.is_system) == (True, False)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("51,504 Wh", 51.504),
        ("48.84 Wh", 48.84),
        ("100%", 100.0),
        ("unknown", None),
        ("1 234,5 Wh", None),
    ],
)
def test_a_decimal_comma_is_a_decimal_point(text, number):
    assert power.decimal(text) == number


def test_acpi_lists_batteries_that_tell_no_capacity():
    text = (
        "Battery 0: Charging, 71%, 00:29:20 until charged\n"
        "Battery 0: design capacity 2110 mAh, last full capacity 2271 mAh = 100%\n"
        "Battery 1: Full, 100%\n"
    )
    assert power.acpi_names(text) == ["0", "1"]
    assert power.acpi(text) == {"0": power.Capacity(2110, 2271, 100)}


def test_a_gauge_that_counts_charge_alone_is_read_in_charge():
    found = power.uevent(
        "POWER_SUPPLY_ENERGY_FULL=0\nPOWER_SUPPLY_CHARGE_FULL_DESIGN=4400000\n"
        "POWER_SUPPLY_CHARGE_FULL=2200000\n"
    )
    assert (found.unit, found.full) == (wire.Charge.MICROAMPERE_HOURS, 2_200_000)
    assert found.health_percent == 50
