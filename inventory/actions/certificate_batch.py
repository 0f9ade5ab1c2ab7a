"""What of a lot can be certified, and what is not yet: read, never written."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TypeVar

from django.db.models import Exists, F, OuterRef, QuerySet

from inventory.models import Certificate, Destruction, Erasure, Lot

Proof = Erasure | Destruction
# So many are read at once: what was executed takes room.
AT_ONCE = 50
P = TypeVar("P", Erasure, Destruction)


@dataclasses.dataclass(frozen=True)
class Progress:
    """How far a lot is: proofs and destructions in all, and those on paper."""

    total: int
    done: int

    @property
    def left(self) -> int:
        return self.total - self.done


def progress_of(lot: Lot) -> Progress:
    proofs, ends = proofs_of(lot), destructions_of(lot)
    total = proofs.count() + ends.count()
    left = without_paper(proofs, "erasure").count()
    left += without_paper(ends, "destruction").count()
    return Progress(total, total - left)


def proofs_of(lot: Lot) -> QuerySet[Erasure]:
    """The erasures that prove drives of a lot now, oldest first."""
    proofs = Erasure.objects.filter(device__lot=lot, drive__proof_id=F("pk"))
    return proofs.select_related("drive").order_by("pk")


def destructions_of(lot: Lot) -> QuerySet[Destruction]:
    """The destructions of a lot's drives that a second person confirmed."""
    confirmed = Destruction.objects.filter(device__lot=lot, approved_by__isnull=False)
    return confirmed.select_related("drive").order_by("pk")


def waiting_for_paper(
    lot: Lot, last_erasure: int, last_destruction: int
) -> Sequence[Proof]:
    """Some of what is not on paper yet, after these keys: erasures, then destructions."""
    proofs = proofs_of(lot).filter(pk__gt=last_erasure)
    if found := list(without_paper(proofs, "erasure")[:AT_ONCE]):
        return found
    ends = destructions_of(lot).filter(pk__gt=last_destruction)
    return list(without_paper(ends, "destruction")[:AT_ONCE])


def without_paper(proofs: QuerySet[P], name: str) -> QuerySet[P]:
    """Those that no valid document is about; `name` is the document's field."""
    valid = Certificate.objects.valid().filter(**{name: OuterRef("pk")})
    return proofs.filter(~Exists(valid))
