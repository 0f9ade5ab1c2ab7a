"""What a person says of one device, or of several alike, when they come in."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.core.forms import Line
from backoffice.core.models import User
from inventory.forms.pictures import KIND_ICONS, STATE_ICONS, PictureRadios
from inventory.forms.serials import NOTHING_SEEN, look_at_serial
from inventory.models import DeviceKind, Lot, Place, Storage
from inventory.models.device_kind import NoSerialReason, VisibleState
from inventory.tags import TagKind

KILOGRAM = 1000
MOST_ALIKE = 50
# What comes by the dozen; a computer is always received alone.
_WITHOUT_SERIAL = frozenset({TagKind.SCREEN, TagKind.PERIPHERAL})


class SerialLine(Line):
    """Asked of every device, unless a reason is given instead."""

    def validate(self, value: str) -> None:
        if value:
            super().validate(value)


class ReceptionForm(forms.Form):
    """One device: what it is, how it looks, where it goes, what is known inside."""

    use_required_attribute = False
    nonce = forms.UUIDField(widget=forms.HiddenInput)
    serial = SerialLine(
        label=gettext_lazy("Serial number"),
        max_length=64,
        widget=forms.TextInput(
            attrs={
                "autofocus": True,
                "autocapitalize": "characters",
                "autocomplete": "off",
                "autocorrect": "off",
                "spellcheck": "false",
                "class": "mono",
                "hx-get": reverse_lazy("inventory:reception-serial"),
                "hx-trigger": "change",
                "hx-target": "#serial-sight",
                "hx-select": "#serial-sight > *",
            }
        ),
        help_text=gettext_lazy("Scan it, or type it as it is printed."),
    )
    # A second, deliberate answer: only asked once the first one raised a doubt.
    sure = forms.BooleanField(
        label=gettext_lazy("I checked: the number is right, this is another device"),
        required=False,
    )
    no_serial_reason = forms.ChoiceField(
        label=gettext_lazy("Why there is no serial number"),
        required=False,
        choices=[("", "–"), *NoSerialReason.choices],
    )
    visible_state = forms.ChoiceField(
        label=gettext_lazy("Visible state"),
        choices=VisibleState,
        widget=PictureRadios(STATE_ICONS),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        choices=DeviceKind,
        widget=PictureRadios(KIND_ICONS),
    )
    make = Line(label=gettext_lazy("Make"), max_length=60, required=False)
    model = Line(label=gettext_lazy("Model"), max_length=80, required=False)
    place = forms.ModelChoiceField(
        label=gettext_lazy("Place"),
        queryset=Place.objects.none(),
        to_field_name="uuid",
        required=False,
        empty_label=gettext_lazy("None yet"),
    )
    storage = forms.ChoiceField(
        label=gettext_lazy("Drives inside"),
        initial=Storage.UNKNOWN,
        choices=[
            (Storage.UNKNOWN, gettext_lazy("Not known yet")),
            (Storage.LISTED, gettext_lazy("Written down below")),
            (Storage.NONE, gettext_lazy("None inside, seen by me")),
        ],
        widget=forms.RadioSelect,
    )
    mass = forms.DecimalField(
        label=gettext_lazy("Mass on the scales (kg)"),
        required=False,
        min_value=0,
        max_value=200,
        max_digits=6,
        decimal_places=3,
        help_text=gettext_lazy("Leave it empty to use the usual mass of its kind."),
    )

    def __init__(self, *args: Any, user: User, lot: Lot, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.sight = NOTHING_SEEN
        places = Place.objects.visible_to(user).open().filter(site=lot.donation.site_id)
        field = cast("forms.ModelChoiceField[Place]", self.fields["place"])
        field.queryset = places.filter(for_drives=False).order_by("name", "pk")
        for name, suggestions in (("make", "known-makes"), ("model", "known-models")):
            attrs = {"list": suggestions, "autocomplete": "off"}
            self.fields[name].widget.attrs.update(attrs)
        self.fields["make"].widget.attrs.update(
            {
                "hx-get": reverse_lazy("inventory:reception-models"),
                "hx-trigger": "change",
                "hx-target": "#known-models",
                "hx-select": "option",
            }
        )

    def clean_serial(self) -> str:
        self.sight = look_at_serial(self.cleaned_data["serial"], user=self.user)
        if self.sight.refusal:
            raise ValidationError(self.sight.refusal)
        return self.sight.text

    def clean_mass(self) -> int | None:
        """In grams; nothing weighs nothing."""
        mass = self.cleaned_data["mass"]
        return round(mass * KILOGRAM) or None if mass is not None else None

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        if answers.get("serial") == "" and not answers.get("no_serial_reason"):
            missing = _("Scan a serial number, or say why there is none.")
            self.add_error("no_serial_reason", missing)
        if self.sight.doubtful and not answers.get("sure"):
            self.add_error("sure", _("Look once more at the serial number."))
        return answers


class SeveralForm(ReceptionForm):
    """The same thing several times, without serials: screens, keyboards, mice."""

    count = forms.IntegerField(
        label=gettext_lazy("How many"),
        min_value=2,
        max_value=MOST_ALIKE,
        widget=forms.NumberInput(attrs={"autofocus": True}),
    )
    field_order = ("count", "visible_state", "kind", "make", "model", "place", "mass")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("serial", "sure", "storage"):
            del self.fields[name]
        kinds = [k for k in DeviceKind if k.tag_kind in _WITHOUT_SERIAL]
        cast("forms.ChoiceField", self.fields["kind"]).choices = [
            (kind.value, kind.label) for kind in kinds
        ]
        reason = self.fields["no_serial_reason"]
        reason.required, reason.initial = True, NoSerialReason.NONE_VISIBLE

    @property
    def nonces(self) -> list[uuid.UUID]:
        """One nonce per device, the same ones whenever this answer is sent again."""
        nonce: uuid.UUID = self.cleaned_data["nonce"]
        count: int = self.cleaned_data["count"]
        return [uuid.uuid5(nonce, str(number)) for number in range(count)]


def as_typed(form: type[forms.Form], data: Mapping[str, str]) -> dict[str, Any]:
    """What was typed, as the initial values of a form that is not judged yet."""
    return {name: data[name] for name in form.base_fields if name in data}
