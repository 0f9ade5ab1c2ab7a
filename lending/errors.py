"""Lending’s refusals, each named after what is refused."""

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


class ProgrammeClosed(DomainError):
    """The programme is closed."""

    code = "programme_closed"


class ProgrammeKnown(DomainError):
    """There is a programme of this name."""

    code = "programme_known"


class ProgrammeDates(DomainError):
    """A programme cannot end before it starts."""

    code = "programme_dates"


class TargetTooLow(DomainError):
    """The target is below what was handed over or shared out."""

    code = "target_too_low"


class QuotaAboveTarget(DomainError):
    """The quotas together would exceed the programme’s target."""

    code = "quota_above_target"


class QuotaInUse(DomainError):
    """The quota would fall below what was promised and handed over."""

    code = "quota_in_use"


class StatusImpossible(DomainError):
    """What is asked does not follow from where it stands."""

    code = "status_impossible"


class BirthYearImpossible(DomainError):
    """Nobody alive was born in that year."""

    code = "birth_year_impossible"


class ContactMissing(DomainError):
    """Someone is to be reached by a way that is not written down."""

    code = "contact_missing"


class ConsentKnown(DomainError):
    """This agreement is written down already."""

    code = "consent_known"


class ConsentMissing(DomainError):
    """There is no such agreement to take back."""

    code = "consent_missing"


class ReferentForeign(DomainError):
    """Only a member of the structure can be a person’s referent."""

    code = "referent_foreign"


class FileMerged(DomainError):
    """The file was merged into another one."""

    code = "file_merged"


class MergeForeign(DomainError):
    """Two files of different sites, or one file twice, are not merged."""

    code = "merge_foreign"


class MergeTooOld(DomainError):
    """A merge is taken back within thirty days."""

    code = "merge_too_old"


class NumberMalformed(DomainError):
    """A number of a card, telephone or modem that cannot be one."""

    code = "number_malformed"


class CardKnown(DomainError):
    """This SIM card is here already."""

    code = "card_known"


class ModemKnown(DomainError):
    """There is a modem with this IMEI already."""

    code = "modem_known"


class NoCodesKept(DomainError):
    """No codes of this card are kept."""

    code = "no_codes_kept"
