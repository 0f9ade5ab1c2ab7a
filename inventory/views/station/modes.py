"""What a scan does in each mode. Every branch keeps exactly one answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from inventory import actions
from inventory.cards import Kind
from inventory.links import Lead
from inventory.models import (
    Device,
    Place,
    ScanOutcome,
    StationMode,
    StorageDrive,
)
from inventory.scanner import Unreadable
from inventory.states import DeviceStatus
from inventory.views.station import erasure, reception
from inventory.views.station.asking import PLACE, Ask, kind_of
from inventory.views.station.commands import obey
from inventory.views.station.misplaced import misplaced
from inventory.views.station.things import Several, Thing, Unknown, UnknownTag

S = DeviceStatus
# The steps from the dock to the workshop's queue, one scan each.
_INWARDS: Mapping[DeviceStatus, Callable[..., Device]] = {
    S.RECEIVED: actions.start_triage,
    S.IN_TRIAGE: actions.triage_device,
}


def answer(ask: Ask, thing: Thing) -> None:
    """Do what the mode does with this thing, and keep the answer."""
    match thing:
        case Device() | Place() | StorageDrive():
            MODES[ask.mode](ask, thing)
        case Unknown(text) if ask.mode == StationMode.RECEPTION:
            reception.new_serial(ask, text)
        case Unknown(text):
            ask.attention(Kind.UNKNOWN, text=text, open=True)
        case Several(devices):
            tags = [device.tag for device in devices]
            ask.attention(Kind.SEVERAL, tags=tags)
        case Lead(tag, name, address, state=state):
            told = " · ".join(part for part in (name, state) if part)
            ask.looked_up(Kind.ELSEWHERE, tag=tag, name=told, address=address)
        case UnknownTag(tag):
            ask.note(ScanOutcome.REFUSED, Kind.UNKNOWN_TAG, tag=tag.text)
        case Unreadable(reason, text, found):
            ask.note(
                ScanOutcome.REFUSED,
                Kind.UNREADABLE,
                reason=reason.value,
                text=text,
                found=list(found),
            )
        case command:
            obey(ask, command)


def look_up(ask: Ask, thing: Device | Place | StorageDrive) -> None:
    match thing:
        case Device():
            ask.looked_up(Kind.DEVICE, device=thing)
        case Place():
            uuid = str(thing.uuid)
            ask.looked_up(Kind.PLACE, name=thing.name, tag=thing.tag, uuid=uuid)
        case StorageDrive():
            ask.looked_up(
                Kind.DRIVE,
                device=thing.host,
                drive=str(thing.uuid),
                name=str(thing),
                tag=thing.tag or "",
            )


def receive(ask: Ask, thing: Device | Place | StorageDrive) -> None:
    """A device that is known goes one step further on its way into the workshop."""
    if isinstance(thing, Device):
        act = _INWARDS.get(DeviceStatus(thing.status), actions.receive_announced)
        ask.attempt(partial(act, device=thing), device=thing)
    else:
        misplaced(ask, thing)


def move(ask: Ask, thing: Device | Place | StorageDrive) -> None:
    """Place first, then its devices; or one device, then its place."""
    match thing:
        case StorageDrive():
            misplaced(ask, thing)
        case Device():
            _move_or_wait(ask, thing)
        case Place():
            earlier = ask.earlier()
            waits = kind_of(earlier) is Kind.WAITS_FOR_PLACE
            if waits and earlier is not None and earlier.device:
                _put(ask, earlier.device, thing)
            else:
                _aim(ask, thing)


def _move_or_wait(ask: Ask, device: Device) -> None:
    places = Place.objects.visible_to(ask.user).filter(tag=ask.place_tag)
    place = places.first() if ask.place_tag else None
    if place is None:
        ask.attention(Kind.WAITS_FOR_PLACE, device=device)
    else:
        _put(ask, device, place)


def _put(ask: Ask, device: Device, place: Place) -> None:
    act = partial(actions.move_to_place, device=device, place=place)
    ask.attempt(act, device=device, name=place.name)


def _aim(ask: Ask, place: Place) -> None:
    ask.ok(Kind.TARGET, name=place.name, tag=place.tag)
    ask.request.session[PLACE] = {"tag": place.tag, "name": place.name}


def check(ask: Ask, thing: Device | Place | StorageDrive) -> None:
    """To the check, through its list, then the question whether it is ready."""
    match thing:
        case Device(status=S.READY):
            ask.ok(Kind.DEVICE, device=thing)
        case Device(status=S.IN_QUALITY_CHECK):
            passed = thing.checks.filter(passed=True, void=False).exists()
            kind = Kind.PASSED if passed else Kind.CHECKLIST
            ask.attention(kind, device=thing)
        case Device():
            act = partial(actions.send_to_quality_check, device=thing)
            ask.attempt(act, device=thing)
        case _:
            misplaced(ask, thing)


Mode = Callable[[Ask, Device | Place | StorageDrive], None]
MODES: Mapping[StationMode, Mode] = {
    StationMode.RECEPTION: receive,
    StationMode.LOOK_UP: look_up,
    StationMode.MOVE: move,
    StationMode.ERASURE: erasure.prepare,
    StationMode.QUALITY_CHECK: check,
}
