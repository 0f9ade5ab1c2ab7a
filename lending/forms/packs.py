"""What is chosen at the packing bench without a scanner."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from backoffice.core.errors import DomainError
from backoffice.core.forms import Line
from backoffice.core.models import Site, User
from inventory.models import Device, Place
from lending.actions.fitting import Unit, score_of
from lending.actions.pack_questions import requests_awaiting_packs
from lending.forms.act import ActForm, PlainForm
from lending.models import (
    CountedKind,
    EquipmentRequest,
    Pack,
    PackTemplate,
    SimCard,
)
from lending.states import LeavingReason, PackStatus, SubstitutionReason

_REASONS = [
    choice
    for choice in SubstitutionReason.choices
    if choice[0] != SubstitutionReason.LEFT_OUT
]
_CHOOSE = ("", _("Choose…"))
# What is refused about the unit itself.
_OF_UNIT = (
    *("criteria_unmet", "drive_unproven", "drives_unknown", "nothing_left"),
    *("nothing_wants_it", "on_hold", "unit_elsewhere", "unit_not_ready", "unit_taken"),
)


class PackFilter(PlainForm):
    """What of the packs is listed; what it does not understand is left out."""

    q = Line(label=_("Tag or request"), max_length=40, required=False)
    status = forms.ChoiceField(
        label=_("State"),
        choices=[("", _("On their way")), ("all", _("All")), *PackStatus.choices],
        required=False,
    )
    site = forms.ModelChoiceField(
        label=_("Site"),
        queryset=Site.objects.none(),
        to_field_name="uuid",
        required=False,
        empty_label=_("Every site"),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose_site(self, user)


class BeginForm(ActForm):
    """From which recipe, where, and for which request."""

    REFUSED_AT: ClassVar = {
        "no_recipe": "template",
        "request_not_accepted": "request",
        "request_served": "request",
        "template_retired": "template",
    }

    template = forms.ModelChoiceField(
        label=_("Template"),
        queryset=PackTemplate.objects.none(),
        to_field_name="uuid",
        empty_label=_("Choose…"),
    )
    site = forms.ModelChoiceField(
        label=_("Site"), queryset=Site.objects.none(), to_field_name="uuid"
    )
    request = forms.ChoiceField(
        label=_("For the request"),
        required=False,
        help_text=_("Accepted requests that wait for packs, the most pressing first."),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        templates = PackTemplate.objects.visible_to(user).in_use()
        field = cast("forms.ModelChoiceField[PackTemplate]", self.fields["template"])
        field.queryset = templates.filter(versions__isnull=False).distinct()
        _choose_site(self, user)
        self.waiting = {str(each.uuid): each for each in requests_awaiting_packs(user)}
        answer = cast("forms.ChoiceField", self.fields["request"])
        answer.choices = [
            ("", _("For the shelf, nobody yet")),
            *((name, asked_in_words(each)) for name, each in self.waiting.items()),
        ]

    @property
    def facts(self) -> dict[str, Any]:
        """The arguments of `begin_pack`."""
        told = self.cleaned_data
        return {
            "version": told["template"].versions.order_by("-number").first(),
            "site": told["site"],
            "request": self.waiting.get(told["request"]),
        }


class AttachForm(ActForm):
    """The request that a pack without one is for."""

    REFUSED_AT: ClassVar = {"request_served": "request", "pack_for_another": "request"}

    request = forms.ChoiceField(label=_("For the request"))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.waiting = {str(each.uuid): each for each in requests_awaiting_packs(user)}
        answer = cast("forms.ChoiceField", self.fields["request"])
        answer.choices = [
            _CHOOSE,
            *((name, asked_in_words(each)) for name, each in self.waiting.items()),
        ]

    @property
    def chosen(self) -> EquipmentRequest:
        return self.waiting[self.cleaned_data["request"]]


class PlaceForm(ActForm):
    """Where a pack is put, chosen instead of scanned."""

    place = forms.ModelChoiceField(
        label=_("Place"),
        queryset=Place.objects.none(),
        to_field_name="tag",
        empty_label=_("Choose…"),
    )

    def __init__(self, *args: Any, user: User, pack: Pack, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast("forms.ModelChoiceField[Place]", self.fields["place"])
        places = Place.objects.visible_to(user).open().filter(for_drives=False)
        field.queryset = places.filter(site=pack.site_id).order_by("name")


class FittingForm(ActForm):
    """One of the units that fit a line, least wasteful first."""

    REFUSED_AT: ClassVar = dict.fromkeys(_OF_UNIT, "unit")

    unit = forms.ChoiceField(label=_("The least wasteful first"))

    def __init__(self, *args: Any, units: Sequence[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.units = {code_of(unit): unit for unit in units}
        answer = cast("forms.ChoiceField", self.fields["unit"])
        answer.choices = [(code, in_words(unit)) for code, unit in self.units.items()]

    @property
    def chosen(self) -> Unit:
        return self.units[self.cleaned_data["unit"]]


class SubstituteForm(ActForm):
    """Something else than a line asks for, and why: a machine of the list of those that
    are less than is asked for, or anything by its code.
    """

    REFUSED_AT: ClassVar = dict.fromkeys(_OF_UNIT, "code")

    listed = forms.ChoiceField(
        label=_("Less than what is asked for, the best first"), required=False
    )
    code = Line(
        label=_("Tag, serial number or code"),
        required=False,
        max_length=80,
        help_text=_("Scan it or type it, for example PC-000042-T."),
    )
    reason = forms.ChoiceField(
        label=_("Why"), choices=_REASONS, widget=forms.RadioSelect
    )

    def __init__(
        self, *args: Any, lesser: Sequence[tuple[Device, DomainError]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if not lesser:
            del self.fields["listed"]
            return
        answer = cast("forms.ChoiceField", self.fields["listed"])
        answer.choices = [
            _CHOOSE,
            *((unit.tag, _lacking(unit, why)) for unit, why in lesser),
        ]

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        wanted = told.get("code") or told.get("listed")
        if not self.errors and not wanted:
            self.add_error("code", _("Scan what goes in its place, or choose it."))
        return {**told, "code": wanted}


class LeaveForm(ActForm):
    """Why the pack goes without what its request asks for."""

    REFUSED_AT: ClassVar = {"leaving_unexplained": "reason"}

    reason = forms.ChoiceField(
        label=_("Why it is left out"),
        required=False,
        choices=LeavingReason.choices,
        widget=forms.RadioSelect,
    )

    @property
    def chosen(self) -> LeavingReason | None:
        code = self.cleaned_data["reason"]
        return LeavingReason(code) if code else None


def _lacking(unit: Device, why: DomainError) -> str:
    """A machine that is less than is asked for, with what it lacks."""
    what = unit.title or unit.get_kind_display()
    return " · ".join((str(unit), str(what), str(why.facts.get("lacks", ""))))


def asked_in_words(request: EquipmentRequest) -> str:
    """A request as its packs are chosen for: number, how many, for when. Nobody’s name."""
    parts = [request.number, _("%(count)s × pack") % {"count": request.quantity}]
    if request.urgency:
        parts.append(request.get_urgency_display())
    return " · ".join(map(str, parts))


def code_of(unit: Unit) -> str:
    return unit.code if isinstance(unit, CountedKind) else unit.tag


def in_words(unit: Unit) -> str:
    """A unit in a list to choose from."""
    if isinstance(unit, Device):
        what = unit.title or unit.get_kind_display()
        score = _("score %(score)s") % {"score": score_of(unit)}
        parts = [str(unit), what, score, str(unit.place or "")]
    elif isinstance(unit, CountedKind):
        parts = [unit.name, unit.plug]
    elif isinstance(unit, SimCard):
        parts = [str(unit), unit.operator, str(unit.plan or "")]
    else:
        parts = [str(unit), unit.make, unit.model]
    return " · ".join(str(part) for part in parts if part)


def _choose_site(form: forms.Form, user: User) -> None:
    field = cast("forms.ModelChoiceField[Site]", form.fields["site"])
    field.queryset = Site.objects.visible_to(user)
    only = list(field.queryset[:2])
    if len(only) == 1:
        field.initial = only[0].uuid
        field.empty_label = None if field.required else field.empty_label
