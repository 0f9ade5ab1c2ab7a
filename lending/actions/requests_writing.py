"""A request is written: begun, answered one page at a time, sent."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Collection

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.actors import Actor
from backoffice.core.models import User
from lending.actions.access import require_open, require_side
from lending.actions.requests_steps import DECIDE, move, next_number, tell
from lending.errors import (
    DateImpossible,
    PersonForeign,
    ProgrammeClosed,
    ProgrammeForeign,
    QuantityImpossible,
    RequestIncomplete,
    RequestSent,
    StructureNotAuthorised,
    TextTooLong,
)
from lending.kinds import Capability, Goal, Situation, Urgency, UrgencyReason
from lending.models import (
    Beneficiary,
    EquipmentRequest,
    Programme,
    RequestEvent,
    Structure,
)
from lending.questions import ASKED, Question, missing_answers
from lending.states import RequestStatus

LONGEST_NOTE = 500
MOST_PACKS = 100
# So many drafts of one person are looked at, and shown.
MOST_DRAFTS = 20
# Nobody plans further ahead: a later day is a slip of the keyboard.
FURTHEST = dt.timedelta(days=731)
WRITABLE = frozenset({RequestStatus.DRAFT, RequestStatus.INCOMPLETE})


@dataclasses.dataclass(frozen=True)
class RequestAnswers:
    """What one page answered; None: not asked on this page."""

    for_one: bool | None = None
    beneficiary: Beneficiary | None = None
    quantity: int | None = None
    situation: Situation | None = None
    goals: Collection[Goal] | None = None
    capabilities: Collection[Capability] | None = None
    urgency: Urgency | None = None
    urgency_reason: UrgencyReason | None = None
    wanted_on: dt.date | None = None
    programme: Programme | None = None
    note: str | None = None

    def columns(self) -> dict[str, object]:
        """What is answered, by column; several choices in the order of their list."""
        told = {
            field.name: getattr(self, field.name)
            for field in dataclasses.fields(self)
            if getattr(self, field.name) is not None
        }
        for name, kind in (("goals", Goal), ("capabilities", Capability)):
            if name in told:
                told[name] = [each.value for each in kind if each in told[name]]
        return told


@transaction.atomic(durable=True)
def begin_request(*, structure: Structure, by: Actor) -> EquipmentRequest:
    """Open a draft in the name of a structure that may ask for packs.

    Who has one there in which nothing is answered yet goes on with that one.
    """
    structure = Structure.objects.lock(structure.pk)
    user, _member = require_side(by, structure, DECIDE)
    _require_authorised(structure)
    if begun := empty_draft(structure, user):
        return begun
    now = timezone.now()
    request = EquipmentRequest.objects.create(
        structure=structure,
        site_id=structure.site_id,
        asked_by=user,
        status_since=now,
        last_news_at=now,
    )
    data = {"structure": str(structure.uuid)}
    RequestEvent.append(request, "begun", by=by, data=data)
    return request


@transaction.atomic(durable=True)
def answer_request(
    *,
    request: EquipmentRequest,
    answers: RequestAnswers,
    question: Question | None = None,
    by: Actor,
) -> EquipmentRequest:
    """Keep the answers of one page.

    `question`: what its page asks and `answers` leave None is emptied; without it,
    what is None stays as it was.
    """
    request, user = _writable(request, by)
    wanted = (_emptied(question) if question else {}) | answers.columns()
    _refuse_answers(request, answers, user)
    changed = [name for name in wanted if getattr(request, name) != wanted[name]]
    for name in changed:
        setattr(request, name, wanted[name])
    changed += _made_consistent(request)
    if request.submitted_at is not None:
        _refuse_incomplete(request)
    if not changed:
        return request
    request.last_news_at, request.warned_at = timezone.now(), None
    request.save(update_fields=[*changed, "last_news_at", "warned_at"])
    told = {"fields": sorted(set(changed))}
    RequestEvent.append(request, "answered", by=by, data=told)
    return request


@transaction.atomic(durable=True)
def submit_request(*, request: EquipmentRequest, by: Actor) -> EquipmentRequest:
    """Send a complete request, or one that was completed; it gets its number once."""
    request, _user = _writable(request, by)
    _require_authorised(request.structure)
    _refuse_incomplete(request)
    if request.wanted_on is not None:
        refuse_date(request.wanted_on)
    also: tuple[str, ...] = ()
    if request.submitted_at is None:
        request.number = next_number()
        request.submitted_at = timezone.now()
        also = ("number", "submitted_at")
    event = move(request, RequestStatus.SUBMITTED, "submitted", by=by, also=also)
    tell(request, event, by=by, structure=True, staff=True)
    return request


def own_drafts(structure: Structure, user: User) -> list[EquipmentRequest]:
    """What this person began there and has not sent, the newest first."""
    drafts = EquipmentRequest.objects.visible_to(user).filter(
        structure=structure, asked_by=user, status=RequestStatus.DRAFT
    )
    return list(drafts.for_list()[:MOST_DRAFTS])


def is_empty(request: EquipmentRequest) -> bool:
    """Whether nothing is answered yet."""
    blank = EquipmentRequest()
    names = (name for asked in ASKED.values() for name in asked)
    return all(getattr(request, name) == getattr(blank, name) for name in names)


def empty_draft(structure: Structure, user: User) -> EquipmentRequest | None:
    """The draft that this person began there and has not answered at all."""
    return next(filter(is_empty, own_drafts(structure, user)), None)


def _writable(request: EquipmentRequest, by: Actor) -> tuple[EquipmentRequest, User]:
    request = EquipmentRequest.objects.select_related("structure", "programme").lock(
        request.pk
    )
    user, _from_structure = require_side(by, request.structure, DECIDE)
    require_open(request.structure)
    if request.status not in WRITABLE:
        raise RequestSent(
            _("The request %(request)s is “%(state)s”: its answers do not change.")
            % {"request": request, "state": request.get_status_display()},
            advice=_("Write a message instead."),
            status=request.status,
        )
    return request, user


def _emptied(question: Question) -> dict[str, object]:
    """The columns of a page, as they are before anybody answers."""
    blank = EquipmentRequest()
    return {name: getattr(blank, name) for name in ASKED[question]}


def _made_consistent(request: EquipmentRequest) -> list[str]:
    """What one answer says of another: nobody is asked twice."""
    was = {name: getattr(request, name) for name in _FOLLOWING}
    if request.for_one:
        request.quantity = 1
        if request.situation == Situation.WORKSHOP:
            request.situation = ""
    elif request.for_one is False:
        request.beneficiary = None
        request.situation = Situation.WORKSHOP
    if Capability.LAPTOP in request.capabilities:
        kept = {Capability.COMPUTER.value, *request.capabilities}
        request.capabilities = [each.value for each in Capability if each in kept]
    if request.urgency == Urgency.NORMAL:
        request.urgency_reason = ""
    return [name for name in _FOLLOWING if getattr(request, name) != was[name]]


_FOLLOWING = ("quantity", "situation", "beneficiary", "capabilities", "urgency_reason")


def _refuse_answers(
    request: EquipmentRequest, answers: RequestAnswers, user: User
) -> None:
    if answers.quantity is not None and not 1 <= answers.quantity <= MOST_PACKS:
        raise QuantityImpossible(
            _("Ask for 1 to %(most)s packs at a time.") % {"most": MOST_PACKS}
        )
    if answers.note is not None and len(answers.note) > LONGEST_NOTE:
        raise TextTooLong(
            _("A note has at most %(most)s characters.") % {"most": LONGEST_NOTE}
        )
    if answers.wanted_on is not None:
        refuse_date(answers.wanted_on)
    if answers.beneficiary is not None:
        _refuse_foreign_person(request, answers.beneficiary, user)
    if answers.programme is not None:
        _refuse_foreign_programme(request, answers.programme)


def refuse_date(day: dt.date) -> None:
    today = timezone.localdate()
    if day < today:
        raise DateImpossible(
            _("This day is past."), advice=_("Choose today or a later day.")
        )
    if day > today + FURTHEST:
        raise DateImpossible(
            _("This day is more than two years ahead."), advice=_("Check the year.")
        )


def _refuse_foreign_person(
    request: EquipmentRequest, person: Beneficiary, user: User
) -> None:
    theirs = Beneficiary.objects.visible_to(user).filter(
        pk=person.pk, structure=request.structure_id
    )
    if not theirs.exists():
        raise PersonForeign(
            _("This person is not known to the structure."),
            advice=_("Choose somebody of the structure, or open a file for them."),
        )


def _refuse_foreign_programme(request: EquipmentRequest, programme: Programme) -> None:
    mine = Programme.objects.filter(
        pk=programme.pk, quotas__structure=request.structure_id
    ).first()
    if mine is None:
        raise ProgrammeForeign(
            _("The structure has no quota in this programme."),
            advice=_("Leave the programme open: the association will choose."),
        )
    if not mine.is_open:
        raise ProgrammeClosed(
            _("The programme %(programme)s is closed.") % {"programme": mine},
            advice=_("Leave the programme open: the association will choose."),
        )


def _refuse_incomplete(request: EquipmentRequest) -> None:
    missing = missing_answers(request)
    if missing:
        raise RequestIncomplete(
            _("Still to answer: %(questions)s")
            % {"questions": " ".join(str(question.label) for question in missing)},
            missing=[question.value for question in missing],
        )


def _require_authorised(structure: Structure) -> None:
    require_open(structure)
    if not structure.may_ask:
        raise StructureNotAuthorised(
            _("%(structure)s is not authorised to ask for packs.")
            % {"structure": structure},
            advice=_("Write to the association: it decides which structures may ask."),
        )
