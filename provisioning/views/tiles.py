"""What waits for a person of what is said about machines and records."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from backoffice.core.models import User
from inventory.views.tiles import Tile, capped
from provisioning.models import Correction


def _to_decide(user: User) -> int:
    return capped(Correction.objects.visible_to(user).decidable_by(user))


TILES = (
    Tile(
        *(
            ngettext_lazy("record to merge or split", "records to merge or split"),
            _("Decide"),
            "arrows-exchange",
        ),
        Correction.DECIDE,
        _to_decide,
        lambda: reverse("provisioning:correction-list"),
    ),
)
