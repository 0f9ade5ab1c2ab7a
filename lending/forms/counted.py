"""What is typed about counted things."""

from __future__ import annotations

from typing import Any, ClassVar, cast

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from backoffice.core.forms import Line
from backoffice.core.models import User
from lending.actions.counted import MOST
from lending.forms.act import ActForm
from lending.forms.fields import SiteField


class KindForm(ActForm):
    """A thing that is counted and not labelled one by one."""

    REFUSED_AT: ClassVar = {"kind_code_malformed": "code", "kind_known": "code"}

    name = Line(label=_("Name"), max_length=80, help_text=_("For example: USB mouse."))
    code = Line(
        label=_("Code of its bin"),
        max_length=20,
        help_text=_("What the barcode of the bin says, for example MOUSE-USB."),
    )
    plug = Line(
        label=_("Plug"),
        max_length=40,
        required=False,
        help_text=_("For a charger: the plug it ends in."),
    )


class Change(models.TextChoices):
    """What happened to a counted stock."""

    RECEIVED = "received", _("Arrived")
    COUNTED = "counted", _("Counted on the shelf")
    BROKEN = "broken", _("Broken or worn out")
    MINIMUM = "minimum", _("Minimum to keep")


class ChangeForm(ActForm):
    """One change of what a site has."""

    REFUSED_AT: ClassVar = {"count_impossible": "number", "nothing_left": "number"}

    site = SiteField()
    what = forms.TypedChoiceField(
        label=_("What the number says"),
        choices=Change.choices,
        coerce=Change,
        initial=Change.COUNTED,
        widget=forms.RadioSelect,
    )
    number = forms.IntegerField(
        label=_("How many"),
        min_value=0,
        max_value=MOST,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("SiteField", self.fields["site"]).offer(user, "lending.count_stock")
