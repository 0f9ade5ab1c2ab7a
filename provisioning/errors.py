"""What the server says to agents, and to those who look after them, when it says no.

Codes are the wire's own (`agent.wire.Code`, docs/wire.md) where agents read them.
"""

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


class JobOpen(DomainError):
    """The machine has not finished what it was asked before."""

    code = "job_open"


class JobEnded(DomainError):
    """The job is over: there is nothing to cancel."""

    code = "job_ended"


class ReportPruned(DomainError):
    """The bytes of the report were removed after their time; its hash stays."""

    code = "report_pruned"
    status = 410


class ImportUnreadable(DomainError):
    """The file is no export of an agent, or holds more than it may."""

    code = "import_unreadable"
    status = 400


class ImportAltered(ImportUnreadable):
    """The file of a machine that never joined is not as its key sealed it."""

    code = "import_altered"


class AlreadyBound(DomainError):
    """The agent, or the device, is already bound to another."""

    code = "already_bound"


class BindingDoubtful(DomainError):
    """The machine contradicts the device, or a merge waits: somebody has to be sure."""

    code = "binding_doubtful"


class LikenessAnswered(DomainError):
    """Which machine this is has been said already."""

    code = "likeness_answered"


class CorrectionOpen(DomainError):
    """A merge or a split of this record waits for its second person."""

    code = "correction_open"


class CorrectionDecided(DomainError):
    """The merge or the split was decided already, or taken back."""

    code = "correction_decided"


class NothingToSplit(DomainError):
    """A split names neither a machine nor a drive of the record."""

    code = "nothing_to_split"


class NotBound(DomainError):
    """The agent is not bound to a device."""

    code = "not_bound"


class NothingToErase(DomainError):
    """The order names no drive, or one that there is nothing to erase on."""

    code = "nothing_to_erase"


class OrderOpen(DomainError):
    """The drive is to be erased already: one order at a time."""

    code = "order_open"


class OrderOver(DomainError):
    """The order is over, or at another step than this one."""

    code = "order_over"


class OrderFell(DomainError):
    """A drive was moved, or changed hands, since its erasure was ordered."""

    code = "order_fell"


class NoOrder(DomainError):
    """No order to erase waits for confirmation here."""

    code = "no_order"


class AlreadyAssigned(DomainError):
    """Another pack has said what this machine must be."""

    code = "already_assigned"


class EnvironmentUnknown(DomainError):
    """No pack asks for this learning environment on this machine."""

    code = "environment_unknown"


class DifferenceSettled(DomainError):
    """Somebody has said already what this difference is."""

    code = "difference_settled"
