"""Signing in and the second factor: the pages of django-allauth that are wanted here.

Listed one by one: nobody signs up, keeps several addresses or signs in by a code,
and a route that a new version of the library adds does not appear by itself.
"""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from django.urls import path, re_path

urlpatterns = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("confirm/", account.reauthenticate, name="account_reauthenticate"),
    path("password/", account.password_change, name="account_change_password"),
    path("password/reset/", account.password_reset, name="account_reset_password"),
    path(
        "password/reset/sent/",
        account.password_reset_done,
        name="account_reset_password_done",
    ),
    re_path(
        r"^password/reset/(?P<uidb36>[0-9a-z]{1,13})-(?P<key>[-0-9a-z]{1,90})/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/done/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("2fa/", mfa.index, name="mfa_index"),
    path("2fa/sign-in/", mfa.authenticate, name="mfa_authenticate"),
    path("2fa/confirm/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("2fa/app/", totp.activate_totp, name="mfa_activate_totp"),
    path("2fa/app/remove/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path(
        "2fa/codes/", recovery_codes.view_recovery_codes, name="mfa_view_recovery_codes"
    ),
    path(
        "2fa/codes/new/",
        recovery_codes.generate_recovery_codes,
        name="mfa_generate_recovery_codes",
    ),
    path(
        "2fa/codes/file/",
        recovery_codes.download_recovery_codes,
        name="mfa_download_recovery_codes",
    ),
]
