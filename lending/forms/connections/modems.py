"""What is typed about hotspots and dongles."""

from __future__ import annotations

from typing import Any, ClassVar, cast

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from backoffice.core.forms import Line
from backoffice.core.models import User
from inventory import tags
from lending import numbers
from lending.forms.act import ActForm
from lending.forms.fields import NumberField, SiteField, Unrepeated
from lending.models import Modem, ModemKind, SimCard


class ModemForm(ActForm):
    """One hotspot after another: site, kind, make and model stay for the next."""

    REFUSED_AT: ClassVar = {"modem_known": "imei", "number_malformed": "imei"}

    site = SiteField()
    kind = forms.TypedChoiceField(
        label=_("Kind"),
        choices=ModemKind.choices,
        coerce=ModemKind,
        initial=ModemKind.HOTSPOT,
        widget=forms.RadioSelect,
    )
    make = Line(label=_("Make"), max_length=40, required=False)
    model = Line(label=_("Model"), max_length=60, required=False)
    imei = NumberField(
        numbers.read_imei,
        label=_("IMEI"),
        help_text=_("15 digits, on the label or under the battery: scan or type them."),
    )
    network_name = Line(
        label=_("Name of its network"),
        max_length=32,
        required=False,
        help_text=_("As a telephone shows it."),
    )
    passphrase = Line(
        label=_("Its passphrase"),
        max_length=63,
        required=False,
        widget=Unrepeated(attrs={"class": "mono", "autocomplete": "off"}),
        help_text=_("Kept hidden, for the sheet that goes with the hotspot."),
    )

    def __init__(
        self, data: QueryDict | None = None, *, user: User, **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        cast("SiteField", self.fields["site"]).offer(user, "lending.manage_sim")

    @property
    def facts(self) -> dict[str, Any]:
        """The arguments of `receive_modem`."""
        return dict(self.cleaned_data)

    @property
    def kept(self) -> dict[str, str]:
        """What stays for the next one, as a query; nothing secret is in it."""
        told = self.cleaned_data
        return {
            "site": str(told["site"].uuid),
            "kind": told["kind"].value,
            "make": told["make"],
            "model": told["model"],
        }


class CardInForm(ActForm):
    """Which free card goes into a hotspot, by its tag or its own number."""

    REFUSED_AT: ClassVar = {"card_in_modem": "code", "unit_taken": "code"}

    code = Line(
        label=_("Card"), max_length=40, help_text=_("Scan its label, or its number.")
    )

    def __init__(
        self, data: QueryDict | None = None, *, user: User, modem: Modem, **kwargs: Any
    ) -> None:
        super().__init__(data, auto_id="id_card_%s", **kwargs)
        self.cards = SimCard.objects.visible_to(user)
        self.modem = modem

    def clean_code(self) -> SimCard:
        found = card_of(self.cards, self.cleaned_data["code"])
        if found is None:
            raise forms.ValidationError(_("No card here has this tag or number."))
        return found


def card_of(cards: QuerySet[SimCard], code: str) -> SimCard | None:
    """The card that a code names: a tag as printed, or the digits on the card."""
    try:
        return cards.filter(tag=tags.parse_tag(code).text).first()
    except tags.BadTag:
        key = "".join(code.split())[: numbers.KEY_DIGITS]
        return cards.filter(iccid_key=key).first() if key else None
