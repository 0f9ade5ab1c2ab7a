"""Where each value of a device comes from: pure functions.

What a person typed is theirs, and no report changes it: where the machine says
something else, the difference is listed until somebody answers it.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import models
from django.utils.dateparse import parse_datetime
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inventory import codes
from inventory.models import Device, DeviceHardware, DeviceKind


class Source(models.TextChoices):
    PERSON = "person", _("a person")
    REPORT = "report", _("a report")
    RULE = "rule", _("a rule")
    NOBODY = "nobody", _("nobody yet")


# A difference that a person has answered: their value stays.
KEPT = "kept"
# What a report may say of a device in its own words, and how much of it fits.
ROOM: Mapping[str, int] = {"make": 60, "model": 80, "serial": 64}
KIND = "kind"
# Of which a person can say whose word counts, in the order shown.
ANSWERED = (*ROOM, KIND)
LABELS: Mapping[str, str | Promise] = {
    "make": _("Make"),
    "model": _("Model"),
    "serial": _("Serial number"),
    "kind": _("Kind"),
    "mass": _("Mass"),
}


@dataclasses.dataclass(frozen=True)
class Value:
    """One value of a device: whose word it is, and what its machine says instead.

    `at` is when the report came that said so. `said` is "" where no report speaks of
    it; `differs` where the two are not the same thing and nobody has answered yet.
    """

    name: str
    value: str
    source: Source
    at: dt.datetime | None = None
    said: str = ""
    differs: bool = False

    @property
    def label(self) -> str:
        return str(LABELS[self.name])

    @property
    def may_be_answered(self) -> bool:
        """Whether a person can say whose word counts."""
        return self.name in ANSWERED

    @property
    def may_be_released(self) -> bool:
        """Whether a person holds it against a machine that has a word for it."""
        return self.may_be_answered and self.source is Source.PERSON and bool(self.said)


def hardware_of(device: Device) -> DeviceHardware | None:
    """What is known of its hardware: one query, or none where it was selected."""
    try:
        return device.hardware
    except DeviceHardware.DoesNotExist:
        return None


def values_of(device: Device) -> list[Value]:
    """Every value of a device that somebody may ask about, in the order shown."""
    hardware = hardware_of(device)
    found = [value_of(device, hardware, name) for name in ANSWERED]
    return [*found, _mass(device)]


def differences(device: Device) -> list[Value]:
    """What its machine says otherwise, and nobody has answered."""
    return [value for value in values_of(device) if value.differs]


def beside(device: Device, said: Mapping[str, str]) -> list[Value]:
    """Make, model and serial number beside what a machine says that is not its own yet."""
    theirs = DeviceHardware(facts=dict(said))
    return [value_of(device, theirs, name) for name in ROOM]


def value_of(device: Device, hardware: DeviceHardware | None, name: str) -> Value:
    """Make, model, serial number or kind."""
    ours = getattr(device, name)
    said = said_of(hardware, name)
    told = source_of(hardware, name)
    from_report = bool(ours) and told.get("source") == Source.REPORT
    source = Source.REPORT if from_report else Source.PERSON
    answered = told.get("source") == KEPT and told.get("said") == said
    return Value(
        name=name,
        value=_in_words(name, ours),
        source=source if ours else Source.NOBODY,
        at=_moment(told) if from_report else None,
        said=_in_words(name, said),
        differs=bool(ours and said) and not answered and not _agree(device, name, said),
    )


def said_of(hardware: DeviceHardware | None, name: str) -> str:
    """What the newest report says of it, where that fits; else ""."""
    said = str(hardware.facts.get(name) or "") if hardware else ""
    fits = said in DeviceKind.values if name == KIND else len(said) <= ROOM[name]
    return said if fits else ""


def source_of(hardware: DeviceHardware | None, name: str) -> Mapping[str, Any]:
    told: Mapping[str, Any] = hardware.sources.get(name, {}) if hardware else {}
    return told


def _agree(device: Device, name: str, said: str) -> bool:
    """Whether two writings mean one thing: “Latitude 7400” and “Dell latitude 7400”."""
    ours: str = getattr(device, name)
    if codes.key(ours) == codes.key(said):
        return True
    if name in {"serial", KIND}:
        return False
    if name == "make":
        return _one_in_other(ours, said)
    return codes.same_product("", ours, "", said) is not False


def _one_in_other(ours: str, said: str) -> bool:
    """“Dell” and “Dell Inc.”, “HP” and “HP Development”: one begins with the other."""
    shorter, longer = sorted((codes.key(ours), codes.key(said)), key=len)
    return bool(shorter) and longer.startswith(shorter)


def _in_words(name: str, value: str) -> str:
    return str(DeviceKind(value).label) if name == KIND and value else value


def _mass(device: Device) -> Value:
    measured = Source.PERSON if device.mass_measured else Source.RULE
    return Value(
        name="mass",
        value=f"{device.mass_grams} g" if device.mass_grams else "",
        source=measured if device.mass_grams else Source.NOBODY,
    )


def _moment(told: Mapping[str, Any]) -> dt.datetime | None:
    return parse_datetime(str(told.get("at") or ""))
