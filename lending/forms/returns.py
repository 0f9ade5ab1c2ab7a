"""How each thing of a pack came back, and why the pack did."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.core.forms import Line
from backoffice.core.photos import LARGEST_BYTES, NoPhoto, Photo, read_photo
from lending.actions.returns import MOST_PHOTOS
from lending.forms.act import ActForm
from lending.models import PackLine
from lending.states import Condition, ReturnReason


class FindForm(ActForm):
    """What is on the table: any printed code of the pack, or of something in it."""

    code = Line(
        label=gettext_lazy("Code of the pack, or of something in it"),
        max_length=80,
        widget=forms.TextInput(
            attrs={
                "class": "mono",
                "autofocus": True,
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
            }
        ),
    )


class ManyFiles(forms.FileInput):
    allow_multiple_selected = True


class PhotosField(forms.FileField):
    """Several photos, each redrawn from its pixels alone; its value is a list of them."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"accept": "image/jpeg,image/png,image/webp"}
        super().__init__(required=False, widget=ManyFiles(attrs=attrs), **kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[Photo]:
        given = data if isinstance(data, list) else [data] if data else []
        if len(given) > MOST_PHOTOS:
            raise ValidationError(
                _("At most %(most)s photos go with a return.") % {"most": MOST_PHOTOS}
            )
        return [self._read(super(PhotosField, self).clean(each)) for each in given]

    def _read(self, upload: Any) -> Photo:
        if upload.size > LARGEST_BYTES:
            raise ValidationError(_("This file is larger than 12 MB."))
        try:
            return read_photo(upload.read())
        except NoPhoto as refused:
            raise ValidationError(str(refused)) from refused


class ReturnForm(ActForm):
    """One question for each line of the pack that is out; the reason; photos, if any.

    `out`: how each went out, by its public id. `late`: only what was missing is asked
    about, and stays so unless somebody says otherwise.
    """

    def __init__(
        self,
        *args: Any,
        lines: Iterable[PackLine],
        out: Mapping[str, str],
        late: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.lines = list(lines)
        for line in self.lines:
            self.fields[_name(line)] = forms.ChoiceField(
                label=str(line.wanted),
                help_text=_about(line, out.get(str(line.uuid), "")),
                choices=Condition.choices,
                widget=forms.RadioSelect,
                initial=Condition.MISSING if late else None,
            )
            if line.counted_kind_id and line.quantity > 1:
                self.fields[_count(line)] = forms.IntegerField(
                    label=_("How many came back"),
                    min_value=0,
                    max_value=line.quantity,
                    initial=line.quantity,
                )
        if not late:
            self.fields["photos"] = PhotosField(
                label=_("Photos of what is damaged"),
                help_text=_(
                    "Up to %(most)s, JPEG, PNG or WebP, 12 MB each. No face, no paper."
                )
                % {"most": MOST_PHOTOS},
            )
            self.fields["reason"] = forms.ChoiceField(
                label=_("Why it comes back"),
                choices=ReturnReason.choices,
                widget=forms.RadioSelect,
            )

    @property
    def rows(self) -> list[dict[str, forms.BoundField]]:
        """The questions of each line, the second where there is one."""
        asked = {"condition": _name, "count": _count}
        return [
            {
                which: self[name(line)]
                for which, name in asked.items()
                if name(line) in self.fields
            }
            for line in self.lines
        ]

    @property
    def conditions(self) -> Mapping[UUID, Condition]:
        return {
            line.uuid: Condition(self.cleaned_data[_name(line)]) for line in self.lines
        }

    @property
    def counts(self) -> Mapping[UUID, int]:
        return {
            line.uuid: self.cleaned_data[_count(line)]
            for line in self.lines
            if _count(line) in self.cleaned_data
        }

    @property
    def photos(self) -> list[Photo]:
        kept: list[Photo] = self.cleaned_data.get("photos", [])
        return kept

    @property
    def is_answered(self) -> bool:
        """Whether all but the photos, which come last, is answered."""
        return self.is_bound and not set(self.errors) - {"photos"}

    @property
    def why(self) -> ReturnReason:
        return ReturnReason(self.cleaned_data["reason"])


def _about(line: PackLine, out: str) -> str:
    """Which one it is, and how it went out."""
    device = line.device
    words = [str(line.device or line.sim or line.modem or line.counted_kind or "")]
    if device is not None:
        words.append(f"{device.make} {device.model}".strip())
    if out in Condition.values:
        state = str(Condition(out).label).lower()
        words.append(_("went out: %(state)s") % {"state": state})
    return " · ".join(word for word in words if word)


def _name(line: PackLine) -> str:
    return f"line-{line.uuid}"


def _count(line: PackLine) -> str:
    return f"count-{line.uuid}"
