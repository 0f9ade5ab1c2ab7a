"""What is asked about loans: which, until when, and what became of them."""

from __future__ import annotations

from functools import partial
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from backoffice.core.forms import Line
from lending.actions.loan_access import refuse_impossible_due
from lending.forms.act import ActForm, PlainForm
from lending.forms.fields import DateField
from lending.forms.plans import PlansKnown, ask_about_plans
from lending.models import Loan, PackLine
from lending.states import Damage

SHOWN = [
    ("", _("All that are out")),
    ("due_soon", _("To come back within a fortnight")),
    ("overdue", _("Overdue")),
    ("open_ended", _("Without a date")),
    ("gone", _("Lost or stolen")),
    ("to_look_at", _("Come back, to look at")),
    ("all", _("All, past ones too")),
]


class LoanFilter(PlainForm):
    """What the list is narrowed by; what is wrong narrows nothing."""

    show = forms.ChoiceField(label=_("Show"), choices=SHOWN, required=False)
    code = Line(label=_("Pack or person’s code"), max_length=40, required=False)


class ConfirmForm(ActForm):
    """Nothing to type: the page says what will happen."""


class RenewForm(ActForm):
    REFUSED_AT: ClassVar = {"date_impossible": "due_on"}

    due_on = DateField(label=_("Until"))
    plans_known = PlansKnown()

    def __init__(self, *args: Any, loan: Loan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.loan = loan
        if loan.due_on is not None:
            self.fields["due_on"].help_text = _(
                "Later than the day that is agreed now."
            )

    def clean_due_on(self) -> Any:
        rule = partial(refuse_impossible_due, after=self.loan.due_on)
        self.hold_to("due_on", rule, self.cleaned_data["due_on"])
        return self.cleaned_data.get("due_on")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        until = cleaned.get("due_on")
        if until is not None:
            ask_about_plans(self, self.loan.handover.pack, until)
        # Only asked; the act takes the day.
        return {name: said for name, said in cleaned.items() if name != "plans_known"}


class StolenForm(ActForm):
    REFUSED_AT: ClassVar = {"report_missing": "reference"}

    reference = Line(
        label=_("Reference of the report"),
        max_length=60,
        help_text=_("The number on the report to the police."),
    )


class DamagedForm(ActForm):
    REFUSED_AT: ClassVar = {"line_foreign": "line"}

    def __init__(self, *args: Any, lines: list[PackLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["line"] = forms.ChoiceField(
            label=_("What broke"),
            choices=[(str(line.uuid), str(line.wanted)) for line in lines],
        )
        self.fields["damage"] = forms.ChoiceField(
            label=_("What is wrong"), choices=Damage.choices, widget=forms.RadioSelect
        )
