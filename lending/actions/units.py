"""What a printed code leads to at the packing bench, among what this person may see."""

from __future__ import annotations

from django.conf import settings

from backoffice.core.errors import DomainError
from backoffice.core.models import User
from inventory import codes, scanner
from inventory.models import Device, Place
from inventory.scanner import (
    Command,
    CommandRead,
    OwnAddressRead,
    SerialRead,
    TagRead,
    Unreadable,
)
from inventory.states import DeviceStatus
from inventory.tags import Tag, TagKind
from lending import numbers
from lending.actions.fitting import Unit, misfit, score_of, unfit
from lending.errors import NumberMalformed
from lending.models import CountedKind, CountedStock, Modem, Pack, PackLine, SimCard
from lending.states import LineNature

Found = Unit | Place | Pack | Command
# Of so many that wait longest, those that fit are offered.
_LOOKED_AT = 200
MOST_OFFERED = 30


def unit_of(code: str, user: User, *, physical: str = "") -> Unit | None:
    """The one unit that a printed code leads to: tag, serial, ICCID, IMEI, bin code.

    `physical` is the same scan read by the place of its keys, where that is known.
    """
    found = found_by(code, user, physical=physical)
    return found if isinstance(found, Unit) else None


def found_by(code: str, user: User, *, physical: str = "") -> Found | None:
    """As `unit_of`; places, packs and the commands of the sheet too."""
    match scanner.read(code, physical=physical, base_url=settings.BASE_URL):
        case CommandRead(command):
            return command
        case TagRead(tag) | OwnAddressRead(tag):
            return _tagged(tag, user)
        case SerialRead(text, others):
            return _printed((text, *others), user)
        case Unreadable(text=text):
            return _printed((text,), user)


def fitting_units(line: PackLine, user: User) -> list[Unit]:
    """What could fill a line now, the least wasteful first, then what waits longest.

    Nothing that the request of the pack asks more of: those are the `lesser_machines`.
    """
    if line.nature == LineNature.COUNTED:
        kind = line.wanted.counted_kind
        return [kind] if kind and left_of(kind, line.pack) else []
    if line.nature == LineNature.CONNECTION:
        return _fitting_cards(line, user)
    if line.nature == LineNature.ENVIRONMENT:
        return []
    fitting = [device for device, why in _waiting(line, user) if why is None]
    return [*sorted(fitting, key=score_of)[:MOST_OFFERED]]


def left_of(kind: CountedKind, pack: Pack) -> int:
    """How many of a counted thing are left where a pack is made."""
    stock = CountedStock.objects.filter(kind=kind, site=pack.site_id).first()
    return stock.on_hand if stock else 0


def lesser_machines(line: PackLine, user: User) -> list[tuple[Device, DomainError]]:
    """Ready machines of the kinds of a line that are less than is asked for, with why:
    the best first. One goes in by choice, with a reason.
    """
    if line.nature not in {LineNature.MAIN, LineNature.DEVICE}:
        return []
    less = [(device, why) for device, why in _waiting(line, user) if why is not None]
    return sorted(less, key=lambda each: -score_of(each[0]))[:MOST_OFFERED]


def _waiting(line: PackLine, user: User) -> list[tuple[Device, DomainError | None]]:
    """The longest ready of the kinds of a line, and why one is less than is asked for."""
    seen = Device.objects.visible_to(user).filter(
        site=line.pack.site_id, status=DeviceStatus.READY
    )
    ready = seen.filter(kind__in=line.wanted.criteria.get("kinds", []))
    near = ready.select_related("hardware", "place").prefetch_related("drives")
    return [
        (device, unfit(device, line.wanted, line.pack.request))
        for device in near.order_by("status_since", "pk")[:_LOOKED_AT]
    ]


def _fitting_cards(line: PackLine, user: User) -> list[Unit]:
    here: dict[str, object] = {"site": line.pack.site_id}
    found: list[Unit]
    if line.wanted.criteria.get("modem"):
        spots = Modem.objects.visible_to(user).free().filter(**here)
        waiting = spots.select_related("sim__plan").order_by("status_since", "pk")
        found = [*waiting[:_LOOKED_AT]]
    else:
        cards = SimCard.objects.visible_to(user).free().filter(modem=None, **here)
        found = [
            *cards.select_related("plan").order_by("status_since", "pk")[:_LOOKED_AT]
        ]
    return [card for card in found if misfit(card, line.wanted) is None][:MOST_OFFERED]


def _tagged(tag: Tag, user: User) -> Found | None:
    match tag.kind:
        case TagKind.PLACE:
            return Place.objects.visible_to(user).filter(tag=tag.text).first()
        case TagKind.PACK:
            return Pack.objects.visible_to(user).filter(tag=tag.text).first()
        case TagKind.SIM:
            return SimCard.objects.visible_to(user).filter(tag=tag.text).first()
    seen = Device.objects.visible_to(user)
    return (
        seen.filter(tag=tag.text).first()
        or seen.filter(aliases__code_key=tag.text).first()
        or Modem.objects.visible_to(user).filter(tag=tag.text).first()
    )


def _printed(texts: tuple[str, ...], user: User) -> Unit | None:
    """What carries one of these texts, which are readings of one code."""
    bins = [text.strip().upper() for text in texts]
    kind = CountedKind.objects.filter(code__in=bins, is_active=True).first()
    if kind is not None:
        return kind
    for text in texts:
        if card := _card(text, user):
            return card
    keys = [key for key in map(codes.serial_key, texts) if key]
    seen = Device.objects.visible_to(user)
    for wanted in ({"serial_key__in": keys}, {"aliases__code_key__in": keys}):
        found = list(seen.filter(**wanted).distinct()[:2])
        if found:
            return found[0] if len(found) == 1 else None
    return None


def _card(text: str, user: User) -> SimCard | Modem | None:
    """A card by its ICCID, a hotspot by its IMEI."""
    try:
        key = numbers.read_iccid(text)[: numbers.KEY_DIGITS]
        return SimCard.objects.visible_to(user).filter(iccid_key=key).first()
    except NumberMalformed:
        pass
    try:
        imei = numbers.read_imei(text)
    except NumberMalformed:
        return None
    return Modem.objects.visible_to(user).filter(imei=imei).first()
