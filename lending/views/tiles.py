"""What of lending waits for a person on the first page."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from inventory.views.tiles import Tile
from lending.models.desk import Listing
from lending.views.desk.counts import (
    handovers_today,
    listed,
    loans_overdue,
    requests_to_decide,
)

TILES = (
    Tile(
        *(
            ngettext_lazy("request to decide", "requests to decide"),
            _("Decide"),
            "clipboard-list",
        ),
        "lending.decide_request",
        requests_to_decide,
        listed(Listing.REQUESTS, "status=to_decide"),
    ),
    Tile(
        *(
            ngettext_lazy("hand-over today", "hand-overs today"),
            _("Open the day"),
            "heart-handshake",
        ),
        "lending.hand_over",
        handovers_today,
        listed(Listing.HANDOVERS, "when=today"),
    ),
    Tile(
        *(ngettext_lazy("loan overdue", "loans overdue"), _("Remind"), "calendar"),
        "lending.hand_over",
        loans_overdue,
        listed(Listing.LOANS, "show=overdue"),
    ),
)
