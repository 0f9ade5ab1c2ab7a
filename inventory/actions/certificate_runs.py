"""A lot’s certificates asked for at once: a job issues them, and can be killed."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.actors import Actor, Machine, keep_form, permit
from backoffice.core.transactions import require_transaction
from inventory.actions.certificate_batch import Proof, progress_of
from inventory.actions.certificate_steps import ISSUE
from inventory.errors import CertificateRunOver, NothingProven
from inventory.models import (
    CertificateRun,
    Donation,
    DonationEvent,
    Erasure,
    Lot,
    RunEnd,
)
from inventory.models.certificate_run import LONGEST_FAILURE

JOB = Machine("issue_certificates")


@transaction.atomic(durable=True)
def ask_certificates(*, lot: Lot, language: str, by: Actor) -> CertificateRun:
    """Have every certificate of a lot issued that is missing; a job does it.

    Asked again meanwhile, the same run goes on.
    """
    donation = Donation.objects.lock(lot.donation_id)
    user = permit(by, ISSUE, at=donation.site_id)
    if running := CertificateRun.objects.open().filter(lot=lot).first():
        keep_form(by)
        return running
    total = progress_of(lot).left
    if not total:
        raise NothingProven(
            _("Every proof of the lot %(lot)s is on paper.") % {"lot": lot}
        )
    run = CertificateRun.objects.create(
        lot=lot,
        language=language,
        asked_by=user,
        asked_at=timezone.now(),
        total=total,
    )
    data = {"lot": lot.code, "run": str(run.uuid), "total": total}
    DonationEvent.append(donation, "certificates_asked", by=by, data=data)
    return run


@transaction.atomic(durable=True)
def cancel_certificate_run(*, run: CertificateRun, by: Actor) -> CertificateRun:
    """Issue no more of a lot’s certificates; what is issued stays."""
    donation = Donation.objects.lock(run.lot.donation_id)
    permit(by, ISSUE, at=donation.site_id)
    run = CertificateRun.objects.select_related("lot").lock(run.pk)
    if run.ended_at is not None:
        raise CertificateRunOver(
            _("This is over already: there is nothing to cancel."),
            run=str(run.uuid),
        )
    _end(donation, run, RunEnd.CANCELLED, by=by)
    return run


@transaction.atomic(durable=True)
def take_certificate_run() -> CertificateRun | None:
    """Take up the run that waits the longest; None where there is nothing to do."""
    now = timezone.now()
    free = CertificateRun.objects.free(now).select_related("lot", "asked_by")
    run = free.select_for_update(of=("self",)).order_by("pk").first()
    if run is not None:
        run.held_since = now
        run.save(update_fields=["held_since"])
    return run


@transaction.atomic(durable=True)
def note_certificate(
    *, run: CertificateRun, proof: Proof, was_issued: bool, by: Actor = JOB
) -> CertificateRun:
    """Keep how far a run is. It is over where somebody cancelled it meanwhile."""
    run = CertificateRun.objects.select_related("lot", "asked_by").lock(run.pk)
    if run.ended_at is not None:
        return run
    if isinstance(proof, Erasure):
        run.last_erasure = proof.pk
    else:
        run.last_destruction = proof.pk
    run.issued += was_issued
    run.refused += not was_issued
    run.held_since = timezone.now()
    run.save()
    return run


@transaction.atomic(durable=True)
def end_certificate_run(
    *, run: CertificateRun, failure: str = "", by: Actor = JOB
) -> None:
    """Say that a run is through, or what stopped it."""
    donation = Donation.objects.lock(run.lot.donation_id)
    run = CertificateRun.objects.select_related("lot").lock(run.pk)
    if run.ended_at is None:
        run.failure = failure[:LONGEST_FAILURE]
        if not failure:
            # What was issued by a worker that was killed, or by somebody else, counts.
            run.issued = max(run.issued, run.total - run.refused)
        _end(donation, run, RunEnd.STOPPED if failure else RunEnd.DONE, by=by)


def _end(donation: Donation, run: CertificateRun, end: RunEnd, *, by: Actor) -> None:
    """End a held run, in the held donation’s journal too: a step."""
    require_transaction()
    run.ended_at, run.end, run.held_since = timezone.now(), end, None
    run.save()
    data = {"run": str(run.uuid), "end": end.value, "issued": run.issued}
    data |= {"lot": run.lot.code, "refused": run.refused}
    DonationEvent.append(donation, "certificates_ended", by=by, data=data)
