"""What surrounds an erasure on its document: people, health, and where the drive goes."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.core.models import RoleAssignment, Site, User
from backoffice.core.roles import Role
from inventory import codes
from inventory.documents.words import Content, instant, label
from inventory.health import Item, Verdict, kept, worst
from inventory.models import (
    DeviceHealth,
    DriveEvent,
    Erasure,
    ErasureException,
    ErasureSource,
    StorageDrive,
)
from inventory.states import PROVEN, DeviceStatus, DriveStatus
from inventory.tags import display

S = DeviceStatus
OF_DRIVES = frozenset({Item.DRIVE, Item.DRIVE_TEMPERATURE, Item.DRIVE_SELF_TEST})


class Condition(models.TextChoices):
    """Whether a drive works, in the words of NIST SP 800-88 Rev. 2."""

    OPERATIONAL = "operational", gettext_lazy("Operational")
    DAMAGED = "damaged", gettext_lazy("Damaged")
    UNKNOWN = "unknown", gettext_lazy("Unknown")


class Destination(models.TextChoices):
    """Where a drive goes from here, as far as it is known."""

    UNDECIDED = (
        "undecided",
        gettext_lazy("Kept until it is proven to be erased, or destroyed"),
    )
    MACHINE = "machine", gettext_lazy("Re-use, in its machine")
    PART = "part", gettext_lazy("Re-use, kept as a part")
    GIVEN = "given", gettext_lazy("Re-use by others, with its machine")
    RETURNED = "returned", gettext_lazy("Returned to the donor, with its machine")
    RECYCLED = "recycled", gettext_lazy("Recycled, with its machine")
    DESTROYED = "destroyed", gettext_lazy("Destroyed")


AWAY = {
    S.ON_LOAN: Destination.GIVEN,
    S.HANDED_OVER: Destination.GIVEN,
    S.IN_TRANSIT: Destination.GIVEN,
    S.RETURNED_TO_DONOR: Destination.RETURNED,
    S.FOR_PARTS: Destination.PART,
    S.SCRAPPED: Destination.RECYCLED,
    S.WEEE_OUT: Destination.RECYCLED,
}


def roles_of(user: User | None, site: Site) -> list[str]:
    """The codes of the roles that somebody holds at a site, the least first."""
    held = RoleAssignment.objects.filter(Q(site=None) | Q(site=site), user=user)
    names = set(held.values_list("role__name", flat=True)) if user else set()
    return [role.value for role in Role if role.value in names]


def titled(name: str, roles: list[str], organisation: str) -> str:
    """A person with their title and for whom they act; empty where there is nobody."""
    title = ", ".join(map(label(Role), roles))
    named = f"{name} ({title})" if title else name
    return f"{named}, {organisation}" if name else ""


def health_of(erasure: Erasure) -> dict[str, str]:
    """How the drive is: as it was said with the erasure, else in the newest report.

    Empty where neither tells; `seen_at` is there where a report did.
    """
    said = str(erasure.details.get("health", {}).get("verdict", ""))
    if said not in ("", Verdict.UNKNOWN):
        return {"verdict": said}
    serial = erasure.details.get("drive", {}).get("serial") or erasure.drive.serial
    known = DeviceHealth.objects.filter(device=erasure.device).first()
    if known is None or not codes.key(serial):
        return {}
    about = [
        finding
        for finding in kept.to_findings(known.findings)
        if finding.item in OF_DRIVES and codes.key(finding.about) == codes.key(serial)
    ]
    if not about:
        return {}
    seen_at = known.seen_at.isoformat(timespec="seconds")
    return {"verdict": worst(about).value, "seen_at": seen_at}


def drawn_health(health: Content) -> str:
    if not health:
        return _("not recorded")
    verdict = label(Verdict)(health["verdict"])
    if "seen_at" not in health:
        return verdict
    return _("%(verdict)s, as reported on %(date)s") % {
        "verdict": verdict,
        "date": instant(health["seen_at"]),
    }


def condition_of(erasure: Erasure, health: Content) -> Condition:
    """A drive that took every byte, and gave it back, works; else its health tells."""
    if health.get("verdict") == Verdict.FAIL:
        return Condition.DAMAGED
    if erasure.erasure_class:
        return Condition.OPERATIONAL
    return Condition.UNKNOWN


def destination_of(drive: StorageDrive) -> dict[str, str]:
    """Where the drive goes, and with which machine."""
    if drive.status == DriveStatus.DESTROYED:
        return {"code": Destination.DESTROYED.value, "machine": ""}
    if drive.status not in PROVEN:
        return {"code": Destination.UNDECIDED.value, "machine": ""}
    if drive.host is None:
        return {"code": Destination.PART.value, "machine": ""}
    code = AWAY.get(DeviceStatus(drive.host.status), Destination.MACHINE)
    return {"code": code.value, "machine": drive.host.tag}


def drawn_destination(destination: Content) -> str:
    said = label(Destination)(destination["code"])
    machine = destination["machine"]
    return f"{said} ({display(machine)})" if machine else said


def chain_of(drive: StorageDrive) -> dict[str, Any]:
    """The newest entry of the drive’s journal: what the document was made after."""
    newest = DriveEvent.objects.filter(subject=drive).order_by("-sequence").first()
    return {"sequence": newest.sequence, "hash": newest.hash} if newest else {}


def is_by_own_clock(erasure: Erasure) -> bool:
    """Whether nobody but the machine says when it was: nobody had ordered it."""
    unordered = ErasureException.WITHOUT_ORDER in erasure.exceptions
    from_machine = erasure.source == ErasureSource.AGENT
    return from_machine and (unordered or erasure.operator_id is None)
