"""What an invited person types to begin."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import (
    password_validators_help_text_html,
    validate_password,
)
from django.core.exceptions import ValidationError
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from backoffice.core.forms import Line
from backoffice.core.forms.accounts import LANGUAGES
from backoffice.core.models import User
from lending.forms.act import ActForm

_rules = lazy(password_validators_help_text_html, str)


class NewMemberForm(ActForm):
    """Name, language and a password, for an address that has no account yet."""

    name = Line(label=_("Your name"), max_length=80)
    language = forms.ChoiceField(
        label=_("Language"), choices=LANGUAGES, widget=forms.RadioSelect, initial="fr"
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=128,
        strip=False,
        help_text=_rules(),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "password" in cleaned:
            future = User(email=self.email, name=cleaned.get("name", ""))
            try:
                validate_password(cleaned["password"], future)
            except ValidationError as weak:
                self.add_error("password", weak)
        return cleaned
