"""A filter that is kept under a name."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from backoffice.core.forms import Line
from lending.forms.act import ActForm


class SaveForm(ActForm):
    name = Line(label=_("Name of the filter"), max_length=60)
    is_shared = forms.BooleanField(label=_("Shared with the staff"), required=False)
    # The address’s query, as the list shows it.
    query = forms.CharField(
        required=False, max_length=4000, strip=False, widget=forms.HiddenInput
    )

    def clean_query(self) -> str:
        return str(self.cleaned_data["query"]).removeprefix("?")
