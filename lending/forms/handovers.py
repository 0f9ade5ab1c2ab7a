"""What is typed and ticked about a hand-over."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Mapping, Sequence
from typing import Any, ClassVar, cast

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from backoffice.core.forms import Line
from lending.actions.ceilings import refuse_price_above_ceiling
from lending.actions.handovers import refuse_impossible_day
from lending.actions.loan_access import refuse_impossible_due
from lending.conditions import languages
from lending.forms.act import ActForm, PlainForm
from lending.forms.fields import Moment
from lending.forms.pack_choice import PackChoice
from lending.forms.plans import PlansKnown, ask_about_plans
from lending.forms.programmes import StructureChoice
from lending.kinds import SpokenLanguage
from lending.models import (
    Beneficiary,
    EquipmentRequest,
    Pack,
    PackLine,
    Programme,
    Structure,
)
from lending.models.handover import HandOverQuerySet
from lending.states import (
    HANDOVER_OPEN,
    Condition,
    HandOverMode,
    HandOverStatus,
    IdentityCheck,
    PackStatus,
    RefusedBecause,
)

# Packs that an appointment can be made for.
WAITING = (PackStatus.COMPLETE, PackStatus.READY, PackStatus.AT_STRUCTURE)
_CENT = 100


class CleanChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A row by its public id; what no browser sends is no choice either."""

    def to_python(self, value: Any) -> Any:
        try:
            known = str(uuid.UUID(str(value))) if value else value
        except ValueError:
            known = str(uuid.UUID(int=0))
        return super().to_python(known)


class Sometimes:
    """Asked for by other answers, or a filter: not said to be optional."""

    needed_sometimes = True


class SometimesChoice(Sometimes, forms.ChoiceField):
    pass


class SometimesLine(Sometimes, Line):
    pass


class SometimesDay(Sometimes, forms.DateField):
    pass


class SometimesPrice(Sometimes, forms.DecimalField):
    pass


class DayFilter(PlainForm):
    """Which hand-overs are listed."""

    when = SometimesChoice(
        label=_("When"),
        required=False,
        choices=[
            ("", _("To do")),
            ("today", _("Today")),
            ("week", _("Within a week")),
            ("late", _("Appointment past")),
            ("none", _("No appointment yet")),
            ("ended", _("Ended")),
        ],
    )
    q = SometimesLine(label=_("Pack, request or person"), required=False, max_length=60)

    def narrow(self, rows: HandOverQuerySet, now: dt.datetime) -> HandOverQuerySet:
        """The rows asked for; what cannot be understood narrows nothing."""
        self.is_valid()
        said = self.cleaned_data if self.is_bound else {}
        when, text = said.get("when", ""), said.get("q", "")
        rows = rows.filter(_when(when, now))
        if text:
            plain = text.replace("-", "").upper()
            rows = rows.filter(
                Q(pack__tag__startswith=plain)
                | Q(request__number__iexact=text)
                | Q(beneficiary__code__iexact=text)
                | Q(beneficiary__name_key__contains=text.upper())
            )
        return rows


def _when(when: str, now: dt.datetime) -> Q:
    is_open = Q(status__in=HANDOVER_OPEN)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    match when:
        case "today":
            end = midnight + dt.timedelta(days=1)
            return is_open & Q(planned_at__gte=midnight, planned_at__lt=end)
        case "week":
            end = midnight + dt.timedelta(days=8)
            return is_open & Q(planned_at__gte=midnight, planned_at__lt=end)
        case "late":
            return is_open & Q(planned_at__lt=midnight)
        case "none":
            return is_open & Q(planned_at=None)
        case "ended":
            return ~is_open
    return is_open


class TermsForm(ActForm):
    """How the pack goes: lent, given or sold; each asks for what it needs."""

    REFUSED_AT: ClassVar = {
        "appointment_impossible": "planned_at",
        "date_impossible": "due_on",
        "mode_not_yours": "mode",
        "pack_handed_over": "pack",
        "pack_not_ready": "pack",
        "pack_planned": "pack",
        "price_above_ceiling": "price",
        "programme_closed": "programme",
        "programme_foreign": "programme",
    }

    mode = forms.ChoiceField(
        label=_("Kind of hand-over"),
        choices=HandOverMode,
        widget=forms.RadioSelect,
    )
    due_on = SometimesDay(
        label=_("Lent until"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        required=False,
        help_text=_("For a loan. Empty: without an agreed end."),
    )
    price = SometimesPrice(
        label=_("Price (€)"),
        required=False,
        min_value=0,
        max_digits=6,
        decimal_places=2,
        help_text=_("For a sale at a solidarity price, all taxes included."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("mode") == HandOverMode.SOLIDARITY_PRICE:
            if "price" not in self.errors and not cleaned.get("price"):
                self.add_error("price", _("Say the price."))
        else:
            cleaned["price"] = None
        if cleaned.get("mode") != HandOverMode.LOAN:
            cleaned["due_on"] = None
        self.hold_to("due_on", refuse_impossible_due, cleaned.get("due_on"))
        return cleaned

    def keep_modes(self, accepted: Collection[str]) -> None:
        """Offer nothing else than what the association accepted, nor ask about it."""
        if not accepted or "" in accepted:
            return
        field = cast("forms.ChoiceField", self.fields["mode"])
        field.choices = [
            (each.value, each.label) for each in HandOverMode if each in accepted
        ]
        if len(field.choices) == 1:
            self.initial["mode"] = field.choices[0][0]
        asked_of = {"due_on": HandOverMode.LOAN, "price": HandOverMode.SOLIDARITY_PRICE}
        for name, mode in asked_of.items():
            if mode not in accepted:
                self.fields[name].widget = forms.HiddenInput()

    def hold_to_ceiling(self, pack: Pack) -> None:
        """Hold a price to what may be asked for this pack."""
        said = self.cleaned_data
        if {"mode", "price"} <= said.keys():
            cents = int((said["price"] or 0) * _CENT)
            mode = HandOverMode(said["mode"])
            self.hold_to("price", refuse_price_above_ceiling, pack, mode, cents)

    @property
    def terms(self) -> dict[str, Any]:
        said = self.cleaned_data
        return {
            "mode": HandOverMode(said["mode"]),
            "due_on": said["due_on"],
            "price_cents": int((said["price"] or 0) * _CENT),
        }


class PlanForm(TermsForm):
    """An appointment; what the request says already is not asked again."""

    field_order = ("pack", "structure", "programme", "mode", "due_on", "price")

    pack = PackChoice(label=_("Pack"))
    structure = StructureChoice(
        label=_("Structure"),
        required=False,
        help_text=_("Not needed where the pack was made for a request."),
    )
    programme = CleanChoice(
        label=_("Programme"),
        queryset=Programme.objects.none(),
        to_field_name="uuid",
        required=False,
        empty_label=_("Outside any programme, or as the request says"),
    )
    planned_at = Moment(
        label=_("Appointment"),
        required=False,
        help_text=_("Empty: now, or a day to be agreed on."),
    )
    where = Line(label=_("Where"), required=False, max_length=120)
    plans_known = PlansKnown()

    def __init__(
        self,
        *args: Any,
        packs: QuerySet[Pack],
        structures: QuerySet[Structure],
        programmes: QuerySet[Programme],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        cast("PackChoice", self.fields["pack"]).offer(packs)
        for name, rows in (
            ("structure", structures),
            ("programme", programmes),
        ):
            field = cast("forms.ModelChoiceField[Any]", self.fields[name])
            field.queryset = rows
        if not structures.exists():
            del self.fields["structure"]
        if not programmes.exists():
            del self.fields["programme"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        pack: Pack | None = cleaned.get("pack")
        request: EquipmentRequest | None = pack.request if pack else None
        cleaned["request"] = request
        if request is not None:
            cleaned["structure"] = request.structure
        elif pack is not None and not cleaned.get("structure"):
            field = "structure" if "structure" in self.fields else None
            self.add_error(field, _("Say for which structure the pack is."))
        self.hold_to("planned_at", refuse_impossible_day, cleaned.get("planned_at"))
        if pack is not None and cleaned.get("mode") == HandOverMode.LOAN:
            ask_about_plans(self, pack, cleaned.get("due_on"))
        if pack is not None:
            self.hold_to_ceiling(pack)
        return cleaned

    @property
    def facts(self) -> dict[str, Any]:
        said = self.cleaned_data
        return {
            "pack": said["pack"],
            "structure": said["structure"],
            "request": said["request"],
            "programme": said.get("programme"),
            "planned_at": said["planned_at"],
            "where": said["where"],
            **self.terms,
        }


class MoveForm(ActForm):
    """Another time or place."""

    REFUSED_AT: ClassVar = {"appointment_impossible": "planned_at"}

    planned_at = Moment(label=_("Appointment"))
    where = Line(label=_("Where"), required=False, max_length=120)

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        self.hold_to("planned_at", refuse_impossible_day, told.get("planned_at"))
        return told


class PersonForm(ActForm):
    """Who receives the pack, among the people of the structure."""

    REFUSED_AT: ClassVar = {
        "already_equipped": "person",
        "person_foreign": "person",
        "person_missing": "person",
    }

    person = CleanChoice(
        label=_("Who receives the pack?"),
        queryset=Beneficiary.objects.none(),
        to_field_name="uuid",
        widget=forms.RadioSelect,
        empty_label=None,
    )

    def __init__(
        self, *args: Any, people: QuerySet[Beneficiary], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ModelChoiceField[Any]", self.fields["person"]).queryset = people


class CheckForm(ActForm):
    """How the person was known; a guardian for somebody under age."""

    REFUSED_AT: ClassVar = {"guardian_missing": "guardian_name"}

    identity_check = forms.ChoiceField(
        label=_("How do you know who they are?"),
        choices=IdentityCheck,
        widget=forms.RadioSelect,
        help_text=_("No paper is copied or photographed, and no number written down."),
    )
    guardian_name = Line(
        label=_("Name of the legal guardian who signs"), required=False, max_length=120
    )

    def __init__(
        self, *args: Any, guardian: bool, is_minor: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["guardian_name"].required = is_minor
        if not guardian:
            del self.fields["guardian_name"]


class ContentsForm(ActForm):
    """A tick for each thing on the table, and how it looks."""

    def __init__(
        self,
        *args: Any,
        lines: Sequence[PackLine],
        seen: Sequence[str],
        looks: Mapping[str, str],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.lines = lines
        for line in lines:
            key = str(line.uuid)
            self.fields[f"seen-{key}"] = forms.BooleanField(
                required=False, initial=key in seen
            )
            self.fields[f"look-{key}"] = forms.ChoiceField(
                choices=[(each.value, each.label) for each in _LOOKS],
                required=False,
                initial=looks.get(key, Condition.GOOD.value),
            )

    def rows(self) -> list[tuple[PackLine, Any, Any]]:
        return [
            (line, self[f"seen-{line.uuid}"], self[f"look-{line.uuid}"])
            for line in self.lines
        ]

    @property
    def facts(self) -> dict[str, Any]:
        said = self.cleaned_data
        looks = {
            line.uuid: Condition(said[f"look-{line.uuid}"] or Condition.GOOD)
            for line in self.lines
        }
        seen = {line.uuid for line in self.lines if said[f"seen-{line.uuid}"]}
        return {"seen": seen, "conditions": looks}


# What is damaged or missing is not handed over.
_LOOKS = (Condition.GOOD, Condition.WORN)


class ExplainForm(ActForm):
    """In which language the conditions were read, and that they were."""

    language = forms.ChoiceField(label=_("Explained in"), choices=SpokenLanguage)
    understood = forms.BooleanField(
        label=_("The conditions were read with the person, who agrees with them"),
        error_messages={"required": _("Read them together first, then tick this.")},
    )


class LanguageForm(PlainForm):
    """Beside which language the French text stands."""

    beside = SometimesChoice(label=_("Beside the French text"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [(code.value, code.label) for code in languages() if code != "fr"]
        field = cast("forms.ChoiceField", self.fields["beside"])
        field.choices = [("", _("French alone")), *named]


class RefusedForm(ActForm):
    """Why the person leaves without the pack."""

    because = forms.ChoiceField(
        label=_("Why?"), choices=RefusedBecause, widget=forms.RadioSelect
    )


def packs_waiting(packs: QuerySet[Pack]) -> QuerySet[Pack]:
    """Those that an appointment can be made for."""
    taken = HANDOVER_OPEN | {HandOverStatus.SIGNED}
    waiting = packs.filter(status__in=WAITING).exclude(handovers__status__in=taken)
    return waiting.select_related("version__template", "request__structure")
