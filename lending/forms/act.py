"""The forms of lending: mistakes stand at their field, in words of ours, all at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from backoffice.core.errors import DomainError
from backoffice.core.forms import accounts

# What a field of a kind says, by the code of its mistake; the kinds that come later say
# it better. A field that was given words of its own keeps them.
_Words = Mapping[str, str | Promise]
_NOT_OFFERED = _("Choose one of the list.")
_WORDS: Mapping[type[forms.Field], _Words] = {
    forms.Field: {"required": _("This is needed: fill it in.")},
    forms.CharField: {
        "max_length": _(
            "At most %(limit_value)s characters fit; this has %(show_value)s."
        ),
        "null_characters_not_allowed": _("This holds signs that cannot be printed."),
    },
    forms.EmailField: {
        "invalid": _("This is no e-mail address: it looks like name@example.org."),
    },
    forms.URLField: {
        "invalid": _("This is no address: it looks like https://example.org."),
    },
    forms.IntegerField: {
        "invalid": _("Write a whole number."),
        "min_value": _("Write %(limit_value)s or more."),
        "max_value": _("Write %(limit_value)s or less."),
    },
    forms.DecimalField: {
        "invalid": _("Write a number."),
        "max_digits": _("This number is too long."),
        "max_whole_digits": _("This number is too long."),
        "max_decimal_places": _("Write at most %(max)s digits after the comma."),
    },
    forms.DateField: {"invalid": _("This is no day: it looks like 31/12/2030.")},
    forms.DateTimeField: {
        "invalid": _("This is no day with its time: choose both."),
    },
    forms.BooleanField: {"required": _("Tick this first.")},
    forms.ChoiceField: {
        "required": _("Choose one."),
        "invalid_choice": _NOT_OFFERED,
    },
    forms.ModelChoiceField: {
        "required": _("Choose one."),
        "invalid_choice": _NOT_OFFERED,
    },
    forms.MultipleChoiceField: {
        "required": _("Tick at least one."),
        "invalid_choice": _NOT_OFFERED,
        "invalid_list": _NOT_OFFERED,
    },
    forms.FileField: {
        "required": _("Choose a file."),
        "invalid": _("No file came with the form: choose it again."),
        "missing": _("No file came with the form: choose it again."),
        "empty": _("This file is empty."),
        "max_length": _("The name of this file is too long."),
    },
}


class PlainForm(forms.Form):
    """A form whose fields say what is wrong in words of ours."""

    def full_clean(self) -> None:
        for field in self.fields.values():
            _say_plainly(field)
        super().full_clean()


class ActForm(PlainForm, accounts.ActForm):
    """A form of an act; what the act refuses about one field stands at that field.

    `REFUSED_AT`: the field that a refusal is about, by the code of the refusal.
    """

    REFUSED_AT: ClassVar[Mapping[str, str]] = {}

    def refuse(self, refusal: DomainError) -> None:
        field = self.REFUSED_AT.get(refusal.code, "")
        if field in self.fields:
            self._refuse_at(field, refusal)
        else:
            super().refuse(refusal)

    def hold_to(self, field: str, rule: Callable[..., None], *answers: object) -> None:
        """Ask a rule of the act about answers now, so that all mistakes stand there at once.

        Not asked where the first of the answers is missing, or wrong in itself.
        """
        if field in self.errors or answers[0] in (None, ""):
            return
        try:
            rule(*answers)
        except DomainError as refusal:
            self._refuse_at(field, refusal)

    def _refuse_at(self, field: str, refusal: DomainError) -> None:
        self.refusal = refusal
        self.add_error(field, f"{refusal.message} {refusal.advice}".strip())


def _say_plainly(field: forms.Field) -> None:
    """Replace what Django says by default; what a field was given stays."""
    default: dict[str, Any] = {}
    for kind in reversed(type(field).__mro__):
        default |= getattr(kind, "default_error_messages", {})
    plain = {
        code: text
        for kind, words in _WORDS.items()
        if isinstance(field, kind)
        for code, text in words.items()
    }
    for code, text in plain.items():
        if field.error_messages.get(code) in (None, default.get(code)):
            field.error_messages[code] = text  # type: ignore[assignment]
