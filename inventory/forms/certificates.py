"""What is asked about certificates: which, why not, and where to send them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from backoffice.core.forms import Line
from backoffice.core.models import DocumentKind
from backoffice.core.models.document import OF_HANDOVERS
from inventory.forms.act import ActForm
from inventory.forms.dates import DateInput
from inventory.models import CancelReason
from inventory.models.certificate import CertificateQuerySet

KINDS = [
    (kind.value, kind.label)
    for kind in DocumentKind
    if kind not in {DocumentKind.DONATION_RECEIPT, *OF_HANDOVERS}
]
# Only the product itself says that a newer document says more.
REASONS = [
    (reason.value, reason.label)
    for reason in CancelReason
    if reason != CancelReason.SUPERSEDED
]


class CertificateFilter(forms.Form):
    """What a list of certificates is narrowed by; what is wrong narrows nothing."""

    number = Line(label=_("Number"), max_length=24, required=False)
    kind = forms.ChoiceField(
        label=_("Kind"), choices=[("", _("All")), *KINDS], required=False
    )
    lot = Line(label=_("Lot"), max_length=20, required=False)
    donor = Line(label=_("Donor"), max_length=120, required=False)
    issued_from = forms.DateField(
        label=_("Issued from"), widget=DateInput(), required=False
    )
    issued_until = forms.DateField(
        label=_("Issued until"), widget=DateInput(), required=False
    )
    state = forms.ChoiceField(
        label=_("State"),
        choices=[
            ("", _("All")),
            ("valid", _("Valid")),
            ("fallen", _("No longer counts")),
            ("cancelled", _("Cancelled")),
        ],
        required=False,
    )

    def narrow(self, rows: CertificateQuerySet) -> CertificateQuerySet:
        self.is_valid()
        asked: dict[str, Any] = {k: v for k, v in self.cleaned_data.items() if v}
        state = asked.pop("state", "")
        rows = rows.filter(**{LOOKUPS[name]: value for name, value in asked.items()})
        match state:
            case "valid":
                return rows.standing()
            case "fallen":
                return rows.fallen()
            case "cancelled":
                return rows.exclude(cancelled_at=None)
        return rows


LOOKUPS = {
    "number": "document__number__iexact",
    "kind": "document__kind",
    "lot": "lot__code__iexact",
    "donor": "lot__donation__donor__name__icontains",
    "issued_from": "document__issued_at__date__gte",
    "issued_until": "document__issued_at__date__lte",
}


class CancelForm(ActForm):
    # Chosen, never proposed: it is what the donor is told.
    reason = forms.ChoiceField(
        label=_("Reason"), choices=[("", _("Choose one")), *REASONS]
    )

    @property
    def facts(self) -> dict[str, Any]:
        return {"reason": CancelReason(self.cleaned_data["reason"])}


class SendForm(forms.Form):
    """Where a lot's summary is sent, and in which language."""

    address = forms.EmailField(label=_("E-mail address"), max_length=254)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)


def language_of(posted: str) -> str:
    """The language of a document as chosen; the house's where it is none of ours."""
    return posted if posted in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
