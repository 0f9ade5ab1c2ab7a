"""What a person adds to an act on a device: a reason, a place, a correction."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from backoffice.core.forms import Line
from backoffice.core.models import User
from inventory.forms.act import ActForm
from inventory.models import Device, Place
from inventory.states import HoldReason, SetAsideReason

# The database's own limit for a positive integer.
HEAVIEST_GRAMS = 2_147_483_647


class HoldForm(ActForm):
    reason = forms.ChoiceField(
        label=_("Why it may not leave"), choices=HoldReason, widget=forms.RadioSelect
    )

    @property
    def facts(self) -> dict[str, Any]:
        return {"reason": HoldReason(self.cleaned_data["reason"])}


class SetAsideForm(ActForm):
    reason = forms.ChoiceField(
        label=_("Why it will not be used again as a whole"),
        choices=SetAsideReason,
        widget=forms.RadioSelect,
    )

    @property
    def facts(self) -> dict[str, Any]:
        return {"reason": SetAsideReason(self.cleaned_data["reason"])}


class ReturnForm(ActForm):
    waiver_reference = Line(
        label=_("Reference of the donor’s signed waiver"),
        max_length=40,
        required=False,
        help_text=_(
            "Only for a device that goes back without a proof of erasure: the donor "
            "signed that its data come back with it."
        ),
    )


class MoveForm(ActForm):
    place = forms.ModelChoiceField(
        label=_("Where it goes"),
        queryset=Place.objects.none(),
        to_field_name="uuid",
        empty_label=_("Choose…"),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = Place.objects.visible_to(user).open()
        allowed = user.site_ids("inventory.move_device")
        if allowed is not None:
            places = places.filter(site__in=allowed)
        field = cast("forms.ModelChoiceField[Place]", self.fields["place"])
        field.queryset = places.select_related("site").order_by("site__name", "name")


class DescribeForm(ActForm):
    """Make, model and serial as they are read on the device; its measured mass."""

    make = Line(label=_("Make"), max_length=60, required=False)
    model = Line(label=_("Model"), max_length=80, required=False)
    serial = Line(label=_("Serial number"), max_length=64, required=False)
    mass_grams = forms.IntegerField(
        label=_("Measured mass (g)"),
        min_value=1,
        max_value=HEAVIEST_GRAMS,
        required=False,
        help_text=_("Leave empty what was not weighed."),
    )

    @classmethod
    def seen_on(cls, device: Device) -> dict[str, Any]:
        """What the form starts with: what is known now."""
        return {
            "make": device.make,
            "model": device.model,
            "serial": device.serial,
            "mass_grams": device.mass_grams if device.mass_measured else None,
        }


class AliasForm(ActForm):
    code = Line(
        label=_("Code"),
        max_length=64,
        help_text=_("Another sticker’s code, as scanned or typed: it will lead here."),
    )
