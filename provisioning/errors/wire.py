"""What an agent’s bytes and credentials are refused for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from backoffice.core.errors import DomainError


class Malformed(DomainError):
    """What came is not what the wire describes; `where` names the field."""

    code = "malformed"
    status = 400


class VersionUnsupported(DomainError):
    """The report's version is not spoken here."""

    code = "version_unsupported"
    status = 422


class TooLarge(DomainError):
    """The body exceeds four mebibytes."""

    code = "too_large"
    status = 413


class CodeInvalid(DomainError):
    """The join code is unknown, used or expired: one answer for all three."""

    code = "code_invalid"
    status = 403


class AgentRevoked(DomainError):
    """This agent was revoked."""

    code = "agent_revoked"
    status = 403


class AgentMismatch(DomainError):
    """The envelope names another agent than the credential."""

    code = "agent_mismatch"
    status = 403


class SignatureInvalid(DomainError):
    """The payload, or the proof of an enrolment, is not signed by this agent's key."""

    code = "signature_invalid"
    status = 403


class ReportConflict(DomainError):
    """A report with this id is kept, and says something else."""

    code = "report_conflict"


class SeqConflict(DomainError):
    """The report does not follow the one before it."""

    code = "seq_conflict"


class CloneSuspected(DomainError):
    """Most marks of the hardware are others, or this number holds another report."""

    code = "clone_suspected"
    # Both sides of each kind of mark. No facts: they go to a row that can be erased.
    sides: Sequence[Mapping[str, object]] = ()


class UpgradeRequired(DomainError):
    """The agent is too old for this server."""

    code = "upgrade_required"
    status = 426


class NotApproved(DomainError):
    """A person has to approve this machine first."""

    code = "not_approved"
    status = 403


class AlreadyApproved(DomainError):
    """The machine is approved already."""

    code = "already_approved"


class ReportPruned(DomainError):
    """The bytes of the report were removed after their time; its hash stays."""

    code = "report_pruned"
    status = 410
