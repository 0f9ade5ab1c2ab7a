"""A person chooses the machine for a request: the one proposed, or another and why."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from backoffice.core.actors import Actor, permit
from inventory.models import Device
from lending.actions.fitting import lacks_of, misfit, named
from lending.actions.needs import Needs, needs_of
from lending.actions.packing import fill_line
from lending.actions.packs import start_pack
from lending.actions.proposals import propose_units
from lending.actions.requests_steps import lock_request
from lending.errors import ChoiceUnexplained, NoRecipe
from lending.models import (
    EquipmentRequest,
    Pack,
    PackEvent,
    TemplateLine,
    TemplateVersion,
)
from lending.states import ChoiceReason, LineNature

ALLOCATE = "lending.allocate_pack"


@transaction.atomic(durable=True)
def choose_unit(
    *,
    request: EquipmentRequest,
    device: Device,
    version: TemplateVersion | None = None,
    reason: ChoiceReason | None = None,
    by: Actor,
) -> Pack:
    """Begin the pack of an accepted request with a machine, where that machine stands.

    Another than the proposed one needs a reason, and so does one that is less than is
    asked for where nothing can be proposed. Without a `version`, the recipe that fits
    the request best is taken. Refuses a machine that has meanwhile been taken.
    """
    user = permit(by, ALLOCATE, at=device.site_id)
    request = lock_request(request)
    best = propose_units(request, reader=user).best
    proposed = None if best is None else best.device
    if device != proposed and proposed is not None and reason is None:
        raise ChoiceUnexplained(
            _("%(proposed)s is proposed for this request.")
            % {"proposed": named(proposed)},
            advice=_("Take it, or say why %(device)s.") % {"device": named(device)},
            proposed=proposed.tag,
        )
    if proposed is None and reason is None:
        _refuse_less(request, device)
    version = version or _recipe_for(request, device)
    pack = start_pack(version, device.site, request, by=by)
    fill_line(pack, device, explained=reason is not None, by=by)
    facts: dict[str, object] = {"unit": device.tag, "request": str(request.uuid)}
    if device != proposed:
        facts["proposed"] = proposed.tag if proposed else ""
        facts["reason"] = reason.value if reason else ""
    PackEvent.append(pack, "machine_chosen", by=by, data=facts)
    return pack


def recipes_with(device: Device) -> list[TemplateVersion]:
    """The newest versions of templates in use whose machine this one may be."""
    newer = TemplateVersion.objects.filter(
        template=OuterRef("version__template"), number__gt=OuterRef("version__number")
    )
    lines = TemplateLine.objects.filter(
        ~Exists(newer), nature=LineNature.MAIN, version__template__is_active=True
    )
    related = lines.select_related("version__template").order_by("version__template")
    return [line.version for line in related if misfit(device, line) is None]


def _refuse_less(request: EquipmentRequest, device: Device) -> None:
    if lacks := lacks_of(device, needs_of(request)):
        raise ChoiceUnexplained(
            _("%(device)s is less than the request asks for: %(lacks)s.")
            % {"device": named(device), "lacks": "; ".join(lacks)},
            advice=_("Say why it is taken all the same, or wait for another one."),
        )


def _recipe_for(request: EquipmentRequest, device: Device) -> TemplateVersion:
    """The recipe that has most of what is asked for, and least of what is not."""
    needs = needs_of(request)
    found = recipes_with(device)
    if not found:
        raise NoRecipe(
            _("No pack template in use has a place for %(device)s.")
            % {"device": named(device)},
            advice=_("Write a pack template with such a machine first."),
            device=device.tag,
        )
    return max(found, key=lambda version: (_match(version, needs), -version.pk))


def _match(version: TemplateVersion, needs: Needs) -> int:
    natures = {line.nature for line in version.lines.all()}
    connected = (LineNature.CONNECTION in natures) == needs.connection
    screened = (LineNature.DEVICE in natures) == needs.screen
    return 2 * connected + screened
