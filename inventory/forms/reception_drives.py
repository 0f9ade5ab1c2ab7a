"""The drives that a person writes down when a device comes in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.core.forms import Line
from inventory.actions import DeclaredDrive
from inventory.forms.reception import ReceptionForm
from inventory.methods import Medium
from inventory.models import Bus, Storage

GIGABYTE = 10**9
MOST_DRIVES = 8
_BUSES = {
    Medium.SATA_SSD: Bus.SATA,
    Medium.NVME: Bus.NVME,
    Medium.EMMC: Bus.EMMC,
    Medium.UFS: Bus.SOLDERED,
    Medium.SAS_HDD: Bus.SAS,
    Medium.SAS_SSD: Bus.SAS,
    Medium.USB_FLASH: Bus.USB,
}


class DriveForm(forms.Form):
    """One line: a drive as a person reads it. A line left empty is no drive."""

    medium = forms.ChoiceField(
        label=gettext_lazy("Medium"),
        required=False,
        choices=[("", "–"), *Medium.choices],
    )
    serial = Line(
        label=gettext_lazy("Serial number"),
        max_length=64,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "mono"}),
    )
    size = forms.IntegerField(
        label=gettext_lazy("Size (GB)"),
        required=False,
        min_value=1,
        max_value=1_000_000,
    )

    @property
    def drive(self) -> DeclaredDrive | None:
        """The drive of this line, or None for an empty one."""
        said = self.cleaned_data
        if not any(said.get(name) for name in ("medium", "serial", "size")):
            return None
        medium = Medium(said["medium"] or Medium.UNKNOWN)
        return DeclaredDrive(
            medium=medium,
            bus=_BUSES.get(medium, Bus.UNKNOWN),
            serial=said["serial"],
            size_bytes=said["size"] * GIGABYTE if said["size"] else None,
        )


DriveLines: TypeAlias = "forms.BaseFormSet[DriveForm]"
DriveFormSet = forms.formset_factory(
    DriveForm,
    extra=1,
    max_num=MOST_DRIVES,
    absolute_max=MOST_DRIVES,
    validate_max=True,
)


def declared(drives: DriveLines) -> tuple[DeclaredDrive, ...]:
    """The drives of the lines that say something."""
    found = (line.drive for line in drives.forms)
    return tuple(drive for drive in found if drive is not None)


def is_coherent(form: ReceptionForm, drives: DriveLines) -> bool:
    """Whether both are valid and do not contradict each other."""
    if not all([form.is_valid(), drives.is_valid()]):
        return False
    said = form.cleaned_data["storage"]
    if said == Storage.NONE and declared(drives):
        form.add_error("storage", _("A drive is written down below."))
    elif said == Storage.LISTED and not declared(drives):
        form.add_error("storage", _("Write at least one drive down below."))
    return form.is_valid()


def drive_lines_as_typed(data: Mapping[str, str], *, one_more: bool) -> DriveLines:
    """The lines of drives as they were typed, and perhaps an empty one more."""
    lines = [
        {name: data.get(f"drive-{number}-{name}", "") for name in DriveForm.base_fields}
        for number in range(MOST_DRIVES)
    ]
    last = max((n for n, line in enumerate(lines) if any(line.values())), default=-1)
    drives: DriveLines = DriveFormSet(prefix="drive", initial=lines[: last + 1])
    drives.extra = min(1 + one_more, MOST_DRIVES)
    return drives
