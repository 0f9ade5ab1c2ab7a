"""What is refused about programmes and their quotas."""

from __future__ import annotations

from backoffice.core.errors import DomainError


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


class ProgrammeForeign(DomainError):
    """The structure has no quota in this programme."""

    code = "programme_foreign"


class QuotaExhausted(DomainError):
    """The structure has fewer packs left in this programme."""

    code = "quota_exhausted"


class TargetReached(DomainError):
    """The programme has handed over, or promised, all that it is for."""

    code = "target_reached"
