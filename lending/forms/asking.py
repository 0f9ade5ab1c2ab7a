"""The questions of a request, one form each; each answer replaces the one before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from backoffice.core.models import User
from lending.actions import RequestAnswers
from lending.actions.requests_writing import refuse_date
from lending.forms.act import ActForm
from lending.forms.handovers import Sometimes, SometimesChoice
from lending.kinds import Capability, Goal, Situation, Urgency, UrgencyReason
from lending.models import Beneficiary, EquipmentRequest, Programme
from lending.questions import Question

MOST_PACKS = 100
LONGEST_NOTE = 500


class SometimesDate(Sometimes, forms.DateField):
    pass


class QuestionForm(ActForm):
    """One page of a request; `answers` is what `answer_request` keeps."""

    REFUSED_AT: ClassVar = {
        "date_impossible": "wanted_on",
        "person_foreign": "beneficiary",
        "programme_closed": "programme",
        "programme_foreign": "programme",
        "quantity_impossible": "quantity",
        "text_too_long": "note",
    }
    # Whether its one field says no more than the title of the page.
    is_asked_above = False

    def __init__(
        self, *args: Any, asked: EquipmentRequest, user: User, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.asked = asked
        self.user = user
        for name in self.fields:
            known = getattr(asked, name, None)
            if known not in (None, "", []):
                self.initial.setdefault(name, known)

    @property
    def answers(self) -> RequestAnswers:
        told = {name: value for name, value in self.cleaned_data.items() if value != ""}
        return RequestAnswers(**told)


class KnownPersonForm(QuestionForm):
    """One person whom the structure knows already."""

    beneficiary = forms.ModelChoiceField(
        label=_("The person"),
        queryset=Beneficiary.objects.none(),
        to_field_name="uuid",
        empty_label=_("Choose…"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = Beneficiary.objects.visible_to(self.user)
        field = cast("forms.ModelChoiceField[Beneficiary]", self.fields["beneficiary"])
        field.queryset = people.filter(structure=self.asked.structure_id).for_list()
        field.label_from_instance = _with_year  # type: ignore[assignment]
        if self.asked.beneficiary:
            self.initial["beneficiary"] = self.asked.beneficiary.uuid

    @property
    def answers(self) -> RequestAnswers:
        return RequestAnswers(
            for_one=True, beneficiary=self.cleaned_data["beneficiary"]
        )


class SeveralForm(QuestionForm):
    """So many packs for a workshop; the names come later."""

    quantity = forms.IntegerField(
        label=_("How many packs?"), min_value=1, max_value=MOST_PACKS
    )

    @property
    def answers(self) -> RequestAnswers:
        return RequestAnswers(for_one=False, quantity=self.cleaned_data["quantity"])


class WhyForm(QuestionForm):
    situation = forms.ChoiceField(
        label=_("What does the person have today?"),
        choices=[each for each in Situation.choices if each[0] != Situation.WORKSHOP],
        widget=forms.RadioSelect,
    )


class GoalsForm(QuestionForm):
    is_asked_above = True
    goals = forms.MultipleChoiceField(
        label=_("What will it be used for?"),
        help_text=_("Tick all that fits."),
        choices=Goal.choices,
        widget=forms.CheckboxSelectMultiple,
    )


class EquipmentForm(QuestionForm):
    is_asked_above = True
    capabilities = forms.MultipleChoiceField(
        label=_("What must it be able to do?"),
        help_text=_("Tick what is needed, not what would be nice: it goes faster."),
        choices=Capability.choices,
        widget=forms.CheckboxSelectMultiple,
    )


class WhenForm(QuestionForm):
    urgency = forms.TypedChoiceField(
        label=_("How pressing is it?"),
        choices=Urgency.choices,
        coerce=lambda typed: Urgency(int(typed)),
        widget=forms.RadioSelect,
    )
    urgency_reason = SometimesChoice(
        label=_("If it presses, why?"),
        help_text=_("To be said where it presses."),
        choices=[("", _("It does not press")), *UrgencyReason.choices],
        required=False,
    )
    wanted_on = SometimesDate(
        label=_("For which day?"),
        help_text=_("To be said where the day cannot move."),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        urgency = told.get("urgency", Urgency.NORMAL)
        if urgency > Urgency.NORMAL and not told.get("urgency_reason"):
            self.add_error("urgency_reason", _("Say why it presses."))
        undated = not told.get("wanted_on") and "wanted_on" not in self.errors
        if urgency == Urgency.URGENT and undated:
            self.add_error("wanted_on", _("Say which day cannot move."))
        self.hold_to("wanted_on", refuse_date, told.get("wanted_on"))
        return told


class NoteForm(QuestionForm):
    programme = forms.ModelChoiceField(
        label=_("Programme"),
        queryset=Programme.objects.none(),
        to_field_name="uuid",
        required=False,
        empty_label=_("I do not know: the association chooses"),
    )
    note = forms.CharField(
        label=_("Anything else we should know?"),
        help_text=_(
            "What helps to prepare the equipment. Nothing on health or on private life:"
            " the person may read it."
        ),
        max_length=LONGEST_NOTE,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = Programme.objects.visible_to(self.user).filter(
            is_open=True, quotas__structure=self.asked.structure_id
        )
        field = cast("forms.ModelChoiceField[Programme]", self.fields["programme"])
        field.queryset = mine.distinct()
        if self.asked.programme:
            self.initial["programme"] = self.asked.programme.uuid
        if not mine.exists():
            del self.fields["programme"]


class MessageForm(ActForm):
    """A message about a request, to the other side."""

    REFUSED_AT: ClassVar = {"text_missing": "text", "text_too_long": "text"}

    text = forms.CharField(
        label=_("Your message"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


PAGES: Mapping[Question, type[QuestionForm]] = {
    Question.WHY: WhyForm,
    Question.GOALS: GoalsForm,
    Question.EQUIPMENT: EquipmentForm,
    Question.WHEN: WhenForm,
    Question.NOTE: NoteForm,
}


def _with_year(person: Beneficiary) -> str:
    """Enough to tell two people of one name apart."""
    year = f", {person.birth_year}" if person.birth_year else ""
    return f"{person.first_name} {person.last_name}{year}".replace(" ,", ",")
