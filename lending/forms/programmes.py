"""Programmes and quotas as they are typed."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backoffice.core.forms import Line
from inventory.filters import NamesOnly, PlainSelect
from lending.actions import ProgrammeFacts
from lending.actions.programmes import refuse_early_end
from lending.forms.act import ActForm
from lending.models import Programme, Structure

# More than any association hands over in one programme.
MOST_PACKS = 100_000
MOST_IMPORTANT = 9


class StructureChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A structure by its public id."""

    iterator = NamesOnly

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            queryset=Structure.objects.none(),
            to_field_name="uuid",
            empty_label=_("Choose…"),
            widget=PlainSelect,
            **kwargs,
        )

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str) and not value.isprintable():
            raise forms.ValidationError(
                self.error_messages["invalid_choice"],
                code="invalid_choice",
                params={"value": ""},
            )
        return super().to_python(value)


class ProgrammeForm(ActForm):
    """What is written down of a programme."""

    REFUSED_AT: ClassVar = {
        "programme_dates": "ends_on",
        "programme_known": "name",
        "target_too_low": "target",
    }

    name = Line(label=_("Name"), max_length=120)
    funders = forms.CharField(
        label=_("Funders"),
        max_length=1000,
        required=False,
        help_text=_("One per line, as they want to be named."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    starts_on = forms.DateField(
        label=_("Starts on"),
        initial=timezone.localdate,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    ends_on = forms.DateField(
        label=_("Ends on"),
        required=False,
        help_text=_("Leave empty where no end is agreed."),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    target = forms.IntegerField(
        label=_("Packs to hand over"), min_value=1, max_value=MOST_PACKS
    )
    priority = forms.IntegerField(
        label=_("Priority"),
        min_value=0,
        max_value=MOST_IMPORTANT,
        initial=0,
        help_text=_(
            "From 0 to 9. On the waiting list, requests of the programme with the "
            "higher priority go first."
        ),
    )

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if starts_on := told.get("starts_on"):
            self.hold_to("ends_on", refuse_early_end, told.get("ends_on"), starts_on)
        return told

    @classmethod
    def of(cls, programme: Programme) -> Self:
        names = ("name", "funders", "starts_on", "ends_on", "target", "priority")
        return cls(initial={name: getattr(programme, name) for name in names})

    @property
    def facts(self) -> ProgrammeFacts:
        typed = dict(self.cleaned_data)
        lines = (" ".join(line.split()) for line in typed["funders"].splitlines())
        typed["funders"] = "\n".join(line for line in lines if line)
        return ProgrammeFacts(**typed)


class QuotaForm(ActForm):
    """How many packs of a programme a structure may have."""

    REFUSED_AT: ClassVar = {"quota_above_target": "packs", "quota_in_use": "packs"}

    structure = StructureChoice(label=_("Structure"))
    packs = forms.IntegerField(label=_("Packs"), min_value=0, max_value=MOST_PACKS)

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        structures: QuerySet[Structure],
    ) -> None:
        super().__init__(data, auto_id="id_quota_%s")
        self.fields["structure"].queryset = structures  # type: ignore[attr-defined]


class MoveForm(ActForm):
    """Packs taken from one structure’s quota for another’s."""

    REFUSED_AT: ClassVar = {"quota_above_target": "packs", "quota_in_use": "packs"}

    source = StructureChoice(label=_("Taken from"))
    target = StructureChoice(label=_("Given to"))
    packs = forms.IntegerField(label=_("Packs"), min_value=1, max_value=MOST_PACKS)

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        giving: QuerySet[Structure],
        structures: QuerySet[Structure],
    ) -> None:
        super().__init__(data, auto_id="id_move_%s")
        self.fields["source"].queryset = giving  # type: ignore[attr-defined]
        self.fields["target"].queryset = structures  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        source, target = cleaned.get("source"), cleaned.get("target")
        if source is not None and source == target:
            self.add_error("target", _("Choose another structure than the first."))
        return cleaned
