"""The forms of django-allauth in the house's words, without placeholders."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from django.utils.translation import gettext_lazy as _

_LABELS = {
    "login": _("E-mail address"),
    "email": _("E-mail address"),
    "password": _("Password"),
    "oldpassword": _("Password until now"),
    "password1": _("New password"),
    "password2": _("New password, once more"),
    "code": _("Code"),
}
# The link to another password stands below the form, not between label and field.
_WITHOUT_HELP = ("password", "oldpassword")


class Worded:
    """Our labels; a placeholder that repeats the label is gone as soon as one types."""

    fields: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label = _LABELS[name]
            field.widget.attrs.pop("placeholder", None)
            if name in _WITHOUT_HELP:
                field.help_text = ""
            if name == "code":
                field.widget.attrs["inputmode"] = "numeric"


class SignInForm(Worded, account.LoginForm):
    pass


class ResetPasswordForm(Worded, account.ResetPasswordForm):
    pass


class ChoosePasswordForm(Worded, account.ResetPasswordKeyForm):
    pass


class ChangePasswordForm(Worded, account.ChangePasswordForm):
    pass


class ConfirmForm(Worded, account.ReauthenticateForm):
    pass


class SecondStepForm(Worded, mfa.AuthenticateForm):
    pass


class ConfirmCodeForm(Worded, mfa.ReauthenticateForm):
    pass


class SetUpAppForm(Worded, totp.ActivateTOTPForm):
    pass
