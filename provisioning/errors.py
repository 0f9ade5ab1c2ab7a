"""What the server says to agents, and to those who look after them, when it says no.

Codes are the wire's own (`agent.wire.Code`, docs/wire.md) where agents read them.
"""

from __future__ import annotations

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


class AlreadyBound(DomainError):
    """The agent, or the device, is already bound to another."""

    code = "already_bound"


class NotBound(DomainError):
    """The agent is not bound to a device."""

    code = "not_bound"
