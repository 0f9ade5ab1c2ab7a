"""What is refused about loans and what comes back."""

from __future__ import annotations

from backoffice.core.errors import DomainError


class RenewalsUsedUp(DomainError):
    """The loan was renewed as often as was agreed."""

    code = "renewals_used_up"


class ReportMissing(DomainError):
    """A theft has the reference of its report to the police."""

    code = "report_missing"


class ConditionsUnsaid(DomainError):
    """Nobody said of something in the pack how it came back, or whether it did."""

    code = "conditions_unsaid"


class NothingCameBack(DomainError):
    """Where everything is missing, nothing came back."""

    code = "nothing_came_back"


class TooManyPhotos(DomainError):
    """More photos than are kept with a return."""

    code = "too_many_photos"


class ReminderJustSent(DomainError):
    """Somebody has reminded the person today."""

    code = "reminder_just_sent"


class RenewalsUsed(DomainError):
    """The help was renewed as often as the rules allow."""

    code = "renewals_used"
