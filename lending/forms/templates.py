"""Recipes as they are written: one line at a time, kept in the page until published."""

from __future__ import annotations

import dataclasses
import json
from typing import Any, ClassVar, Self, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from backoffice.core.forms import Line
from inventory.models import DeviceKind
from lending.actions import RecipeLine
from lending.actions.fitting import BEST_SCORE
from lending.actions.templates import MOST_LINES, MOST_OF_ONE, counted_kinds
from lending.forms.act import ActForm, PlainForm
from lending.models import CountedKind, TemplateVersion
from lending.states import LineNature

MOST_GIB = 256
MOST_MB = 1_000_000
# So much of what a page sends back is looked at.
_LONGEST = 20_000


class RecipeForm(ActForm):
    """The name of a template, and its lines so far as the page keeps them."""

    REFUSED_AT: ClassVar = {"template_known": "name"}

    name = Line(
        label=_("Name"),
        max_length=80,
        help_text=_("As the workshop says it: Laptop for work, Connection only."),
    )
    recipe = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, named: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if named:
            del self.fields["name"]

    @property
    def lines(self) -> list[RecipeLine]:
        """What the page kept, as far as it can be read."""
        kept = self["recipe"].value() or "[]"
        return read_lines(kept)


class LineForm(PlainForm):
    """One more line: only what its nature asks for."""

    label = Line(
        label=_("What it is"),
        max_length=80,
        help_text=_("As it stands on the list of the pack: Laptop, Screen, Mouse."),
    )
    kinds = forms.MultipleChoiceField(
        label=_("Kinds that will do"),
        choices=DeviceKind.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    memory_gib = forms.IntegerField(
        label=_("Memory at least (GB)"),
        min_value=0,
        max_value=MOST_GIB,
        required=False,
    )
    score = forms.IntegerField(
        label=_("Score at least"),
        min_value=0,
        max_value=BEST_SCORE,
        required=False,
        help_text=_("0 to 8: memory and drive, up to 4 points each."),
    )
    camera = forms.BooleanField(label=_("A camera that works"), required=False)
    counted_kind = forms.ModelChoiceField(
        label=_("Counted thing"),
        queryset=CountedKind.objects.none(),
        to_field_name="uuid",
        required=False,
        empty_label=_("Choose…"),
    )
    quantity = forms.IntegerField(
        label=_("How many"), min_value=1, max_value=MOST_OF_ONE, initial=1
    )
    modem = forms.TypedChoiceField(
        label=_("Which connection"),
        choices=[("", _("A SIM card")), ("1", _("A hotspot with its card"))],
        coerce=bool,
        required=False,
        widget=forms.RadioSelect,
    )
    data_mb = forms.IntegerField(
        label=_("Data in its plan, at least (MB)"),
        min_value=0,
        max_value=MOST_MB,
        required=False,
    )
    profile = forms.SlugField(
        label=_("Short name of the environment"),
        max_length=60,
        required=False,
        help_text=_("For example linux-emploi."),
    )
    is_optional = forms.BooleanField(
        label=_("May be left out, where the person has one"), required=False
    )

    _ASKED = {
        LineNature.MAIN: ("kinds", "memory_gib", "score", "camera"),
        LineNature.DEVICE: ("kinds",),
        LineNature.COUNTED: ("counted_kind", "quantity"),
        LineNature.CONNECTION: ("modem", "data_mb"),
        LineNature.ENVIRONMENT: ("profile",),
    }

    def __init__(
        self,
        *args: Any,
        nature: LineNature,
        counted: Any,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **{"prefix": "line", **kwargs})
        self.nature = nature
        asked = {"label", "is_optional", *self._ASKED[nature]}
        for name in [name for name in self.fields if name not in asked]:
            del self.fields[name]
        if "counted_kind" in self.fields:
            field = cast(
                "forms.ModelChoiceField[CountedKind]", self.fields["counted_kind"]
            )
            field.queryset = counted
        for name in ("kinds", "counted_kind", "profile"):
            if name in self.fields:
                self.fields[name].required = True

    @property
    def line(self) -> RecipeLine:
        told = self.cleaned_data
        return RecipeLine(
            nature=self.nature,
            label=told["label"],
            kinds=tuple(DeviceKind(kind) for kind in told.get("kinds", [])),
            score=told.get("score") or 0,
            memory_gib=told.get("memory_gib") or 0,
            camera=told.get("camera", False),
            modem=bool(told.get("modem")),
            data_mb=told.get("data_mb") or 0,
            profile=told.get("profile", ""),
            counted_kind=told.get("counted_kind"),
            quantity=told.get("quantity") or 1,
            is_optional=told["is_optional"],
        )


@dataclasses.dataclass(frozen=True)
class KeptLine:
    """A line as the page keeps it: codes and numbers, no row of the database."""

    nature: str
    label: str
    criteria: dict[str, Any]
    counted: str = ""
    quantity: int = 1
    is_optional: bool = False

    @classmethod
    def of(cls, line: RecipeLine) -> Self:
        counted = line.counted_kind.code if line.counted_kind else ""
        return cls(
            line.nature.value,
            line.label,
            line.criteria,
            counted,
            line.quantity,
            line.is_optional,
        )

    def back(self, bins: dict[str, CountedKind]) -> RecipeLine:
        """The line again. Raises ValueError, TypeError, KeyError for what is none."""
        asked = self.criteria
        return RecipeLine(
            nature=LineNature(self.nature),
            label=str(self.label)[:80],
            kinds=tuple(DeviceKind(kind) for kind in asked.get("kinds", [])),
            score=min(int(asked.get("score", 0)), BEST_SCORE),
            memory_gib=min(int(asked.get("memory_gib", 0)), MOST_GIB),
            camera=bool(asked.get("camera")),
            modem=bool(asked.get("modem")),
            data_mb=min(int(asked.get("data_mb", 0)), MOST_MB),
            profile=str(asked.get("profile", ""))[:60],
            counted_kind=bins[self.counted] if self.counted else None,
            quantity=int(self.quantity),
            is_optional=bool(self.is_optional),
        )


def kept_lines(lines: list[RecipeLine]) -> str:
    return json.dumps([dataclasses.asdict(KeptLine.of(line)) for line in lines])


def read_lines(text: str) -> list[RecipeLine]:
    """The lines of a page that was sent back; none where it was tampered with."""
    try:
        kept = [KeptLine(**each) for each in json.loads(text[:_LONGEST])][:MOST_LINES]
        codes = {str(each.counted) for each in kept if each.counted}
        bins = {kind.code: kind for kind in counted_kinds().filter(code__in=codes)}
        return [each.back(bins) for each in kept if _is_printable(each)]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return []


def lines_of_version(version: TemplateVersion) -> list[RecipeLine]:
    """The lines of a published version, to write the next one from."""
    return [
        KeptLine(
            line.nature,
            line.label,
            line.criteria,
            line.counted_kind.code if line.counted_kind else "",
            line.quantity,
            line.is_optional,
        ).back({line.counted_kind.code: line.counted_kind} if line.counted_kind else {})
        for line in version.lines.select_related("counted_kind")
    ]


def _is_printable(kept: KeptLine) -> bool:
    return str(kept.label).isprintable() and json.dumps(kept.criteria).isprintable()
