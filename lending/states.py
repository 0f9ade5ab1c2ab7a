"""The lives of a request, a pack, a loan and a SIM card: which state may follow which."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class RequestStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Sent")
    INCOMPLETE = "incomplete", _("To complete")
    UNDER_REVIEW = "under_review", _("Being read")
    WAITING = "waiting_list", _("On the waiting list")
    ADJOURNED = "adjourned", _("Put off")
    APPROVED = "approved", pgettext_lazy("request", "Accepted")
    ALLOCATED = "allocated", _("In preparation")
    SCHEDULED = "handover_scheduled", _("Appointment made")
    FULFILLED = "fulfilled", pgettext_lazy("request", "Handed over")
    REFUSED = "refused", pgettext_lazy("request", "Refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("request", "Withdrawn")
    NO_SHOW = "no_show_closed", _("Closed: nobody came")
    DISMISSED = "dismissed", _("Closed without effect")
    EXPIRED = "expired", _("Expired")


R = RequestStatus
# Before somebody has decided; and after, while the pack is not with the person yet.
UNDECIDED = frozenset(
    {R.SUBMITTED, R.INCOMPLETE, R.UNDER_REVIEW, R.WAITING, R.ADJOURNED}
)
UNDER_WAY = frozenset({R.APPROVED, R.ALLOCATED, R.SCHEDULED})
_ENDS = frozenset({R.WITHDRAWN, R.DISMISSED, R.EXPIRED})
_DECISIONS = frozenset({R.APPROVED, R.WAITING, R.REFUSED, R.ADJOURNED, R.INCOMPLETE})
REQUEST_NEXT: Mapping[RequestStatus, frozenset[RequestStatus]] = {
    R.DRAFT: frozenset({R.SUBMITTED, R.WITHDRAWN, R.EXPIRED}),
    R.SUBMITTED: frozenset({R.UNDER_REVIEW}) | _DECISIONS | _ENDS,
    R.UNDER_REVIEW: _DECISIONS | _ENDS,
    R.INCOMPLETE: frozenset({R.SUBMITTED}) | _ENDS,
    R.WAITING: frozenset({R.UNDER_REVIEW, R.APPROVED, R.REFUSED, R.ADJOURNED}) | _ENDS,
    R.ADJOURNED: frozenset({R.UNDER_REVIEW, R.REFUSED}) | _ENDS,
    R.APPROVED: frozenset({R.ALLOCATED, R.WAITING}) | _ENDS,
    R.ALLOCATED: frozenset({R.SCHEDULED, R.FULFILLED, R.APPROVED}) | _ENDS,
    R.SCHEDULED: frozenset({R.FULFILLED, R.ALLOCATED, R.NO_SHOW, R.REFUSED}) | _ENDS,
    R.FULFILLED: frozenset(),
    R.REFUSED: frozenset(),
    R.WITHDRAWN: frozenset(),
    R.NO_SHOW: frozenset(),
    R.DISMISSED: frozenset(),
    R.EXPIRED: frozenset(),
}
REQUEST_ENDED = frozenset(state for state, after in REQUEST_NEXT.items() if not after)

# Whether these are still needed is the structure’s to say. What waits to be read, or
# for its appointment, never expires by the association’s own silence.
MAY_EXPIRE = frozenset({R.DRAFT, R.INCOMPLETE, R.WAITING, R.APPROVED, R.ALLOCATED})


class RefusalReason(models.TextChoices):
    """Why a request is refused; always said to who asked."""

    INSUFFICIENT_STOCK = "insufficient_stock", _("Nothing suitable for a long time")
    NOT_ELIGIBLE = "not_eligible", _("Outside what the programme is for")
    ALREADY_EQUIPPED = "already_equipped", _("Equipped already in this programme")
    INCOMPLETE = "incomplete", _("Never completed")
    NOT_AUTHORISED = "not_authorised", _("The structure is not authorised")


class EndReason(models.TextChoices):
    """Why a request ends without a pack, other than by a refusal."""

    NO_NEED = "no_need", _("No longer needed")
    FOUND_ELSEWHERE = "found_elsewhere", _("Found elsewhere")
    MOVED = "moved", _("Moved away")
    NO_CONTACT = "no_contact", _("Cannot be reached")
    DUPLICATE = "duplicate", _("Asked twice")
    OUT_OF_SCOPE = "out_of_scope", _("Not what we do")
    NO_NEWS = "no_news", _("No news for too long")
    NO_SHOW = "no_show", _("Did not come to the appointments")


# Which of them a structure says of its own request, and the association of another’s.
WITHDRAWN_FOR = (
    EndReason.NO_NEED,
    EndReason.FOUND_ELSEWHERE,
    EndReason.MOVED,
    EndReason.NO_CONTACT,
)
DISMISSED_FOR = (
    EndReason.DUPLICATE,
    EndReason.OUT_OF_SCOPE,
    EndReason.NO_CONTACT,
    EndReason.NO_NEED,
)


class PackStatus(models.TextChoices):
    DRAFT = "draft", _("Being made")
    COMPLETE = "complete", _("Complete")
    READY = "ready_for_handover", _("Ready to hand over")
    AT_STRUCTURE = "at_structure", _("Delivered to the structure")
    HANDED_OVER = "handed_over", _("Handed over")
    CLOSED = "closed", _("Come back")
    DISMANTLED = "dismantled", _("Taken apart")


P = PackStatus
# What is in one of these holds its units: nobody else takes them.
PACK_OPEN = frozenset({P.DRAFT, P.COMPLETE, P.READY, P.AT_STRUCTURE, P.HANDED_OVER})
# Not on the shelf where it stood last.
PACK_GONE = frozenset({P.AT_STRUCTURE, P.HANDED_OVER, P.CLOSED, P.DISMANTLED})
PACK_NEXT: Mapping[PackStatus, frozenset[PackStatus]] = {
    P.DRAFT: frozenset({P.COMPLETE, P.DISMANTLED}),
    P.COMPLETE: frozenset({P.READY, P.DRAFT, P.DISMANTLED}),
    P.READY: frozenset({P.HANDED_OVER, P.AT_STRUCTURE, P.COMPLETE, P.DRAFT})
    | frozenset({P.DISMANTLED}),
    P.AT_STRUCTURE: frozenset({P.HANDED_OVER, P.READY}),
    P.HANDED_OVER: frozenset({P.CLOSED}),
    P.CLOSED: frozenset(),
    P.DISMANTLED: frozenset(),
}


class LineNature(models.TextChoices):
    """What kind of thing a line of a pack wants."""

    MAIN = "main", _("The machine")
    DEVICE = "device", _("A thing with its own label")
    COUNTED = "counted", _("A counted thing")
    CONNECTION = "connection", _("A connection")
    ENVIRONMENT = "environment", _("A learning environment")


class SubstitutionReason(models.TextChoices):
    """Why another thing than the template asks for is in a pack."""

    OUT_OF_STOCK = "out_of_stock", _("None left")
    BETTER_FIT = "better_fit", _("Fits the person better")
    LEFT_OUT = "left_out", pgettext_lazy("of a pack", "Left out")
    BROKEN = "broken", _("The one planned is broken")


class LeavingReason(models.TextChoices):
    """Why a pack goes without something that its request asks for."""

    NONE_LEFT = "none_left", _("None left")
    HAS_ONE = "has_one", _("The person has one")
    NOT_WANTED = "not_wanted", _("The person no longer wants it")
    LATER = "later", _("Given later")


class ChoiceReason(models.TextChoices):
    """Why another machine than the proposed one is taken for a request."""

    BETTER_FIT = "better_fit", _("Fits the person better")
    NEARER = "nearer", _("Nearer to the person")
    CONDITION = "condition", _("In better condition")
    KEYBOARD = "keyboard", _("Has the keyboard that is needed")
    ALIKE = "alike", _("The machines of a workshop are alike")


class LoanStatus(models.TextChoices):
    ACTIVE = "active", _("With the person")
    RETURNED = "returned", _("Come back, to look at")
    CLOSED = "closed", _("Closed")
    GIVEN = "converted_to_gift", _("Became a gift")
    LOST = "lost", _("Lost")
    STOLEN = "stolen", _("Stolen")
    WRITTEN_OFF = "written_off", _("Written off")


L = LoanStatus
LOAN_OPEN = frozenset({L.ACTIVE, L.LOST, L.STOLEN})
LOAN_NEXT: Mapping[LoanStatus, frozenset[LoanStatus]] = {
    L.ACTIVE: frozenset({L.RETURNED, L.GIVEN, L.LOST, L.STOLEN, L.WRITTEN_OFF}),
    L.RETURNED: frozenset({L.CLOSED}),
    L.LOST: frozenset({L.RETURNED, L.WRITTEN_OFF}),
    L.STOLEN: frozenset({L.RETURNED, L.WRITTEN_OFF}),
    L.CLOSED: frozenset(),
    L.GIVEN: frozenset(),
    L.WRITTEN_OFF: frozenset(),
}


class HandOverMode(models.TextChoices):
    GIFT = "gift", _("Gift")
    LOAN = "loan", _("Loan")
    SOLIDARITY_PRICE = "solidarity_price", _("Solidarity price")


class HandOverStatus(models.TextChoices):
    PLANNED = "planned", _("Planned")
    UNDER_WAY = "under_way", _("Under way")
    SIGNED = "signed", _("Signed")
    REFUSED = "refused", _("Refused by the person")
    NO_SHOW = "no_show", _("Nobody came")
    CANCELLED = "cancelled", _("Called off")


H = HandOverStatus
HANDOVER_OPEN = frozenset({H.PLANNED, H.UNDER_WAY})
_CALLED_OFF = frozenset({H.REFUSED, H.NO_SHOW, H.CANCELLED})
HANDOVER_NEXT: Mapping[HandOverStatus, frozenset[HandOverStatus]] = {
    H.PLANNED: frozenset({H.UNDER_WAY}) | _CALLED_OFF,
    H.UNDER_WAY: frozenset({H.SIGNED, H.PLANNED}) | _CALLED_OFF,
    H.SIGNED: frozenset(),
    H.REFUSED: frozenset(),
    H.NO_SHOW: frozenset(),
    H.CANCELLED: frozenset(),
}


class RefusedBecause(models.TextChoices):
    """Why a person leaves without the pack that was ready for them."""

    NOT_NEEDED = "not_needed", _("No longer needed")
    UNSUITABLE = "unsuitable", _("It does not suit them")
    CONDITIONS = "conditions", _("They do not agree with the conditions")
    UNSAID = "unsaid", _("They did not say")


class SignatureKind(models.TextChoices):
    """How a person signed: the simple electronic signature, or paper."""

    DRAWN = "drawn", _("Drawn on the screen")
    TYPED_CODE = "typed_code", _("Name typed, with a code")
    PAPER = "paper", _("On paper, scanned back")


class IdentityCheck(models.TextChoices):
    """How the person was known; no identity paper is ever copied."""

    KNOWN = "known", _("Known to who hands over")
    BROUGHT = "brought", _("Brought by the structure")
    PAPER_SEEN = "paper_seen", _("An identity paper was seen, not copied")


class SimStatus(models.TextChoices):
    IN_STOCK = "in_stock", pgettext_lazy("SIM card", "In stock")
    RESERVED = "reserved", pgettext_lazy("SIM card", "Reserved")
    ASSIGNED = "assigned", pgettext_lazy("SIM card", "With a person")
    ACTIVATED = "activated", pgettext_lazy("SIM card", "Activated")
    SUSPENDED = "suspended", pgettext_lazy("SIM card", "Suspended")
    EXPIRED = "expired", pgettext_lazy("SIM card", "Expired")
    TERMINATED = "terminated", pgettext_lazy("SIM card", "Terminated")
    LOST = "lost", pgettext_lazy("SIM card", "Lost")
    BLOCKED = "blocked", pgettext_lazy("SIM card", "Blocked")
    RETURNED = "returned", pgettext_lazy("SIM card", "Come back")


C = SimStatus
# The same states of what a card goes into: French needs words for him and her alike.
MODEM_STATES = (
    (C.IN_STOCK.value, pgettext_lazy("hotspot or dongle", "In stock")),
    (C.RESERVED.value, pgettext_lazy("hotspot or dongle", "Reserved")),
    (C.ASSIGNED.value, pgettext_lazy("hotspot or dongle", "With a person")),
    (C.ACTIVATED.value, pgettext_lazy("hotspot or dongle", "Activated")),
    (C.SUSPENDED.value, pgettext_lazy("hotspot or dongle", "Suspended")),
    (C.EXPIRED.value, pgettext_lazy("hotspot or dongle", "Expired")),
    (C.TERMINATED.value, pgettext_lazy("hotspot or dongle", "Terminated")),
    (C.LOST.value, pgettext_lazy("hotspot or dongle", "Lost")),
    (C.BLOCKED.value, pgettext_lazy("hotspot or dongle", "Blocked")),
    (C.RETURNED.value, pgettext_lazy("hotspot or dongle", "Come back")),
)
# With a person, and working.
IN_HANDS = frozenset({C.ASSIGNED, C.ACTIVATED, C.SUSPENDED})
_SIM_TROUBLE = frozenset({C.LOST, C.BLOCKED, C.EXPIRED, C.TERMINATED})
SIM_NEXT: Mapping[SimStatus, frozenset[SimStatus]] = {
    C.IN_STOCK: frozenset({C.RESERVED}) | _SIM_TROUBLE,
    C.RESERVED: frozenset({C.IN_STOCK, C.ASSIGNED}) | _SIM_TROUBLE,
    C.ASSIGNED: frozenset({C.ACTIVATED, C.RETURNED}) | _SIM_TROUBLE,
    C.ACTIVATED: frozenset({C.SUSPENDED, C.RETURNED}) | _SIM_TROUBLE,
    C.SUSPENDED: frozenset({C.ACTIVATED, C.RETURNED}) | _SIM_TROUBLE,
    C.RETURNED: frozenset({C.IN_STOCK}) | _SIM_TROUBLE,
    C.BLOCKED: frozenset({C.RETURNED, C.TERMINATED}),
    C.LOST: frozenset({C.RETURNED, C.TERMINATED}),
    C.EXPIRED: frozenset({C.TERMINATED}),
    C.TERMINATED: frozenset(),
}


class ReturnReason(models.TextChoices):
    END = "end", _("The loan ends")
    NOT_NEEDED = "not_needed", _("No longer needed")
    BROKEN = "broken", _("It does not work")
    TOO_HARD = "too_hard", _("Too hard to use")
    EXCHANGED = "exchanged", _("Exchanged for another")


class Condition(models.TextChoices):
    """How a thing looks when it goes out and when it comes back."""

    GOOD = "good", pgettext_lazy("condition of a thing", "Good")
    WORN = "worn", pgettext_lazy("condition of a thing", "Worn")
    DAMAGED = "damaged", pgettext_lazy("condition of a thing", "Damaged")
    MISSING = "missing", pgettext_lazy("condition of a thing", "Missing")


class Damage(models.TextChoices):
    """What broke while a thing was lent; a code, never a text about somebody."""

    SCREEN = "screen", _("The screen is broken")
    KEYBOARD = "keyboard", _("Keys or touchpad do not work")
    POWER = "power", _("It does not start, or does not charge")
    BATTERY = "battery", _("The battery does not hold")
    LIQUID = "liquid", _("Something was spilt on it")
    CASE = "case", _("The case or a hinge is broken")
    CONNECTION = "connection", _("It does not connect")
    OTHER = "other", _("Something else")
