"""Links that let somebody in without an account: signed, and good for one thing."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.core import signing
from django.urls import reverse

if TYPE_CHECKING:
    from lending.models import EquipmentRequest, Invitation

_INVITATION = "lending.invitation"


def invitation_link(invitation: Invitation) -> str:
    """Where an invited person joins; whoever holds it holds the invitation."""
    token = _signer().sign_object(invitation.uuid.hex)
    return f"{settings.BASE_URL}{reverse('lending:join', args=[token])}"


def request_link(request: EquipmentRequest, *, for_staff: bool) -> str:
    """Where one side reads a request; the page asks who it is, as every other."""
    side = "" if for_staff else "/portal"
    return f"{settings.BASE_URL}{side}/requests/{request.uuid}/"


def invitation_id(token: str) -> uuid.UUID | None:
    """Whose link this is; None for one that we did not sign."""
    try:
        return uuid.UUID(_signer().unsign_object(token))
    except (signing.BadSignature, ValueError):
        return None


def _signer() -> signing.Signer:
    """Without a time of its own: the invitation knows how long it is good for."""
    return signing.Signer(salt=_INVITATION)
