"""Which packs go to a structure in one go."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, cast

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from backoffice.core.dates import date_format
from backoffice.core.errors import DomainError
from lending.forms.act import ActForm
from lending.models import Pack

_DAY_AND_HOUR = "SHORT_DATETIME_FORMAT"


class DeliveryForm(ActForm):
    """A tick for each pack that goes; one that cannot leave is said, not left out."""

    packs = forms.MultipleChoiceField(
        label=_("Packs to deliver"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Tick the packs that leave.")},
    )

    def __init__(
        self,
        *args: Any,
        packs: Sequence[Pack],
        shown: Collection[Pack],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.known = {str(pack.uuid): pack for pack in packs}
        field = cast("forms.MultipleChoiceField", self.fields["packs"])
        field.choices = [(name, str(pack)) for name, pack in self.known.items()]
        # What became of a pack meanwhile is for the act to say; it is not offered.
        field.widget.choices = [
            (str(pack.uuid), _in_words(pack)) for pack in packs if pack in shown
        ]

    @property
    def chosen(self) -> list[Pack]:
        return [self.known[name] for name in self.cleaned_data["packs"]]

    def refuse(self, refusal: DomainError) -> None:
        """Each pack that cannot leave has a line of its own."""
        reasons = refusal.facts.get("reasons")
        if not isinstance(reasons, list):
            super().refuse(refusal)
            return
        self.refusal = refusal
        for words in (refusal.message, *reasons, refusal.advice):
            self.add_error(None, words)


def _in_words(pack: Pack) -> str:
    """What it is, for which request; and its appointment, which goes on with it."""
    parts = [str(pack), str(pack.version.template), str(pack.request), pack.place]
    for handover in getattr(pack, "planned", ()):
        if handover.planned_at is not None:
            day = date_format(timezone.localtime(handover.planned_at), _DAY_AND_HOUR)
            parts.append(gettext("appointment on %(day)s") % {"day": day})
    return " · ".join(str(part) for part in parts if part)
