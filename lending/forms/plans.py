"""Lines that end before the loan they are lent with: said, and asked about once."""

from __future__ import annotations

import datetime as dt

from django import forms
from django.utils.translation import gettext_lazy as _

from lending.actions.signing_rules import plan_doubts
from lending.forms.act import ActForm
from lending.models import Pack

NAME = "plans_known"


class PlansKnown(forms.BooleanField):
    """Asked only where a plan ends before the loan."""

    def __init__(self) -> None:
        super().__init__(
            label=_("I know: the line will be renewed, or end before"),
            required=False,
            widget=forms.HiddenInput,
        )


def ask_about_plans(form: ActForm, pack: Pack, until: dt.date | None) -> None:
    """Nobody lends a line for longer than it lasts without having been told."""
    doubts = plan_doubts(pack, until)
    if not doubts:
        return
    form.fields[NAME].widget = forms.CheckboxInput()
    if not form.cleaned_data.get(NAME):
        for doubt in doubts:
            form.add_error(NAME, doubt)
