"""Where a device stands, what it is called, and whether it is held."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from backoffice.core.actors import Actor, permit
from backoffice.core.models import Site
from backoffice.core.transactions import require_transaction
from inventory import codes
from inventory.actions.provenance import typed
from inventory.actions.refusals import is_seen_by
from inventory.actions.scans import Scanned, keep_scan
from inventory.actions.search import index_device
from inventory.actions.status import put_hold, require_here
from inventory.errors import (
    AlreadyThere,
    CodeTaken,
    NameTaken,
    OnHold,
    PlaceClosed,
    PlaceElsewhere,
    SerialKnown,
)
from inventory.models import (
    Device,
    DeviceAlias,
    DeviceEvent,
    Place,
    PlaceEvent,
    PlaceKind,
)
from inventory.models.tag_counter import next_tag
from inventory.states import HoldReason
from inventory.tags import TagKind


@transaction.atomic(durable=True)
def move_to_place(
    *, device: Device, place: Place, scan: Scanned | None = None, by: Actor
) -> Device:
    """Put a device somewhere else, in this site or another."""
    device = Device.objects.select_related("place").lock(device.pk)
    permit(by, "inventory.move_device", at=device.site_id)
    permit(by, "inventory.move_device", at=place.site_id)
    require_here(device)
    event = put_in_place(device, place, verb="moved", by=by)
    keep_scan(scan, device=device, event=event, by=by)
    return device


@transaction.atomic(durable=True)
def hold_device(*, device: Device, reason: HoldReason, by: Actor) -> Device:
    """Keep a device that is here from leaving, until the hold is released."""
    device = Device.objects.lock(device.pk)
    permit(by, "inventory.hold_device", at=device.site_id)
    require_here(device)
    if device.is_held:
        raise OnHold(
            _("%(device)s is on hold already: %(reason)s.")
            % {"device": device, "reason": device.get_hold_reason_display()},
            device=device.tag,
            reason=device.hold_reason,
        )
    put_hold(device, reason, by=by)
    return device


@transaction.atomic(durable=True)
def release_hold(*, device: Device, by: Actor) -> Device:
    """Let a held device go on; its drives still have to be proven to leave."""
    device = Device.objects.lock(device.pk)
    permit(by, "inventory.hold_device", at=device.site_id)
    if not device.is_held:
        raise OnHold(
            _("%(device)s is not on hold.") % {"device": device}, device=device.tag
        )
    was = device.hold_reason
    device.hold_reason = ""
    device.held_at = device.held_by = None
    device.save(update_fields=["hold_reason", "held_at", "held_by"])
    DeviceEvent.append(device, "hold_released", by=by, data={"reason": was})
    return device


@transaction.atomic(durable=True)
def describe_device(
    *,
    device: Device,
    make: str,
    model: str,
    serial: str,
    mass_grams: int | None = None,
    by: Actor,
) -> Device:
    """Correct what a person reads on a device: make, model, serial, measured mass."""
    device = Device.objects.lock(device.pk)
    permit(by, "inventory.refurbish_device", at=device.site_id)
    require_here(device)
    were = {"make": device.make, "model": device.model, "serial": device.serial}
    device.make, device.model, device.serial = (
        make.strip(),
        model.strip(),
        serial.strip(),
    )
    device.make_key, device.serial_key = codes.key(make), codes.serial_key(serial)
    if mass_grams is not None:
        device.mass_grams, device.mass_measured = mass_grams, True
    try:
        with transaction.atomic(savepoint=True):
            device.save(
                update_fields=[
                    *("make", "model", "serial", "make_key", "serial_key"),
                    *("mass_grams", "mass_measured"),
                ]
            )
    except IntegrityError as taken:
        raise SerialKnown(
            _("Another device of this make has this serial number."),
            device=device.tag,
        ) from taken
    index_device(device)
    typed(device, [name for name, was in were.items() if getattr(device, name) != was])
    DeviceEvent.append(
        device,
        "described",
        by=by,
        data={"make": device.make, "model": device.model, "serial": device.serial},
    )
    return device


@transaction.atomic(durable=True)
def attach_alias(
    *, device: Device, code: str, scan: Scanned | None = None, by: Actor
) -> DeviceAlias:
    """Make another code lead to a device: a sticker that was already on it."""
    device = Device.objects.lock(device.pk)
    permit(by, "inventory.receive_device", at=device.site_id)
    require_here(device)
    alias = _added_alias(device, code.strip(), by=by)
    index_device(device)
    event = DeviceEvent.append(
        device, "alias_attached", by=by, data={"code": alias.code}
    )
    keep_scan(scan, device=device, event=event, by=by)
    return alias


@transaction.atomic(durable=True)
def open_place(
    *,
    site: Site,
    kind: PlaceKind,
    name: str,
    parent: Place | None = None,
    for_drives: bool = False,
    by: Actor,
) -> Place:
    """Name a place where things stand, under a tag of its own."""
    permit(by, "inventory.manage_place", at=site.pk)
    if parent is not None and parent.site_id != site.pk:
        raise PlaceElsewhere(
            _("“%(place)s” is in another site.") % {"place": parent}, place=parent.tag
        )
    try:
        with transaction.atomic(savepoint=True):
            place = Place.objects.create(
                tag=next_tag(TagKind.PLACE),
                site=site,
                kind=kind,
                name=name.strip(),
                parent=parent,
                for_drives=for_drives,
            )
    except IntegrityError as taken:
        raise NameTaken(_("There is already a place of this name.")) from taken
    facts = {
        "kind": kind.value,
        "site": str(site.uuid),
        "within": parent.tag if parent else None,
        "for_drives": for_drives,
    }
    PlaceEvent.append(place, "opened", by=by, data=facts)
    return place


def _added_alias(device: Device, code: str, *, by: Actor) -> DeviceAlias:
    """One code leads to one device, whoever else is attaching it at this moment."""
    require_transaction()
    wanted = codes.key(code)
    if not wanted:
        raise CodeTaken(_("This code holds neither a letter nor a digit."))
    try:
        with transaction.atomic(savepoint=True):
            return DeviceAlias.objects.create(device=device, code=code, code_key=wanted)
    except IntegrityError as refused:
        taken = DeviceAlias.objects.select_related("device").get(code_key=wanted)
        if not is_seen_by(taken.device, by):
            told = _("This code already leads to a device of another site.")
            raise CodeTaken(told) from refused
        raise CodeTaken(
            _("This code already leads to %(device)s.") % {"device": taken.device},
            device=taken.device.tag,
        ) from refused


def put_in_place(device: Device, place: Place, *, verb: str, by: Actor) -> DeviceEvent:
    """Write a locked device's place and log it: a step."""
    if not place.is_active:
        raise PlaceClosed(
            _("“%(place)s” is not used any more.") % {"place": place},
            place=place.tag,
        )
    if device.place_id == place.pk:
        raise AlreadyThere(
            _("%(device)s is already in “%(place)s”.")
            % {"device": device, "place": place},
            device=device.tag,
            place=place.tag,
        )
    was = device.place
    data: dict[str, object] = {
        "from_place": was.tag if was else None,
        "to_place": place.tag,
    }
    if device.site_id != place.site_id:
        data["from_site"] = str(device.site.uuid)
    device.place = place
    device.site_id = place.site_id
    device.save(update_fields=["place", "site"])
    return DeviceEvent.append(device, verb, by=by, data=data)
