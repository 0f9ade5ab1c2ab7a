"""Donors, donations and lots, as they are written down."""

from __future__ import annotations

import datetime as dt
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backoffice.core.forms import Line
from backoffice.core.models import Site, User
from inventory.methods import ErasurePolicy, VerificationPolicy
from inventory.models import Donor, DonorKind

MOST_ANNOUNCED = 100_000
# Enough to choose from; beyond it one searches.
DONORS_SHOWN = 50


class DonorForm(forms.Form):
    """Who gives: name and kind, and where to reach them if they wish."""

    kind = forms.ChoiceField(
        label=_("Kind of donor"), choices=DonorKind, widget=forms.RadioSelect
    )
    name = Line(label=_("Name"), max_length=120)
    contact_name = Line(label=_("Contact person"), max_length=80, required=False)
    email = forms.EmailField(label=_("E-mail address"), max_length=254, required=False)
    phone = Line(label=_("Telephone"), max_length=24, required=False)
    address = Line(
        label=_("Address"),
        max_length=200,
        required=False,
        help_text=_("Printed on the receipt."),
    )
    registration = Line(
        label=_("Registration number"),
        max_length=20,
        required=False,
        help_text=_("SIREN, SIRET, RNA or BCE number, where there is one."),
    )

    @property
    def facts(self) -> dict[str, Any]:
        """The arguments of `register_donor`."""
        return {**self.cleaned_data, "kind": DonorKind(self.cleaned_data["kind"])}


class DonationForm(forms.Form):
    """What a donor gives at one time, where, and how its data must be erased."""

    site = forms.ModelChoiceField(
        label=_("Site"),
        queryset=Site.objects.none(),
        to_field_name="uuid",
        empty_label=_("Choose…"),
    )
    received_on = forms.DateField(
        label=_("Received on"),
        initial=timezone.localdate,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    reference = Line(
        label=_("Donor’s reference"),
        max_length=40,
        required=False,
        help_text=_("What the donor calls this donation in their own files."),
    )
    erasure_policy = forms.ChoiceField(
        label=_("Minimum erasure"),
        choices=ErasurePolicy,
        initial=ErasurePolicy.STANDARD,
        widget=forms.RadioSelect,
        help_text=_(
            "Clear: overwritten, out of reach of ordinary and recovery software. "
            "Purge: out of reach of a laboratory too. No drive counts as erased below "
            "what is chosen here, and no device leaves with a drive that is not."
        ),
    )

    verified_in_full = forms.BooleanField(
        label=_("Every drive is read back in full"),
        required=False,
        help_text=_(
            "Otherwise samples are read back, wherever the method allows it: much faster."
        ),
    )
    erasure_by_two = forms.BooleanField(
        label=_("Erasures are approved by a second person"),
        required=False,
        help_text=_("Nobody then has a machine erase drives by an order of their own."),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sites = Site.objects.visible_to(user).filter(is_active=True)
        allowed = user.site_ids("inventory.manage_donation")
        if allowed is not None:
            sites = sites.filter(pk__in=allowed)
        field = cast("forms.ModelChoiceField[Site]", self.fields["site"])
        field.queryset = sites
        if len(known := list(sites[:2])) == 1:
            field.initial, field.empty_label = known[0].uuid, None

    def clean_received_on(self) -> dt.date:
        received_on: dt.date = self.cleaned_data["received_on"]
        if received_on > timezone.localdate():
            raise ValidationError(_("A donation cannot be received in the future."))
        return received_on

    @property
    def facts(self) -> dict[str, Any]:
        """The arguments of `record_donation`, but the donor."""
        said = dict(self.cleaned_data)
        full = said.pop("verified_in_full")
        return {
            **said,
            "erasure_policy": ErasurePolicy(said["erasure_policy"]),
            "verification_policy": (
                VerificationPolicy.FULL if full else VerificationPolicy.SAMPLED
            ),
        }


class LotForm(forms.Form):
    """A batch of a donation, as it came off the van."""

    label = Line(
        label=_("What is in this lot"),
        max_length=80,
        required=False,
        help_text=_("For example: laptops of the second floor."),
    )
    announced_count = forms.IntegerField(
        label=_("How many were announced"),
        min_value=1,
        required=False,
        validators=[MaxValueValidator(MOST_ANNOUNCED)],
    )


class DonorChoice(forms.Form):
    """A donor already known, or none: then a new one is written down."""

    donor = forms.ModelChoiceField(
        label=_("Donor"),
        queryset=Donor.objects.none(),
        to_field_name="uuid",
        required=False,
    )

    def __init__(
        self,
        *args: Any,
        user: User,
        search: str = "",
        nobody: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.known = Donor.objects.visible_to(user).order_by("name", "pk")
        field = cast("forms.ModelChoiceField[Donor]", self.fields["donor"])
        # The search narrows what is drawn; whoever was drawn before stays valid.
        field.queryset = self.known
        field.choices = [
            ("", nobody or _("A new donor, written down below")),
            *self._drawn(search).items(),
        ]

    def _drawn(self, search: str) -> dict[str, str]:
        found = self.known.filter(name__icontains=search) if search else self.known
        drawn = {str(donor.uuid): donor.name for donor in found[:DONORS_SHOWN]}
        wanted = self["donor"].value()
        if wanted and str(wanted) not in drawn:
            drawn |= self._chosen(wanted)
        return drawn

    def _chosen(self, wanted: Any) -> dict[str, str]:
        try:
            donor = self.fields["donor"].clean(wanted)
        except ValidationError:
            return {}
        return {str(donor.uuid): donor.name}
