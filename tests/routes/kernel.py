"""What belongs to no app of ours: signing in, languages, the description of the API."""

from __future__ import annotations

from collections.abc import Mapping

from tests.routes.needs import (
    ACCOUNTS,
    ANYBODY,
    SIGNED_IN,
    Route,
    allauth,
    button,
    form,
    of_message,
    page,
)

ROUTES: Mapping[str, Route] = {
    # the kernel
    "core:health": page(ANYBODY),
    "set_language": button(ANYBODY),
    "core:me": form(SIGNED_IN),
    # people, roles, sites, outgoing mail
    "core:outgoing-list": page("core.manage_outgoing"),
    "core:outgoing-send": of_message(),
    "core:outgoing-give-up": of_message(),
    "core:tokens": form(SIGNED_IN),
    "core:token-revoke": Route(post=SIGNED_IN, personal=True),
    "core:account-list": page(ACCOUNTS),
    "core:account-open": form(ACCOUNTS),
    "core:account-detail": page(ACCOUNTS),
    "core:account-amend": form(ACCOUNTS),
    "core:account-invite": button(ACCOUNTS),
    "core:role-give": button(ACCOUNTS),
    "core:role-take": button(ACCOUNTS),
    "core:account-close": button(ACCOUNTS),
    "core:account-reopen": button(ACCOUNTS),
    "core:second-factor-remove": button(ACCOUNTS),
    "core:site-list": page(ACCOUNTS),
    "core:site-open": form(ACCOUNTS),
    "core:site-amend": form(ACCOUNTS),
    # signing in
    "account_login": allauth(ANYBODY),
    "account_logout": allauth(ANYBODY),
    "account_inactive": allauth(ANYBODY),
    "account_reauthenticate": allauth(SIGNED_IN),
    "account_change_password": allauth(SIGNED_IN),
    "account_reset_password": allauth(ANYBODY),
    "account_reset_password_done": allauth(ANYBODY),
    "account_reset_password_from_key": allauth(ANYBODY),
    "account_reset_password_from_key_done": allauth(ANYBODY),
    "mfa_index": allauth(SIGNED_IN),
    "mfa_authenticate": allauth(ANYBODY),
    "mfa_reauthenticate": allauth(SIGNED_IN),
    "mfa_activate_totp": allauth(SIGNED_IN),
    "mfa_deactivate_totp": allauth(SIGNED_IN),
    "mfa_view_recovery_codes": allauth(SIGNED_IN),
    "mfa_generate_recovery_codes": allauth(SIGNED_IN),
    "mfa_download_recovery_codes": allauth(SIGNED_IN),
    # the API
    "schema": page(SIGNED_IN),
}
