"""On which paper labels are printed, and where on it the next one goes."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from typing import Any, Self

from django import forms
from django.contrib.sessions.backends.base import SessionBase
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventory.labels import AVERY_L7160
from inventory.tags import BadTag, parse_tag

SESSION_KEY = "labels"
MOST_LABELS = 100
_BETWEEN = re.compile(r"[,;\s]+")


class Paper(models.TextChoices):
    TAPE = "tape", gettext_lazy("Label printer, 62 mm tape")
    SHEET = "sheet", gettext_lazy("A4 sheet of 21 labels (63.5 × 38.1 mm)")


@dataclasses.dataclass(frozen=True)
class Printing:
    """How this browser's station prints. `first_cell` counts from 1, row by row."""

    paper: Paper = Paper.TAPE
    first_cell: int = 1
    by_itself: bool = False

    @classmethod
    def of(cls, session: SessionBase) -> Self:
        kept: Mapping[str, Any] = session.get(SESSION_KEY, {})
        return cls(
            paper=Paper(kept.get("paper", Paper.TAPE)),
            first_cell=kept.get("first_cell", 1),
            by_itself=kept.get("by_itself", False),
        )

    def keep(self, session: SessionBase) -> None:
        session[SESSION_KEY] = {**dataclasses.asdict(self), "paper": self.paper.value}

    def after(self, count: int) -> Self:
        """Where the next label goes once `count` more are printed."""
        if self.paper != Paper.SHEET:
            return self
        used = (self.first_cell - 1 + count) % AVERY_L7160.cells
        return dataclasses.replace(self, first_cell=used + 1)


class PrintingForm(forms.Form):
    """The paper, the first free cell of a sheet, and whether printing starts itself."""

    paper = forms.ChoiceField(
        label=gettext_lazy("Paper"), choices=Paper, widget=forms.RadioSelect
    )
    first_cell = forms.IntegerField(
        label=gettext_lazy("First free label on the sheet"),
        required=False,
        validators=[MinValueValidator(1), MaxValueValidator(AVERY_L7160.cells)],
        widget=forms.NumberInput(attrs={"min": 1, "max": AVERY_L7160.cells}),
        help_text=gettext_lazy(
            "Counted from the top left, row by row: 1 is a new sheet."
        ),
    )
    by_itself = forms.BooleanField(
        label=gettext_lazy("At reception, print each label by itself"),
        required=False,
        help_text=gettext_lazy(
            "The browser opens its print window; it prints at once where it was "
            "started for that."
        ),
    )

    @property
    def printing(self) -> Printing:
        said = self.cleaned_data
        return Printing(
            Paper(said["paper"]), said["first_cell"] or 1, said["by_itself"]
        )


class LabelRequest(forms.Form):
    """Which labels, and on what: what the address of a sheet of labels may say."""

    tags = forms.CharField(max_length=4000)
    paper = forms.ChoiceField(choices=Paper, required=False)
    first_cell = forms.IntegerField(
        required=False, min_value=1, max_value=AVERY_L7160.cells
    )

    def clean_tags(self) -> list[str]:
        """Stored tags, each once, in the order asked."""
        asked = [text for text in _BETWEEN.split(self.cleaned_data["tags"]) if text]
        if len(asked) > MOST_LABELS:
            raise forms.ValidationError(
                _("At most %(most)d labels at a time.") % {"most": MOST_LABELS}
            )
        try:
            return list(dict.fromkeys(parse_tag(text).text for text in asked))
        except BadTag as bad:
            raise forms.ValidationError(
                _("One of these is not a tag of ours.")
            ) from bad

    def tags_or_none(self) -> list[str] | None:
        """The tags asked for, none where the address names none, None if it is wrong."""
        if not self.data.get("tags"):
            return []
        return self.cleaned_data["tags"] if self.is_valid() else None

    def on(self, usual: Printing) -> Printing:
        """The paper asked for, else the usual one."""
        said = self.cleaned_data
        return dataclasses.replace(
            usual,
            paper=Paper(said["paper"] or usual.paper),
            first_cell=said["first_cell"] or usual.first_cell,
        )
