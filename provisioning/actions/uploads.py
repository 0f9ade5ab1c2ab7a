"""Files on their way into the library: begun, gone on with, given up."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone

from backoffice.core.actors import Actor, keep_form, permit
from provisioning.actions.resources import MANAGE
from provisioning.kinds import ResourceKind
from provisioning.models import Upload
from provisioning.store.incoming import Incoming, forgotten, room_for
from provisioning.store.media import fits

# Nobody goes on with what was left for longer.
KEPT_DAYS = 7


@transaction.atomic(durable=True)
def begin_upload(
    *, name: str, size: int, changed: int, kind: ResourceKind, by: Actor
) -> Upload:
    """Take a file that is to come, or the one that was begun: `incoming_of` says how far.

    `size` in bytes, `changed` in milliseconds since 1970.
    """
    user = permit(by, MANAGE)
    fits(size, kind)
    begun = Upload.objects.filter(
        begun_by=user, name=name, size=size, changed=changed
    ).first()
    room_for(size - (incoming_of(begun).received if begun else 0))
    return begun or Upload.objects.create(
        begun_by=user,
        name=name,
        size=size,
        changed=changed,
        begun_at=timezone.now(),
    )


@transaction.atomic(durable=True)
def end_upload(*, upload: Upload, by: Actor) -> None:
    """Give up a file on its way in, or let go of one that has arrived."""
    permit(by, MANAGE)
    keep_form(by)
    incoming_of(upload).drop()
    Upload.objects.filter(pk=upload.pk).delete()


@transaction.atomic(durable=True)
def forget_old_uploads() -> int:
    """Remove what was left half-way a week ago; returns how many files that were."""
    for path in (gone := list(forgotten(KEPT_DAYS))):
        path.unlink(missing_ok=True)
    before = timezone.now() - dt.timedelta(days=KEPT_DAYS)
    for upload in Upload.objects.filter(begun_at__lt=before):
        if not incoming_of(upload).received:
            upload.delete()
    return len(gone)


def incoming_of(upload: Upload) -> Incoming:
    return Incoming(upload.uuid.hex)
