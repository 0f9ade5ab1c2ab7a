"""What is typed about SIM cards: at reception, on their page, when they are topped up."""

from __future__ import annotations

from typing import Any, ClassVar, cast

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backoffice.core.forms import Line
from backoffice.core.models import Site, User
from lending import numbers
from lending.actions import CardFacts, Codes
from lending.actions.plans import refuse_backwards, refuse_far_start
from lending.actions.sims import BY_HAND
from lending.actions.top_ups import MOST, refuse_amounts, refuse_day
from lending.forms.act import ActForm, PlainForm
from lending.forms.fields import (
    ByPublicId,
    DateField,
    EurosField,
    NumberField,
    SecretField,
    SiteField,
)
from lending.models import Modem, Plan, SimCard
from lending.states import MODEM_STATES, SIM_NEXT, SimStatus


class SimFilter(PlainForm):
    """What of the cards is listed; what it does not understand is left out."""

    q = Line(label=_("Tag, number or ICCID"), max_length=40, required=False)
    status = forms.ChoiceField(
        label=_("State"),
        choices=[("", _("Every state")), *SimStatus.choices],
        required=False,
    )
    operator = Line(label=_("Operator"), max_length=40, required=False)
    site = SiteField(required=False, empty_label=_("Every site"))

    def __init__(
        self, data: QueryDict | None = None, *, user: User, **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        cast("SiteField", self.fields["site"]).offer(user, "lending.view_sim")


class CardForm(ActForm):
    """What is printed on a card and on what it came in."""

    REFUSED_AT: ClassVar = {"card_known": "iccid", "plan_retired": "plan"}

    iccid = NumberField(
        numbers.read_iccid,
        label=_("Number of the card (ICCID)"),
        help_text=_("18 to 22 digits on the card, from 89 on: scan or type them."),
    )
    operator = Line(
        label=_("Operator"),
        max_length=40,
        required=False,
        help_text=_("Left empty, the number of the card says it where it is known."),
    )
    msisdn = NumberField(
        numbers.read_phone,
        label=_("Telephone number"),
        required=False,
        help_text=_("With its country: +33 6 39 98 00 01."),
    )
    imsi = NumberField(numbers.read_imsi, label=_("IMSI"), required=False)
    pin = SecretField(numbers.read_pin, label=_("PIN"))
    puk = SecretField(numbers.read_puk, label=_("PUK"))

    @property
    def codes(self) -> Codes:
        return Codes(pin=self.cleaned_data["pin"], puk=self.cleaned_data["puk"])


class AmendForm(CardForm):
    """What is written down of a card; its codes are never shown here."""

    def __init__(
        self, data: QueryDict | None = None, *, card: SimCard, **kwargs: Any
    ) -> None:
        kept = {
            name: getattr(card, name)
            for name in ("iccid", "operator", "msisdn", "imsi")
        }
        super().__init__(data, initial=kept, **kwargs)
        for name in ("pin", "puk"):
            self.fields[name].help_text = _("Leave empty to keep what is written down.")

    @property
    def facts(self) -> CardFacts:
        told = self.cleaned_data
        names = ("iccid", "operator", "msisdn", "imsi")
        return CardFacts(**{name: told[name] for name in names}, codes=self.codes)


class ReceptionForm(CardForm):
    """One card after another: site, operator and plan stay for the next."""

    STICKY = ("site", "operator", "plan")
    site = SiteField()
    plan = ByPublicId(
        label=_("Plan"),
        queryset=Plan.objects.none(),
        required=False,
        empty_label=_("None yet"),
        help_text=_("It begins when the card goes to a person."),
    )
    field_order = ("site", "operator", "plan", "iccid", "msisdn", "pin", "puk", "imsi")

    def __init__(
        self, data: QueryDict | None = None, *, user: User, **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        self.fields["iccid"].widget.attrs["autofocus"] = True
        cast("SiteField", self.fields["site"]).offer(user, "lending.manage_sim")
        plans = Plan.objects.visible_to(user).in_use()
        cast("ByPublicId", self.fields["plan"]).queryset = plans

    @property
    def facts(self) -> dict[str, Any]:
        """The arguments of `receive_sim`."""
        told = self.cleaned_data
        names = ("iccid", "site", "operator", "msisdn", "imsi", "plan")
        return {**{name: told[name] for name in names}, "codes": self.codes}

    @property
    def kept(self) -> dict[str, str]:
        """What stays for the next card, as a query; nothing secret is in it."""
        told = self.cleaned_data
        plan: Plan | None = told["plan"]
        site: Site = told["site"]
        chosen = {"site": str(site.uuid), "operator": told["operator"]}
        return chosen | ({"plan": str(plan.uuid)} if plan else {})


class FollowForm(ActForm):
    """What became of a card or a hotspot, among what can follow from where it stands."""

    to = forms.TypedChoiceField(label=_("It is now"), coerce=SimStatus)

    def __init__(
        self, data: QueryDict | None = None, *, thing: SimCard | Modem, **kwargs: Any
    ) -> None:
        super().__init__(data, auto_id="id_follow_%s", **kwargs)
        follows = SIM_NEXT[SimStatus(thing.status)] & BY_HAND
        states = MODEM_STATES if isinstance(thing, Modem) else SimStatus.choices
        choices = [(code, said) for code, said in states if code in follows]
        field = cast("forms.TypedChoiceField", self.fields["to"])
        field.choices = [("", _("Choose…")), *choices]
        # Whether anything can follow at all.
        self.is_open = bool(choices)


class GivePlanForm(ActForm):
    """Which plan a card has, from when and until when."""

    REFUSED_AT: ClassVar = {"date_impossible": "starts_on", "plan_retired": "plan"}

    plan = ByPublicId(label=_("Plan"), queryset=Plan.objects.none())
    starts_on = DateField(label=_("Begins on"), initial=timezone.localdate)
    ends_on = DateField(
        label=_("Ends on"),
        required=False,
        help_text=_("Left empty, the plan says it."),
    )

    def __init__(
        self, data: QueryDict | None = None, *, user: User, **kwargs: Any
    ) -> None:
        super().__init__(data, auto_id="id_plan_%s", **kwargs)
        plans = Plan.objects.visible_to(user).in_use()
        cast("ByPublicId", self.fields["plan"]).queryset = plans

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        starts_on = told.get("starts_on")
        self.hold_to("starts_on", refuse_far_start, starts_on)
        if starts_on is not None:
            self.hold_to("ends_on", refuse_backwards, told.get("ends_on"), starts_on)
        return told

    @property
    def facts(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class TopUpForm(ActForm):
    """Credit for the person who holds the card."""

    REFUSED_AT: ClassVar = {
        "amount_impossible": "value_cents",
        "date_impossible": "made_on",
        "text_missing": "override_reason",
        "top_up_above_cap": "value_cents",
    }

    value_cents = EurosField(label=_("Value (€)"), most_cents=MOST)
    charged_cents = EurosField(
        label=_("Price asked (€)"), most_cents=MOST, required=False, initial=0
    )
    made_on = DateField(label=_("Made on"), initial=timezone.localdate)
    override_reason = Line(
        label=_("Beyond the caps, because"),
        max_length=200,
        required=False,
        help_text=_("No name and nothing about health: a few words."),
    )

    def __init__(
        self, data: QueryDict | None = None, *, may_override: bool, **kwargs: Any
    ) -> None:
        super().__init__(data, auto_id="id_top_up_%s", **kwargs)
        if not may_override:
            del self.fields["override_reason"]

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        charged = told.get("charged_cents") or 0
        self.hold_to("value_cents", refuse_amounts, told.get("value_cents"), charged)
        self.hold_to("made_on", refuse_day, told.get("made_on"))
        return told

    @property
    def facts(self) -> dict[str, Any]:
        told = dict(self.cleaned_data)
        return told | {"charged_cents": told["charged_cents"] or 0}
