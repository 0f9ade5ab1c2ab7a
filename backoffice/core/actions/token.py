"""Personal tokens for the API: made and revoked by the person they stand for."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.actors import Actor, person
from backoffice.core.errors import NotPermitted, TokenRevoked, TokenTooLong
from backoffice.core.models import AccountEvent, ApiToken, User
from backoffice.core.models.token import TokenScope, hash_secret, new_secret

LONGEST_DAYS = 365
# Enough to tell one token from another; 48 of the 256 bits.
SHOWN = 12


@transaction.atomic(durable=True)
def create_token(
    *, name: str, scope: TokenScope, days: int, by: Actor
) -> tuple[ApiToken, str]:
    """Make a token of one's own, for 1 to 365 days.

    Returns it with its secret, which is shown once and kept nowhere.
    """
    owner = User.objects.lock(person(by).pk)
    if not 1 <= days <= LONGEST_DAYS:
        raise TokenTooLong(
            _("A key lasts from 1 to %(days)s days.") % {"days": LONGEST_DAYS},
            longest_days=LONGEST_DAYS,
        )
    secret = new_secret()
    token = ApiToken.objects.create(
        user=owner,
        name=name,
        scope=scope,
        prefix=secret[:SHOWN],
        token_sha256=hash_secret(secret),
        expires_at=timezone.now() + dt.timedelta(days=days),
    )
    AccountEvent.append(
        owner,
        "token_created",
        by=by,
        data={"token": str(token.uuid), "scope": token.scope, "days": days},
    )
    return token, secret


@transaction.atomic(durable=True)
def revoke_token(*, token: ApiToken, by: Actor) -> ApiToken:
    """End a token of one's own, now."""
    owner = User.objects.lock(person(by).pk)
    token = ApiToken.objects.get(pk=token.pk)
    if token.user_id != owner.pk:
        raise NotPermitted(_("A key is revoked by the person it belongs to."))
    if token.revoked_at is not None:
        raise TokenRevoked(_("This key is revoked already."))
    token.revoked_at = timezone.now()
    token.save(update_fields=["revoked_at"])
    AccountEvent.append(owner, "token_revoked", by=by, data={"token": str(token.uuid)})
    return token
