"""Which machine a coordinator takes for a request, and why not the proposed one."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.core.forms import Line
from backoffice.core.models import User
from inventory.models import Device
from lending.actions.units import unit_of
from lending.forms.act import ActForm
from lending.states import ChoiceReason


class ChoiceForm(ActForm):
    """`listed` is a machine that the page showed; `typed` any other’s code."""

    REFUSED_AT: ClassVar = {"choice_unexplained": "reason"}

    listed = Line(required=False, max_length=40)
    typed = Line(
        label=gettext_lazy("Another machine"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Scan its label, or type its tag."),
        widget=forms.TextInput(attrs={"class": "mono", "autocomplete": "off"}),
    )
    reason = forms.ChoiceField(
        label=gettext_lazy("Why this one"),
        required=False,
        choices=[("", gettext_lazy("Choose…")), *ChoiceReason.choices],
    )

    def __init__(self, data: QueryDict | None = None, *, user: User) -> None:
        super().__init__(data, auto_id="id_choice_%s")
        self.user = user

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        code = told.get("typed") or told.get("listed") or ""
        found = unit_of(code, self.user) if code else None
        if not self.errors and not isinstance(found, Device):
            self.add_error("typed", _("No machine here has this code."))
        return {**told, "device": found}

    @property
    def facts(self) -> dict[str, Any]:
        reason = self.cleaned_data["reason"]
        return {
            "device": self.cleaned_data["device"],
            "reason": ChoiceReason(reason) if reason else None,
        }
