"""What happened to the demo's devices, through the acts that people use."""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
import random

from django.utils import timezone

from backoffice.core.actors import At
from backoffice.core.models import Site, User
from backoffice.core.roles import Role
from backoffice.demo.clock import Story
from backoffice.demo.people import make_people
from backoffice.demo.stock import GIFTS, Delivery, Gift, Model
from inventory import actions
from inventory.methods import ErasurePolicy as Policy
from inventory.methods import (
    Medium,
    Technique,
    Verification,
    class_of,
    required_class,
    techniques_for,
    verification_needed,
)
from inventory.models import (
    CheckOutcome,
    DestructionMethod,
    Device,
    DonorKind,
    ErasureException,
    ErasureResult,
    Lot,
    Place,
    PlaceKind,
    Storage,
    StorageDrive,
)
from inventory.models.device_kind import NoSerialReason, VisibleState
from inventory.models.quality import CheckSubject, checklist
from inventory.states import DataState, HoldReason, SetAsideReason

# How far each device of a lot has come: older lots are further along. Weights
# per age in weeks, for the ways a device's story can end.
ENDS = (
    *("received", "in_triage", "to_process", "erased", "failed", "exceptions"),
    *("refurbishing", "awaiting_parts", "checking", "ready", "set_aside"),
    *("for_parts", "scrapped", "missing", "held", "destroyed", "diskless"),
    "given_back",
)
OLD = (0, 0, 4, 6, 1, 1, 4, 3, 4, 60, 2, 3, 3, 1, 2, 2, 2, 2)
MIDDLE = (1, 2, 20, 10, 2, 1, 8, 4, 8, 28, 3, 3, 3, 1, 2, 1, 2, 1)
FRESH = (45, 12, 25, 6, 1, 1, 3, 1, 3, 3, 1, 0, 0, 0, 1, 0, 2, 1)


# What erases by which family of commands.
TOOLS = {
    "overwrite": ("nwipe", "0.34"),
    "nvme": ("nvme-cli", "2.4"),
    "emmc": ("mmc-utils", "1.0"),
    "ata": ("hdparm", "9.65"),
}


@dataclasses.dataclass
class Workshop:
    """Who works where, and chance, which is the same every time."""

    site: Site
    people: dict[Role, User]
    shelves: list[Place]
    benches: list[Place]
    cupboard: Place
    story: Story
    chance: random.Random
    serials: itertools.count[int] = dataclasses.field(
        default_factory=lambda: itertools.count(1001)
    )
    destructions: itertools.count[int] = dataclasses.field(
        default_factory=itertools.count
    )

    @property
    def technician(self) -> At:
        bench = self.chance.choice(self.benches)
        return At(self.people[Role.TECHNICIAN], station=bench.name)

    @property
    def lead(self) -> User:
        return self.people[Role.WORKSHOP_LEAD]

    @property
    def officer(self) -> User:
        return self.people[Role.DATA_SECURITY_OFFICER]


def tell() -> None:
    """Make the whole demo world, from six weeks ago until now."""
    now = timezone.now()
    story = Story(now - dt.timedelta(days=43))
    with story.told():
        workshop = _open_workshop(story)
        for gift in GIFTS:
            _receive_gift(workshop, gift, now)


def _open_workshop(story: Story) -> Workshop:
    site = Site.objects.create(name="Les Acacias", address="33300 Bordeaux")
    other = Site.objects.create(name="Rive droite", address="33100 Bordeaux")
    people = make_people(site)
    lead = people[Role.WORKSHOP_LEAD]

    def place(kind: PlaceKind, name: str, within: Place | None = None) -> Place:
        return actions.open_place(
            site=site, kind=kind, name=name, parent=within, by=lead
        )

    dock = place(PlaceKind.ROOM, "Quai de réception")
    room = place(PlaceKind.ROOM, "Atelier 2")
    store = place(PlaceKind.ROOM, "Réserve")
    benches = [place(PlaceKind.BENCH, f"Établi {n}", room) for n in (1, 2, 3)]
    shelves = [place(PlaceKind.SHELF, f"Étagère {n}", store) for n in "ABCD"]
    actions.open_place(site=other, kind=PlaceKind.ROOM, name="Accueil", by=lead)
    cupboard = actions.open_place(
        site=site,
        kind=PlaceKind.SHELF,
        name="Armoire à disques",
        parent=room,
        for_drives=True,
        by=lead,
    )
    chance = random.Random(20260101)  # noqa: S311 - a story, not a secret
    return Workshop(site, people, [dock, *shelves], benches, cupboard, story, chance)


def _receive_gift(workshop: Workshop, gift: Gift, now: dt.datetime) -> None:
    workshop.story.go_to(now - gift.received)
    coordinator = workshop.people[Role.COORDINATOR]
    donor = actions.register_donor(
        kind=gift.donor_kind,
        name=gift.donor,
        contact_name=gift.contact,
        email=gift.email,
        address=gift.address,
        registration=gift.registration,
        by=coordinator,
    )
    donation = actions.record_donation(
        donor=donor,
        site=workshop.site,
        received_on=timezone.localdate(),
        erasure_policy=gift.policy,
        by=coordinator,
    )
    for delivery in gift.deliveries:
        workshop.story.go_to(now - dt.timedelta(days=delivery.days_ago))
        count = sum(number for _model, number in delivery.models)
        lot = actions.open_lot(
            donation=donation,
            label=delivery.label,
            announced_count=count,
            by=workshop.lead,
        )
        devices = _receive_lot(workshop, lot, delivery)
        for device in devices:
            _work_on(workshop, device, delivery, now)
        if delivery.days_ago > 7:
            actions.close_lot(lot=lot, by=workshop.lead)
    if gift.donor_kind is not DonorKind.INDIVIDUAL:
        actions.issue_donation_receipt(donation=donation, language="fr", by=coordinator)


def _receive_lot(workshop: Workshop, lot: Lot, delivery: Delivery) -> list[Device]:
    models = [model for model, number in delivery.models for _ in range(number)]
    workshop.chance.shuffle(models)
    devices = [_receive(workshop, lot, model) for model in models]
    # The last one was received by mistake, and taken back at once.
    actions.undo_last(device=devices[-1], by=workshop.technician)
    return devices[:-1]


def _receive(workshop: Workshop, lot: Lot, model: Model) -> Device:
    workshop.story.later(1)
    number = next(workshop.serials)
    lost = number % 61 == 0
    drives = [_drive(workshop, model)] if model.medium else []
    if model.medium is Medium.HDD and number % 37 == 0:
        drives.append(_drive(workshop, model))
    return actions.receive_device(
        lot=lot,
        kind=model.kind,
        make=model.make,
        model=model.model,
        serial="" if lost else f"DEMO{number}",
        no_serial_reason=NoSerialReason.REMOVED if lost else "",
        visible_state=workshop.chance.choices(list(VisibleState), weights=(5, 4, 2, 1))[
            0
        ],
        place=workshop.shelves[0],
        drives=drives if number % 7 else (),
        by=workshop.technician,
    )


def _drive(workshop: Workshop, model: Model) -> actions.DeclaredDrive:
    assert model.medium is not None  # noqa: S101 - the caller asked
    return actions.DeclaredDrive(
        medium=model.medium,
        bus=model.bus,
        make=model.drive_make,
        model=model.drive_model,
        serial=f"DD{next(workshop.serials)}",
        size_bytes=model.size_bytes,
    )


def _work_on(
    workshop: Workshop, device: Device, delivery: Delivery, now: dt.datetime
) -> None:
    """Take one device as far as its story goes; never past now."""
    weights = OLD if delivery.days_ago > 30 else MIDDLE
    if delivery.days_ago < 8:
        weights = FRESH
    end = workshop.chance.choices(ENDS, weights=weights)[0]
    left = now - workshop.story.at
    workshop.story.go_to(workshop.story.at + min(left / 90, dt.timedelta(minutes=45)))
    Ending(workshop, device).reach(end)


@dataclasses.dataclass
class Ending:
    """One device on its way; each step is an act."""

    workshop: Workshop
    device: Device

    def reach(self, end: str) -> None:
        if end in {"received", "missing", "diskless", "given_back"}:
            getattr(self, f"_{end}")()
            return
        actions.start_triage(device=self.device, by=self.workshop.technician)
        if end == "in_triage":
            return
        actions.triage_device(device=self.device, by=self.workshop.technician)
        if end != "to_process":
            getattr(self, f"_{end}")()

    def _received(self) -> None:
        """It stands where it was put."""

    def _missing(self) -> None:
        actions.declare_missing(device=self.device, by=self.workshop.technician)

    def _given_back(self) -> None:
        self._erased()
        self.device.refresh_from_db()
        if self.device.data_state == DataState.CLEAN:
            actions.return_to_donor(device=self.device, by=self.workshop.lead)

    def _diskless(self) -> None:
        if not self.device.drives.exists() and self.device.kind != "screen":
            actions.declare_no_storage(device=self.device, by=self.workshop.technician)

    def _erased(self) -> None:
        if self.device.storage == Storage.UNKNOWN:
            actions.declare_no_storage(device=self.device, by=self.workshop.technician)
        for drive in self.device.drives.all():
            self._erase(drive)

    def _failed(self) -> None:
        for drive in self.device.drives.all():
            self._erase(drive, result=ErasureResult.FAILED)

    def _exceptions(self) -> None:
        for drive in self.device.drives.all():
            self._erase(
                drive,
                result=ErasureResult.ERASED_WITH_EXCEPTIONS,
                exceptions=(ErasureException.HIDDEN_AREA_UNKNOWN,),
            )

    def _refurbishing(self) -> None:
        self._erased()
        actions.start_refurbishment(device=self.device, by=self.workshop.technician)
        self._move(self.workshop.benches)

    def _awaiting_parts(self) -> None:
        self._refurbishing()
        actions.await_parts(device=self.device, by=self.workshop.technician)

    def _checking(self) -> None:
        self._refurbishing()
        actions.send_to_quality_check(device=self.device, by=self.workshop.technician)

    def _ready(self) -> None:
        self._checking()
        self.device.refresh_from_db()
        actions.pass_quality_check(
            device=self.device, lines=self._good_lines(), by=self.workshop.technician
        )
        actions.declare_ready(device=self.device, by=self.workshop.technician)
        self._move(self.workshop.shelves[1:])

    def _set_aside(self) -> None:
        reason = self.workshop.chance.choice(list(SetAsideReason))
        actions.set_aside(device=self.device, reason=reason, by=self.workshop.lead)

    def _for_parts(self) -> None:
        self._erased()
        self._set_aside()
        actions.keep_for_parts(device=self.device, by=self.workshop.lead)

    def _scrapped(self) -> None:
        self._set_aside()
        actions.scrap_device(device=self.device, by=self.workshop.lead)

    def _held(self) -> None:
        actions.hold_device(
            device=self.device, reason=HoldReason.FIRMWARE_LOCK, by=self.workshop.lead
        )

    def _destroyed(self) -> None:
        """The drive fails, is taken out and destroyed before two people."""
        self._failed()
        for drive in self.device.drives.all():
            taken = actions.take_drive_out(
                drive=drive,
                custody=self.workshop.cupboard,
                by=self.workshop.technician,
            )
            destruction = actions.record_destruction(
                drive=taken,
                method=DestructionMethod.SHRED,
                place=self.workshop.cupboard,
                destroyed_on=timezone.localdate(),
                by=self.workshop.technician,
            )
            # Every other one still waits for the second person.
            if next(self.workshop.destructions) % 2:
                actions.confirm_destruction(
                    destruction=destruction, by=self.workshop.officer
                )

    def _move(self, places: list[Place]) -> None:
        place = self.workshop.chance.choice(places)
        actions.move_to_place(
            device=self.device, place=place, by=self.workshop.technician
        )

    def _good_lines(self) -> dict[CheckSubject, CheckOutcome]:
        return dict.fromkeys(checklist(self.device.kind), CheckOutcome.OK)

    def _erase(
        self,
        drive: StorageDrive,
        *,
        result: ErasureResult = ErasureResult.ERASED,
        exceptions: tuple[ErasureException, ...] = (),
    ) -> None:
        technique = self._technique(drive)
        tool, version = TOOLS.get(technique.value.partition("_")[0], ("hdparm", "9.65"))
        self.workshop.story.later(3)
        actions.record_erasure(
            drive=drive,
            claim=actions.Claim(
                result=result,
                technique=technique,
                tool=tool,
                tool_version=version,
                verification=Verification.NONE
                if result is ErasureResult.FAILED
                else verification_needed(Medium(drive.medium), technique),
                erased_on=timezone.localdate(),
                bytes_erased=None
                if result is ErasureResult.FAILED
                else drive.size_bytes,
                exceptions=exceptions,
            ),
            by=self.workshop.technician,
        )

    def _technique(self, drive: StorageDrive) -> Technique:
        """The first method that gives what the donor asks, else the first there is."""
        medium = Medium(drive.medium)
        policy = Policy(drive.last_host.lot.donation.erasure_policy)
        needed = required_class(policy, medium)
        known = techniques_for(medium)
        enough = [t for t in known if class_of(medium, t).reaches(needed)]
        return (enough or list(known))[0]
