"""What is typed and ticked about a hand-over."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from backoffice.core.forms import Line
from backoffice.core.forms.accounts import ActForm
from lending.actions import Signed
from lending.conditions import languages
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
from lending.signatures import NoSignature, read_drawing, read_paper
from lending.states import (
    HANDOVER_OPEN,
    Condition,
    HandOverMode,
    HandOverStatus,
    IdentityCheck,
    PackStatus,
    RefusedBecause,
    SignatureKind,
)

# Packs that an appointment can be made for.
WAITING = (PackStatus.COMPLETE, PackStatus.READY, PackStatus.AT_STRUCTURE)
_AT = "%Y-%m-%dT%H:%M"
_CENT = 100


def _moment(**options: Any) -> forms.DateTimeField:
    widget = forms.DateTimeInput(format=_AT, attrs={"type": "datetime-local"})
    return forms.DateTimeField(widget=widget, input_formats=[_AT], **options)


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


class DayFilter(forms.Form):
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
        return cleaned

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

    pack = CleanChoice(
        label=_("Pack"),
        queryset=Pack.objects.none(),
        to_field_name="uuid",
        empty_label=_("Choose…"),
    )
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
    planned_at = _moment(
        label=_("Appointment"),
        required=False,
        help_text=_("Empty: now, or a day to be agreed on."),
    )
    where = Line(label=_("Where"), required=False, max_length=120)

    def __init__(
        self,
        *args: Any,
        packs: QuerySet[Pack],
        structures: QuerySet[Structure],
        programmes: QuerySet[Programme],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, rows in (
            ("pack", packs),
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

    planned_at = _moment(label=_("Appointment"))
    where = Line(label=_("Where"), required=False, max_length=120)


class PersonForm(ActForm):
    """Who receives the pack, among the people of the structure."""

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


class LanguageForm(forms.Form):
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


class SignForm(ActForm):
    """What was shown, and the way of signing."""

    shown = forms.RegexField(
        r"^[0-9a-f]{64}$", widget=forms.HiddenInput, required=False
    )
    KIND: SignatureKind

    def signed(self, device: str) -> Signed:
        """Raises ValidationError for a picture that cannot be kept."""
        raise NotImplementedError


class PadForm(SignForm):
    KIND = SignatureKind.DRAWN

    drawing = forms.FileField(
        label=_("Signature"),
        error_messages={
            "required": _("Nothing was drawn."),
            "empty": _("Nothing was drawn."),
        },
    )

    def clean_drawing(self) -> Any:
        return _read(self.cleaned_data["drawing"], read_drawing)

    def signed(self, device: str) -> Signed:
        said = self.cleaned_data
        return Signed(
            kind=self.KIND, picture=said["drawing"], shown=said["shown"], device=device
        )


class CodeForm(SignForm):
    KIND = SignatureKind.TYPED_CODE

    name = Line(label=_("First name and name of who signs"), max_length=120)
    code = Line(label=_("The six digits that were sent"), max_length=12)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs |= {
            "inputmode": "numeric",
            "autocomplete": "one-time-code",
        }

    def signed(self, device: str) -> Signed:
        said = self.cleaned_data
        return Signed(
            kind=self.KIND,
            name=said["name"],
            code=said["code"],
            shown=said["shown"],
            device=device,
        )


class PaperForm(SignForm):
    KIND = SignatureKind.PAPER

    paper = forms.FileField(
        label=_("Scan or photo of the signed paper"),
        help_text=_("PDF, JPEG, PNG or WebP, up to 12 MB."),
    )

    def clean_paper(self) -> Any:
        return _read(self.cleaned_data["paper"], read_paper)

    def signed(self, device: str) -> Signed:
        said = self.cleaned_data
        return Signed(
            kind=self.KIND, picture=said["paper"], shown=said["shown"], device=device
        )


SIGN_FORMS: Mapping[str, type[SignForm]] = {
    form.KIND.value: form for form in (PadForm, CodeForm, PaperForm)
}
# Beyond this nothing is even read.
_LARGEST_UPLOAD = 13 * 1024 * 1024


def _read(upload: Any, reader: Any) -> Any:
    if upload.size > _LARGEST_UPLOAD:
        raise ValidationError(_("This file is larger than 12 MB."))
    try:
        return reader(upload.read())
    except NoSignature as refused:
        raise ValidationError(str(refused)) from refused


def packs_waiting(packs: QuerySet[Pack]) -> QuerySet[Pack]:
    """Those that an appointment can be made for."""
    taken = HANDOVER_OPEN | {HandOverStatus.SIGNED}
    waiting = packs.filter(status__in=WAITING).exclude(handovers__status__in=taken)
    return waiting.select_related("version__template", "request__structure")
