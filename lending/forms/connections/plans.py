"""What is typed about plans and about the caps of top-ups."""

from __future__ import annotations

from typing import Any, ClassVar, Self, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from backoffice.core.forms import Line
from backoffice.core.models import User
from lending.actions import PlanFacts, RulesFacts
from lending.actions.top_ups import MOST
from lending.forms.act import ActForm
from lending.forms.fields import EurosField
from lending.models import ApnProfile, Plan, TopUpRules

MEGABYTES = 1024


class PlanForm(ActForm):
    """What an operator sells."""

    REFUSED_AT: ClassVar = {"apn_unknown": "apn", "plan_known": "name"}

    operator = Line(label=_("Operator"), max_length=40)
    name = Line(label=_("Name of the plan"), max_length=80)
    data_gb = forms.DecimalField(
        label=_("Data (GB)"),
        required=False,
        min_value=0,
        max_value=10_000,
        max_digits=7,
        decimal_places=2,
        help_text=_("Leave empty for a plan without limit."),
    )
    days = forms.IntegerField(
        label=_("Good for (days)"),
        required=False,
        min_value=1,
        max_value=3650,
        help_text=_("Leave empty for a plan without end."),
    )
    apn = forms.ModelChoiceField(
        label=_("Access point"),
        queryset=ApnProfile.objects.none(),
        to_field_name="uuid",
        required=False,
        empty_label=_("The usual one of the operator"),
    )
    price_cents = EurosField(label=_("Price (€)"), most_cents=100_000, required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast("forms.ModelChoiceField[ApnProfile]", self.fields["apn"])
        field.queryset = ApnProfile.objects.visible_to(user).in_use()

    @classmethod
    def of(cls, plan: Plan, user: User) -> Self:
        kept = {
            n: getattr(plan, n) for n in ("operator", "name", "days", "price_cents")
        }
        gigabytes = plan.data_mb / MEGABYTES if plan.data_mb is not None else None
        data = f"{gigabytes:g}" if gigabytes is not None else None
        apn = plan.apn.uuid if plan.apn else None
        return cls(initial={**kept, "data_gb": data, "apn": apn}, user=user)

    @property
    def facts(self) -> PlanFacts:
        told: dict[str, Any] = dict(self.cleaned_data)
        gigabytes = told.pop("data_gb")
        data_mb = None if gigabytes is None else int(gigabytes * MEGABYTES)
        told["price_cents"] = told["price_cents"] or 0
        return PlanFacts(**told, data_mb=data_mb)


class RulesForm(ActForm):
    """The caps of one country."""

    monthly_cap_cents = EurosField(
        label=_("At most per person and month (€)"), most_cents=MOST
    )
    months = forms.IntegerField(
        label=_("Months of help"),
        min_value=1,
        max_value=120,
        help_text=_("From a person’s first top-up on."),
    )
    renewals = forms.IntegerField(
        label=_("Times it can be renewed"), min_value=0, max_value=20
    )
    keeps_holders = forms.BooleanField(
        label=_("Keep the register of holders"),
        required=False,
        help_text=_("Belgium asks for it: who holds which card, always up to date."),
    )

    def __init__(
        self, data: QueryDict | None = None, *, rules: TopUpRules, **kwargs: Any
    ) -> None:
        names = ("monthly_cap_cents", "months", "renewals", "keeps_holders")
        kept = {name: getattr(rules, name) for name in names}
        auto_id = f"id_{rules.country}_%s"
        super().__init__(data, auto_id=auto_id, initial=kept, **kwargs)

    @property
    def facts(self) -> RulesFacts:
        return RulesFacts(**self.cleaned_data)
