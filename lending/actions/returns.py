"""A pack comes back: each thing looked at, a receipt, machines to be erased anew."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.actors import Actor, permit
from backoffice.core.documents import issue_document
from backoffice.core.models import Document, DocumentKind, User
from backoffice.core.photos import Photo
from backoffice.core.transactions import require_transaction
from lending.actions.loan_access import LEND, hold_loan
from lending.actions.status import change_status
from lending.actions.taking_back import said_of, take_lines_back, things_out
from lending.documents.returning import SUBJECT, TEMPLATE, Back, return_content
from lending.errors import StatusImpossible, TooManyPhotos
from lending.models import (
    HandOver,
    HandOverEvent,
    Loan,
    LoanEvent,
    Pack,
    PackEvent,
    ReturnPhoto,
)
from lending.states import (
    LOAN_NEXT,
    LOAN_OPEN,
    PACK_NEXT,
    Condition,
    HandOverStatus,
    LoanStatus,
    PackStatus,
    ReturnReason,
)

Conditions = Mapping[uuid.UUID, Condition]
Counts = Mapping[uuid.UUID, int]
# Enough for each thing of a pack, seen from two sides.
MOST_PHOTOS = 6


@transaction.atomic(durable=True)
def return_loan(
    *,
    loan: Loan,
    conditions: Conditions,
    reason: ReturnReason,
    counts: Counts | None = None,
    photos: Sequence[Photo] = (),
    language: str = "fr",
    by: Actor,
) -> Loan:
    """Take a lent pack back, each of its things as it came, with a receipt (D13).

    `conditions` is by the public id of each line of the pack that is out, `counts` how
    many of a counted thing. A loan that was lost or stolen may come back too. `photos`
    show what is damaged; a receipt names none.
    """
    loan, pack, user = hold_loan(loan, by)
    _refuse_unless_out(loan)
    things = said_of(things_out(pack), conditions, counts or {})
    content = return_content(loan.handover, loan, things, reason=reason, by=user)
    take_lines_back(pack, things, lent=True, by=by)
    _close_pack(pack, by)
    loan.receipt = _receipt(loan.handover, content, language, user)
    loan.returned_at = timezone.now()
    loan.return_reason = reason.value
    loan.condition_in = _seen(things)
    change_status(
        loan,
        LoanStatus.RETURNED,
        "returned",
        next_after=LOAN_NEXT,
        journal=LoanEvent,
        by=by,
        data=_told(things, reason, loan.receipt)
        | _keep_photos(loan.handover, photos, user),
        also=("returned_at", "return_reason", "condition_in", "receipt"),
    )
    return loan


@transaction.atomic(durable=True)
def take_back_gift(
    *,
    handover: HandOver,
    conditions: Conditions,
    reason: ReturnReason,
    counts: Counts | None = None,
    photos: Sequence[Photo] = (),
    language: str = "fr",
    by: Actor,
) -> Document:
    """Take back a pack that was given or sold: its machines are to be erased as any.

    What does not come back stays the person's own.
    """
    pack = Pack.objects.lock(handover.pack_id)
    handover = HandOver.objects.lock(handover.pk)
    handover.pack = pack
    user = permit(by, LEND, at=handover.site_id)
    _refuse_unless_given(handover)
    things = said_of(things_out(pack), conditions, counts or {})
    content = return_content(handover, None, things, reason=reason, by=user)
    take_lines_back(pack, things, lent=False, by=by)
    _close_pack(pack, by)
    receipt = _receipt(handover, content, language, user)
    told = _told(things, reason, receipt) | _keep_photos(handover, photos, user)
    HandOverEvent.append(handover, "given_back", by=by, data=told)
    return receipt


@transaction.atomic(durable=True)
def take_back_missing(*, loan: Loan, conditions: Conditions, by: Actor) -> Loan:
    """Take back what was missing when a pack came back, or what was written off as lost.

    Things that are still missing are left out of `conditions`.
    """
    loan, pack, _user = hold_loan(loan, by)
    if loan.status not in _OVER:
        raise StatusImpossible(
            _("%(pack)s has not come back yet.") % {"pack": pack},
            advice=_("Take the whole pack back."),
            status=loan.status,
        )
    found = [line for line in things_out(pack) if line.uuid in conditions]
    things = said_of(found, conditions, {})
    take_lines_back(pack, things, lent=True, by=by)
    loan.condition_in = {**loan.condition_in, **_seen(things)}
    loan.save(update_fields=["condition_in"])
    data = {"condition_in": _seen(things)}
    LoanEvent.append(loan, "found_again", by=by, data=data)
    return loan


def _keep_photos(
    handover: HandOver, photos: Sequence[Photo], by: User
) -> dict[str, object]:
    """Keep the photos of a return, and tell the journal which; nothing where none is."""
    require_transaction()
    if len(photos) > MOST_PHOTOS:
        raise TooManyPhotos(
            _("At most %(most)s photos go with a return.") % {"most": MOST_PHOTOS},
            advice=_("Choose those that show the damage best."),
            most=MOST_PHOTOS,
        )
    # The same photo chosen twice is one photo.
    distinct = {photo.sha256: photo for photo in photos}
    for sha256, photo in distinct.items():
        ReturnPhoto.objects.create(
            handover=handover,
            jpeg=photo.jpeg,
            sha256=sha256,
            taken_at=timezone.now(),
            taken_by=by,
        )
    return {"photos": list(distinct)} if distinct else {}


def _refuse_unless_out(loan: Loan) -> None:
    if loan.status not in LOAN_OPEN:
        raise StatusImpossible(
            _("%(pack)s is not out on loan: “%(now)s”.")
            % {"pack": loan.handover.pack, "now": loan.get_status_display()},
            advice=_("What was given is taken back as a gift.")
            if loan.status == LoanStatus.GIVEN
            else "",
            status=loan.status,
        )


def _refuse_unless_given(handover: HandOver) -> None:
    """Signed for, with the person still, and not lent: or lent and then given."""
    loan = Loan.objects.filter(handover=handover).first()
    lent = loan is not None and loan.status != LoanStatus.GIVEN
    if lent or handover.status != HandOverStatus.SIGNED:
        raise StatusImpossible(
            _("%(pack)s was not given.") % {"pack": handover.pack},
            advice=_("Take the loan back.") if lent else "",
            status=handover.status,
        )


def _close_pack(pack: Pack, by: Actor) -> None:
    """The pack is over; what still belongs to it is only what is missing."""
    pack.lines.filter(
        released_at=None, device=None, sim=None, modem=None, counted_kind=None
    ).update(released_at=timezone.now())
    change_status(
        pack,
        PackStatus.CLOSED,
        "came_back",
        next_after=PACK_NEXT,
        journal=PackEvent,
        by=by,
    )


def _receipt(
    handover: HandOver,
    content: Mapping[str, object],
    language: str,
    by: User,
) -> Document:
    require_transaction()
    return issue_document(
        kind=DocumentKind.RETURN_RECEIPT,
        language=language,
        template_version=TEMPLATE,
        site=handover.site,
        subject=SUBJECT,
        subject_uuid=handover.uuid,
        content=content,
        by=by,
    )


def _seen(things: Iterable[Back]) -> dict[str, str]:
    return {str(each.line.uuid): each.condition.value for each in things}


def _told(
    things: Iterable[Back], reason: ReturnReason, receipt: Document
) -> dict[str, object]:
    """For the journal: codes and numbers only."""
    missing = [str(each.line.uuid) for each in things if not each.count]
    return {"reason": reason.value, "missing": missing, "number": receipt.number}


# The loans of which something may still turn up.
_OVER = frozenset({LoanStatus.RETURNED, LoanStatus.CLOSED, LoanStatus.WRITTEN_OFF})
