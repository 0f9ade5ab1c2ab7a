"""What stock can answer a request with, as the request’s page shows it."""

from __future__ import annotations

from typing import Any

from backoffice.core.models import User
from lending.actions.proposals import propose_units
from lending.forms.choosing import ChoiceForm
from lending.models import EquipmentRequest
from lending.states import UNDECIDED, UNDER_WAY

ALLOCATE = "lending.allocate_pack"


def proposal_of(
    request: EquipmentRequest,
    reader: User,
    *,
    made: int,
    typed: ChoiceForm | None = None,
) -> dict[str, Any]:
    """The context of lending/_proposal.html; nothing once the request has its packs.

    `made`: how many it has. `typed`: the choice that was refused, shown as it was sent.
    """
    is_open = request.status in UNDECIDED | UNDER_WAY
    if not is_open or made >= request.quantity:
        return {"proposal": None}
    accepted = request.status in UNDER_WAY
    return {
        "proposal": propose_units(request, reader=reader),
        "choice": typed or ChoiceForm(user=reader),
        "packs_made": made,
        "may_choose": accepted and reader.has_perm(ALLOCATE),
        "is_accepted": accepted,
    }
