"""What parts, tests and locks are called; those that came later by their own name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inventory.health.facts import DriveSort, Facts, Reading
from inventory.health.rules import Limit
from inventory.health.verdicts import Finding, Item

TESTS: Mapping[str, str | Promise] = {
    "keyboard": _("Keyboard"),
    "touchpad": _("Touchpad"),
    "screen": _("Screen"),
    "speakers": _("Speakers"),
    "microphone": _("Microphone"),
    "camera": _("Camera"),
    "usb_ports": _("USB ports"),
    "wifi": _("Wi-Fi"),
    "memory": _("Memory"),
    "cpu_load": _("Processor under load"),
    "drive_self_test": _("Drive self-test"),
    "clock": _("Clock"),
    "battery_discharge": _("Battery discharge"),
}
LOCKS: Mapping[str, str | Promise] = {
    "admin_password": _("Firmware password"),
    "power_on_password": _("Power-on password"),
    "drive_password": _("Drive password"),
    "platform_binary": _("Program kept by the firmware"),
    "chrome_enrolment": _("Enrolled as an organisation’s Chromebook"),
}
_OF_DRIVES = frozenset({Item.DRIVE, Item.DRIVE_TEMPERATURE, Item.DRIVE_SELF_TEST})

_HEADINGS: Mapping[Reading, str | Promise] = {
    Reading.BATTERY_PERCENT: _("Battery"),
    Reading.BATTERY_CYCLES: _("Battery"),
    Reading.CLOCK_SECONDS: _("Clock"),
    Reading.LOAD_HEADROOM_CELSIUS: _("Processor under load"),
    Reading.LOAD_CLOCK_PERCENT: _("Processor under load"),
    Reading.LOAD_THROTTLES: _("Processor under load"),
    Reading.LOAD_COOLDOWN_SECONDS: _("Processor under load"),
    Reading.WIFI_DBM: _("Wi-Fi"),
}


def subject(finding: Finding) -> str:
    """What a finding is about: a test and a lock by name, else the kind of part."""
    if finding.item is Item.TEST:
        return str(TESTS.get(finding.about, finding.about))
    return str(finding.item.label)


def part(finding: Finding, facts: Facts) -> str:
    """Which one of its kind; empty where a machine has only one."""
    if finding.item is Item.LOCKS:
        return str(LOCKS.get(finding.about, finding.about))
    if finding.item in _OF_DRIVES:
        names = {drive.key: drive.name for drive in facts.drives}
        name = names.get(finding.about, "")
        return name if name == finding.about else f"{name} {finding.about}".strip()
    return finding.about if finding.item is Item.BATTERY else ""


def heading(limit: Limit) -> str:
    """Under which title a limit stands: a kind of drive, or a part of the machine."""
    if limit.sort:
        return str(DriveSort(limit.sort).label)
    return str(_HEADINGS[limit.reading])


def grouped(limits: Iterable[Limit]) -> list[tuple[str, list[Limit]]]:
    """Limits under their titles, in the order of the rules."""
    groups: dict[str, list[Limit]] = {}
    for limit in limits:
        groups.setdefault(heading(limit), []).append(limit)
    return list(groups.items())
