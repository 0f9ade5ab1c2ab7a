"""Whether the machine of a pack showed the pack's SIM card: a tick, or a difference."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from provisioning.actions.connecting import KEY_DIGITS
from provisioning.models import Assignment, Difference, DifferenceKind

# Of a number that is not the pack's: enough to find the card, and not to use it.
_SHOWN_DIGITS = 4


class CardState(TextChoices):
    SEEN = "seen", _("Seen in the machine")
    OTHER = "other", _("Another card is in the machine")
    UNSEEN = "unseen", _("Not seen in the machine yet")


@dataclass(frozen=True, slots=True)
class CardSeen:
    """What a machine showed of one card; `other` ends the number of another one."""

    state: CardState
    at: dt.datetime | None = None
    other: str = ""

    @property
    def family(self) -> str:
        families = {CardState.SEEN: "done", CardState.OTHER: "blocked"}
        return families.get(self.state, "waiting")

    @property
    def label(self) -> str:
        return str(self.state.label)


def cards_seen(cards: Mapping[uuid.UUID, str]) -> dict[uuid.UUID, CardSeen]:
    """By pack, what its machine shows of a card by its number: two statements.

    A pack of which no machine is asked for a card is left out.
    """
    asked = list(
        Assignment.objects.in_force().filter(pack__in=list(cards)).exclude(iccid="")
    )
    found = _differing(asked)
    return {
        each.pack: _seen(each, cards[each.pack], found.get(each.pk)) for each in asked
    }


def _differing(asked: Iterable[Assignment]) -> dict[int, Difference]:
    waiting = Difference.objects.open().filter(
        assignment__in=[each.pk for each in asked], kind=DifferenceKind.CARD_OTHER
    )
    return {each.assignment_id: each for each in waiting.order_by("pk")}


def _seen(asked: Assignment, iccid: str, differs: Difference | None) -> CardSeen:
    if differs is not None:
        other = differs.iccid[-_SHOWN_DIGITS:]
        return CardSeen(CardState.OTHER, differs.found_at, other)
    if asked.iccid[:KEY_DIGITS] != iccid[:KEY_DIGITS]:
        # a person found that the other one is right
        other = asked.iccid[-_SHOWN_DIGITS:]
        return CardSeen(CardState.OTHER, asked.card_seen_at, other)
    if asked.card_seen_at is None:
        return CardSeen(CardState.UNSEEN)
    return CardSeen(CardState.SEEN, asked.card_seen_at)
