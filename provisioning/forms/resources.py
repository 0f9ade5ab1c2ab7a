"""What is typed about resources: found, brought in, described, withdrawn."""

from __future__ import annotations

import uuid
from typing import Any, Self, cast

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from backoffice.core.forms import Line
from backoffice.core.forms.accounts import ActForm
from provisioning.actions import ResourceFacts
from provisioning.kinds import ContentLanguage, Licence, ResourceKind, Withdrawal
from provisioning.models import Resource, Upload

# In one piece, without a script: the server reads no larger request. In bytes.
LARGEST_AT_ONCE = 7 * 1024 * 1024
LONGEST_NAME = 200


class ResourceFilter(forms.Form):
    """What of the library is listed; what it does not understand is left out."""

    q = Line(label=gettext_lazy("Title"), max_length=120, required=False)
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        choices=[("", gettext_lazy("Every kind")), *ResourceKind.choices],
        required=False,
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language"),
        choices=[("", gettext_lazy("Every language")), *ContentLanguage.choices],
        required=False,
    )
    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        choices=[
            ("", gettext_lazy("Offered")),
            ("withdrawn", pgettext_lazy("library", "Withdrawn")),
            ("all", gettext_lazy("Both")),
        ],
        required=False,
    )


class SourceLine(Line):
    """`needed_sometimes`: of what others wrote, so not said to be optional."""

    needed_sometimes = True


class ResourceForm(ActForm):
    """What one has to know of a file before giving it away."""

    title_fr = Line(label=gettext_lazy("Title in French"), max_length=120)
    title_en = Line(
        label=gettext_lazy("Title in English"), max_length=120, required=False
    )
    language = forms.TypedChoiceField(
        label=gettext_lazy("Language of what it says"),
        choices=ContentLanguage.choices,
        coerce=ContentLanguage,
        initial=ContentLanguage.FRENCH,
    )
    licence = forms.TypedChoiceField(
        label=gettext_lazy("Licence"),
        choices=[("", gettext_lazy("Choose…")), *Licence.choices],
        coerce=Licence,
        help_text=gettext_lazy(
            "What we put on machines is given away: only what may be."
        ),
    )
    source_url = SourceLine(
        label=gettext_lazy("Source"),
        max_length=500,
        required=False,
        help_text=gettext_lazy(
            "The address of its page, or who gave it to us and when. May stay empty for "
            "what we wrote."
        ),
    )

    @classmethod
    def of(cls, resource: Resource) -> Self:
        return cls(initial={name: getattr(resource, name) for name in cls.base_fields})

    @property
    def facts(self) -> ResourceFacts:
        typed = self.cleaned_data
        return ResourceFacts(**{name: typed[name] for name in ResourceForm.base_fields})


class WantedFile(forms.FileField):
    """`needed_sometimes`: not where the file is here already, so not said to be optional."""

    needed_sometimes = True


class NewResourceForm(ResourceForm):
    """A file with what is to be known of it.

    The file comes with the form where it is small; a script sends a larger one before,
    and the form says then which upload it was.
    """

    file = WantedFile(
        label=gettext_lazy("File"), required=False, max_length=LONGEST_NAME
    )
    kind = forms.TypedChoiceField(
        label=gettext_lazy("Kind"),
        choices=[("", gettext_lazy("Choose…")), *ResourceKind.choices],
        coerce=ResourceKind,
    )
    upload = forms.UUIDField(required=False, widget=forms.HiddenInput)
    field_order = ("file", "kind", "title_fr", "title_en", "language", "licence")

    def clean_file(self) -> UploadedFile[Any] | None:
        file: UploadedFile[Any] | None = self.cleaned_data["file"]
        if file is not None and (file.size or 0) > LARGEST_AT_ONCE:
            raise forms.ValidationError(
                _("Without a script no more than 7 MB come in at once.")
            )
        return file

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "file" in cleaned and not cleaned["file"] and not cleaned.get("upload"):
            self.add_error("file", _("Choose a file."))
        return cleaned

    def keeps(self, upload: Upload) -> None:
        """Sent again, the form speaks of the file that is here already."""
        data = cast("QueryDict", self.data).copy()
        data[self.add_prefix("upload")] = str(upload.uuid)
        self.data = data

    @property
    def named_upload(self) -> uuid.UUID | None:
        """The upload that it speaks of, as it is shown now."""
        try:
            return uuid.UUID(str(self["upload"].value()))
        except ValueError:
            return None


class UploadForm(forms.Form):
    """What a script says of a file before it sends it."""

    name = Line(max_length=LONGEST_NAME)
    size = forms.IntegerField(min_value=0, max_value=2**53)
    changed = forms.IntegerField(min_value=0, max_value=2**53)
    kind = forms.TypedChoiceField(choices=ResourceKind.choices, coerce=ResourceKind)


class WithdrawForm(ActForm):
    reason = forms.TypedChoiceField(
        label=gettext_lazy("Why"),
        choices=[("", gettext_lazy("Choose…")), *Withdrawal.choices],
        coerce=Withdrawal,
    )
