"""The quality check, line by line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from inventory.forms.act import ActForm
from inventory.forms.hints import health_of, hints_of
from inventory.models import CheckOutcome, Device
from inventory.models.quality import CheckSubject, checklist


class CheckForm(ActForm):
    """One line per thing to check on this kind of device; not tested until said."""

    def __init__(
        self, *args: Any, device: Device, known: Mapping[str, str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._subjects = checklist(device.kind)
        self.health = health_of(device)
        hints = hints_of(self.health)
        for subject in self._subjects:
            self.fields[subject.value] = forms.ChoiceField(
                label=subject.label,
                help_text=hints.get(subject.value, ""),
                choices=CheckOutcome,
                initial=known.get(subject.value, CheckOutcome.NOT_TESTED.value),
                widget=forms.RadioSelect,
            )

    @property
    def lines(self) -> dict[CheckSubject, CheckOutcome]:
        said = self.cleaned_data
        return {
            subject: CheckOutcome(said[subject.value]) for subject in self._subjects
        }

    @property
    def all_good(self) -> dict[CheckSubject, CheckOutcome]:
        return dict.fromkeys(self._subjects, CheckOutcome.OK)
