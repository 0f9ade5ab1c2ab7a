"""What is typed about access points of operators."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from backoffice.core.forms import Line
from lending.actions import ApnFacts
from lending.forms.act import ActForm
from lending.forms.fields import Unrepeated
from lending.models import ApnAuth, ApnIp, ApnProfile

KEPT = ("operator", "name", "apn", "network", "username", "auth", "ip_type", "is_usual")
# 3GPP TS 23.003, 9.1; operators write underscores too.
ACCESS_POINT = r"\A[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?\Z"


class ApnForm(ActForm):
    """One access point, as the operator writes it."""

    REFUSED_AT: ClassVar = {"apn_known": "name"}

    operator = Line(label=_("Operator"), max_length=40)
    name = Line(label=_("Name"), max_length=80)
    apn = Line(
        label=_("APN"),
        max_length=64,
        validators=[
            RegexValidator(
                ACCESS_POINT,
                _("Letters, digits, dots and hyphens only: internet.example.fr."),
            )
        ],
    )
    network = Line(
        label=_("Network (MCC and MNC)"),
        max_length=6,
        required=False,
        validators=[RegexValidator(r"\A[0-9]{5,6}\Z", _("Five or six digits: 20801."))],
    )
    username = Line(label=_("User name"), max_length=64, required=False)
    password = forms.CharField(
        label=_("Password"),
        max_length=64,
        required=False,
        widget=Unrepeated(attrs={"autocomplete": "off"}),
        help_text=_("Leave empty to keep the one there is."),
    )
    auth = forms.ChoiceField(label=_("Authentication"), choices=ApnAuth)
    ip_type = forms.ChoiceField(label=_("Addresses"), choices=ApnIp)
    is_usual = forms.BooleanField(
        label=_("The usual one, for cards whose plan names none"), required=False
    )

    @classmethod
    def of(cls, profile: ApnProfile) -> Self:
        return cls(initial={name: getattr(profile, name) for name in KEPT})

    @property
    def facts(self) -> ApnFacts:
        told: dict[str, Any] = dict(self.cleaned_data)
        auth, ip_type = ApnAuth(told.pop("auth")), ApnIp(told.pop("ip_type"))
        return ApnFacts(**told, auth=auth, ip_type=ip_type)
