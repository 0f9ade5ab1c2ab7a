"""One template for every field of every form, and what a line of text may hold."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.renderers import TemplatesSetting
from django.utils.translation import gettext as _


class Renderer(TemplatesSetting):
    form_template_name = "core/forms/div.html"
    field_template_name = "core/forms/field.html"


class Line(forms.CharField):
    """One line of text as people type it: spaces tidied, nothing unprintable.

    What a scanner or a paste leaves behind (control characters, invisible marks)
    is refused rather than stored where nobody would see it. So is what is too long: a
    browser that knew how much fits would cut it off without a word.
    """

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        attrs = super().widget_attrs(widget)
        attrs.pop("maxlength", None)
        return attrs

    def to_python(self, value: Any) -> str:
        text = " ".join((super().to_python(value) or "").split())
        if not text.isprintable():
            raise ValidationError(_("This holds signs that cannot be printed."))
        return text
