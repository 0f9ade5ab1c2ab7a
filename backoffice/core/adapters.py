"""How django-allauth behaves here, and what it says."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.app_settings import REAUTHENTICATION_TIMEOUT
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from backoffice.core.keys import encryption_key
from backoffice.core.mail import password_address
from backoffice.core.middleware import remember_language
from backoffice.core.models import User

_TOO_MANY = _("Too many attempts. Wait five minutes, then try again.")
_WRONG_CODE = _(
    "This code is not the one of this moment. Wait for the next one in your app, "
    "or use a recovery code."
)


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by administrators: nobody signs up."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("This account is closed. Ask your administrator."),
        "email_password_mismatch": _(
            "The address or the password is not right. Check both, and Caps Lock."
        ),
        "enter_current_password": _("This is not your current password."),
        "incorrect_password": _("This is not your password."),
        "invalid_password_reset": _("This link was used already, or is too old."),
        "rate_limited": _TOO_MANY,
        "too_many_login_attempts": _TOO_MANY,
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Not within five minutes of signing in: that was proof enough."""
        proofs = get_authentication_records(self.request, self.request.user)
        recent = time.time() - REAUTHENTICATION_TIMEOUT
        return not any(proof["at"] > recent for proof in proofs)

    def post_login(
        self, request: HttpRequest, user: User, **kwargs: Any
    ) -> HttpResponse:
        """Pages speak the person's language from here on, in this browser."""
        response: HttpResponse = super().post_login(request, user, **kwargs)
        remember_language(response, user.language)
        return response

    def send_password_reset_mail(
        self, user: User, email: str, context: dict[str, Any]
    ) -> None:
        with translation.override(user.language):
            super().send_password_reset_mail(user, email, context)

    def get_reset_password_from_key_url(self, key: str) -> str:
        """At the address that people know, whatever host the request named."""
        uidb36, _dash, secret = key.partition("-")
        return password_address(uidb36, secret)


class SecondFactorAdapter(DefaultMFAAdapter):
    """Codes of an app on the telephone, and recovery codes on paper.

    Their seeds stand in the database encrypted; the key is in a file beside it, so
    that a copy of the database alone lets nobody in.
    """

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _WRONG_CODE,
    }

    def encrypt(self, text: str) -> str:
        return self._key().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return self._key().decrypt(encrypted_text.encode()).decode()

    def _key(self) -> Fernet:
        return encryption_key(Path(settings.STATE_DIR) / "second_factor_key")
