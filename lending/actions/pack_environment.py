"""What the machine of a closed pack is asked to be: steps over provisioning’s own."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils import timezone
from django.utils.text import slugify

from backoffice.core.actors import Actor, person
from backoffice.core.transactions import require_transaction
from inventory.models import Device
from lending.models import Pack, PackLine, SimCard
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
        values=_values(pack),
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


def _values(pack: Pack) -> dict[str, str]:
    """What the machine may be told of whom it is for: a first name, a structure.

    Only what the environment names is kept of it, until the pack is back.
    """
    request = pack.request
    if request is None:
        return {}
    values = {"structure.name": request.structure.name}
    first_name = request.beneficiary.first_name if request.beneficiary else ""
    if first_name:
        values["user.name"] = first_name
        values["user.login"] = slugify(first_name)
    return values


def _iccid(pack: Pack) -> str:
    live = pack.lines.filter(released_at=None).select_related("sim", "modem__sim")
    first = first_card(live)
    return first[1].iccid if first else ""


def first_card(lines: Iterable[PackLine]) -> tuple[PackLine, SimCard] | None:
    """The card that the machine of a pack may show, and its line: the first one."""
    for line in sorted(lines, key=lambda line: line.pk):
        if line.nature == LineNature.CONNECTION:
            card = line.modem.sim if line.modem else line.sim
            if card is not None:
                return line, card
    return None
