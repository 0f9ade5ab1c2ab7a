from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from backoffice.core import checkpoints, journal
from backoffice.core.models import Checkpoint


@transaction.atomic(durable=True)
def sign_checkpoint() -> Checkpoint | None:
    """Write a signed checkpoint of every chain's head outside the database.

    None where no chain moved since the last. The file comes first: if the row
    then fails, an extra file remains, which proves more and contradicts nothing.
    """
    now = timezone.now()
    signed = checkpoints.write(now, journal.heads())
    if signed is None:
        return None
    return Checkpoint.objects.create(
        number=signed.number, digest=signed.digest, signed_at=now
    )
