"""What is refused about the files of people."""

from __future__ import annotations

from backoffice.core.errors import DomainError


class BirthYearImpossible(DomainError):
    """Nobody alive was born in that year."""

    code = "birth_year_impossible"


class ContactMissing(DomainError):
    """Someone is to be reached by a way that is not written down."""

    code = "contact_missing"


class ContactMalformed(DomainError):
    """What is written down is no telephone number, or no e-mail address."""

    code = "contact_malformed"


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


class PersonForeign(DomainError):
    """The person is not one of the structure’s, or their file was merged."""

    code = "person_foreign"


class AlreadyEquipped(DomainError):
    """One pack per person and programme, promised ones included (INV-A2)."""

    code = "already_equipped"


class PersonMissing(DomainError):
    """Nobody has said who receives the pack, or how they were known."""

    code = "person_missing"


class GuardianMissing(DomainError):
    """Somebody under age receives nothing without a guardian (INV-P1)."""

    code = "guardian_missing"
