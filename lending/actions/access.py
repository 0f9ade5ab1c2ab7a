"""Who acts for whom: the staff of a site, or a member of the structure."""

from __future__ import annotations

from django.utils.translation import gettext as _

from backoffice.core.actors import Actor, permit, person
from backoffice.core.models import User
from backoffice.core.transactions import require_transaction
from lending.errors import NotAMember, StructureClosed
from lending.models import Membership, Structure


def require_member(
    by: Actor, structure: Structure, *, administering: bool = False
) -> Membership:
    """The person’s membership of an open structure: a step; refuses anybody else."""
    require_transaction()
    user = person(by)
    mine = Membership.objects.active().filter(structure=structure, user=user).first()
    if mine is None or not user.is_active or not structure.is_active:
        raise NotAMember(_("You are not a member of this structure."))
    if administering and not mine.is_admin:
        raise NotAMember(
            _("Only an administrator of the structure does this."),
            advice=_("Ask an administrator of your structure."),
        )
    return mine


def is_staff_for(by: Actor, structure: Structure, permission: str) -> bool:
    """Whether the person holds a staff permission at the structure’s site."""
    sites = person(by).site_ids(permission)
    return sites is None or structure.site_id in sites


def require_side(
    by: Actor, structure: Structure, permission: str, *, administering: bool = False
) -> tuple[User, bool]:
    """Who acts, and whether for the structure: the association’s side, or a member.

    Refuses whoever is neither.
    """
    if is_staff_for(by, structure, permission):
        return permit(by, permission, at=structure.site_id), False
    return require_member(by, structure, administering=administering).user, True


def require_open(structure: Structure) -> None:
    if not structure.is_active:
        raise StructureClosed(
            _("%(structure)s was closed.") % {"structure": structure},
            structure=str(structure.uuid),
        )
