"""The arithmetic of quotas: steps, always under the locks programme → quota."""

from __future__ import annotations

from django.db.models import Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backoffice.core.transactions import require_transaction
from lending.errors import ProgrammeClosed, QuotaExhausted, TargetReached
from lending.models import Programme, Quota, Structure


def lock_quota(
    programme: Programme, structure: Structure
) -> tuple[Programme, Quota | None]:
    """Hold a programme, then the structure’s quota in it where it has one."""
    require_transaction()
    programme = Programme.objects.lock(programme.pk)
    mine = Quota.objects.select_for_update(of=("self",)).select_related("structure")
    return programme, mine.filter(programme=programme, structure=structure).first()


def promise(programme: Programme, structure: Structure, packs: int) -> None:
    """Set packs of a quota aside for a request; refuses more than are left."""
    programme, quota = lock_quota(programme, structure)
    if not programme.is_open:
        raise ProgrammeClosed(
            _("The programme %(programme)s is closed.") % {"programme": programme},
            advice=_("Choose another programme."),
        )
    _refuse_above_target(programme, packs)
    if quota is None or quota.left < packs:
        raise _exhausted(programme, structure, quota.left if quota else 0)
    quota.promised += packs
    quota.save(update_fields=["promised"])


def give_back(programme: Programme, structure: Structure, packs: int) -> None:
    """What was promised and will not be handed over can be promised again."""
    _programme, quota = lock_quota(programme, structure)
    if quota is not None and packs:
        quota.promised -= min(packs, quota.promised)
        quota.save(update_fields=["promised"])


def count_handed_over(
    programme: Programme, structure: Structure, *, promised: bool
) -> None:
    """Count one pack that a person has signed for, on the quota and the programme.

    `promised`: whether an accepted request had set it aside; otherwise it is taken
    from what is left.
    """
    programme, quota = lock_quota(programme, structure)
    if programme.left < 1:
        raise _target_reached(programme)
    if quota is None or (quota.promised if promised else quota.left) < 1:
        raise _exhausted(programme, structure, 0)
    quota.promised -= int(promised)
    quota.handed_over += 1
    quota.save(update_fields=["promised", "handed_over"])
    programme.handed_over += 1
    programme.save(update_fields=["handed_over"])


def _refuse_above_target(programme: Programme, packs: int) -> None:
    total = programme.quotas.aggregate(total=Sum("promised"))["total"] or 0
    left = programme.target - programme.handed_over - total
    if left < packs:
        raise _target_reached(programme, left=max(left, 0), asked=packs)


def _target_reached(
    programme: Programme, *, left: int = 0, asked: int = 1
) -> TargetReached:
    facts = {
        "target": programme.target,
        "programme": programme,
        "left": left,
        "asked": asked,
    }
    if left:
        message = ngettext(
            "%(programme)s has %(left)s pack left; the request wants %(asked)s.",
            "%(programme)s has %(left)s packs left; the request wants %(asked)s.",
            left,
        )
        advice = _(
            "Have the request ask for fewer packs, choose another programme, or have "
            "the target raised."
        )
    else:
        message = ngettext(
            "The %(target)s pack of %(programme)s is handed over or promised.",
            "The %(target)s packs of %(programme)s are handed over or promised.",
            programme.target,
        )
        advice = _("Choose another programme, or have its target raised.")
    return TargetReached(
        message % facts, advice=advice, target=programme.target, left=left
    )


def _exhausted(programme: Programme, structure: Structure, left: int) -> QuotaExhausted:
    if left:
        message = ngettext(
            "%(structure)s has %(left)s pack left in %(programme)s.",
            "%(structure)s has %(left)s packs left in %(programme)s.",
            left,
        )
    else:
        message = _("%(structure)s has no pack left in %(programme)s.")
    return QuotaExhausted(
        message % {"structure": structure, "left": left, "programme": programme},
        advice=_(
            "Put the request on the waiting list, or move packs here from the quota "
            "of another structure."
        ),
        left=left,
    )
