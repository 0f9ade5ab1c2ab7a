"""The limits that health is judged by."""

from __future__ import annotations

import dataclasses
from typing import Any, Self

from django import forms
from django.utils.translation import gettext as _

from inventory.forms.act import ActForm
from inventory.health import Limit, Rules, RulesRefused, grouped
from inventory.models import HealthRules

LARGEST = 2**31 - 1
# More hours than a drive lives, more sectors than one has to spare.
LARGEST_LIMIT = 9_999_999


@dataclasses.dataclass(frozen=True)
class Row:
    """One limit with its two fields."""

    limit: Limit
    warn: forms.BoundField
    fail: forms.BoundField


class HealthRulesForm(ActForm):
    """Two numbers for each limit; an empty one is never reached.

    A limit that is not in the answer at all stays as it is.
    """

    instead_of = forms.IntegerField(
        min_value=1, max_value=LARGEST, widget=forms.HiddenInput
    )

    def __init__(self, data: Any = None, *, version: HealthRules) -> None:
        super().__init__(data, initial={"instead_of": version.number})
        self._rules: Rules = version.rules
        for limit in self._rules.limits:
            falls = limit.is_falling
            self._add(limit, "warn", _("Warns below") if falls else _("Warns from"))
            self._add(limit, "fail", _("Fails below") if falls else _("Fails from"))

    def _add(self, limit: Limit, bound: str, label: str) -> None:
        self.fields[f"{limit.key}-{bound}"] = forms.IntegerField(
            label=label,
            required=False,
            initial=getattr(limit, bound),
            min_value=limit.least,
            max_value=max(LARGEST_LIMIT, getattr(limit, bound) or 0),
            error_messages={"max_value": _("No part ever reaches such a number.")},
        )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        for limit in self._rules.limits:
            try:
                self._asked(limit).refuse_nonsense()
            except RulesRefused as refused:
                self.add_error(f"{limit.key}-fail", str(refused))
        return said

    def _asked(self, limit: Limit) -> Limit:
        said = self.cleaned_data
        return dataclasses.replace(
            limit,
            warn=said.get(f"{limit.key}-warn"),
            fail=said.get(f"{limit.key}-fail"),
        )

    @property
    def facts(self) -> dict[str, Any]:
        asked = [
            self._asked(limit)
            for limit in self._rules.limits
            if {f"{limit.key}-warn", f"{limit.key}-fail"} <= set(self.data)
        ]
        return {
            "limits": {limit.key: (limit.warn, limit.fail) for limit in asked},
            "instead_of": self.cleaned_data["instead_of"],
        }

    def after_another(self, version: HealthRules) -> Self:
        """The same answer, now in place of the version that somebody else made."""
        renewed = {"instead_of": str(version.number)}
        return type(self)({**dict(self.data.items()), **renewed}, version=version)

    @property
    def parts(self) -> list[tuple[str, list[Row]]]:
        return [
            (title, [self._row(limit) for limit in limits])
            for title, limits in grouped(self._rules.limits)
        ]

    def _row(self, limit: Limit) -> Row:
        return Row(limit, self[f"{limit.key}-warn"], self[f"{limit.key}-fail"])
