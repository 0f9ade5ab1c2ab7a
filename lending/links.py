"""Links that let somebody in without an account: signed, and good for one thing."""

from __future__ import annotations

import hmac
import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.crypto import salted_hmac

if TYPE_CHECKING:
    from lending.models import (
        CalendarAddress,
        EquipmentRequest,
        HandOver,
        Invitation,
        Loan,
    )

_INVITATION = "lending.invitation"
_SLIP = "lending.slip"
_CALENDAR = "lending.calendar"


def invitation_link(invitation: Invitation) -> str:
    """Where an invited person joins; whoever holds it holds the invitation."""
    token = _signer().sign_object(invitation.uuid.hex)
    return f"{settings.BASE_URL}{reverse('lending:join', args=[token])}"


def request_link(request: EquipmentRequest, *, for_staff: bool) -> str:
    """Where one side reads a request; the page asks who it is, as every other."""
    page = "lending:request-detail" if for_staff else "lending:portal-request"
    return f"{settings.BASE_URL}{reverse(page, args=[request.uuid])}"


def loan_link(loan: Loan) -> str:
    """Where a loan is looked at, by the staff and by the members of its structure."""
    address = reverse("lending:loan-detail", args=[loan.uuid])
    return f"{settings.BASE_URL}{address}"


def invitation_id(token: str) -> uuid.UUID | None:
    """Whose link this is; None for one that we did not sign."""
    return _signed_by_us(_signer(), token)


def slip_link(handover: HandOver) -> str:
    """Where a person reads what they signed: printed on it, and mailed to them."""
    token = _short(handover.uuid)
    return f"{settings.BASE_URL}{reverse('lending:slip', args=[token])}"


def slip_id(token: str) -> uuid.UUID | None:
    """Of which hand-over this is the link; None for one that we did not sign."""
    try:
        found = uuid.UUID(token.partition("-")[0])
    except ValueError:
        return None
    return (
        found if hmac.compare_digest(token.encode(), _short(found).encode()) else None
    )


def _short(handover: uuid.UUID) -> str:
    """Printed at the foot of a page: the id, and 128 bits that only we can make."""
    proof = salted_hmac(_SLIP, handover.hex, algorithm="sha256").hexdigest()
    return f"{handover.hex}-{proof[:32]}"


def calendar_link(address: CalendarAddress) -> str:
    """Where somebody’s calendar of hand-overs is; whoever holds it reads it."""
    token = signing.Signer(salt=_CALENDAR).sign_object(address.uuid.hex)
    return f"{settings.BASE_URL}{reverse('lending:calendar', args=[token])}"


def calendar_id(token: str) -> uuid.UUID | None:
    """Which calendar address this is; None for one that we did not sign."""
    return _signed_by_us(signing.Signer(salt=_CALENDAR), token)


def _signed_by_us(signer: signing.Signer, token: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(signer.unsign_object(token))
    except (signing.BadSignature, ValueError, TypeError, AttributeError):
        return None


def _signer() -> signing.Signer:
    """Without a time of its own: the invitation knows how long it is good for."""
    return signing.Signer(salt=_INVITATION)
