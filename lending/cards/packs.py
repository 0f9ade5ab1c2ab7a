"""Packs and cards, where their tag is scanned or printed elsewhere."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from backoffice.core.models import User
from inventory.links import Lead
from inventory.models import Device
from inventory.states import IN_A_PACK
from lending.models import Modem, Pack, SimCard


def pack_lead(tag: str, user: User) -> Lead | None:
    """The pack with this tag; its name says no person and no structure."""
    seen = Pack.objects.visible_to(user).select_related("version__template")
    pack = seen.filter(tag=tag).first()
    return None if pack is None else _lead(pack, _("Open the pack"))


def card_lead(tag: str, user: User) -> Lead | None:
    card = SimCard.objects.visible_to(user).filter(tag=tag).first()
    if card is None:
        return None
    address = reverse("lending:sim-detail", args=[card.tag])
    return Lead(tag, card.operator, address, _("Open the SIM card"))


def modem_lead(tag: str, user: User) -> Lead | None:
    modem = Modem.objects.visible_to(user).filter(tag=tag).first()
    if modem is None:
        return None
    address = reverse("lending:modem-detail", args=[modem.tag])
    name = f"{modem.make} {modem.model}".strip() or modem.get_kind_display()
    return Lead(tag, str(name), address, _("Open the hotspot"))


def pack_of_device(device: Device, user: User) -> Lead | None:
    """The pack that a device is in now; what stands in the workshop is in none."""
    if device.status not in IN_A_PACK:
        return None
    held = Pack.objects.visible_to(user).filter(
        lines__device=device, lines__released_at=None
    )
    pack = held.select_related("version__template").first()
    if pack is None:
        return None
    return _lead(pack, _("In the pack %(pack)s: open it") % {"pack": pack})


def _lead(pack: Pack, words: str) -> Lead:
    return Lead(
        pack.tag,
        str(pack.version.template),
        reverse("lending:pack-detail", args=[pack.tag]),
        words,
        state=str(pack.get_status_display()),
    )
