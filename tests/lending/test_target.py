"""The 401st pack of a programme for 400: refused by the act and by each page, in words."""

from __future__ import annotations

from http import HTTPStatus

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from backoffice.core.documents import content_hash
from backoffice.core.models import Document, DocumentKind
from inventory.tags import TagKind, format_tag
from lending.actions.handover_papers import draft_of
from lending.documents.content import draft_hash
from lending.errors import TargetReached
from lending.models import Beneficiary, HandOver, Pack, Programme, Quota
from lending.states import (
    HandOverMode,
    HandOverStatus,
    IdentityCheck,
    PackStatus,
    SignatureKind,
)
from tests.lending.handing import Desk, make_desk
from tests.lending.requests import sent
from tests.lending.test_pages_handovers import pad, page, text_of
from tests.unchanged import refused, rows

TARGET = 400
WORDS = f"The {TARGET} packs of Clic’Emploi are handed over"


@pytest.fixture
def desk(db: None) -> Desk:
    return make_desk()


@pytest.fixture
def full(desk: Desk) -> Programme:
    """All its packs are with people, signed for."""
    programme = desk.programme(packs=TARGET, target=TARGET)
    _hand_over(desk, programme)
    Quota.objects.update(handed_over=TARGET)
    Programme.objects.update(handed_over=programme.handovers.count())
    return Programme.objects.get()


def _hand_over(desk: Desk, programme: Programme) -> None:
    """As many as are wanted, in bulk, each with its person, its pack and its slip."""
    now, today, by = timezone.now(), timezone.localdate(), desk.staff
    structure, site = desk.partners.structure, desk.bench.world.site
    version = desk.bench.recipe()
    people = Beneficiary.objects.bulk_create(
        Beneficiary(
            code=f"PER-T{n:05d}",
            structure=structure,
            site=site,
            first_name="Awa",
            last_contact_on=today,
            forget_on=today,
        )
        for n in range(TARGET)
    )
    packs = Pack.objects.bulk_create(
        Pack(
            tag=format_tag(TagKind.PACK, 700_000 + n),
            version=version,
            site=site,
            status=PackStatus.HANDED_OVER,
            status_since=now,
            begun_by=by,
        )
        for n in range(TARGET)
    )
    slips = Document.objects.bulk_create(_slip(desk, n) for n in range(TARGET))
    HandOver.objects.bulk_create(
        HandOver(
            pack=pack,
            programme=programme,
            structure=structure,
            site=site,
            beneficiary=person,
            mode=HandOverMode.GIFT,
            status=HandOverStatus.SIGNED,
            status_since=now,
            signed_at=now,
            handed_over_by=by,
            signature_kind=SignatureKind.PAPER,
            identity_check=IdentityCheck.KNOWN,
            slip=slip,
        )
        for pack, person, slip in zip(packs, people, slips, strict=True)
    )


def _slip(desk: Desk, number: int) -> Document:
    made = Document(
        kind=DocumentKind.HANDOVER_SLIP,
        number=f"BRE-2025-{number:05d}",
        year=2025,
        serial=number,
        language="fr",
        template_version=1,
        site=desk.bench.world.site,
        subject="handover",
        subject_uuid=desk.partners.structure.uuid,
        content={},
        issued_at=timezone.now(),
        issued_by=desk.staff,
    )
    made.sha256 = content_hash(made)
    return made


def test_the_401st_signature_is_refused(desk: Desk, full: Programme) -> None:
    last = desk.checked(desk.plan(programme=full, beneficiary=desk.someone()))
    with refused(TargetReached):
        desk.sign(last)
    full.refresh_from_db()
    assert full.handed_over == full.handovers.filter(status="signed").count() == TARGET


def test_the_page_that_signs_says_why_and_what_to_do(
    desk: Desk, full: Programme, client: Client
) -> None:
    last = desk.checked(desk.plan(programme=full, beneficiary=desk.someone()))
    client.force_login(desk.staff)
    shown = text_of(client, page("review", last))
    assert WORDS in shown
    assert "Choose another programme, or have its target raised." in shown
    before = rows()
    told = {"kind": "drawn", "shown": draft_hash(draft_of(last, desk.staff))}
    answer = client.post(page("sign", last), {**told, "drawing": pad()})
    assert answer.status_code == HTTPStatus.CONFLICT
    assert WORDS in answer.content.decode()
    assert rows() == before


def test_the_401st_request_is_not_accepted_and_the_page_says_why(
    desk: Desk, full: Programme, client: Client
) -> None:
    asked = sent(desk.partners)
    client.force_login(desk.staff)
    before = rows()
    address = reverse("lending:request-decide", args=[asked.uuid, "approve"])
    answer = client.post(address, {"mode": "gift", "programme": str(full.uuid)})
    assert answer.status_code == HTTPStatus.CONFLICT
    assert WORDS in answer.content.decode()
    assert "have its target raised" in answer.content.decode()
    assert rows() == before
