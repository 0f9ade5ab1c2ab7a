"""Machines, what they are bound to, and what is put right about them."""

from __future__ import annotations

from backoffice.core.errors import DomainError


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


class DifferenceSettled(DomainError):
    """Somebody has said already what this difference is."""

    code = "difference_settled"


class NoMachine(DomainError):
    """Nobody has said which machine the device is."""

    code = "no_machine"
