"""How each thing of a pack came back, and why the pack did."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from backoffice.core.forms import Line
from backoffice.core.forms.accounts import ActForm
from lending.models import PackLine
from lending.states import Condition, ReturnReason


class FindForm(ActForm):
    """What is on the table: any printed code of the pack, or of something in it."""

    code = Line(
        label=_("Code of the pack, or of something in it"),
        max_length=80,
        widget=forms.TextInput(
            attrs={
                "class": "mono",
                "autofocus": True,
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
            }
        ),
    )


class ReturnForm(ActForm):
    """One question for each line of the pack that is out; then the reason.

    `late`: only what was missing is asked about, and the rest may stay unsaid.
    """

    def __init__(
        self,
        *args: Any,
        lines: Iterable[PackLine],
        late: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.lines = list(lines)
        for line in self.lines:
            self.fields[_name(line)] = forms.ChoiceField(
                label=str(line.wanted),
                choices=Condition.choices,
                widget=forms.RadioSelect,
                initial=Condition.MISSING if late else None,
            )
            if line.counted_kind_id and line.quantity > 1:
                self.fields[_count(line)] = forms.IntegerField(
                    label=_("How many came back"),
                    min_value=0,
                    max_value=line.quantity,
                    initial=line.quantity,
                )
        if not late:
            self.fields["reason"] = forms.ChoiceField(
                label=_("Why it comes back"),
                choices=ReturnReason.choices,
                widget=forms.RadioSelect,
            )

    @property
    def rows(self) -> list[tuple[PackLine, Any, Any]]:
        """Each line with its two questions, the second where there is one."""
        return [
            (
                line,
                self[_name(line)],
                self[_count(line)] if _count(line) in self.fields else None,
            )
            for line in self.lines
        ]

    @property
    def conditions(self) -> Mapping[UUID, Condition]:
        return {
            line.uuid: Condition(self.cleaned_data[_name(line)]) for line in self.lines
        }

    @property
    def counts(self) -> Mapping[UUID, int]:
        return {
            line.uuid: self.cleaned_data[_count(line)]
            for line in self.lines
            if _count(line) in self.cleaned_data
        }

    @property
    def why(self) -> ReturnReason:
        return ReturnReason(self.cleaned_data["reason"])


def _name(line: PackLine) -> str:
    return f"line-{line.uuid}"


def _count(line: PackLine) -> str:
    return f"count-{line.uuid}"
