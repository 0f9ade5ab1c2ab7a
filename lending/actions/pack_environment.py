"""What the machine of a closed pack is asked to be: steps over provisioning’s own."""

from __future__ import annotations

from django.utils import timezone

from backoffice.core.actors import Actor, person
from backoffice.core.transactions import require_transaction
from inventory.models import Device
from lending.models import Pack, PackLine
from lending.states import LineNature
from provisioning.actions.assignments import assign_environment, end_assignment


def ask_of_machine(pack: Pack, *, by: Actor) -> None:
    """Write down what the machine of a locked pack must be: environment and card.

    From here on its reports are compared with that. A step.
    """
    require_transaction()
    line = _machine_line(pack)
    if line is None or line.device is None:
        return
    asked = pack.lines.filter(released_at=None, nature=LineNature.ENVIRONMENT)
    asked.update(quantity=1, filled_at=timezone.now(), filled_by=person(by))
    environment = asked.values_list("environment", flat=True).first() or ""
    assign_environment(
        Device.objects.lock(line.device.pk),
        pack=pack.uuid,
        environment=environment,
        iccid=_iccid(pack),
        by=by,
    )


def ask_no_more(pack: Pack, *, by: Actor) -> None:
    """The machine of a locked pack is asked nothing any more: a step."""
    require_transaction()
    asked = pack.lines.filter(released_at=None, nature=LineNature.ENVIRONMENT)
    asked.update(quantity=0, filled_at=None, filled_by=None)
    line = _machine_line(pack)
    if line is not None and line.device is not None:
        end_assignment(Device.objects.lock(line.device.pk), by=by)


def _machine_line(pack: Pack) -> PackLine | None:
    live = pack.lines.filter(released_at=None, nature=LineNature.MAIN)
    return live.select_related("device").first()


def _iccid(pack: Pack) -> str:
    """The card that the machine may show: the first one in the pack, by its line."""
    live = pack.lines.filter(released_at=None, nature=LineNature.CONNECTION)
    for line in live.select_related("sim", "modem__sim"):
        card = line.modem.sim if line.modem else line.sim
        if card is not None:
            return card.iccid
    return ""
