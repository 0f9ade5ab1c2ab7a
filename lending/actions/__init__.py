"""What people do about structures, people, requests, packs and loans."""

from lending.actions.members import (
    cancel_invitation,
    end_membership,
    invite_member,
    invited_by,
    join_structure,
    join_with_new_account,
    name_administrator,
    withdraw_administrator,
)
from lending.actions.programmes import (
    ProgrammeFacts,
    amend_programme,
    close_programme,
    move_quota,
    open_programme,
    set_quota,
)
from lending.actions.structures import (
    StructureFacts,
    amend_structure,
    authorise_structure,
    close_structure,
    register_structure,
    reopen_structure,
)

__all__ = [
    "ProgrammeFacts",
    "StructureFacts",
    "amend_programme",
    "amend_structure",
    "authorise_structure",
    "cancel_invitation",
    "close_programme",
    "close_structure",
    "end_membership",
    "invite_member",
    "invited_by",
    "join_structure",
    "join_with_new_account",
    "move_quota",
    "name_administrator",
    "open_programme",
    "register_structure",
    "reopen_structure",
    "set_quota",
    "withdraw_administrator",
]
