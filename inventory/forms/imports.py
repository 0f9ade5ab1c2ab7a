"""A report of another tool, and the drive that a doubtful line of it is about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.core.models import Site, User
from inventory.forms.act import ActForm
from inventory.imports.reading import MOST_BYTES
from inventory.models import StorageDrive

NONE = "none"


class ReportForm(ActForm):
    """The file as the tool wrote it, or its text."""

    file = forms.FileField(
        label=gettext_lazy("Report of the tool"),
        help_text=gettext_lazy(
            "The log or the PDF of nwipe or ShredOS, or an XML or CSV export of Blancco. "
            "At most 5 MB."
        ),
        required=False,
    )
    text = forms.CharField(
        label=gettext_lazy("Or its text, pasted"),
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
        max_length=1_000_000,
        required=False,
        strip=False,
    )
    site = forms.ModelChoiceField(
        label=gettext_lazy("Site"),
        queryset=Site.objects.none(),
        to_field_name="uuid",
        empty_label=gettext_lazy("Choose…"),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sites = Site.objects.visible_to(user).filter(is_active=True)
        allowed = user.site_ids("inventory.record_erasure")
        if allowed is not None:
            sites = sites.filter(pk__in=allowed)
        field = cast("forms.ModelChoiceField[Site]", self.fields["site"])
        field.queryset = sites
        if len(known := list(sites[:2])) == 1:
            field.initial, field.empty_label = known[0].uuid, None

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        file: UploadedFile[Any] | None = said.get("file")
        if file is None and not said.get("text") and "file" not in self.errors:
            raise forms.ValidationError(_("Choose a file, or paste its text."))
        return said

    @property
    def facts(self) -> dict[str, Any]:
        """The arguments of `take_in_results`."""
        file: UploadedFile[Any] | None = self.cleaned_data["file"]
        pasted = self.cleaned_data["text"].encode(errors="replace")
        return {
            # One byte more than is taken in: what is larger is refused as such.
            "body": file.read(MOST_BYTES + 1) if file else pasted,
            "file_name": (file.name or "") if file else _("pasted text"),
            "site": self.cleaned_data["site"],
        }


class WhichDriveForm(forms.Form):
    """Which of these drives it is, or none."""

    drive = forms.ChoiceField(
        label=gettext_lazy("Which drive it is"), widget=forms.RadioSelect
    )

    def __init__(
        self, *args: Any, drives: Sequence[StorageDrive], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._drives = {str(drive.uuid): drive for drive in drives}
        field = cast("forms.ChoiceField", self.fields["drive"])
        field.choices = [
            *((key, f"{drive} – {drive.where}") for key, drive in self._drives.items()),
            (NONE, _("None of these")),
        ]

    @property
    def chosen(self) -> StorageDrive | None:
        return self._drives.get(self.cleaned_data["drive"])
