from __future__ import annotations

import functools
from collections.abc import Callable

from django.db import transaction
from django.utils import timezone

from backoffice.core import checkpoints, journal
from backoffice.core.models import Checkpoint

Sign = Callable[[checkpoints.Draft], Checkpoint | None]


def _drafted_first(sign: Sign) -> Callable[[], Checkpoint | None]:
    """Walk the chains before the transaction begins: nobody waits for the walk."""

    @functools.wraps(sign)
    def signed() -> Checkpoint | None:
        with checkpoints.drafted(journal.heads(), journal.still_holds) as draft:
            return sign(draft)

    return signed


@_drafted_first
@transaction.atomic(durable=True)
def sign_checkpoint(draft: checkpoints.Draft) -> Checkpoint | None:
    """Write a signed checkpoint of every chain that moved, outside the database.

    None where no chain moved since the last. The file comes first: if the row
    then fails, an extra file remains, which proves more and contradicts nothing.
    """
    now = timezone.now()
    signed = checkpoints.write(now, draft)
    if signed is None:
        return None
    return Checkpoint.objects.create(
        number=signed.number, digest=signed.digest, signed_at=now
    )
