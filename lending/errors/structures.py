"""What is refused about structures and their members."""

from __future__ import annotations

from backoffice.core.errors import DomainError


class NotAMember(DomainError):
    """The person is not an active member of this structure, or does not administer it."""

    code = "not_a_member"
    status = 403


class StructureClosed(DomainError):
    """Nothing is done for a structure that was closed."""

    code = "structure_closed"


class StructureKnown(DomainError):
    """There is a structure of this kind with this registration number."""

    code = "structure_known"


class RegistrationMalformed(DomainError):
    """A registration number that cannot be one: other characters, or other lengths."""

    code = "registration_malformed"


class AuthorisationUnchanged(DomainError):
    """The structure has this authorisation already."""

    code = "authorisation_unchanged"


class AlreadyMember(DomainError):
    """This person is a member of the structure already."""

    code = "already_member"


class AlreadyInvited(DomainError):
    """An invitation to this address waits already."""

    code = "already_invited"


class InvitationOver(DomainError):
    """The invitation was used, cancelled, or is older than it is good for."""

    code = "invitation_over"


class InvitationOfAnother(DomainError):
    """The invitation was sent to another address than this account’s."""

    code = "invitation_of_another"


class MemberLeft(DomainError):
    """The person has left the structure."""

    code = "member_left"


class LastStructureAdministrator(DomainError):
    """Nobody would administer the structure any more."""

    code = "last_structure_administrator"


class StructureNotAuthorised(DomainError):
    """The association has not authorised this structure to ask for packs."""

    code = "structure_not_authorised"
