"""What is typed about partner structures and their members."""

from __future__ import annotations

from typing import Any, ClassVar, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from backoffice.core.forms import Line
from backoffice.core.models import Site, User
from lending import registration
from lending.actions import StructureFacts
from lending.errors import RegistrationMalformed
from lending.forms.act import ActForm
from lending.kinds import Authorisation, Country, StructureKind
from lending.models import Structure


class StructureForm(ActForm):
    """The facts of one structure; numbers may be missing, and doubtful ones are kept."""

    name = Line(label=_("Name"), max_length=120)
    kind = forms.ChoiceField(
        label=_("Kind"), choices=[("", _("Choose…")), *StructureKind.choices]
    )
    country = forms.ChoiceField(
        label=_("Country"),
        choices=Country.choices,
        initial=Country.FRANCE,
        widget=forms.RadioSelect,
    )
    siret = Line(label=_("SIRET"), max_length=40, required=False)
    siren = Line(label=_("SIREN"), max_length=40, required=False)
    bce = Line(
        label=_("BCE number"),
        max_length=40,
        required=False,
        help_text=_("For a Belgian structure."),
    )
    address = Line(label=_("Address"), max_length=200, required=False)
    postcode = Line(label=_("Postcode"), max_length=10, required=False)
    commune = Line(label=_("Commune"), max_length=80, required=False)
    email = forms.EmailField(label=_("E-mail address"), required=False)
    phone = Line(label=_("Telephone"), max_length=16, required=False)

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        for number in ("siret", "siren", "bce"):
            try:
                registration.read(**{number: told.get(number, "")})
            except RegistrationMalformed as wrong:
                self.add_error(number, ValidationError(wrong.message))
        return told

    @property
    def facts(self) -> StructureFacts:
        told = {k: v for k, v in self.cleaned_data.items() if k != "site"}
        numbers = {name: told.pop(name) for name in ("siret", "siren", "bce")}
        told["kind"] = StructureKind(told["kind"])
        told["country"] = Country(told["country"])
        return StructureFacts(**told, registration=registration.read(**numbers))


class NewStructureForm(StructureForm):
    """Another structure, and which of our sites serves it."""

    site = forms.ModelChoiceField(
        label=_("Our site that serves it"),
        queryset=Site.objects.none(),
        to_field_name="uuid",
        empty_label=None,
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast("forms.ModelChoiceField[Site]", self.fields["site"])
        field.queryset = Site.objects.visible_to(user)


class AuthorisationForm(ActForm):
    """The association’s decision on a structure’s asking for packs."""

    REFUSED_AT: ClassVar = {"authorisation_unchanged": "authorisation"}

    authorisation = forms.ChoiceField(
        label=_("May this structure ask for packs?"),
        choices=[c for c in Authorisation.choices if c[0] != Authorisation.NOT_SET],
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, structure: Structure, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("authorisation", structure.authorisation)


class InviteForm(ActForm):
    """A professional to invite into a structure."""

    REFUSED_AT: ClassVar = {"already_invited": "email", "already_member": "email"}

    name = Line(label=_("Name of the colleague"), max_length=80)
    email = forms.EmailField(
        label=_("Their e-mail address at work"),
        max_length=254,
        help_text=_("They receive a link that is good for fourteen days."),
    )
    as_admin = forms.BooleanField(
        label=_("May invite and remove colleagues"), required=False
    )
