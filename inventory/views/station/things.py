"""What a code leads to, among what this person may see."""

from __future__ import annotations

import dataclasses

from django.conf import settings

from backoffice.core.models import User
from inventory import codes, scanner
from inventory.links import Lead, lead_of
from inventory.models import Device, Place, StationMode, StorageDrive
from inventory.scanner import (
    Command,
    CommandRead,
    OwnAddressRead,
    Reason,
    SerialRead,
    TagRead,
    Unreadable,
)
from inventory.tags import Tag, TagKind

# So many devices of one serial are offered to choose from.
MOST_ALIKE = 8
# A maker's code may look like a broken tag, and yet be a serial that is known.
_MAY_BE_SERIALS = frozenset(
    {Reason.TRUNCATED, Reason.WRONG_CHECK, Reason.UNKNOWN_COMMAND}
)


@dataclasses.dataclass(frozen=True)
class Several:
    """Devices of different makes under one serial."""

    devices: tuple[Device, ...]


@dataclasses.dataclass(frozen=True)
class UnknownTag:
    tag: Tag


@dataclasses.dataclass(frozen=True)
class Unknown:
    """A code that leads nowhere yet."""

    text: str


Thing = (
    Device
    | Place
    | StorageDrive
    | Command
    | Several
    | Lead
    | UnknownTag
    | Unknown
    | Unreadable
)


def find(code: str, physical: str, *, user: User, mode: StationMode) -> Thing:
    """Read a scan and look up what it leads to."""
    match scanner.read(code, physical=physical, base_url=settings.BASE_URL):
        case CommandRead(command):
            return command
        case TagRead(tag) | OwnAddressRead(tag):
            found = _tagged(tag, user) or lead_of(tag, user)
            return found or UnknownTag(tag)
        case SerialRead(text, others):
            return _carrying((text, *others), user, mode) or Unknown(text)
        case Unreadable(reason, text) as unreadable if reason in _MAY_BE_SERIALS:
            return _carrying((text,), user, mode) or unreadable
        case Unreadable() as unreadable:
            return unreadable


def find_device(code: str, *, user: User) -> Device | None:
    """The one device that a typed or scanned code leads to."""
    thing = find(code, "", user=user, mode=StationMode.LOOK_UP)
    return thing if isinstance(thing, Device) else None


def _tagged(tag: Tag, user: User) -> Thing | None:
    if tag.kind == TagKind.PLACE:
        return Place.objects.visible_to(user).filter(tag=tag.text).first()
    if tag.kind == TagKind.DRIVE:
        drives = StorageDrive.objects.visible_to(user).select_related(
            "host", "last_host"
        )
        return drives.filter(tag=tag.text).first()
    devices = Device.objects.visible_to(user).select_related("place")
    found = devices.filter(tag=tag.text).first()
    # The label of a record that was merged into another leads to that one.
    return found or devices.filter(aliases__code_key=tag.text).first()


def _carrying(texts: tuple[str, ...], user: User, mode: StationMode) -> Thing | None:
    """By serial or attached code; a drive's serial too, first where drives matter."""
    keys = [key for key in map(codes.serial_key, texts) if key]
    if not keys:
        return None
    if mode == StationMode.ERASURE:
        return _drive(keys, user) or _device(keys, user)
    return _device(keys, user) or _drive(keys, user)


def _device(keys: list[str], user: User) -> Device | Several | None:
    seen = Device.objects.visible_to(user).select_related("place")
    found = tuple(seen.filter(serial_key__in=keys)[:MOST_ALIKE])
    if not found:
        found = tuple(seen.filter(aliases__code_key__in=keys)[:MOST_ALIKE])
    if not found:
        return None
    return found[0] if len(found) == 1 else Several(found)


def _drive(keys: list[str], user: User) -> StorageDrive | None:
    drives = StorageDrive.objects.visible_to(user).select_related("host", "last_host")
    return drives.filter(serial_key__in=keys).order_by("-pk").first()
