"""What must hold before a pack is signed for; the page before the signature asks too."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backoffice.core.errors import DomainError
from lending.actions.ceilings import refuse_price_above_ceiling
from lending.actions.handover_access import refuse_handed_over
from lending.actions.handover_checks import (
    guardian_missing,
    is_minor,
    refuse_equipped,
    refuse_foreign_person,
    unseen_lines,
)
from lending.actions.loan_access import refuse_impossible_due
from lending.actions.pack_questions import blockers_of
from lending.actions.plans import plan_doubt
from lending.errors import (
    ConditionsUnexplained,
    ContentsUnseen,
    PackBlocked,
    PackNotReady,
    PersonMissing,
    QuotaExhausted,
    TargetReached,
)
from lending.models import HandOver, Pack, Quota, SimCard
from lending.states import HandOverMode, PackStatus

_IN_HAND = frozenset({PackStatus.READY, PackStatus.AT_STRUCTURE})


def still_missing(handover: HandOver) -> list[DomainError]:
    """Everything that keeps this hand-over from being signed, in the pages' order."""
    return list(_missing(handover))


def refuse_unless_ready(handover: HandOver) -> None:
    for refusal in _missing(handover):
        raise refusal


def warnings_of(handover: HandOver) -> list[str]:
    """What is worth saying before the signature, and stops nothing."""
    if handover.mode != HandOverMode.LOAN:
        return []
    return plan_doubts(handover.pack, handover.due_on)


def plan_doubts(pack: Pack, until: dt.date | None) -> list[str]:
    """What to say of the plans of a pack’s cards that end before its loan does."""
    inside = pack.lines.filter(released_at=None)
    cards = SimCard.objects.filter(Q(packed__in=inside) | Q(modem__packed__in=inside))
    cards = cards.select_related("plan").distinct().order_by("pk")
    return [doubt for card in cards if (doubt := plan_doubt(card, until))]


def _missing(handover: HandOver) -> Iterator[DomainError]:
    for rule in (_pack, _person, _contents, _explained, _terms, _counted):
        yield from rule(handover)


def _pack(handover: HandOver) -> Iterator[DomainError]:
    pack = handover.pack
    try:
        refuse_handed_over(pack)
    except DomainError as refusal:
        yield refusal
        return
    if pack.status not in _IN_HAND:
        yield PackNotReady(
            _("%(pack)s is “%(now)s”: it is not ready to be handed over.")
            % {"pack": pack, "now": pack.get_status_display()},
            advice=_("The workshop finishes it first."),
            pack=pack.tag,
        )
    for blocker in blockers_of(pack):
        yield PackBlocked(blocker.message, advice=blocker.advice, pack=pack.tag)


def _person(handover: HandOver) -> Iterator[DomainError]:
    person = handover.beneficiary
    if person is None:
        yield PersonMissing(_("Nobody has said who receives the pack."))
        return
    try:
        refuse_foreign_person(handover, person)
    except DomainError as refusal:
        yield refusal
    if not handover.identity_check:
        yield PersonMissing(_("Nobody has said how the person was known."))
    if is_minor(person) and not handover.guardian_name:
        yield guardian_missing()
    try:
        refuse_equipped(handover, person)
    except DomainError as refusal:
        yield refusal


def _contents(handover: HandOver) -> Iterator[DomainError]:
    unseen = unseen_lines(handover)
    if unseen:
        names = ", ".join(line.wanted.label for line in unseen)
        yield ContentsUnseen(
            ngettext(
                "%(count)s thing of the pack was not seen yet: %(names)s.",
                "%(count)s things of the pack were not seen yet: %(names)s.",
                len(unseen),
            )
            % {"count": len(unseen), "names": names},
            advice=_("Scan or tick them."),
        )


def _explained(handover: HandOver) -> Iterator[DomainError]:
    if handover.explained_at is None:
        yield ConditionsUnexplained(
            _("The conditions were not read with the person yet.")
        )


def _terms(handover: HandOver) -> Iterator[DomainError]:
    mode = HandOverMode(handover.mode)
    try:
        refuse_price_above_ceiling(handover.pack, mode, handover.price_cents)
        if mode is HandOverMode.LOAN and handover.due_on is not None:
            refuse_impossible_due(handover.due_on)
    except DomainError as refusal:
        yield refusal


def _counted(handover: HandOver) -> Iterator[DomainError]:
    """What the quota and the target will say when the hand-over is counted."""
    programme = handover.programme
    if programme is None:
        return
    if programme.left < 1:
        yield TargetReached(
            _("The %(target)s packs of %(programme)s are handed over.")
            % {"target": programme.target, "programme": programme},
            advice=_("Choose another programme, or have its target raised."),
            target=programme.target,
        )
    quota = Quota.objects.filter(
        programme=programme, structure=handover.structure
    ).first()
    promised = handover.request is not None
    if quota is None or (quota.promised if promised else quota.left) < 1:
        yield QuotaExhausted(
            _("%(structure)s has no pack left in %(programme)s.")
            % {"structure": handover.structure, "programme": programme},
            advice=_("Have packs moved here from the quota of another structure."),
        )
