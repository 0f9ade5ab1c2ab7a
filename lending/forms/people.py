"""What is written down of a person: few facts, and that they were told (§7, F8)."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import Any, ClassVar, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from backoffice.core.forms import Line
from backoffice.core.models import User
from inventory.filters import NamedField, PlainSelect
from lending.actions import PersonFacts
from lending.actions.beneficiaries import (
    name_key,
    refuse_impossible_year,
    refuse_unreachable,
)
from lending.forms.act import ActForm
from lending.kinds import Aid, Channel, Public, Reading, SpokenLanguage
from lending.models import Beneficiary, Structure

NOT_ASKED = frozenset({"structure", "notice_language", "informed", "another"})


class PersonForm(ActForm):
    """The facts of one person; only the first name is needed."""

    template_name = "lending/people/fields.html"
    # Asked first; the others are folded away, and may come later.
    FIRST = (
        *("structure", "first_name", "last_name", "birth_year"),
        *("notice_language", "informed", "another"),
    )

    first_name = Line(label=_("First name"), max_length=60)
    last_name = Line(
        label=_("Name or initial"),
        max_length=60,
        required=False,
        help_text=_("The initial is enough."),
    )
    birth_year = forms.IntegerField(
        label=_("Year of birth"),
        required=False,
        min_value=0,
        max_value=9999,
        help_text=_("Never the whole date."),
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value"), _("Write a year, such as 1984.")
        ),
    )
    postcode = Line(label=_("Postcode"), max_length=10, required=False)
    commune = Line(label=_("Commune"), max_length=80, required=False)
    channel = forms.ChoiceField(
        label=_("How to reach the person"),
        choices=Channel.choices,
        initial=Channel.STRUCTURE,
        widget=forms.RadioSelect,
    )
    contact = Line(label=_("Telephone or e-mail"), max_length=120, required=False)
    public = forms.ChoiceField(
        label=_("Public"),
        choices=Public.choices,
        initial=Public.NOT_STATED,
        help_text=_("Only for the counts of the programmes."),
    )
    language = forms.ChoiceField(
        label=_("Language the person speaks best"),
        choices=SpokenLanguage.choices,
        initial=SpokenLanguage.FRENCH,
    )
    needs_interpreter = forms.BooleanField(
        label=_("An interpreter is needed"), required=False
    )
    reading = forms.ChoiceField(
        label=_("At ease with reading"),
        choices=Reading.choices,
        initial=Reading.NOT_STATED,
        help_text=_("So that we explain aloud where that is better."),
    )
    aids = forms.MultipleChoiceField(
        label=_("Settings that help"),
        choices=Aid.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    # Whether what is folded away stands open at first.
    is_opened = False
    REFUSED_AT: ClassVar = {
        "birth_year_impossible": "birth_year",
        "contact_malformed": "contact",
        "contact_missing": "contact",
        "structure_closed": "structure",
    }

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        self.hold_to("birth_year", refuse_impossible_year, told.get("birth_year"))
        if "contact" in told:
            reached = (told.get("channel"), told["contact"])
            self.hold_to("contact", refuse_unreachable, *reached)
        return told

    @property
    def first_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.FIRST if name in self.fields]

    @property
    def other_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name not in self.FIRST]

    @property
    def has_errors_below(self) -> bool:
        return any(field.errors for field in self.other_fields)

    @property
    def facts(self) -> PersonFacts:
        told = {k: v for k, v in self.cleaned_data.items() if k not in NOT_ASKED}
        return PersonFacts(**told | {"aids": tuple(told.get("aids", ()))})


class NewPersonForm(PersonForm):
    """A new file: who is like this person already, and that the person was told."""

    notice_language = forms.ChoiceField(
        label=_("In which language was the person told?"),
        choices=SpokenLanguage.choices,
        initial=SpokenLanguage.FRENCH,
    )
    informed = forms.BooleanField(
        label=_("I told the person what is written down, and why."),
        error_messages={"required": _("Tell the person first, then tick this.")},
    )
    another = forms.BooleanField(
        label=_("It is another person"), required=False, widget=forms.HiddenInput
    )
    structure = NamedField(
        label=_("Structure"),
        queryset=Structure.objects.none(),
        to_field_name="uuid",
        widget=PlainSelect,
    )

    def __init__(
        self, *args: Any, user: User, structure: Structure | None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.given = structure
        self.alike: list[Beneficiary] = []
        if structure is not None:
            del self.fields["structure"]
            return
        field = cast("forms.ModelChoiceField[Structure]", self.fields["structure"])
        field.queryset = Structure.objects.visible_to(user).filter(is_active=True)

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        structure = self.given or told.get("structure")
        if structure and told.get("first_name") and not told.get("another"):
            self.alike = list(_alike(self.user, structure, told))
            if self.alike:
                self.fields["another"].widget = forms.CheckboxInput()
                self.add_error(
                    "another",
                    _(
                        "There is a person of this name. If it is another one, tick this."
                    ),
                )
        return told

    @property
    def told_in(self) -> SpokenLanguage:
        return SpokenLanguage(self.cleaned_data["notice_language"])

    @property
    def chosen_structure(self) -> Structure:
        """The one it is opened for: given, or chosen by the staff."""
        chosen: Structure = self.given or self.cleaned_data["structure"]
        return chosen


class ShortPersonForm(NewPersonForm):
    """The few facts that a request needs; the others may be added to the file later."""

    KEPT = frozenset({"first_name", "last_name", "birth_year"}) | NOT_ASKED

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in set(self.fields) - self.KEPT:
            del self.fields[name]

    @property
    def facts(self) -> PersonFacts:
        """Whoever was told in a language speaks it, as far as anybody knows."""
        return dataclasses.replace(super().facts, language=self.told_in)


class ReferentForm(ActForm):
    """Which member of the structure knows the person."""

    REFUSED_AT: ClassVar = {"referent_foreign": "referent"}

    referent = forms.ChoiceField(label=_("Who knows the person"))

    def __init__(self, *args: Any, members: Iterable[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.members = {str(each.uuid): each for each in members}
        field = cast("forms.ChoiceField", self.fields["referent"])
        field.choices = [(uuid, str(each)) for uuid, each in self.members.items()]

    @property
    def chosen(self) -> User:
        return self.members[self.cleaned_data["referent"]]


def _alike(
    user: User, structure: Structure, told: dict[str, Any]
) -> Iterable[Beneficiary]:
    """Files of the same name, among those this user may see at the same site."""
    key = name_key(told["first_name"], told.get("last_name", ""))
    same = Beneficiary.objects.visible_to(user).filter(
        name_key=key, site_id=structure.site_id
    )
    return same.for_list()[:5]
