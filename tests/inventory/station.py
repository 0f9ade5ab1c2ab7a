"""A browser at the scan station, without the browser."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.test import Client
from django.urls import reverse

from backoffice.core.models import User
from inventory.cards import Card, Kind
from inventory.models import Device, DeviceEvent, Scan, StationMode


@dataclass
class Bench:
    """Somebody at “Bench 3”, scanning in one mode."""

    client: Client
    user: User
    mode: StationMode = StationMode.LOOK_UP
    answer: Any = None

    def __post_init__(self) -> None:
        self.client.force_login(self.user)
        start = {"station": "Bench 3", "mode": self.mode}
        self.client.post(reverse("inventory:station-start"), start)

    def scan(self, code: str, **fields: Any) -> Card:
        """One scan as htmx sends it; the card that it was answered with."""
        fields = {"nonce": uuid.uuid4(), "mode": self.mode, **fields}
        return self.post("inventory:station-scan", code=code, **fields)

    def press(self, name: str, scan: Scan, *more: object, **fields: Any) -> Card:
        """A button of a card."""
        fields = {"nonce": uuid.uuid4(), **fields}
        return self.post(name, scan.uuid, *more, **fields)

    def post(self, name: str, *args: object, **fields: Any) -> Card:
        address = reverse(name, args=args)
        self.answer = self.client.post(address, fields, headers={"HX-Request": "true"})
        card: Card = self.answer.context["card"]
        return card

    @property
    def text(self) -> str:
        """The words of the last answer, on one line."""
        return " ".join(self.answer.content.decode().split())


def bench(client: Client, user: User, mode: StationMode = StationMode.LOOK_UP) -> Bench:
    return Bench(client, user, mode)


def seen(device: Device) -> tuple[str, str, int]:
    """What an unchanged device has kept: its state, its data state, its history."""
    device.refresh_from_db()
    events = DeviceEvent.objects.filter(subject=device).exclude(verb="refused")
    return device.status, device.data_state, events.count()


__all__ = ["Bench", "Kind", "bench", "seen"]
