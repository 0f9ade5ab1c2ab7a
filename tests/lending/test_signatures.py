"""Pictures of signatures, and codes: what is taken, and what is refused in words."""

from __future__ import annotations

import datetime as dt
import io
import re

import pytest
from django.utils import timezone
from PIL import Image

from backoffice.core.models.outgoing import Means, Outgoing
from lending import actions
from lending.actions import Signed
from lending.errors import (
    CodeJustSent,
    CodeOver,
    CodeWrong,
    NoWayToSendCode,
    SignatureUnusable,
)
from lending.kinds import Channel, ConsentPurpose
from lending.models import Beneficiary, HandOver
from lending.signatures import NoSignature, read_drawing, read_paper
from lending.states import HandOverStatus, SignatureKind
from tests.lending.handing import Desk, drawing, make_desk
from tests.photo import taken
from tests.unchanged import refused


@pytest.fixture
def desk(db: None) -> Desk:
    return make_desk()


def typed(code: str, name: str = "Samira B") -> Signed:
    return Signed(kind=SignatureKind.TYPED_CODE, name=name, code=code)


def code_in(message: Outgoing) -> str:
    found = re.search(r"\b\d{6}\b", message.body)
    assert found is not None
    return found[0]


def with_code(desk: Desk) -> tuple[HandOver, str]:
    """Ready to sign, a code on its way by mail."""
    handover = desk.checked(desk.plan(beneficiary=desk.mailed()))
    handover = actions.send_signing_code(handover=handover, by=desk.staff)
    return handover, code_in(Outgoing.objects.latest("pk"))


def test_a_drawing_is_cut_to_its_strokes_and_drawn_anew() -> None:
    kept = read_drawing(drawing(1200, 600))
    with Image.open(io.BytesIO(kept.data)) as picture:
        assert (picture.format, picture.mode) == ("PNG", "L")
        assert picture.width < 500
        assert not picture.info


def test_an_empty_pad_is_no_signature() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (300, 100), (0, 0, 0, 0)).save(out, "PNG")
    with pytest.raises(NoSignature, match="Nothing was drawn"):
        read_drawing(out.getvalue())


@pytest.mark.parametrize("data", [b"", b"%PDF-", b"\x89PNG\r\n\x1a\n" + b"x" * 40])
def test_what_is_no_drawing_is_refused_in_words(data: bytes) -> None:
    with pytest.raises(NoSignature):
        read_drawing(data)


def test_a_drawing_of_twenty_megabytes_is_refused() -> None:
    with pytest.raises(NoSignature, match="300 kB"):
        read_drawing(b"\x89PNG" + bytes(20 * 1024 * 1024))


def test_a_scan_is_kept_as_photo_or_pdf() -> None:
    assert read_paper(taken()).media_type == "image/jpeg"
    assert read_paper(b"%PDF-1.7 signed").media_type == "application/pdf"
    with pytest.raises(NoSignature, match="neither a PDF nor a photo"):
        read_paper(b"GIF89a")


def test_a_typed_name_with_the_code_signs(desk: Desk) -> None:
    handover, code = with_code(desk)
    signed = actions.sign_handover(
        handover=handover, signature=typed(f"{code[:3]} {code[3:]}"), by=desk.staff
    )
    assert signed.status == HandOverStatus.SIGNED
    assert signed.signature.facts["name"] == "Samira B"
    assert code not in str(signed.signature.facts)


def test_a_code_goes_by_text_message_to_who_has_a_telephone(desk: Desk) -> None:
    person = desk.someone(channel=Channel.PHONE, contact="06 39 98 12 34")
    handover = desk.checked(desk.plan(beneficiary=person))
    actions.send_signing_code(handover=handover, by=desk.staff)
    message = Outgoing.objects.latest("pk")
    assert (message.means, message.to) == (Means.TEXT, "+33639981234")


def test_a_code_is_kept_as_a_hash(desk: Desk) -> None:
    handover, code = with_code(desk)
    assert code not in handover.code_hash
    assert code not in str(handover.events.latest("sequence").data)


def test_who_cannot_be_reached_signs_otherwise(desk: Desk) -> None:
    handover = desk.checked(desk.plan())
    with refused(NoWayToSendCode):
        actions.send_signing_code(handover=handover, by=desk.staff)


def test_another_code_waits_a_minute(desk: Desk) -> None:
    handover, _code = with_code(desk)
    with refused(CodeJustSent):
        actions.send_signing_code(handover=handover, by=desk.staff)


def test_a_wrong_code_is_counted_though_nothing_is_signed(desk: Desk) -> None:
    handover, code = with_code(desk)
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    with pytest.raises(CodeWrong, match="4 tries are left"):
        actions.sign_handover(handover=handover, signature=typed(wrong), by=desk.staff)
    handover.refresh_from_db()
    assert (handover.status, handover.code_tries) == (HandOverStatus.UNDER_WAY, 1)


def test_five_wrong_tries_use_a_code_up(desk: Desk) -> None:
    handover, code = with_code(desk)
    wrong = typed(f"{(int(code) + 1) % 10**6:06d}")
    for _try in range(4):
        with pytest.raises(CodeWrong):
            actions.sign_handover(handover=handover, signature=wrong, by=desk.staff)
    for signature in (wrong, typed(code)):
        with pytest.raises(CodeOver):
            actions.sign_handover(handover=handover, signature=signature, by=desk.staff)


def test_a_code_of_eleven_minutes_ago_is_over(desk: Desk) -> None:
    handover, code = with_code(desk)
    handover.code_sent_at = timezone.now() - dt.timedelta(minutes=11)
    handover.save(update_fields=["code_sent_at"])
    with refused(CodeOver):
        actions.sign_handover(handover=handover, signature=typed(code), by=desk.staff)


def test_a_code_without_a_name_is_no_signature(desk: Desk) -> None:
    handover, code = with_code(desk)
    with refused(SignatureUnusable):
        actions.sign_handover(
            handover=handover, signature=typed(code, name=""), by=desk.staff
        )


def test_a_pad_without_a_drawing_is_no_signature(desk: Desk) -> None:
    handover = desk.checked(desk.plan())
    with refused(SignatureUnusable):
        actions.sign_handover(
            handover=handover,
            signature=Signed(kind=SignatureKind.DRAWN),
            by=desk.staff,
        )


def test_what_was_signed_is_mailed_to_the_person(desk: Desk) -> None:
    desk.signed(beneficiary=desk.mailed())
    message = Outgoing.objects.get(key__startswith="slip:")
    assert message.to == "samira@exemple.test"
    assert "/slip/" in message.body


def texted(desk: Desk, contact: str, *, agreed: bool) -> Beneficiary:
    """Somebody who is reached by telephone only."""
    who = desk.someone(channel=Channel.PHONE, contact=contact)
    if agreed:
        actions.record_consent(
            person=who, purpose=ConsentPurpose.TEXT_MESSAGES, by=desk.member
        )
    return who


def test_what_was_signed_is_texted_to_who_agreed(desk: Desk) -> None:
    desk.signed(beneficiary=texted(desk, "+33 6 39 98 00 01", agreed=True))
    message = Outgoing.objects.get(key__startswith="slip:")
    assert (message.means, message.to) == (Means.TEXT, "+33639980001")
    assert "/slip/" in message.body
    assert "Samira" not in message.body


@pytest.mark.parametrize(
    ("contact", "agreed"), [("+33 6 39 98 00 01", False), ("06 39 98 00 01", True)]
)
def test_nothing_is_texted_without_agreement_or_country(
    desk: Desk, contact: str, agreed: bool
) -> None:
    who = texted(desk, "+33639980001", agreed=agreed)
    Beneficiary.objects.update(contact=contact)  # as it was written down once
    who.refresh_from_db()
    desk.signed(beneficiary=who)
    assert not Outgoing.objects.filter(key__startswith="slip:").exists()
