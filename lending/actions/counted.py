"""Counted things: how many there are, and every change of it.

What a site has of a thing is the sum of its movements, always: one step writes both.
"""

from __future__ import annotations

import re
import uuid

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from backoffice.core.actors import Actor, keep_form, permit, person
from backoffice.core.models import Site
from backoffice.core.transactions import require_transaction
from inventory import tags
from lending.actions.changes import set_and_tell
from lending.errors import (
    CountImpossible,
    KindCodeMalformed,
    KindKnown,
    KindNotInUse,
    NothingLeft,
)
from lending.models import (
    CountedKind,
    CountedKindEvent,
    CountedMovement,
    CountedStock,
    MovementReason,
)

COUNT = "lending.count_stock"
# More of one thing in one go is a slip of the hand.
MOST = 100_000
# What a Code 39 and a Code 128 both carry, and a person can read aloud.
_CODE = re.compile(r"[A-Z][A-Z0-9-]{2,19}", re.ASCII)
# Commands of the scan station begin so.
_COMMANDS = "XX"


def move_counted(
    *,
    kind: CountedKind,
    site: Site,
    change: int,
    reason: MovementReason,
    pack: uuid.UUID | None = None,
    by: Actor,
) -> CountedStock:
    """Add to what a site has of a thing, or take from it: a step.

    `pack` is the public id of the pack it goes into or comes out of. Refuses
    NothingLeft where there are not so many.
    """
    stock = _stock(kind, site)
    if stock.on_hand + change < 0:
        raise _nothing_left(stock, wanted=-change)
    stock.on_hand += change
    stock.save(update_fields=["on_hand"])
    CountedMovement.objects.create(
        stock=stock, change=change, reason=reason, pack=pack, moved_by=person(by)
    )
    keep_form(by)
    return stock


@transaction.atomic(durable=True)
def open_counted_kind(
    *, code: str, name: str, plug: str = "", by: Actor
) -> CountedKind:
    """Begin to count a kind of thing; `code` is what the barcode of its bin says."""
    permit(by, COUNT)
    read = _read_code(code)
    try:
        with transaction.atomic(savepoint=True):
            kind = CountedKind.objects.create(
                code=read, name=name.strip(), plug=plug.strip()
            )
    except IntegrityError as taken:
        raise KindKnown(
            _("There is a counted thing of this name or code already.")
        ) from taken
    CountedKindEvent.append(kind, "opened", by=by, data={"code": kind.code})
    return kind


@transaction.atomic(durable=True)
def use_counted_kind(*, kind: CountedKind, in_use: bool, by: Actor) -> CountedKind:
    """Say whether a kind is still used; what there is of it stays counted."""
    permit(by, COUNT)
    kind = CountedKind.objects.lock(kind.pk)
    if kind.is_active == in_use:
        keep_form(by)
        return kind
    kind.is_active = in_use
    kind.save(update_fields=["is_active"])
    CountedKindEvent.append(kind, "restored" if in_use else "retired", by=by)
    return kind


@transaction.atomic(durable=True)
def receive_counted(
    *, kind: CountedKind, site: Site, count: int, by: Actor
) -> CountedStock:
    """Take in so many of a thing, bought or given."""
    permit(by, COUNT, at=site.pk)
    _refuse_count(count, least=1)
    if not kind.is_active:
        raise KindNotInUse(
            _("“%(kind)s” is not used any more.") % {"kind": kind},
            advice=_("Take it into use again first."),
        )
    return move_counted(
        kind=kind, site=site, change=count, reason=MovementReason.BOUGHT, by=by
    )


@transaction.atomic(durable=True)
def count_again(
    *, kind: CountedKind, site: Site, counted: int, by: Actor
) -> CountedStock:
    """Write down what was found on the shelf; the difference is one movement."""
    permit(by, COUNT, at=site.pk)
    _refuse_count(counted, least=0)
    stock = _stock(kind, site)
    if stock.on_hand == counted:
        keep_form(by)
        return stock
    return move_counted(
        kind=kind,
        site=site,
        change=counted - stock.on_hand,
        reason=MovementReason.COUNTED,
        by=by,
    )


@transaction.atomic(durable=True)
def write_off_counted(
    *, kind: CountedKind, site: Site, count: int, by: Actor
) -> CountedStock:
    """Take out so many that are broken or worn out."""
    permit(by, COUNT, at=site.pk)
    _refuse_count(count, least=1)
    return move_counted(
        kind=kind, site=site, change=-count, reason=MovementReason.BROKEN, by=by
    )


@transaction.atomic(durable=True)
def set_minimum(
    *, kind: CountedKind, site: Site, minimum: int, by: Actor
) -> CountedStock:
    """Say below how many a thing is to be bought again at this site."""
    permit(by, COUNT, at=site.pk)
    _refuse_count(minimum, least=0)
    kind = CountedKind.objects.lock(kind.pk)
    stock = _stock(kind, site)
    changes = set_and_tell(stock, {"minimum": minimum})
    if not changes:
        keep_form(by)
        return stock
    stock.save(update_fields=["minimum"])
    data = {"site": str(site.uuid), **changes}
    CountedKindEvent.append(kind, "minimum_set", by=by, data=data)
    return stock


def _stock(kind: CountedKind, site: Site) -> CountedStock:
    """The locked row of a thing at a site; made when it was never counted there."""
    require_transaction()
    CountedStock.objects.get_or_create(kind=kind, site=site)
    return CountedStock.objects.lock_of(kind, site)


def _read_code(typed: str) -> str:
    """A code for a bin. Raises KindCodeMalformed for what a scan would take otherwise."""
    code = typed.strip().upper()
    if not _CODE.fullmatch(code) or code.startswith(_COMMANDS) or _reads_as_tag(code):
        raise KindCodeMalformed(
            _(
                "A code has 3 to 20 letters, digits and hyphens, begins with a letter, "
                "and is not the code of another thing."
            ),
            advice=_("For example: MOUSE-USB."),
        )
    return code


def _reads_as_tag(code: str) -> bool:
    try:
        tags.parse_tag(code)
    except tags.BadTag as bad:
        return bad.reason is not tags.TagFault.NOT_A_TAG
    return True


def _refuse_count(count: int, *, least: int) -> None:
    if not least <= count <= MOST:
        raise CountImpossible(
            _("Write a number from %(least)s to %(most)s.")
            % {"least": least, "most": MOST},
            least=least,
            most=MOST,
        )


def _nothing_left(stock: CountedStock, *, wanted: int) -> NothingLeft:
    return NothingLeft(
        _("%(kind)s: %(left)s left at %(site)s, %(wanted)s wanted.")
        % {
            "kind": stock.kind,
            "left": stock.on_hand,
            "site": stock.site,
            "wanted": wanted,
        },
        advice=_("If there are more on the shelf, count again."),
        left=stock.on_hand,
        wanted=wanted,
    )
