"""Long work that no page waits for: taken up by the jobs, act after act."""

from __future__ import annotations

from django.utils import translation
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError, NotPermitted
from backoffice.core.fonts import FontsMissing
from backoffice.core.signing import SigningKeyUnusable
from inventory import actions
from inventory.actions.certificate_batch import Proof, waiting_for_paper
from inventory.documents.donor_letter import donor_letter
from inventory.models import CertificateRun, DonorMail, Erasure


def issue_certificates() -> None:
    """Issue what was asked for, lot after lot, until nothing waits.

    Killed at any point, it goes on after the last one that was noted: what was issued
    and not noted has its paper, and gets no second one.
    """
    while (run := actions.take_certificate_run()) is not None:
        with translation.override(run.asked_by.language):
            _issue(run)


def send_donor_mails() -> None:
    """Send what is due; what no mail server takes is tried again later."""
    while (mail := actions.take_donor_mail()) is not None:
        with translation.override(mail.asked_by.language):
            actions.note_donor_mail(mail=mail, failure=_sent(mail))


def _issue(run: CertificateRun) -> None:
    while proofs := waiting_for_paper(run.lot, run.last_erasure, run.last_destruction):
        for proof in proofs:
            try:
                was_issued = _issued(proof, run)
            except (NotPermitted, SigningKeyUnusable, FontsMissing) as stopped:
                failure = str(stopped) or type(stopped).__name__
                actions.end_certificate_run(run=run, failure=failure)
                return
            run = actions.note_certificate(run=run, proof=proof, was_issued=was_issued)
            if run.ended_at is not None:
                return
    actions.end_certificate_run(run=run)


def _issued(proof: Proof, run: CertificateRun) -> bool:
    """Whether a paper was issued; why not is shown beside the drive."""
    by, language = run.asked_by, run.language
    try:
        if isinstance(proof, Erasure):
            actions.issue_certificate(erasure=proof, language=language, by=by)
        else:
            actions.issue_destruction_record(
                destruction=proof, language=language, by=by
            )
    except NotPermitted:
        raise
    except DomainError:
        return False
    return True


def _sent(mail: DonorMail) -> str:
    """Nothing where a mail server took it; else why not, for people."""
    if mail.summary.cancelled_at is not None:
        return _("The summary was cancelled meanwhile: give this mail up.")
    try:
        donor_letter(mail).send()
    except OSError as refused:
        return str(refused) or type(refused).__name__
    return ""
