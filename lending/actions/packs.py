"""A pack from its recipe to the door: begun, closed, placed, delivered, taken apart."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.actors import Actor, keep_form, person
from backoffice.core.models import Site
from backoffice.core.transactions import require_transaction
from inventory.actions.custody import put_in_place
from inventory.errors import PlaceElsewhere
from inventory.models import Place
from inventory.models.tag_counter import next_tag
from inventory.states import DeviceStatus
from inventory.tags import TagKind
from lending.actions.fitting import unfit
from lending.actions.pack_access import (
    CARRY,
    MAKE,
    lock_pack,
    lock_with_request,
    permit_either,
)
from lending.actions.pack_environment import ask_no_more, ask_of_machine
from lending.actions.pack_questions import refuse_blocked, refuse_incomplete
from lending.actions.pack_units import locked_devices, move_devices, take_unit
from lending.actions.requests_following import note_allocated, note_back_to_approved
from lending.actions.requests_steps import lock_request
from lending.actions.status import change_status
from lending.errors import (
    PackForAnother,
    PackForNobody,
    PackPlanned,
    RequestNotAccepted,
    RequestServed,
    TemplateRetired,
)
from lending.models import (
    EquipmentRequest,
    HandOver,
    Pack,
    PackEvent,
    PackLine,
    TemplateVersion,
)
from lending.states import (
    HANDOVER_OPEN,
    PACK_NEXT,
    PACK_OPEN,
    UNDER_WAY,
    PackStatus,
    RequestStatus,
)


@transaction.atomic(durable=True)
def begin_pack(
    *,
    version: TemplateVersion,
    site: Site,
    request: EquipmentRequest | None = None,
    by: Actor,
) -> Pack:
    """Begin a pack from a version of a recipe, for a request or for the shelf."""
    permit_either(by, MAKE, at=site.pk)
    locked = None if request is None else lock_request(request)
    return start_pack(version, site, locked, by=by)


def start_pack(
    version: TemplateVersion,
    site: Site,
    request: EquipmentRequest | None,
    *,
    by: Actor,
) -> Pack:
    """Begin a pack for a locked request, or for none: a step."""
    require_transaction()
    if not version.template.is_active:
        raise TemplateRetired(
            _("“%(template)s” is not used any more.") % {"template": version.template},
            advice=_("Choose another template."),
        )
    if request is not None:
        _refuse_unserved(request)
    now = timezone.now()
    pack = Pack.objects.create(
        tag=next_tag(TagKind.PACK),
        version=version,
        request=request,
        site=site,
        status_since=now,
        begun_by=person(by),
        short_since=now,
    )
    PackLine.objects.bulk_create(
        PackLine(
            pack=pack,
            wanted=wanted,
            nature=wanted.nature,
            environment=wanted.criteria.get("profile", ""),
        )
        for wanted in version.lines.all()
    )
    facts = {"template": str(version.template.uuid), "version": version.number}
    PackEvent.append(pack, "begun", by=by, data={**facts, **_for(request)})
    _note_served(request, by=by)
    return pack


@transaction.atomic(durable=True)
def attach_to_request(*, pack: Pack, request: EquipmentRequest, by: Actor) -> Pack:
    """Say for which accepted request a pack is; a request takes as many as it asked."""
    request = lock_request(request)
    pack, _user = lock_pack(pack, by)
    if pack.request_id == request.pk:
        keep_form(by)
        return pack
    if pack.request is not None:
        raise PackForAnother(
            _("%(pack)s is for the request %(request)s.")
            % {"pack": pack, "request": pack.request},
            advice=_("Take another pack, or take this one apart."),
            request=str(pack.request),
        )
    _refuse_unserved(request)
    _refuse_less(pack, request)
    pack.request = request
    pack.save(update_fields=["request"])
    PackEvent.append(pack, "attached", by=by, data=_for(request))
    _note_served(request, by=by)
    return pack


@transaction.atomic(durable=True)
def close_pack(*, pack: Pack, by: Actor) -> Pack:
    """Close a pack that holds all it should: its machines pass the gate."""
    pack, _user = lock_pack(pack, by)
    refuse_incomplete(pack)
    refuse_blocked(pack)
    move_devices(pack, DeviceStatus.PACKED, "packed", by=by)
    ask_of_machine(pack, by=by)
    _move(pack, PackStatus.COMPLETE, "closed", by=by)
    return pack


@transaction.atomic(durable=True)
def reopen_pack(*, pack: Pack, by: Actor) -> Pack:
    """Go on making a pack that was closed and has not left."""
    pack, _user = lock_pack(pack, by)
    _move(pack, PackStatus.DRAFT, "reopened", by=by)
    ask_no_more(pack, by=by)
    move_devices(pack, DeviceStatus.RESERVED, "pack_reopened", back=True, by=by)
    return pack


@transaction.atomic(durable=True)
def place_pack(*, pack: Pack, place: Place, by: Actor) -> Pack:
    """Put a pack and its machines in a place of its site; a closed one is then ready."""
    pack, _user = lock_pack(pack, by)
    _refuse_place(pack, place)
    for device in locked_devices(pack):
        if device.place_id != place.pk:
            put_in_place(device, place, verb="moved", by=by)
    pack.place = place
    if pack.status == PackStatus.COMPLETE:
        _move(
            pack,
            PackStatus.READY,
            "placed",
            by=by,
            also=("place",),
            facts={"place": place.tag},
        )
        return pack
    pack.save(update_fields=["place"])
    PackEvent.append(pack, "placed", by=by, data={"place": place.tag})
    return pack


@transaction.atomic(durable=True)
def deliver_pack(*, pack: Pack, by: Actor) -> Pack:
    """Give a ready pack to the structure that asked for it; no person has it yet."""
    pack, _user = lock_pack(pack, by, allowed=CARRY)
    if pack.request is None:
        raise PackForNobody(
            _("No structure asked for %(pack)s.") % {"pack": pack},
            advice=_("Say for which request it is first."),
        )
    refuse_blocked(pack)
    leave_for_structure(pack, by=by)
    return pack


def leave_for_structure(
    pack: Pack, *, facts: dict[str, object] | None = None, by: Actor
) -> None:
    """Move a locked pack and its machines to the structure that asked for it: a step."""
    require_transaction()
    _move(pack, PackStatus.AT_STRUCTURE, "delivered", by=by, facts=facts)
    move_devices(pack, DeviceStatus.IN_TRANSIT, "delivered_to_structure", by=by)


@transaction.atomic(durable=True)
def take_pack_back(*, pack: Pack, by: Actor) -> Pack:
    """Take a delivered pack back from its structure, as it left."""
    pack, _user = lock_pack(pack, by, allowed=CARRY)
    _move(pack, PackStatus.READY, "taken_back", by=by)
    move_devices(pack, DeviceStatus.PACKED, "back_from_structure", by=by)
    return pack


@transaction.atomic(durable=True)
def dismantle_pack(*, pack: Pack, by: Actor) -> Pack:
    """Take a pack apart: everything in it is free again."""
    pack, request = lock_with_request(pack, by)
    _refuse_planned(pack)
    _move(pack, PackStatus.DISMANTLED, "dismantled", by=by)
    ask_no_more(pack, by=by)
    _release(pack, by=by)
    if request is not None and request.status == RequestStatus.ALLOCATED:
        note_back_to_approved(request, by)
    return pack


def _release(pack: Pack, *, by: Actor) -> None:
    """Free every line of a locked pack, the devices in the order of their rows."""
    require_transaction()
    held = pack.lines.filter(released_at=None).order_by("device", "sim", "pk")
    for line in held.select_related("device", "sim", "modem", "counted_kind"):
        line.pack = pack
        take_unit(line, by=by)
    if pack.short_since is not None:
        pack.short_since = None
        pack.save(update_fields=["short_since"])


def _refuse_unserved(request: EquipmentRequest) -> None:
    """Raise where a locked request waits for no pack: not accepted, or it has them."""
    if request.status not in UNDER_WAY:
        raise RequestNotAccepted(
            _("The request %(request)s is “%(now)s”.")
            % {"request": request, "now": request.get_status_display()},
            advice=_("Packs are made for requests that are accepted."),
            status=request.status,
        )
    if _packs_for(request) >= request.quantity:
        raise RequestServed(
            _("The request %(request)s has the packs it asked for.")
            % {"request": request},
            request=str(request),
        )


def _refuse_less(pack: Pack, request: EquipmentRequest) -> None:
    """Raise where a machine in a locked pack is less than the request asks for.

    One that somebody put in with a reason was chosen knowingly.
    """
    held = pack.lines.filter(released_at=None, device__isnull=False, substitution="")
    for line in held.select_related("wanted", "device"):
        if line.device and (why := unfit(line.device, line.wanted, request)):
            raise why


def _note_served(request: EquipmentRequest | None, *, by: Actor) -> None:
    """Move a locked request on once it has as many packs as it asked for."""
    require_transaction()
    if request is None or request.status != RequestStatus.APPROVED:
        return
    if _packs_for(request) >= request.quantity:
        note_allocated(request, by)


def _packs_for(request: EquipmentRequest) -> int:
    return request.packs.filter(status__in=PACK_OPEN).count()


def _refuse_planned(pack: Pack) -> None:
    planned = HandOver.objects.filter(pack=pack, status__in=HANDOVER_OPEN).first()
    if planned is not None:
        raise PackPlanned(
            _("A hand-over of %(pack)s is planned.") % {"pack": pack},
            advice=_("Call the hand-over off first."),
            pack=pack.tag,
        )


def _refuse_place(pack: Pack, place: Place) -> None:
    if place.site_id != pack.site_id or place.for_drives or not place.is_active:
        raise PlaceElsewhere(
            _("A pack is not put in “%(place)s”.") % {"place": place},
            advice=_("Choose a shelf of its own site."),
            place=place.tag,
        )


def _for(request: EquipmentRequest | None) -> dict[str, object]:
    return {} if request is None else {"request": str(request.uuid)}


def _move(
    pack: Pack,
    to: PackStatus,
    verb: str,
    *,
    by: Actor,
    also: tuple[str, ...] = (),
    facts: dict[str, object] | None = None,
) -> None:
    require_transaction()
    change_status(
        pack,
        to,
        verb,
        next_after=PACK_NEXT,
        journal=PackEvent,
        by=by,
        data=facts,
        also=also,
    )
