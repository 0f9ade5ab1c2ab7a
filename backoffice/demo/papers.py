"""What the demo's coordinator has issued: certificates, and what became of some."""

from __future__ import annotations

from django.utils import timezone

from backoffice.core.models import User
from backoffice.core.roles import Role
from backoffice.demo.erasing import erase
from backoffice.demo.morning import Morning
from backoffice.demo.seats import ERASED, ERASED_TOO
from backoffice.demo.shreds import photo_of_shreds
from inventory import actions
from inventory.actions.certificate_batch import proofs_of
from inventory.models import (
    CancelReason,
    Certificate,
    Destruction,
    DestructionMethod,
    Device,
    Erasure,
    ErasureResult,
    Lot,
)

LANGUAGE = "fr"
FIRST_DRIVES = 3


def tell(morning: Morning) -> None:
    """A lot that is nearly all done, and what was erased this morning."""
    coordinator = morning.workshop.people[Role.COORDINATOR]
    lot = Lot.objects.order_by("pk")[0]
    with morning.minutes_ago(52):
        first, *_others = _certify(lot, coordinator)
    with morning.minutes_ago(47):
        _issue_again(first, coordinator)
    with morning.minutes_ago(44):
        _report_failure(lot, coordinator)
    with morning.minutes_ago(43):
        destruction = _destroy(morning)
    with morning.minutes_ago(41):
        actions.issue_destruction_record(
            destruction=destruction, language=LANGUAGE, by=coordinator
        )
    with morning.minutes_ago(35):
        _sum_up(lot, coordinator)


def _certify(lot: Lot, by: User) -> list[Certificate]:
    return [
        actions.issue_certificate(erasure=erasure, language=LANGUAGE, by=by)
        for erasure in proofs_of(lot)[:FIRST_DRIVES]
    ]


def _issue_again(certificate: Certificate, by: User) -> None:
    """It is taken back and issued anew; the new one names the former."""
    reason = CancelReason.NAMED_WRONGLY
    actions.cancel_certificate(certificate=certificate, reason=reason, by=by)
    erasure = certificate.erasure
    if erasure is not None:
        actions.issue_certificate(erasure=erasure, language=LANGUAGE, by=by)


def _report_failure(lot: Lot, by: User) -> None:
    failed = Erasure.objects.filter(device__lot=lot, result=ErasureResult.FAILED)
    actions.issue_certificate(
        erasure=failed.order_by("pk")[0], language=LANGUAGE, by=by
    )


def _destroy(morning: Morning) -> Destruction:
    """A drive that could not be erased is shredded, and a second person saw it."""
    workshop = morning.workshop
    (drive,) = morning.take("Latitude 5480", to_erase=True).drives.all()
    erase(workshop, drive, result=ErasureResult.FAILED)
    taken = actions.take_drive_out(
        drive=drive,
        custody=workshop.cupboard,
        by=workshop.technician,
    )
    destruction = actions.record_destruction(
        drive=taken,
        method=DestructionMethod.SHRED,
        place=workshop.cupboard,
        destroyed_on=timezone.localdate(),
        photo=photo_of_shreds(seed=1),
        by=workshop.technician,
    )
    return actions.confirm_destruction(destruction=destruction, by=workshop.officer)


def _sum_up(lot: Lot, by: User) -> None:
    """This morning's proofs on paper, their machines' sheets, and the lot for its donor."""
    for seat, language in ((ERASED, LANGUAGE), (ERASED_TOO, "en")):
        device = Device.objects.get(agents=seat.machine.joined)
        erasure = Erasure.objects.get(drive__host=device)
        actions.issue_certificate(erasure=erasure, language=language, by=by)
        actions.issue_machine_sheet(device=device, language=language, by=by)
    actions.issue_lot_summary(lot=lot, language=LANGUAGE, by=by)
