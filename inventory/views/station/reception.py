"""A serial that nobody knows, scanned at reception: received by one press, or by form."""

from __future__ import annotations

from functools import partial
from typing import Any

from inventory import actions
from inventory.cards import Kind, Said
from inventory.models import DeviceKind, Place, Scan
from inventory.views.reception_page import remembered
from inventory.views.reception_start import chosen_lot
from inventory.views.station.asking import Ask


def new_serial(ask: Ask, text: str) -> None:
    """Offer to receive it: like the last one where that is known, else by the form."""
    facts: dict[str, Any] = {"text": text, "open": True}
    like = _like(ask)
    lot = chosen_lot(ask.request) if like else None
    if lot is not None:
        title = f"{like['make']} {like['model']}"
        facts |= {"lot": lot.code, "like": like, "name": title}
    ask.attention(Kind.NEW_SERIAL, **facts)


def receive_like(ask: Ask, asked: Scan) -> None:
    """Receive the serial that was scanned before, as its card offered."""
    lot = chosen_lot(ask.request)
    if lot is None or lot.code != asked.card["lot"]:
        return ask.say(Said.LOT_CHANGED)
    like = asked.card["like"]
    places = Place.objects.visible_to(ask.user).filter(site=lot.donation.site_id)
    place = places.filter(uuid=like["place"]).first() if like["place"] else None
    act = partial(
        actions.receive_device,
        lot=lot,
        kind=DeviceKind(like["kind"]),
        make=like["make"],
        model=like["model"],
        serial=asked.card["text"],
        place=place,
    )
    if not ask.attempt(act, device=None):
        actions.settle_scan(scan=asked, answer="create", by=ask.by)
        ask.settled = True
    return None


def _like(ask: Ask) -> dict[str, str]:
    """Kind, make and model of the device received before it, and where that stands."""
    last = remembered(ask.request)
    if not last.get("make") or not last.get("model"):
        return {}
    kept = ("kind", "make", "model", "place")
    return {name: last.get(name) or "" for name in kept}
