"""What an operator says was done to a drive."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.core.forms import Line
from backoffice.core.models import User
from backoffice.core.photos import LARGEST_BYTES, NoPhoto, Photo, read_photo
from inventory import methods
from inventory.actions import Claim
from inventory.actions.evidence import SUCCESSES
from inventory.forms.act import ActForm
from inventory.forms.dates import DateInput
from inventory.methods import Medium, Technique, Verification
from inventory.models import (
    DestructionMethod,
    ErasureException,
    ErasureResult,
    Place,
    StorageDrive,
)
from inventory.models.erasure import TYPED_EXCEPTIONS, ExceptionsRefusal

# The database's own limit for a size.
MOST_BYTES = 2**63 - 1


class MediumForm(forms.Form):
    """Asked first where nobody has said what the drive is: the methods follow."""

    medium = forms.ChoiceField(
        label=gettext_lazy("What the drive is"),
        choices=[("", gettext_lazy("Choose")), *Medium.choices],
    )


class SuccessBytesField(forms.IntegerField):
    """`needed_sometimes`: asked for by other answers, so not said to be optional."""

    needed_sometimes = True


class ExceptionsField(forms.MultipleChoiceField):
    """See SuccessBytesField."""

    needed_sometimes = True


class ErasureForm(ActForm):
    """One attempt on one drive; the methods offered are those of its medium."""

    result = forms.ChoiceField(
        label=gettext_lazy("Result"),
        choices=ErasureResult,
        widget=forms.RadioSelect,
    )
    technique = forms.ChoiceField(
        label=gettext_lazy("Method"),
        help_text=gettext_lazy("Best first, with the class that it gives."),
    )
    tool = Line(label=gettext_lazy("Tool"), max_length=40)
    tool_version = Line(label=gettext_lazy("Version of the tool"), max_length=40)
    verification = forms.ChoiceField(
        label=gettext_lazy("Verification"),
        choices=[("", gettext_lazy("Choose")), *Verification.choices],
    )
    bytes_erased = SuccessBytesField(
        label=gettext_lazy("Bytes erased"),
        min_value=0,
        max_value=MOST_BYTES,
        required=False,
    )
    exceptions = ExceptionsField(
        label=gettext_lazy("Exceptions"),
        choices=TYPED_EXCEPTIONS,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=gettext_lazy(
            "Only with “Erased with exceptions”, at least one then; a second person "
            "approves them."
        ),
    )
    erased_on = forms.DateField(
        label=gettext_lazy("Erased on"),
        widget=DateInput,
        initial=timezone.localdate,
    )

    def __init__(
        self, *args: Any, drive: StorageDrive, medium: Medium, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._medium = medium
        technique = cast("forms.ChoiceField", self.fields["technique"])
        technique.choices = [
            (technique.value, technique_in_words(medium, technique))
            for technique in methods.techniques_for(medium)
        ]
        self.fields["bytes_erased"].help_text = _bytes_wanted(drive)

    def clean(self) -> dict[str, Any]:
        """What a success cannot do without is asked for where it is typed."""
        said = super().clean() or self.cleaned_data
        result, exceptions = said.get("result"), said.get("exceptions")
        is_odd = result == ErasureResult.ERASED_WITH_EXCEPTIONS
        if result in SUCCESSES and said.get("bytes_erased", 0) is None:
            self.add_error(
                "bytes_erased", _("A success says how many bytes were erased.")
            )
        if is_odd and not exceptions:
            self.add_error(
                "exceptions", _("Tick at least one, or choose another result.")
            )
        if exceptions and result and not is_odd:
            self.add_error(
                "exceptions",
                _("With exceptions the result is “Erased with exceptions”."),
            )
        return said

    @property
    def facts(self) -> dict[str, Any]:
        said = self.cleaned_data
        claim = Claim(
            result=ErasureResult(said["result"]),
            technique=Technique(said["technique"]),
            tool=said["tool"],
            tool_version=said["tool_version"],
            verification=Verification(said["verification"]),
            erased_on=said["erased_on"],
            bytes_erased=said["bytes_erased"],
            exceptions=[ErasureException(code) for code in said["exceptions"]],
            medium=self._medium,
        )
        return {"claim": claim}


def _bytes_wanted(drive: StorageDrive) -> str:
    """Not filled in: what the tool counted is compared with what the drive holds."""
    wanted = _("Needed for every success: copy them from the tool’s report.")
    if drive.size_bytes is None:
        return wanted
    size = number_format(drive.size_bytes, force_grouping=True)
    return f"{wanted} {_('The drive holds %(size)s bytes.') % {'size': size}}"


def technique_in_words(medium: Medium, technique: Technique) -> str:
    """The method, the class it gives on this medium, and what it must be verified by."""
    return _("%(technique)s – %(class)s, needs: %(verification)s") % {
        "technique": technique.label,
        "class": methods.class_of(medium, technique).label,
        "verification": methods.verification_needed(medium, technique).label,
    }


class RefuseExceptionsForm(ActForm):
    reason = forms.ChoiceField(
        label=gettext_lazy("Why they are not acceptable"),
        choices=ExceptionsRefusal,
        widget=forms.RadioSelect,
    )

    @property
    def facts(self) -> dict[str, Any]:
        return {"reason": ExceptionsRefusal(self.cleaned_data["reason"])}


class DestructionForm(ActForm):
    method = forms.ChoiceField(
        label=gettext_lazy("How it was destroyed"),
        choices=DestructionMethod,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("Drilling or bending alone leaves data readable."),
    )
    place = forms.ModelChoiceField(
        label=gettext_lazy("Where"),
        queryset=Place.objects.none(),
        to_field_name="uuid",
        empty_label=gettext_lazy("Choose…"),
    )
    destroyed_on = forms.DateField(
        label=gettext_lazy("Destroyed on"),
        widget=DateInput,
        initial=timezone.localdate,
    )

    photo = forms.FileField(
        label=gettext_lazy("Photo of what is left"),
        help_text=gettext_lazy(
            "JPEG, PNG or WebP, at most 12 MB. Position and camera are taken out of it."
        ),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
        required=False,
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast("forms.ModelChoiceField[Place]", self.fields["place"])
        places = Place.objects.visible_to(user).open()
        field.queryset = places.select_related("site").order_by("site__name", "name")

    def clean_photo(self) -> Photo | None:
        file: UploadedFile[Any] | None = self.cleaned_data["photo"]
        if file is None:
            return None
        try:
            return read_photo(file.read(LARGEST_BYTES + 1))
        except NoPhoto as refused:
            raise forms.ValidationError(str(refused)) from refused

    @property
    def facts(self) -> dict[str, Any]:
        said = self.cleaned_data
        return {**said, "method": DestructionMethod(said["method"])}
