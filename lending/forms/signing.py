"""The three ways of signing a hand-over: on a pad, by name and code, on paper."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from backoffice.core.forms import Line
from lending.actions import Signed
from lending.forms.act import ActForm
from lending.signatures import NoSignature, read_drawing, read_paper
from lending.states import SignatureKind


class ShownForm(ActForm):
    """What was shown to the one who signs, and the way of signing."""

    shown = forms.RegexField(
        r"^[0-9a-f]{64}$", widget=forms.HiddenInput, required=False
    )
    KIND: SignatureKind


class PadForm(ShownForm):
    KIND = SignatureKind.DRAWN
    REFUSED_AT: ClassVar = {"signature_unusable": "drawing"}

    drawing = forms.FileField(
        label=_("Signature"),
        error_messages={
            "required": _("Nothing was drawn."),
            "empty": _("Nothing was drawn."),
        },
    )

    def clean_drawing(self) -> Any:
        return _read(self.cleaned_data["drawing"], read_drawing)

    def signed(self, device: str) -> Signed:
        said = self.cleaned_data
        return Signed(
            kind=self.KIND, picture=said["drawing"], shown=said["shown"], device=device
        )


class CodeForm(ShownForm):
    KIND = SignatureKind.TYPED_CODE
    REFUSED_AT: ClassVar = {"code_over": "code", "code_wrong": "code"}

    name = Line(label=_("First name and name of who signs"), max_length=120)
    code = Line(label=_("The six digits that were sent"), max_length=12)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs |= {
            "inputmode": "numeric",
            "autocomplete": "one-time-code",
        }

    def signed(self, device: str) -> Signed:
        said = self.cleaned_data
        return Signed(
            kind=self.KIND,
            name=said["name"],
            code=said["code"],
            shown=said["shown"],
            device=device,
        )


class PaperForm(ShownForm):
    KIND = SignatureKind.PAPER
    REFUSED_AT: ClassVar = {"signature_unusable": "paper"}

    paper = forms.FileField(
        label=_("Scan or photo of the signed paper"),
        help_text=_("PDF, JPEG, PNG or WebP, up to 12 MB."),
    )

    def clean_paper(self) -> Any:
        return _read(self.cleaned_data["paper"], read_paper)

    def signed(self, device: str) -> Signed:
        said = self.cleaned_data
        return Signed(
            kind=self.KIND, picture=said["paper"], shown=said["shown"], device=device
        )


# Each makes of what was said a `Signed`, for the device it was said on.
SignForm = PadForm | CodeForm | PaperForm
SIGN_FORMS: Mapping[str, type[SignForm]] = {
    form.KIND.value: form for form in (PadForm, CodeForm, PaperForm)
}
# Beyond this nothing is even read.
_LARGEST_UPLOAD = 13 * 1024 * 1024


def _read(upload: Any, reader: Any) -> Any:
    if upload.size > _LARGEST_UPLOAD:
        raise ValidationError(_("This file is larger than 12 MB."))
    try:
        return reader(upload.read())
    except NoSignature as refused:
        raise ValidationError(str(refused)) from refused
