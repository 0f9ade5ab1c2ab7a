"""The part of lending in the walk over every page: a hand-over under way, and which row
each parameter of an address names.
"""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from backoffice.core.documents import issue_document
from backoffice.core.models import Document, DocumentKind, User
from backoffice.core.photos import read_photo
from backoffice.demo import people
from backoffice.demo.partners import YOUTH
from lending import actions
from lending.actions import ApnFacts, RequestAnswers
from lending.actions.handover_checks import lines_to_see
from lending.actions.pack_questions import lines_of
from lending.documents.delivery import SUBJECT, TEMPLATE, delivery_content, notes_of
from lending.kinds import Capability, Country, Goal, SpokenLanguage
from lending.links import calendar_link, invitation_link, slip_link
from lending.models import (
    ApnProfile,
    Beneficiary,
    CalendarAddress,
    CountedKind,
    Delivery,
    EquipmentRequest,
    HandOver,
    Invitation,
    Loan,
    Membership,
    Modem,
    Pack,
    PackLine,
    PackTemplate,
    Plan,
    Programme,
    ReturnPhoto,
    SavedFilter,
    SimCard,
    Structure,
    Webhook,
)
from lending.states import (
    HandOverMode,
    HandOverStatus,
    IdentityCheck,
    LineNature,
    LoanStatus,
    PackStatus,
    RequestStatus,
)
from tests.photo import taken

PARTNER = next(p.email for p in people.PEOPLE if p.email.startswith("partenaire"))


def structure() -> Structure:
    """Whose member walks over the pages of partners."""
    return Structure.objects.get(name=YOUTH.name)


def hand_overs_under_way(by: User) -> None:
    """One with everything said before the signature, and one that is only planned."""
    planned = HandOver.objects.get(status=HandOverStatus.PLANNED)
    pack = Pack.objects.filter(status=PackStatus.READY).exclude(pk=planned.pack_id)[0]
    person = Beneficiary.objects.filter(structure=structure()).latest("pk")
    handover = actions.plan_handover(
        pack=pack,
        structure=structure(),
        mode=HandOverMode.LOAN,
        request=pack.request,
        beneficiary=person,
        by=by,
    )
    handover = actions.begin_handover(handover=handover, by=by)
    handover = actions.check_person(
        handover=handover, identity_check=IdentityCheck.KNOWN, by=by
    )
    seen = [line.uuid for line in lines_to_see(handover)]
    actions.check_contents(handover=handover, seen=seen, by=by)
    actions.explain_conditions(handover=handover, language=SpokenLanguage.FRENCH, by=by)


def answered_draft() -> None:
    """A request that its structure has only to send."""
    by = User.objects.get(email=PARTNER)
    draft = actions.begin_request(structure=structure(), by=by)
    told = RequestAnswers(
        for_one=False,
        quantity=2,
        goals=[Goal.TRAINING],
        capabilities=[Capability.COMPUTER],
    )
    actions.answer_request(request=draft, answers=told, by=by)


def tell(by: User) -> None:
    hand_overs_under_way(by)
    answered_draft()
    actions.make_calendar_address(by=by)
    actions.test_webhook(webhook=Webhook.objects.get(), by=by)
    facts = ApnFacts(operator="Exemple Mobile", name="Internet", apn="internet.test")
    actions.add_apn(facts=facts, by=by)


def values() -> dict[str, list[str]]:
    """Every parameter of lending's addresses; where kinds differ, one of each."""
    found = {name: [str(row.uuid) for row in some] for name, some in rows().items()}
    short = PackLine.objects.filter(pack__status=PackStatus.DRAFT, filled_at=None)
    line = short.exclude(nature=LineNature.COUNTED).earliest("pk")
    packs = {line.pack.tag: None} | {pack.tag: None for pack in one_per_state(Pack)}
    return found | {
        "pack_tag": list(packs),
        "pack_line": [str(line.wanted.uuid)],
        "sim_tag": [card.tag for card in one_per_state(SimCard)],
        "modem_tag": [modem.tag for modem in Modem.objects.all()],
        "slip": [_token(slip_link(given()))],
        "calendar": [
            _token(calendar_link(CalendarAddress.objects.get())).removesuffix(".ics")
        ],
        "invitation": [
            _token(invitation_link(i)) for i in Invitation.objects.pending()
        ],
        "question": ["whom", "why", "goals", "equipment", "when", "note"],
        "capability": ["laptop", "big_screen"],
        "decision": ["approve"],
        "purpose": ["photo"],
        "country": [Country.FRANCE, Country.BELGIUM],
        # Only answers to POST have this in their address: no page shows one.
        "merged_person": [str(uuid4())],
    }


def rows() -> dict[str, Any]:
    ours = structure()
    asked = EquipmentRequest.objects.order_by("pk")
    sent = asked.exclude(status=RequestStatus.DRAFT)
    out = Loan.objects.filter(status=LoanStatus.ACTIVE).order_by("pk")
    back = Loan.objects.filter(status=LoanStatus.RETURNED)
    papers = Document.objects.filter(subject_uuid=given().uuid)
    return {
        "apn": ApnProfile.objects.all(),
        "structure": [ours],
        "membership": Membership.objects.filter(structure=ours),
        "invited": Invitation.objects.pending(),
        "person": Beneficiary.objects.filter(structure=ours).order_by("pk")[:2],
        "programme": Programme.objects.all(),
        "request_uuid": one_per_state(EquipmentRequest, sent),
        "own_request": one_per_state(EquipmentRequest, sent.filter(structure=ours)),
        "draft": asked.filter(status=RequestStatus.DRAFT).order_by("-pk"),
        "template": PackTemplate.objects.order_by("pk"),
        "handover": one_per_state(HandOver, HandOver.objects.order_by("-pk")),
        "given": [given()],
        "return_photo": [return_photo()],
        "returned": [loan.handover for loan in back],
        "slip_paper": papers.filter(kind=DocumentKind.HANDOVER_SLIP),
        "receipt": [loan.receipt for loan in back],
        "delivery_note": [delivery_note()],
        "loan": [*out, *back],
        "loan_back": back,
        "kind": CountedKind.objects.order_by("pk")[:1],
        "plan": Plan.objects.order_by("pk")[:1],
        "webhook": Webhook.objects.all(),
        "delivery": Delivery.objects.all()[:1],
        "saved": SavedFilter.objects.all(),
    }


def given() -> HandOver:
    """Signed, and its pack still out."""
    signed = HandOver.objects.filter(pack__status=PackStatus.HANDED_OVER)
    return signed.filter(mode=HandOverMode.LOAN).earliest("pk")


def return_photo() -> ReturnPhoto:
    """As if something of that pack had come back broken."""
    handover = given()
    photo, _made = ReturnPhoto.objects.get_or_create(
        handover=handover,
        defaults={
            "jpeg": read_photo(taken()).jpeg,
            "sha256": "0" * 64,
            "taken_at": timezone.now(),
            "taken_by": User.objects.earliest("pk"),
        },
    )
    return photo


def delivery_note() -> Document:
    """As if the pack of that hand-over had gone by the structure."""
    known = notes_of([structure().uuid]).first()
    if known is not None:
        return known
    by, pack = User.objects.earliest("pk"), given().pack
    with transaction.atomic():
        return issue_document(
            kind=DocumentKind.DELIVERY_NOTE,
            language="fr",
            template_version=TEMPLATE,
            site=structure().site,
            subject=SUBJECT,
            subject_uuid=structure().uuid,
            content=delivery_content(
                structure(), [(pack, lines_of(pack))], who=by.name
            ),
            by=by,
        )


def one_per_state(model: Any, some: QuerySet[Any] | None = None) -> list[Any]:
    """A row in each state; a hand-over under way comes first."""
    found = model.objects.order_by("pk") if some is None else some
    known = {row.status: row for row in found}
    first = [known.pop(HandOverStatus.UNDER_WAY, None)]
    return [row for row in (*first, *known.values()) if row is not None]


def _token(link: str) -> str:
    """What a signed link ends in."""
    return link.rstrip("/").rpartition("/")[2]
