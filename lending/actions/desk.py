"""What people keep for themselves at the desk: filters under a name, a calendar."""

from __future__ import annotations

import uuid

from django.db import transaction
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.actors import Actor, keep_form, permit, person
from backoffice.core.errors import NotPermitted
from backoffice.core.models import AccountEvent, User
from backoffice.core.transactions import require_transaction
from lending.errors import FilterTooLong
from lending.models import CalendarAddress, SavedFilter
from lending.models.desk import Listing

LONGEST_QUERY = 1000
LEFT_OUT = ("page", "q", "code")
CALENDAR = "lending.view_handover"


@transaction.atomic(durable=True)
def save_filter(
    *, listing: Listing, name: str, query: QueryDict, is_shared: bool, by: Actor
) -> SavedFilter:
    """Keep a filtered list under a name; the same name of one’s own is written anew.

    What was typed to find one thing is left out: it may be somebody’s name.
    """
    owner = permit(by, listing.permission)
    kept = query.copy()
    for left_out in LEFT_OUT:
        kept.pop(left_out, None)
    asked = kept.urlencode()
    if len(asked) > LONGEST_QUERY:
        raise FilterTooLong(
            _("This filter is too long to be kept."),
            advice=_("Take some of its choices away."),
            longest=LONGEST_QUERY,
        )
    keep_form(by)
    saved, _made = SavedFilter.objects.update_or_create(
        owner=owner,
        listing=listing,
        name=name,
        defaults={"query": asked, "is_shared": is_shared},
    )
    return saved


@transaction.atomic(durable=True)
def drop_filter(*, saved: SavedFilter, by: Actor) -> None:
    """Forget a filter of one’s own; its address leads nowhere any more."""
    if saved.owner_id != person(by).pk:
        raise NotPermitted(_("Only who saved a filter takes it away."))
    keep_form(by)
    SavedFilter.objects.filter(pk=saved.pk).delete()


@transaction.atomic(durable=True)
def make_calendar_address(*, by: Actor) -> CalendarAddress:
    """Make an address for one’s calendar; the one before leads nowhere any more."""
    user = User.objects.lock(permit(by, CALENDAR).pk)
    _revoke(user, by=by)
    address = CalendarAddress.objects.create(user=user)
    AccountEvent.append(user, "calendar_made", by=by)
    return address


@transaction.atomic(durable=True)
def revoke_calendar_address(*, by: Actor) -> None:
    """Have one’s calendar address lead nowhere, from now on."""
    user = User.objects.lock(person(by).pk)
    if not _revoke(user, by=by):
        keep_form(by)


def calendar_owner(address: uuid.UUID) -> User | None:
    """Whose calendar this address opens; nobody’s once it is revoked."""
    usable = CalendarAddress.objects.usable().select_related("user")
    found = usable.filter(uuid=address).first()
    return found.user if found else None


def _revoke(user: User, *, by: Actor) -> bool:
    require_transaction()
    mine = CalendarAddress.objects.filter(user=user, revoked_at=None)
    revoked = mine.update(revoked_at=timezone.now())
    if revoked:
        AccountEvent.append(user, "calendar_revoked", by=by)
    return bool(revoked)
