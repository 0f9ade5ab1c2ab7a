"""What a person reads on a drive, and where it goes."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from backoffice.core.forms import Line
from backoffice.core.models import User
from inventory import tags
from inventory.actions import DeclaredDrive
from inventory.forms.act import ActForm
from inventory.forms.dates import DateInput
from inventory.methods import Medium
from inventory.models import Bus, Device, Place
from inventory.states import WithdrawalReason

GIGABYTE = 10**9
# A thousand terabytes: more than any drive, less than the database's limit.
LARGEST_GIGABYTES = 1_000_000
# Which bus a medium speaks of by itself.
_BUS_OF = {
    Medium.HDD: Bus.SATA,
    Medium.SATA_SSD: Bus.SATA,
    Medium.NVME: Bus.NVME,
    Medium.EMMC: Bus.EMMC,
    Medium.UFS: Bus.SOLDERED,
    Medium.SAS_HDD: Bus.SAS,
    Medium.SAS_SSD: Bus.SAS,
    Medium.USB_FLASH: Bus.USB,
}


class DeclareDriveForm(ActForm):
    """One drive that was found in a device."""

    medium = forms.ChoiceField(
        label=_("What it is"),
        choices=[("", _("Choose")), *Medium.choices],
        help_text=_("A drive on an adapter or behind RAID counts as unknown."),
    )
    make = Line(label=_("Make"), max_length=60, required=False)
    model = Line(label=_("Model"), max_length=80, required=False)
    serial = Line(
        label=_("Serial number"),
        max_length=64,
        required=False,
        help_text=_("On the drive’s own label."),
    )
    size_gigabytes = forms.IntegerField(
        label=_("Size (GB)"),
        min_value=1,
        max_value=LARGEST_GIGABYTES,
        required=False,
        help_text=_("As its label says. Empty if it does not say."),
    )
    invoice_reference = Line(
        label=_("Bought new: invoice"),
        max_length=40,
        required=False,
        help_text=_("Only for a drive that nobody ever used. Empty otherwise."),
    )
    invoice_supplier = Line(
        label=_("Bought new: supplier"), max_length=60, required=False
    )
    invoiced_on = forms.DateField(
        label=_("Bought new: date of the invoice"), widget=DateInput, required=False
    )

    @property
    def facts(self) -> dict[str, Any]:
        said = self.cleaned_data
        medium, gigabytes = Medium(said["medium"]), said["size_gigabytes"]
        drive = DeclaredDrive(
            medium=medium,
            bus=_BUS_OF.get(medium, Bus.UNKNOWN),
            make=said["make"],
            model=said["model"],
            serial=said["serial"],
            size_bytes=gigabytes * GIGABYTE if gigabytes else None,
            invoice_reference=said["invoice_reference"],
            invoice_supplier=said["invoice_supplier"],
            invoiced_on=said["invoiced_on"],
        )
        return {"drive": drive}


class WithdrawForm(ActForm):
    reason = forms.ChoiceField(
        label=_("Why it is none"), choices=WithdrawalReason, widget=forms.RadioSelect
    )

    @property
    def facts(self) -> dict[str, Any]:
        return {"reason": WithdrawalReason(self.cleaned_data["reason"])}


class TakeOutForm(ActForm):
    custody = forms.ModelChoiceField(
        label=_("Locked place that keeps it"),
        queryset=Place.objects.none(),
        to_field_name="uuid",
        empty_label=_("Choose…"),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = Place.objects.visible_to(user).open().filter(for_drives=True)
        field = cast("forms.ModelChoiceField[Place]", self.fields["custody"])
        field.queryset = places.select_related("site").order_by("site__name", "name")


class PutInForm(ActForm):
    """The device is named by its tag, typed or scanned."""

    device = Line(
        label=_("Tag of the device"),
        max_length=40,
        help_text=_("Scan its label, or type it: PC-004217-W."),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._user = user

    def clean_device(self) -> Device:
        try:
            tag = tags.parse_tag(self.cleaned_data["device"])
        except tags.BadTag as bad:
            raise forms.ValidationError(_("This is not one of our tags.")) from bad
        devices = Device.objects.visible_to(self._user)
        device = devices.filter(tag=tag.text).first()
        if device is None:
            raise forms.ValidationError(_("There is no device with this tag."))
        return device
