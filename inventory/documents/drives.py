"""One line per drive, on the sheet of a machine and in the summary of a lot."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from backoffice.core.paper import Table
from inventory.documents.days import day_of
from inventory.documents.proof import honest_class
from inventory.documents.words import Content, label, short_day
from inventory.methods import ErasureClass, Medium, Technique
from inventory.models import Certificate, DestructionMethod, StorageDrive
from inventory.states import PROVEN, DriveStatus
from inventory.tags import display


def drive_line(drive: StorageDrive, number: str) -> dict[str, Any]:
    """How a drive stands now; `number` is that of its valid certificate, or empty.

    Fetch `proof` and `last_host` with it, and `destructions` where it has some.
    """
    proof = drive.proof
    # A machine without proof says so; a former one proves nothing of this cycle.
    line: dict[str, Any] = {
        "machine": drive.last_host.tag,
        "drive": " ".join(part for part in (drive.make, drive.model) if part),
        "serial": drive.serial,
        "medium": drive.medium,
        "status": drive.status,
        "proven": drive.status in PROVEN,
        "certificate": number,
        "method": "",
        "class": "",
        "on": "",
    }
    if proof is not None:
        line["method"] = proof.technique
        line["class"] = honest_class(proof)
        line["on"] = day_of(proof)["on"]
    elif drive.status == DriveStatus.DESTROYED:
        last = [each for each in drive.destructions.all() if each.approved_at][-1:]
        line["class"] = ErasureClass.DESTROY.value
        for destruction in last:
            line["method"] = destruction.method
            line["on"] = destruction.destroyed_on.isoformat()
    return line


def valid_number(drive: StorageDrive) -> str:
    """The number of the certificate of what proves the drive; fetch them with it."""
    for certificate in drive.certificates.all():
        if certificate.cancelled_at is None and _is_of_now(certificate, drive):
            return certificate.document.number
    return ""


def _is_of_now(certificate: Certificate, drive: StorageDrive) -> bool:
    if certificate.destruction_id:
        return drive.status == DriveStatus.DESTROYED
    return drive.proof_id is not None and certificate.erasure_id == drive.proof_id


def drives_table(heading: str, lines: list[Content], *, machines: bool) -> Table:
    columns = (
        *((_("Machine"),) if machines else ()),
        *(_("Drive"), _("Serial number"), _("What was done"), _("Class")),
        *(_("Date"), _("Certificate")),
    )
    rows = tuple(
        (
            *((display(line["machine"]),) if machines else ()),
            line["drive"] or label(Medium)(line["medium"]),
            line["serial"] or _("unknown"),
            _done(line),
            label(ErasureClass)(line["class"]) if line["class"] else "–",
            short_day(line["on"]) if line["on"] else "–",
            line["certificate"] or _("none"),
        )
        for line in lines
    )
    shares = (28, 31, 31, 29, 19, 24, 34) if machines else (36, 35, 36, 19, 24, 34)
    return Table(heading, columns, rows, shares)


def _done(line: Content) -> str:
    """The method where the drive is proven; how it stands where it is not."""
    if not line["proven"] or not line["method"]:
        return label(DriveStatus)(line["status"])
    if line["class"] == ErasureClass.DESTROY:
        return label(DestructionMethod)(line["method"])
    return label(Technique)(line["method"])
