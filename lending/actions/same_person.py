"""Two files that may be one person: shown to somebody who decides, and can change it."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.actors import Actor, permit
from backoffice.core.models import User
from lending.errors import FileMerged, MergeForeign, MergeTooOld
from lending.models import Beneficiary, BeneficiaryEvent

MERGE = "lending.merge_beneficiary"
# For so long a merge is taken back.
REVERSIBLE_FOR = dt.timedelta(days=30)


def likely_same(person: Beneficiary, user: User) -> list[Beneficiary]:
    """Files that may be of the same person, among those this user may see.

    The same name written otherwise, and nothing that contradicts: another year of birth
    or another commune do.
    """
    same_name = Beneficiary.objects.visible_to(user).filter(name_key=person.name_key)
    near = same_name.exclude(pk=person.pk).filter(site_id=person.site_id)
    if person.birth_year is not None:
        near = near.filter(Q(birth_year=None) | Q(birth_year=person.birth_year))
    if person.commune:
        near = near.filter(Q(commune="") | Q(commune__iexact=person.commune))
    return list(near.for_list()[:10])


@transaction.atomic(durable=True)
def merge_beneficiaries(
    *, kept: Beneficiary, absorbed: Beneficiary, by: Actor
) -> Beneficiary:
    """Decide that two files are one person; the absorbed one points to the kept one.

    Nothing is moved or lost: what belongs to the absorbed file stays with it.
    """
    kept, absorbed = _lock_both(kept, absorbed, by)
    absorbed.merged_into = kept
    absorbed.merged_at = timezone.now()
    absorbed.save(update_fields=["merged_into", "merged_at"])
    BeneficiaryEvent.append(absorbed, "merged", by=by, data={"kept": kept.code})
    BeneficiaryEvent.append(kept, "absorbed", by=by, data={"absorbed": absorbed.code})
    return kept


@transaction.atomic(durable=True)
def part_beneficiaries(*, absorbed: Beneficiary, by: Actor) -> Beneficiary:
    """Take a merge back, within thirty days: they were two people."""
    absorbed = Beneficiary.objects.lock(absorbed.pk)
    permit(by, MERGE, at=absorbed.site_id)
    kept, when = absorbed.merged_into, absorbed.merged_at
    if kept is None or when is None or when + REVERSIBLE_FOR < timezone.now():
        raise MergeTooOld(_("There is no merge here to take back any more."))
    absorbed.merged_into = absorbed.merged_at = None
    absorbed.save(update_fields=["merged_into", "merged_at"])
    BeneficiaryEvent.append(absorbed, "parted", by=by, data={"kept": kept.code})
    BeneficiaryEvent.append(kept, "parted", by=by, data={"absorbed": absorbed.code})
    return absorbed


def _lock_both(
    kept: Beneficiary, absorbed: Beneficiary, by: Actor
) -> tuple[Beneficiary, Beneficiary]:
    pks = sorted({kept.pk, absorbed.pk})
    locked = {pk: Beneficiary.objects.lock(pk) for pk in pks}
    kept, absorbed = locked[kept.pk], locked[absorbed.pk]
    for each in (kept, absorbed):
        permit(by, MERGE, at=each.site_id)
        if each.merged_into is not None:
            raise FileMerged(
                _("This file was merged into %(kept)s.")
                % {"kept": each.merged_into.code},
                kept=each.merged_into.code,
            )
    if kept.pk == absorbed.pk or kept.site_id != absorbed.site_id:
        raise MergeForeign(_("These two files cannot be one."))
    return kept, absorbed
