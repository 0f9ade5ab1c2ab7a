"""The most that may be asked for what is in a pack (INV-A3).

Ceilings of the decree on computers that public bodies give away, all taxes included, in
working order with charger, drive and system. They are kept for every pack: nobody asks
from which donor a machine came before a price is named.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from inventory.models import Device, DeviceKind
from lending.errors import PriceAboveCeiling
from lending.models import Pack
from lending.states import HandOverMode

EURO = 100
# A desktop comes with its screen, keyboard and mouse.
_WITH_SCREEN = frozenset({DeviceKind.DESKTOP, DeviceKind.MINI})
CEILINGS: Mapping[DeviceKind, int] = {
    DeviceKind.LAPTOP: 180 * EURO,
    DeviceKind.DESKTOP: 150 * EURO,
    DeviceKind.MINI: 150 * EURO,
    DeviceKind.ALL_IN_ONE: 150 * EURO,
    DeviceKind.TABLET: 100 * EURO,
    DeviceKind.SMARTPHONE: 100 * EURO,
    DeviceKind.SCREEN: 30 * EURO,
}


def ceiling_of(pack: Pack) -> int:
    """In cents; nothing is asked for what the decree does not name."""
    rows = Device.objects.filter(packed__pack=pack, packed__released_at=None)
    kinds = [DeviceKind(kind) for kind in rows.values_list("kind", flat=True)]
    total = sum(CEILINGS.get(kind, 0) for kind in kinds)
    included = min(
        sum(kind in _WITH_SCREEN for kind in kinds), kinds.count(DeviceKind.SCREEN)
    )
    return total - included * CEILINGS[DeviceKind.SCREEN]


def refuse_price_above_ceiling(pack: Pack, mode: HandOverMode, cents: int) -> None:
    """A price goes with a sale, and is no higher than the ceiling."""
    if mode is not HandOverMode.SOLIDARITY_PRICE:
        if cents:
            raise PriceAboveCeiling(_("A gift and a loan cost nothing."), ceiling=0)
        return
    ceiling = ceiling_of(pack)
    if cents > ceiling:
        raise PriceAboveCeiling(
            _("At most %(ceiling)s may be asked for what is in %(pack)s.")
            % {"ceiling": euros(ceiling), "pack": pack},
            advice=_("Lower the price."),
            ceiling=ceiling,
        )


def euros(cents: int) -> str:
    """Whole euros without decimals, as prices are written here."""
    whole, rest = divmod(cents, EURO)
    amount = f"{whole},{rest:02d}" if rest else str(whole)
    return f"{amount}\u202f€"
