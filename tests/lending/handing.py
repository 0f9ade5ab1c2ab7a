"""A desk where packs are handed over: a pack ready, somebody to receive it."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from PIL import Image, ImageDraw

from backoffice.core.models import User
from lending import actions
from lending.actions import RecipeLine, Signed
from lending.actions.handover_checks import lines_to_see
from lending.kinds import Channel, Situation, SpokenLanguage
from lending.models import Beneficiary, EquipmentRequest, HandOver, Pack, Programme
from lending.signatures import read_drawing
from lending.states import HandOverMode, IdentityCheck, SignatureKind
from tests.lending.packs import LAPTOP, Bench, make_bench
from tests.lending.requests import quota, sent
from tests.lending.world import Partners

GIFT, LOAN = HandOverMode.GIFT, HandOverMode.LOAN
SOLD = HandOverMode.SOLIDARITY_PRICE


@dataclass
class Desk:
    bench: Bench

    @property
    def partners(self) -> Partners:
        return self.bench.partners

    @property
    def staff(self) -> User:
        return self.bench.coordinator

    @property
    def member(self) -> User:
        return self.partners.admin

    def someone(self, **facts: Any) -> Beneficiary:
        told = {"first_name": "Samira", "last_name": "B", "birth_year": 1990, **facts}
        return actions.open_beneficiary(
            structure=self.partners.structure,
            facts=actions.PersonFacts(**told),
            notice_language=SpokenLanguage.FRENCH,
            by=self.member,
        )

    def mailed(self) -> Beneficiary:
        return self.someone(channel=Channel.EMAIL, contact="samira@exemple.test")

    def ready(self, *lines: RecipeLine, units: tuple[Any, ...] = ()) -> Pack:
        pack = self.bench.closed(*(lines or (LAPTOP,)), units=units)
        return self.bench.placed(pack)

    def request(
        self, person: Beneficiary, programme: Programme | None = None
    ) -> EquipmentRequest:
        """Accepted, for this person."""
        request = sent(
            self.partners,
            for_one=True,
            beneficiary=person,
            quantity=None,
            situation=Situation.NONE,
        )
        return actions.approve_request(
            request=request, mode=GIFT, programme=programme, by=self.staff
        )

    def programme(self, packs: int = 5, target: int = 400) -> Programme:
        return quota(self.partners, packs, target=target)

    def plan(self, pack: Pack | None = None, **how: Any) -> HandOver:
        """Without an appointment, unless told."""
        told = {"mode": GIFT, "structure": self.partners.structure, **how}
        by = told.pop("by", self.staff)
        return actions.plan_handover(pack=pack or self.ready(), **told, by=by)

    def checked(
        self, handover: HandOver, *, guardian: str = "", by: User | None = None
    ) -> HandOver:
        """Begun, and everything before the signature done."""
        by = by or self.staff
        if handover.beneficiary is None:
            handover = actions.name_person(
                handover=handover, person=self.someone(), by=by
            )
        handover = actions.begin_handover(handover=handover, by=by)
        handover = actions.check_person(
            handover=handover,
            identity_check=IdentityCheck.KNOWN,
            guardian_name=guardian,
            by=by,
        )
        seen = {line.uuid for line in lines_to_see(handover)}
        handover = actions.check_contents(handover=handover, seen=seen, by=by)
        return actions.explain_conditions(
            handover=handover, language=SpokenLanguage.FRENCH, by=by
        )

    def sign(self, handover: HandOver, **how: Any) -> HandOver:
        by = how.pop("by", self.staff)
        return actions.sign_handover(handover=handover, signature=drawn(**how), by=by)

    def signed(self, pack: Pack | None = None, **how: Any) -> HandOver:
        return self.sign(self.checked(self.plan(pack, **how)))


def make_desk() -> Desk:
    return Desk(make_bench())


def drawing(width: int = 600, height: int = 200) -> bytes:
    """What a pad sends: some strokes on nothing."""
    picture = Image.new("RGBA", (width, height), (0, 0, 0, 0))
    pen = ImageDraw.Draw(picture)
    pen.line([(40, 150), (120, 40), (200, 160), (320, 60), (420, 140)], "black", 5)
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def drawn(**facts: Any) -> Signed:
    return Signed(kind=SignatureKind.DRAWN, picture=read_drawing(drawing()), **facts)


def tomorrow() -> dt.datetime:
    return timezone.now() + dt.timedelta(days=1)
