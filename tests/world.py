"""A small workshop, built through the acts that people use: every test starts here."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from django.contrib.auth.models import Group
from django.utils import timezone

from backoffice.core.models import RoleAssignment, Site, User
from backoffice.core.roles import Role
from inventory import actions
from inventory.methods import ErasurePolicy, Medium, Technique, Verification
from inventory.models import (
    Bus,
    CheckOutcome,
    Device,
    DeviceKind,
    Donation,
    DonorKind,
    Erasure,
    ErasureException,
    ErasureResult,
    Lot,
    Place,
    PlaceKind,
    StorageDrive,
)
from inventory.models.quality import checklist
from tests.kept import kept

PASSWORD = "correct horse battery staple"
GIB = 1024**3


def person(role: Role, *, name: str = "", site: Site | None = None) -> User:
    """Somebody with one role, at one site or everywhere."""
    number = User.objects.count() + 1
    user = User.objects.create_user(
        f"{role.value}.{number}@exemple.test", PASSWORD, name=name or role.value
    )
    RoleAssignment.objects.create(
        user=user, role=Group.objects.get(name=role.value), site=site
    )
    return user


@dataclass
class Numbers:
    """Counts up; a copy goes on from where it is, on its own."""

    last: int = 0

    def __next__(self) -> int:
        self.last += 1
        return self.last


@dataclass
class World:
    """One site with one person per role, an open lot, a room and a drive cupboard."""

    site: Site
    technician: User
    lead: User
    officer: User
    donation: Donation
    lot: Lot
    room: Place
    cupboard: Place
    numbers: Numbers = field(default_factory=Numbers)

    def drive(self, **fields: object) -> actions.DeclaredDrive:
        """A declared hard disk of 500 GiB with a serial of its own."""
        wanted: dict[str, object] = {
            "medium": Medium.HDD,
            "bus": Bus.SATA,
            "make": "Exemple",
            "model": "HD500",
            "serial": f"EX-HD-{next(self.numbers):05d}",
            "size_bytes": 500 * GIB,
        }
        return actions.DeclaredDrive(**{**wanted, **fields})  # type: ignore[arg-type]

    def receive(self, *drives: actions.DeclaredDrive, **fields: object) -> Device:
        """A received laptop; with one hard disk unless told otherwise."""
        wanted: dict[str, object] = {
            "lot": self.lot,
            "kind": DeviceKind.LAPTOP,
            "make": "Exemple",
            "model": "Portable 14",
            "serial": f"EX-PC-{next(self.numbers):05d}",
            "drives": drives or (self.drive(),),
            "by": self.technician,
        }
        return actions.receive_device(**{**wanted, **fields})  # type: ignore[arg-type]

    def claim(self, drive: StorageDrive, **fields: object) -> actions.Claim:
        """A complete claim: overwritten, read back in full, nothing to report."""
        wanted: dict[str, object] = {
            "result": ErasureResult.ERASED,
            "technique": Technique.OVERWRITE,
            "tool": "nwipe",
            "tool_version": "0.34",
            "verification": Verification.FULL,
            "erased_on": timezone.localdate(),
            "bytes_erased": drive.size_bytes,
        }
        return actions.Claim(**{**wanted, **fields})  # type: ignore[arg-type]

    def erase(self, drive: StorageDrive, **fields: object) -> Erasure:
        return actions.record_erasure(
            drive=drive, claim=self.claim(drive, **fields), by=self.technician
        )

    def erase_with_exceptions(self, drive: StorageDrive) -> Erasure:
        return self.erase(
            drive,
            result=ErasureResult.ERASED_WITH_EXCEPTIONS,
            exceptions=(ErasureException.HIDDEN_AREA_UNKNOWN,),
        )

    def to_check(self, device: Device) -> Device:
        """Take a received device as far as the quality check."""
        actions.triage_device(device=device, by=self.technician)
        return actions.send_to_quality_check(device=device, by=self.technician)

    def good_lines(self, device: Device) -> dict[object, CheckOutcome]:
        return dict.fromkeys(checklist(device.kind), CheckOutcome.OK)

    def ready(self, *drives: actions.DeclaredDrive, **fields: object) -> Device:
        """A device on the ready shelf, with every step on the way really taken."""
        device = self.receive(*drives, **fields)
        for drive in device.drives.all():
            self.erase(drive)
        self.to_check(device)
        actions.pass_quality_check(
            device=device,
            lines=self.good_lines(device),  # type: ignore[arg-type]
            by=self.technician,
        )
        return actions.declare_ready(device=device, by=self.technician)


@kept
def make_world(*, policy: ErasurePolicy = ErasurePolicy.STANDARD) -> World:
    site = Site.objects.create(name="Les Acacias")
    lead = person(Role.WORKSHOP_LEAD, name="Inès Lead", site=site)
    donor = actions.register_donor(
        kind=DonorKind.PUBLIC_BODY, name="Mairie de Bourg-Lavande", by=lead
    )
    donation = actions.record_donation(
        donor=donor,
        site=site,
        received_on=timezone.localdate() - dt.timedelta(days=2),
        erasure_policy=policy,
        by=lead,
    )
    return World(
        site=site,
        technician=person(Role.TECHNICIAN, name="Farid B.", site=site),
        lead=lead,
        officer=person(Role.DATA_SECURITY_OFFICER, name="Odile D.", site=site),
        donation=donation,
        lot=actions.open_lot(donation=donation, label="Portables", by=lead),
        room=actions.open_place(
            site=site, kind=PlaceKind.ROOM, name="Atelier 2", by=lead
        ),
        cupboard=actions.open_place(
            site=site,
            kind=PlaceKind.SHELF,
            name="Armoire à disques",
            for_drives=True,
            by=lead,
        ),
    )
