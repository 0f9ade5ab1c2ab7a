"""What is chosen and written when somebody decides about a request."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from lending.actions.requests_following import LONGEST_MESSAGE
from lending.actions.requests_writing import refuse_date
from lending.forms.act import ActForm
from lending.models import EquipmentRequest, Programme, Quota
from lending.states import DISMISSED_FOR, EndReason, HandOverMode, RefusalReason

OUTSIDE = "none"


class DecisionForm(ActForm):
    """One decision about one request; several stand on the same page."""

    NAME = ""
    REFUSED_AT: ClassVar = {
        "date_impossible": "until",
        "programme_closed": "programme",
        "programme_foreign": "programme",
        "quota_exhausted": "programme",
        "target_reached": "programme",
        "text_missing": "text",
        "text_too_long": "text",
    }

    def __init__(
        self, data: QueryDict | None = None, *, about: EquipmentRequest
    ) -> None:
        super().__init__(data, auto_id=f"id_{self.NAME}_%s")
        self.about = about

    @property
    def facts(self) -> dict[str, Any]:
        """What the act is told."""
        return dict(self.cleaned_data)


class TakeUpForm(DecisionForm):
    NAME = "take_up"


class ReconsiderForm(DecisionForm):
    NAME = "reconsider"


class _TextForm(DecisionForm):
    text = forms.CharField(
        label=_("Message"),
        max_length=LONGEST_MESSAGE,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A browser that knew how much fits would cut the rest off without a word.
        self.fields["text"].widget.attrs.pop("maxlength", None)


class MessageForm(_TextForm):
    NAME = "message"


class CompleteForm(_TextForm):
    NAME = "complete"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = _("What is missing")


class ProgrammeChoice(forms.ChoiceField):
    """One of the programmes in which the structure has a quota, or none of them."""

    def offer(self, request: EquipmentRequest) -> None:
        self.known = {
            str(quota.programme.uuid): quota for quota in request.structure.open_quotas
        }
        self.choices = [
            ("", _("Choose…")),
            *((key, _named(quota)) for key, quota in self.known.items()),
            (OUTSIDE, _("Outside every programme: no quota counts")),
        ]
        if request.programme is not None:
            self.initial = str(request.programme.uuid)

    def clean(self, value: Any) -> Programme | None:
        chosen: str = super().clean(value)
        return None if chosen == OUTSIDE else self.known[chosen].programme


class _ProgrammeForm(DecisionForm):
    programme = ProgrammeChoice(label=_("Programme"))

    def __init__(
        self, data: QueryDict | None = None, *, about: EquipmentRequest
    ) -> None:
        super().__init__(data, about=about)
        self.fields["programme"].offer(about)  # type: ignore[attr-defined]


class WaitForm(_ProgrammeForm):
    NAME = "wait"


class ApproveForm(_ProgrammeForm):
    NAME = "approve"
    mode = forms.ChoiceField(
        label=_("How it leaves"), choices=HandOverMode, widget=forms.RadioSelect
    )
    field_order = ("mode", "programme")

    @property
    def facts(self) -> dict[str, Any]:
        return super().facts | {"mode": HandOverMode(self.cleaned_data["mode"])}


class AdjournForm(DecisionForm):
    NAME = "adjourn"
    until = forms.DateField(
        label=_("Until"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        self.hold_to("until", refuse_date, told.get("until"))
        return told


class RefuseForm(DecisionForm):
    NAME = "refuse"
    reason = forms.ChoiceField(
        label=_("Reason, as the structure will read it"),
        choices=[("", _("Choose…")), *RefusalReason.choices],
    )

    @property
    def facts(self) -> dict[str, Any]:
        return {"reason": RefusalReason(self.cleaned_data["reason"])}


class DismissForm(DecisionForm):
    NAME = "dismiss"
    reason = forms.ChoiceField(
        label=_("Reason, as the structure will read it"),
        choices=[("", _("Choose…")), *((each, each.label) for each in DISMISSED_FOR)],
    )

    @property
    def facts(self) -> dict[str, Any]:
        return {"reason": EndReason(self.cleaned_data["reason"])}


def _named(quota: Quota) -> str:
    left = ngettext("%(left)s pack left", "%(left)s packs left", quota.left)
    return f"{quota.programme} · {left % {'left': quota.left}}"
