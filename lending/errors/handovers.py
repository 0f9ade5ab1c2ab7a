"""What is refused when packs are handed over."""

from __future__ import annotations

from backoffice.core.errors import DomainError


class HandOverForeign(DomainError):
    """Pack, request, programme and structure of a hand-over do not belong together."""

    code = "handover_foreign"


class AppointmentImpossible(DomainError):
    """A day that nobody can come on, or be asked to come back on."""

    code = "appointment_impossible"


class ContentsUnseen(DomainError):
    """Something that belongs to the pack was not seen when it was handed over."""

    code = "contents_unseen"


class ConditionsUnexplained(DomainError):
    """The conditions were not read to the person, or by them."""

    code = "conditions_unexplained"


class ModeNotYours(DomainError):
    """Another way to hand over than the association accepted, by a structure’s member."""

    code = "mode_not_yours"


class PriceAboveCeiling(DomainError):
    """More than what may be asked for what is in the pack (INV-A3)."""

    code = "price_above_ceiling"


class ContentsChanged(DomainError):
    """What was shown to be signed is not what would be signed now."""

    code = "contents_changed"


class SignatureUnusable(DomainError):
    """There is no signature, or its picture cannot be kept."""

    code = "signature_unusable"


class NoWayToSendCode(DomainError):
    """The person has neither an e-mail address nor a mobile telephone here."""

    code = "no_way_to_send_code"


class CodeJustSent(DomainError):
    """A code was sent a moment ago, or too many were."""

    code = "code_just_sent"


class CodeWrong(DomainError):
    """Another code than the one that was sent."""

    code = "code_wrong"


class CodeOver(DomainError):
    """The code is too old, was tried too often, or was never sent."""

    code = "code_over"
