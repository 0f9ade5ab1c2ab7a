"""Whose word counts for a value of a device: a person's, until they release it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from backoffice.core.actors import Actor, permit
from backoffice.core.transactions import require_transaction
from inventory import codes
from inventory.actions.search import index_device
from inventory.actions.status import refresh_data_state, require_here
from inventory.errors import ChecksMissing, NoDifference, SerialKnown
from inventory.models import Device, DeviceEvent, DeviceHardware, DeviceKind, Storage
from inventory.models.quality import CheckSubject, checklist
from inventory.provenance import (
    ANSWERED,
    KEPT,
    KIND,
    Source,
    hardware_of,
    said_of,
    source_of,
    value_of,
)

KEYED = {"make": ("make_key", codes.key), "serial": ("serial_key", codes.serial_key)}


@transaction.atomic(durable=True)
def accept_difference(*, device: Device, name: str, by: Actor) -> Device:
    """Take the machine's word for a value that differs: make, model, serial, kind."""
    device, hardware = _held(device, by=by)
    if name not in ANSWERED or not value_of(device, hardware, name).differs:
        raise _no_difference(device)
    return _follow(device, hardware, name, verb="difference_accepted", by=by)


@transaction.atomic(durable=True)
def release_value(*, device: Device, name: str, by: Actor) -> Device:
    """Let the machine's word count for a value from now on: it follows its reports."""
    device, hardware = _held(device, by=by)
    return _follow(device, hardware, name, verb="value_released", by=by)


@transaction.atomic(durable=True)
def keep_mine(*, device: Device, name: str, by: Actor) -> Device:
    """Keep what a person typed: this difference is not listed again."""
    device, hardware = _held(device, by=by)
    value = value_of(device, hardware, name) if name in ANSWERED else None
    if hardware is None or value is None or not value.differs:
        raise _no_difference(device)
    said = said_of(hardware, name)
    hardware.sources = {**hardware.sources, name: {"source": KEPT, "said": said}}
    hardware.save(update_fields=["sources"])
    data = {"value": name, "said": said}
    DeviceEvent.append(device, "difference_kept", by=by, data=data)
    return device


def note_hardware(
    device: Device,
    facts: Mapping[str, Any],
    *,
    report: uuid.UUID,
    at: dt.datetime,
    by: Actor,
) -> None:
    """Keep what a report says a locked device is made of: a step.

    It fills what nobody has said, and follows where an earlier report had filled it;
    what a person typed stays. Said again, it changes nothing and costs nothing.
    What was taken for a thing without data is one that somebody has to open.
    """
    require_transaction()
    _have_it_opened(device, by=by)
    hardware = hardware_of(device) or DeviceHardware(device=device)
    if hardware.facts == facts:
        return
    hardware.facts, hardware.report, hardware.reported_at = dict(facts), report, at
    hardware.memory_bytes = facts.get("memory_bytes")
    wanted = {
        name: said_of(hardware, name)
        for name in ANSWERED
        if _may_fill(device, hardware, name)
    }
    _fill(device, hardware, wanted, by=by)
    hardware.save()


def _have_it_opened(device: Device, *, by: Actor) -> None:
    """Ask for the drives of a locked device that reports, whatever was thought of it.

    What runs an agent is a computer: that it shows no drive does not say that there
    is none.
    """
    require_transaction()
    if device.storage == Storage.NOT_APPLICABLE:
        device.storage = Storage.UNKNOWN
        device.save(update_fields=["storage"])
        refresh_data_state(device, by=by)


def typed(device: Device, names: Collection[str]) -> None:
    """A person said these values of a locked device anew: they are theirs. A step."""
    require_transaction()
    hardware = hardware_of(device)
    if hardware is None or not {*names} & {*hardware.sources}:
        return
    hardware.sources = {
        name: told for name, told in hardware.sources.items() if name not in names
    }
    hardware.save(update_fields=["sources"])


def _may_fill(device: Device, hardware: DeviceHardware, name: str) -> bool:
    said, ours = said_of(hardware, name), getattr(device, name)
    follows = source_of(hardware, name).get("source") == Source.REPORT
    wanted = bool(said) and said != ours and (not ours or follows)
    return wanted and not (name == KIND and _unchecked_as(device, said))


def _fill(
    device: Device, hardware: DeviceHardware, wanted: Mapping[str, str], *, by: Actor
) -> None:
    """Write a report's words on a locked device; a serial that another has, never."""
    require_transaction()
    if not wanted:
        return
    if _is_taken(device, wanted):
        wanted = {name: said for name, said in wanted.items() if name != "serial"}
        if not wanted or _is_taken(device, wanted):
            return
    _write(device, hardware, wanted)
    index_device(device)
    data = {**wanted, "report": str(hardware.report)}
    DeviceEvent.append(device, "filled_by_report", by=by, data=data)


def _write(device: Device, hardware: DeviceHardware, wanted: Mapping[str, str]) -> None:
    require_transaction()
    changed = []
    for name, said in wanted.items():
        setattr(device, name, said)
        changed.append(name)
        if name in KEYED:
            column, key = KEYED[name]
            setattr(device, column, key(said))
            changed.append(column)
        if name == KIND and not device.mass_measured:
            device.mass_grams = DeviceKind(said).usual_grams
            changed.append("mass_grams")
    device.save(update_fields=changed)
    at = hardware.reported_at.isoformat() if hardware.reported_at else ""
    told = {"source": Source.REPORT.value, "report": str(hardware.report), "at": at}
    hardware.sources = {**hardware.sources, **dict.fromkeys(wanted, told)}


def _unchecked_as(device: Device, kind: str) -> list[CheckSubject]:
    """What the check that a device passed leaves open, were it of another kind."""
    check = device.checks.filter(passed=True, void=False).first()
    lines = checklist(kind) if check is not None else ()
    return [subject for subject in lines if check and subject not in check.lines]


def _is_taken(device: Device, wanted: Mapping[str, str]) -> bool:
    """Whether another device has this serial from this make."""
    make = codes.key(wanted.get("make", device.make))
    serial = codes.serial_key(wanted.get("serial", device.serial))
    same = Device.objects.filter(make_key=make, serial_key=serial)
    return bool(make and serial) and same.exclude(pk=device.pk).exists()


def _follow(
    device: Device, hardware: DeviceHardware | None, name: str, *, verb: str, by: Actor
) -> Device:
    """Write the newest report's word on a locked device; it follows reports: a step."""
    require_transaction()
    said = said_of(hardware, name) if name in ANSWERED else ""
    if hardware is None or not said:
        raise _no_difference(device)
    if name == KIND:
        _refuse_unchecked(device, said)
    was = getattr(device, name)
    try:
        with transaction.atomic(savepoint=True):
            _write(device, hardware, {name: said})
    except IntegrityError as taken:
        raise SerialKnown(
            _("Another device of this make has this serial number."),
            device=device.tag,
        ) from taken
    hardware.save(update_fields=["sources"])
    _have_it_opened(device, by=by)
    index_device(device)
    data = {"value": name, "was": was, "said": said}
    DeviceEvent.append(device, verb, by=by, data=data)
    return device


def _refuse_unchecked(device: Device, kind: str) -> None:
    if left := _unchecked_as(device, kind):
        lines = ", ".join(str(subject.label) for subject in left)
        raise ChecksMissing(
            _("A device of this kind is also checked for: %(lines)s.")
            % {"lines": lines},
            advice=_("Send it back to the bench first, then check it again."),
            device=device.tag,
            lines=[subject.value for subject in left],
        )


def _held(device: Device, *, by: Actor) -> tuple[Device, DeviceHardware | None]:
    require_transaction()
    device = Device.objects.lock(device.pk)
    permit(by, "inventory.refurbish_device", at=device.site_id)
    require_here(device)
    return device, hardware_of(device)


def _no_difference(device: Device) -> NoDifference:
    return NoDifference(
        _("No report says anything else of %(device)s here.") % {"device": device},
        device=device.tag,
    )
