"""The signature: everything is checked, then the pack is the person’s."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import uuid
from collections.abc import Callable, Mapping
from functools import wraps
from typing import ParamSpec, cast

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.actors import Actor, keep_form
from backoffice.core.models import Document, User
from lending.actions.handover_access import held, is_ours, refuse_handed_over
from lending.actions.handover_checks import UNDER_WAY, check_seen, equipped_already
from lending.actions.handover_papers import draft_of, issue_papers
from lending.actions.loans import start_loan
from lending.actions.pack_moves import hand_pack_over
from lending.actions.quotas import count_handed_over, lock_quota
from lending.actions.requests_following import note_fulfilled
from lending.actions.requests_steps import lock_request
from lending.actions.signing_codes import spend_try
from lending.actions.signing_rules import refuse_unless_ready
from lending.actions.status import change_status
from lending.documents.content import draft_hash
from lending.errors import ContentsChanged, SignatureUnusable
from lending.mail import write_slip
from lending.models import Beneficiary, HandOver, HandOverEvent, Signature
from lending.signatures import Picture
from lending.states import (
    HANDOVER_NEXT,
    Condition,
    HandOverMode,
    HandOverStatus,
    SignatureKind,
)

P = ParamSpec("P")
# The events that say who checked what before the signature.
_CHECKS = ("person_checked", "contents_checked", "conditions_explained", "code_sent")


@dataclasses.dataclass(frozen=True)
class Signed:
    """How a person signs: a picture for a pad or a paper, a code for a typed name.

    `shown` is the hash of what was on the page before the signature; `device` what the
    browser says of itself.
    """

    kind: SignatureKind
    name: str = ""
    code: str = ""
    picture: Picture | None = None
    shown: str = ""
    device: str = ""


def _code_spent_first(act: Callable[P, HandOver]) -> Callable[P, HandOver]:
    """A try at a code stays counted, whatever becomes of the signature."""

    @wraps(act)
    def sign(*args: P.args, **kwargs: P.kwargs) -> HandOver:
        signature = cast("Signed", kwargs["signature"])
        _refuse_empty(signature)
        if signature.kind is SignatureKind.TYPED_CODE:
            handover = cast("HandOver", kwargs["handover"])
            spend_try(handover, signature.code, by=cast("Actor", kwargs["by"]))
        return act(*args, **kwargs)

    return sign


@_code_spent_first
@transaction.atomic(durable=True)
def sign_handover(
    *,
    handover: HandOver,
    signature: Signed,
    conditions: Mapping[uuid.UUID, Condition] | None = None,
    due_on: dt.date | None = None,
    by: Actor,
) -> HandOver:
    """Hand a pack over for good: signed, numbered, counted, out of the stock.

    `conditions` and `due_on` replace what the hand-over says already, where given.
    """
    _lock_what_counts(handover)
    # The form first: sent twice, it is not a pack handed over twice.
    keep_form(by)
    handover, user = _held(handover, by)
    _set_terms(handover, conditions, due_on)
    refuse_unless_ready(handover)
    draft = draft_of(handover, user)
    if signature.shown and signature.shown != draft_hash(draft):
        raise ContentsChanged(
            _("Something has changed since this page was shown."),
            advice=_("Read it again with the person, then sign."),
        )
    _write_signature(handover, signature, draft, user, by=by)
    hand_pack_over(
        handover.pack,
        HandOverMode(handover.mode),
        cast("Beneficiary", handover.beneficiary),
        by,
    )
    _count(handover, by)
    if handover.mode == HandOverMode.LOAN:
        seen = {line: Condition(how) for line, how in handover.condition_out.items()}
        start_loan(handover, handover.due_on, seen, by)
    write_slip(handover, by=by)
    return handover


def _lock_what_counts(handover: HandOver) -> None:
    """Programme, quota, request: in this order, before the pack."""
    if handover.programme is not None:
        lock_quota(handover.programme, handover.structure)
    if handover.request is not None:
        lock_request(handover.request)


def _held(handover: HandOver, by: Actor) -> tuple[HandOver, User]:
    """Signed already, it is refused with the day; so is a pack that is gone."""
    fresh = HandOver.objects.select_related("pack").get(pk=handover.pk)
    refuse_handed_over(fresh.pack)
    return held(fresh, by, UNDER_WAY)


def _set_terms(
    handover: HandOver,
    conditions: Mapping[uuid.UUID, Condition] | None,
    due_on: dt.date | None,
) -> None:
    if conditions is not None:
        check_seen(handover, conditions)
        handover.lines_seen = sorted(str(line) for line in conditions)
        handover.condition_out = {
            str(line): how.value for line, how in conditions.items()
        }
    if due_on is not None and handover.mode == HandOverMode.LOAN:
        handover.due_on = due_on


def _write_signature(
    handover: HandOver,
    signature: Signed,
    draft: dict[str, object],
    user: User,
    *,
    by: Actor,
) -> None:
    """Number the papers, keep the signature and what proves it, and say so."""
    now = timezone.now()
    picture = signature.picture
    signed = {
        "at": now.isoformat(timespec="seconds"),
        "kind": signature.kind.value,
        "name": signature.name,
        "by": user.name,
        "from_structure": not is_ours(by, handover.pack),
        "picture": hashlib.sha256(picture.data).hexdigest() if picture else "",
    }
    papers = issue_papers(handover, draft, signed, user)
    handover.slip = papers[0]
    handover.signature_kind = signature.kind
    handover.signed_at = now
    handover.handed_over_by = user
    handover.code_hash = ""
    Signature.objects.create(
        handover=handover,
        media_type=picture.media_type if picture else "",
        image=picture.data if picture else b"",
        facts=_evidence(handover, signature, signed, draft, papers, by),
        signed_at=now,
    )
    columns = ("slip", "signature_kind", "signed_at", "handed_over_by", "code_hash")
    _move_to_signed(handover, papers, by, also=columns)


def _move_to_signed(
    handover: HandOver, papers: list[Document], by: Actor, *, also: tuple[str, ...]
) -> None:
    """The database has the last word on one pack per person and programme."""
    try:
        with transaction.atomic(savepoint=True):
            change_status(
                handover,
                HandOverStatus.SIGNED,
                "signed",
                next_after=HANDOVER_NEXT,
                journal=HandOverEvent,
                by=by,
                data={"documents": [paper.number for paper in papers]},
                also=(*also, "lines_seen", "condition_out", "due_on"),
            )
    except IntegrityError as second:
        raise equipped_already(handover) from second


def _evidence(
    handover: HandOver,
    signature: Signed,
    signed: dict[str, object],
    draft: dict[str, object],
    papers: list[Document],
    by: Actor,
) -> dict[str, object]:
    """Who checked what, when, where; and the hash of what was shown and issued."""
    steps = handover.events.filter(verb__in=_CHECKS)
    return {
        **signed,
        "shown": signature.shown or draft_hash(draft),
        "documents": {paper.number: paper.sha256 for paper in papers},
        "station": by.station,
        "device": signature.device[:200],
        "guardian": handover.guardian_name,
        "tries": handover.code_tries,
        "steps": [
            {
                "what": step.verb,
                "at": step.occurred_at.isoformat(timespec="seconds"),
                "by": str(step.actor.uuid) if step.actor else "",
                "station": step.station,
                **step.data,
            }
            for step in steps.select_related("actor").order_by("sequence")
        ],
    }


def _count(handover: HandOver, by: Actor) -> None:
    if handover.request is not None:
        note_fulfilled(handover.request, by)
    elif handover.programme is not None:
        count_handed_over(handover.programme, handover.structure, promised=False)


def _refuse_empty(signature: Signed) -> None:
    if signature.kind is SignatureKind.TYPED_CODE:
        if not signature.name:
            raise SignatureUnusable(_("Type the name of whoever signs."))
    elif signature.picture is None:
        raise SignatureUnusable(
            _("There is no signature yet."),
            advice=_("Sign on the pad, type the name with a code, or scan the paper."),
        )
