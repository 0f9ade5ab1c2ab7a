"""What administrators, people with an account and the server itself do."""

from backoffice.core.actions.account import (
    amend_account,
    close_account,
    give_role,
    install_administrator,
    invite,
    open_account,
    remove_second_factor,
    reopen_account,
    take_role,
)
from backoffice.core.actions.checkpoint import sign_checkpoint
from backoffice.core.actions.outgoing import give_up, send_again
from backoffice.core.actions.site import amend_site, open_site
from backoffice.core.actions.token import create_token, revoke_token

__all__ = [
    "amend_account",
    "amend_site",
    "close_account",
    "create_token",
    "give_role",
    "give_up",
    "install_administrator",
    "invite",
    "open_account",
    "open_site",
    "remove_second_factor",
    "reopen_account",
    "revoke_token",
    "send_again",
    "sign_checkpoint",
    "take_role",
]
