"""Mails that the server writes to people with an account, in their language."""

from __future__ import annotations

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from backoffice.core.models import User


def password_link(account: User) -> str:
    """Where this person chooses a password; it works once, for PASSWORD_RESET_TIMEOUT."""
    secret = default_token_generator.make_token(account)
    return password_address(user_pk_to_url_str(account), secret)


def password_address(uidb36: str, secret: str) -> str:
    path = reverse("account_reset_password_from_key", args=[uidb36, secret])
    return f"{settings.BASE_URL}{path}"


def send_invitation(account: User) -> None:
    """Mail the link to a person whose account was opened or reopened.

    Raises OSError (smtplib's errors are) where the mail server takes no mail.
    """
    context = {
        "account": account,
        "link": password_link(account),
        "days": settings.PASSWORD_RESET_TIMEOUT // 86400,
        "organisation": settings.ORGANISATION["name"],
        "address": settings.BASE_URL,
    }
    with translation.override(account.language):
        subject = render_to_string("core/mail/invitation_subject.txt", context)
        body = render_to_string("core/mail/invitation.txt", context)
    send_mail(subject.strip(), body, None, [account.email])
