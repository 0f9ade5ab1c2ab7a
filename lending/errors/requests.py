"""What is refused about requests for packs."""

from __future__ import annotations

from backoffice.core.errors import DomainError


class RequestSent(DomainError):
    """What was sent is answered anew only where the association asks for it."""

    code = "request_sent"


class RequestNotSent(DomainError):
    """Nobody else knows of a request before it is sent."""

    code = "request_not_sent"


class RequestIncomplete(DomainError):
    """A question is unanswered: what is sent must be complete."""

    code = "request_incomplete"


class RequestMovedOn(DomainError):
    """Somebody decided about the request at the same moment."""

    code = "request_moved_on"


class DateImpossible(DomainError):
    """The day is past, or so far ahead that it must be a slip of the keyboard."""

    code = "date_impossible"


class QuantityImpossible(DomainError):
    """A workshop is asked for one to a hundred packs; one person for one."""

    code = "quantity_impossible"


class TextTooLong(DomainError):
    """More was written than is kept."""

    code = "text_too_long"


class TextMissing(DomainError):
    """A message without a word is none."""

    code = "text_missing"


class RequestNotAccepted(DomainError):
    """The request is not accepted, or not any more."""

    code = "request_not_accepted"


class RequestServed(DomainError):
    """The request has all the packs it asked for."""

    code = "request_served"


class AskedAlready(DomainError):
    """The structure has asked for this today already."""

    code = "asked_already"


class ChoiceUnexplained(DomainError):
    """Another machine than the proposed one is taken for a reason."""

    code = "choice_unexplained"
