"""Why a structure takes its request back."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from lending.forms.act import ActForm
from lending.states import EndReason

_OURS = (
    EndReason.NO_NEED,
    EndReason.FOUND_ELSEWHERE,
    EndReason.MOVED,
    EndReason.NO_CONTACT,
    EndReason.DUPLICATE,
)


class WithdrawForm(ActForm):
    """One reason of the list."""

    why = forms.ChoiceField(
        label=_("Why?"),
        choices=[(each.value, each.label) for each in _OURS],
        widget=forms.RadioSelect,
    )

    @property
    def reason(self) -> EndReason:
        return EndReason(self.cleaned_data["why"])
