"""What is typed or pressed at the scan station."""

from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Iterator, Mapping
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backoffice.core.errors import DomainError
from backoffice.core.forms import Line
from backoffice.core.models import User
from inventory.actions import Claim
from inventory.forms.hints import health_of, hints_of
from inventory.methods import (
    Medium,
    Technique,
    Verification,
    class_of,
    techniques_for,
)
from inventory.models import (
    CheckOutcome,
    Device,
    ErasureException,
    ErasureResult,
    Place,
    StationMode,
    StorageDrive,
)
from inventory.models.erasure import TYPED_EXCEPTIONS
from inventory.models.quality import CheckSubject, checklist


class Raw(forms.Field):
    """Characters as they arrived: the scanner's reader judges them, not the form."""

    def to_python(self, value: Any) -> str:
        return value if isinstance(value, str) else ""


@dataclasses.dataclass(frozen=True)
class SentScan:
    """One scan as the browser sends it. `asked`: the scan whose card was pressed;
    `has_arrived`: a scanner posted it, and the server keeps it until it is answered.
    """

    code: str
    physical: str
    nonce: uuid.UUID
    mode: StationMode | None
    asked: uuid.UUID | None
    has_arrived: bool = False


def sent_scan(data: Mapping[str, str]) -> SentScan | None:
    """Read one scan, or None for what no page of ours sends.

    No form: it is read at every scan, and nobody fills it in.
    """
    try:
        return SentScan(
            code=data.get("code", ""),
            physical=data.get("physical", ""),
            nonce=uuid.UUID(data.get("nonce", "")),
            mode=StationMode(data["mode"]) if data.get("mode") else None,
            asked=uuid.UUID(data["asked"]) if data.get("asked") else None,
            has_arrived=bool(data.get("arrived")),
        )
    except ValueError:
        return None


class NonceForm(forms.Form):
    nonce = forms.UUIDField()


class StartForm(forms.Form):
    """Which station this browser is, and what it begins with."""

    station = Line(
        label=_("Name of this station"),
        max_length=40,
        help_text=_("As people call it: “Bench 3”. It is written into the history."),
        widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "off"}),
    )
    mode = forms.ChoiceField(
        label=_("Mode"), choices=StationMode, widget=forms.RadioSelect
    )
    place = forms.ModelChoiceField(
        label=_("Place where devices are moved to"),
        queryset=Place.objects.none(),
        to_field_name="uuid",
        required=False,
        empty_label=_("Scanned when needed"),
        help_text=_("Only the Move mode uses it."),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast("forms.ModelChoiceField[Place]", self.fields["place"])
        field.queryset = Place.objects.visible_to(user).open().for_list()


class AnswerForm(forms.Form):
    """What becomes of a code that leads nowhere."""

    nonce = forms.UUIDField()
    answer = forms.ChoiceField(choices=[(a, a) for a in ("create", "attach", "ignore")])
    # Of the device that the code belongs to, as scanned or typed.
    tag = Raw(required=False)


class CardForm(forms.Form):
    """A form on a card, which is sent again as filled in where its act was refused."""

    def refuse(self, refusal: DomainError) -> None:
        """Say the rule, and let what is corrected be a scan of its own."""
        self.add_error(None, f"{refusal.message} {refusal.advice}".strip())
        answers = cast("QueryDict", self.data).copy()
        answers["nonce"] = str(uuid.uuid4())
        self.data = answers


class DriveErasureForm(CardForm):
    """One erasure, short enough for the bench; its tool and method are those of the last
    of its kind, what proves it is said anew.
    """

    nonce = forms.UUIDField(widget=forms.HiddenInput)
    medium = forms.ChoiceField(label=_("Medium"), choices=Medium)
    technique = forms.ChoiceField(label=_("Method"))
    tool = Line(label=_("Tool"), max_length=40)
    tool_version = Line(label=_("Version"), max_length=40)
    verification = forms.ChoiceField(
        label=_("Verification"), choices=[("", _("Choose")), *Verification.choices]
    )
    bytes_erased = forms.IntegerField(
        label=_("Bytes erased"), required=False, min_value=0, max_value=2**53
    )
    result = forms.ChoiceField(label=_("Result"), choices=ErasureResult)
    exceptions = forms.MultipleChoiceField(
        label=_("Exceptions"),
        choices=TYPED_EXCEPTIONS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(
        self,
        data: Any = None,
        *,
        drive: StorageDrive,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        fresh = {"nonce": uuid.uuid4(), "result": ErasureResult.ERASED}
        # Several of these may stand on one page.
        auto_id = f"id_{drive.uuid.hex[:8]}_%s"
        super().__init__(data, initial={**fresh, **(initial or {})}, auto_id=auto_id)
        self.drive = drive
        medium = Medium(drive.medium)
        technique = cast("forms.ChoiceField", self.fields["technique"])
        if medium == Medium.UNKNOWN:
            technique.choices = Technique.choices
        else:
            del self.fields["medium"]
            technique.choices = list(_with_class(medium))

    @property
    def claim(self) -> Claim:
        """What a valid form says."""
        said = self.cleaned_data
        return Claim(
            result=ErasureResult(said["result"]),
            technique=Technique(said["technique"]),
            tool=said["tool"],
            tool_version=said["tool_version"],
            verification=Verification(said["verification"]),
            erased_on=timezone.localdate(),
            bytes_erased=said["bytes_erased"],
            exceptions=tuple(map(ErasureException, said["exceptions"])),
            medium=Medium(said["medium"]) if "medium" in said else None,
        )


def _with_class(medium: Medium) -> Iterator[tuple[str, str]]:
    """Each technique of a medium, best first, with the class that it gives."""
    for technique in techniques_for(medium):
        reached = class_of(medium, technique)
        yield technique.value, f"{technique.label} – {reached.label}"


class ChecklistForm(CardForm):
    """One line per subject of this kind of device, four big buttons each."""

    nonce = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, device: Device) -> None:
        super().__init__(data, initial={"nonce": uuid.uuid4()})
        self.subjects = checklist(device.kind)
        self.health = health_of(device)
        hints = hints_of(self.health)
        for subject in self.subjects:
            self.fields[subject.value] = forms.ChoiceField(
                label=subject.label,
                help_text=hints.get(subject.value, ""),
                choices=CheckOutcome,
                initial=CheckOutcome.NOT_TESTED,
                widget=forms.RadioSelect,
            )

    @property
    def rows(self) -> list[forms.BoundField]:
        return [self[subject.value] for subject in self.subjects]

    @property
    def lines(self) -> dict[CheckSubject, CheckOutcome]:
        said = self.cleaned_data
        return {subject: CheckOutcome(said[subject.value]) for subject in self.subjects}
