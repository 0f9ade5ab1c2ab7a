"""Who may touch a pack, and whether it may be touched now."""

from __future__ import annotations

from django.utils.translation import gettext as _

from backoffice.core.actors import Actor, permit, person
from backoffice.core.models import User
from backoffice.core.transactions import require_transaction
from lending.actions.requests_steps import lock_request
from lending.errors import PackForAnother, PackShut
from lending.models import EquipmentRequest, Pack
from lending.states import PackStatus

# Who makes packs, and who chooses the machine for a request, do so by the same acts.
MAKE = ("lending.make_pack", "lending.allocate_pack")
CARRY = ("lending.make_pack", "lending.hand_over")


def permit_either(by: Actor, permissions: tuple[str, ...], *, at: int) -> User:
    """Refuse unless the person holds one of these permissions at this site (its pk)."""
    for permission in permissions:
        sites = person(by).site_ids(permission)
        if sites is None or at in sites:
            return permit(by, permission, at=at)
    return permit(by, permissions[0], at=at)


def lock_pack(
    pack: Pack, by: Actor, *, allowed: tuple[str, ...] = MAKE
) -> tuple[Pack, User]:
    """The locked pack and the person who may change it: the beginning of every act."""
    require_transaction()
    locked = Pack.objects.select_related("version", "site").lock(pack.pk)
    return locked, permit_either(by, allowed, at=locked.site_id)


def lock_with_request(pack: Pack, by: Actor) -> tuple[Pack, EquipmentRequest | None]:
    """The locked pack and its request, locked before it: always in this order."""
    require_transaction()
    wanted = EquipmentRequest.objects.filter(packs=pack).first()
    request = lock_request(wanted) if wanted else None
    locked, _user = lock_pack(pack, by)
    if locked.request_id != (request and request.pk):
        raise PackForAnother(
            _("Somebody has just said otherwise for which request %(pack)s is.")
            % {"pack": pack},
            advice=_("Look at it again."),
        )
    return locked, request


def require_being_made(pack: Pack) -> None:
    """Things go in and out only while a pack is being made."""
    if pack.status != PackStatus.DRAFT:
        raise PackShut(
            _("%(pack)s is “%(now)s”: nothing goes in or out.")
            % {"pack": pack, "now": pack.get_status_display()},
            advice=_("Open it again first.") if pack.status in _OPENS else "",
            pack=pack.tag,
            status=pack.status,
        )


_OPENS = frozenset({PackStatus.COMPLETE, PackStatus.READY})
