"""One scan on its way: who asks, at which station, and how the answer is kept."""

from __future__ import annotations

import dataclasses
import uuid
from typing import Protocol

from django.utils import translation

from backoffice.core.actors import At
from backoffice.core.errors import DomainError
from backoffice.core.models import User
from backoffice.core.requests import UserRequest, acting
from inventory import actions
from inventory.actions import Scanned
from inventory.cards import Kind, Said
from inventory.errors import ScanRepeated
from inventory.models import Device, Scan, ScanOutcome, StationMode

MODE = "station_mode"
PLACE = "station_place"


class Act(Protocol):
    """An act of inventory.actions with its device already given."""

    def __call__(self, *, scan: Scanned, by: At) -> object: ...


@dataclasses.dataclass
class Ask:
    """A scan, before it is known what it leads to; then its answer."""

    request: UserRequest
    nonce: uuid.UUID
    mode: StationMode
    code: str
    # The scan on whose card a button was pressed.
    asked: uuid.UUID | None = None
    # The answer, where no act kept it; and whether a question left the list with it.
    kept: Scan | None = None
    settled: bool = False

    @property
    def user(self) -> User:
        return self.request.user

    @property
    def by(self) -> At:
        return acting(self.request)

    @property
    def place_tag(self) -> str:
        """Where devices are moved to; "" while no place was scanned."""
        place: dict[str, str] = self.request.session.get(PLACE) or {}
        return place.get("tag", "")

    # Answers

    def scanned(self, **card: object) -> Scanned:
        return Scanned(self.nonce, self.mode, self.code, card)

    def note(
        self,
        outcome: ScanOutcome,
        kind: Kind,
        *,
        device: Device | None = None,
        **facts: object,
    ) -> None:
        """Keep an answer to a scan that changed nothing."""
        scanned = self.scanned(kind=kind.value, **facts)
        self.kept = actions.note_scan(
            scan=scanned, device=device, outcome=outcome, by=self.by
        )

    def looked_up(
        self, kind: Kind, *, device: Device | None = None, **facts: object
    ) -> None:
        """Keep that a thing was found, and nothing else happened."""
        scanned = self.scanned(kind=kind.value, **facts)
        self.kept = actions.note_look_up(scan=scanned, device=device, by=self.by)

    def ok(self, kind: Kind, *, device: Device | None = None, **facts: object) -> None:
        self.note(ScanOutcome.OK, kind, device=device, **facts)

    def attention(
        self, kind: Kind, *, device: Device | None = None, **facts: object
    ) -> None:
        self.note(ScanOutcome.ATTENTION, kind, device=device, **facts)

    def say(self, said: Said, *, device: Device | None = None) -> None:
        """Answer a command that has nothing to do, and why."""
        self.attention(Kind.SAID, device=device, said=said.value)

    def refuse(self, refusal: DomainError, *, device: Device | None) -> None:
        """Keep a refusal: its rule, and what had happened to the device before."""
        self.note(
            ScanOutcome.REFUSED,
            Kind.REFUSED,
            device=device,
            code=refusal.code,
            message=refusal.message,
            advice=refusal.advice,
            language=translation.get_language(),
            last=last_event(device),
        )

    def attempt(
        self,
        act: Act,
        *,
        device: Device | None,
        guarded: bool = False,
        **card: object,
    ) -> DomainError | None:
        """Do an act, which keeps this scan with it; or keep its refusal, and tell it.

        A scan that comes again is told by its nonce, after the act. Where the act
        writes its refusals into the history, `guarded` looks before it: the second
        time is often refused. Raises ScanRepeated.
        """
        scans = Scan.objects.visible_to(self.user)
        if guarded and scans.filter(nonce=self.nonce).exists():
            raise ScanRepeated(str(self.nonce))
        scanned = self.scanned(**card)
        try:
            act(scan=scanned, by=self.by)
        except DomainError as refusal:
            self.refuse(refusal, device=device)
            return refusal
        self.kept = scanned.kept
        return None

    # What was asked before

    def earlier(self) -> Scan | None:
        """This person's scan before this one, at this station."""
        scans = Scan.objects.visible_to(self.user).at_station(self.by.station)
        return scans.first()

    def question(self) -> Scan | None:
        """What a command answers: the card it stands on, else the scan before it."""
        if self.asked is None:
            return self.earlier()
        scans = Scan.objects.visible_to(self.user).for_session()
        return scans.filter(uuid=self.asked).first()

    def last_device(self) -> Device | None:
        scans = Scan.objects.visible_to(self.user).at_station(self.by.station)
        last = scans.exclude(device=None).first()
        return last.device if last else None


def last_event(device: Device | None) -> int | None:
    """The last thing that happened to a device and was not itself a refusal."""
    if device is None:
        return None
    events = device.events.exclude(verb="refused").order_by("-sequence")
    return events.values_list("pk", flat=True).first()


def kind_of(scan: Scan | None) -> Kind | None:
    """What a scan was answered with; None for no scan."""
    return Kind(scan.card.get("kind", Kind.ACT)) if scan else None
