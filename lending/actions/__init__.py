"""What people do about structures, people, requests, packs and loans."""

from lending.actions.beneficiaries import (
    PersonFacts,
    amend_beneficiary,
    give_notice,
    note_contact,
    open_beneficiary,
    read_file,
    record_consent,
    set_referent,
    withdraw_consent,
)
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
from lending.actions.same_person import (
    likely_same,
    merge_beneficiaries,
    part_beneficiaries,
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
    "PersonFacts",
    "ProgrammeFacts",
    "StructureFacts",
    "amend_beneficiary",
    "amend_programme",
    "amend_structure",
    "authorise_structure",
    "cancel_invitation",
    "close_programme",
    "close_structure",
    "end_membership",
    "give_notice",
    "invite_member",
    "invited_by",
    "join_structure",
    "join_with_new_account",
    "likely_same",
    "merge_beneficiaries",
    "move_quota",
    "name_administrator",
    "note_contact",
    "open_beneficiary",
    "open_programme",
    "part_beneficiaries",
    "read_file",
    "record_consent",
    "register_structure",
    "reopen_structure",
    "set_quota",
    "set_referent",
    "withdraw_administrator",
    "withdraw_consent",
]
