"""The demo's packs: made, lent, given, late and come back; and what is asked today."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence

from django.http import QueryDict
from django.utils import timezone
from PIL import Image, ImageDraw

from backoffice.demo.asking import GIFT, LOAN, accept, ask, ask_for_four, tell_requests
from backoffice.demo.hours import after
from backoffice.demo.measuring import measure
from backoffice.demo.partners import YOUTH, Partners, make_partners
from backoffice.demo.supplies import Supplies, bring_supplies, last_days_of_a_plan
from backoffice.demo.workshop import MINUTE, Workshop
from lending import actions
from lending.actions import Signed
from lending.actions.handover_checks import lines_to_see
from lending.kinds import SpokenLanguage
from lending.models import EquipmentRequest, HandOver, Modem, Pack, SimCard, Topic
from lending.models.desk import Listing
from lending.signatures import read_drawing
from lending.states import (
    Condition,
    HandOverMode,
    IdentityCheck,
    LeavingReason,
    LineNature,
    ReturnReason,
    SignatureKind,
    SimStatus,
    SubstitutionReason,
)

DAY = dt.timedelta(days=1)
# Pen strokes on a pad, as points from the left and the top of it.
STROKES = ((40, 150), (120, 40), (200, 160), (320, 60), (420, 140))


def open_lending(workshop: Workshop) -> Supplies:
    """Two weeks before now: partners are known, and four packs go out."""
    partners = make_partners(workshop)
    supplies = bring_supplies(partners)
    late, soon = partners.today - 9 * DAY, partners.today + 3 * DAY
    lent = (
        ("Samira", "ThinkPad T480", LOAN, late),
        ("Lina", "ThinkPad T480", LOAN, soon),
        ("Yacine", "EliteBook 840 G3", LOAN, partners.today + 90 * DAY),
        ("Oleksandra", "Latitude 5490", GIFT, None),
    )
    for name, model, mode, due_on in lent:
        workshop.story.later(40 * MINUTE)
        request = accept(partners, ask(partners, YOUTH, name), mode)
        pack = _pack(supplies, model, request, with_card=mode is LOAN)
        _hand_over(partners, _plan(partners, pack, name, mode, due_on=due_on))
    return supplies


def tell(supplies: Supplies) -> None:
    """Today's desk: requests to decide, packs to finish, one appointment, one return."""
    partners, story = supplies.partners, supplies.partners.workshop.story
    story.later(20 * MINUTE)
    tell_requests(partners)
    last_days_of_a_plan(supplies)
    measure(partners)
    _take_back(partners, "Yacine")
    _appointment_today(supplies)
    _packs_to_finish(supplies)
    _hotspot(supplies)
    _kept(partners)


def _pack(
    supplies: Supplies,
    model: str,
    request: EquipmentRequest,
    *,
    with_card: bool,
    instead: SubstitutionReason | None = None,
) -> Pack:
    """Made whole, closed, and put on the shelf.

    `instead`: why its machine is taken, though the request asks more of it.
    """
    by = supplies.partners.packer
    pack = actions.begin_pack(
        version=supplies.laptops,
        site=supplies.partners.workshop.site,
        request=request,
        by=by,
    )
    card = SimCard.objects.filter(status=SimStatus.IN_STOCK).order_by("pk")[:1]
    counted = (supplies.counted[code] for code in ("SOURIS", "SAC"))
    machine = supplies.laptop(model)
    if instead is None:
        actions.put_in(pack=pack, unit=machine, by=by)
    else:
        line = pack.lines.get(nature=LineNature.MAIN)
        actions.substitute(line=line, unit=machine, reason=instead, by=by)
    for unit in (*counted, *(card if with_card else ())):
        actions.put_in(pack=pack, unit=unit, by=by)
    for line in pack.lines.filter(filled_at=None):
        actions.leave_out(line=line, reason=LeavingReason.HAS_ONE, by=by)
    pack = actions.close_pack(pack=pack, by=by)
    return actions.place_pack(pack=pack, place=supplies.shelf, by=by)


def _plan(
    partners: Partners,
    pack: Pack,
    name: str,
    mode: HandOverMode,
    **when: dt.date | dt.datetime | None,
) -> HandOver:
    person = partners.people[name]
    return actions.plan_handover(
        pack=pack,
        structure=person.structure,
        request=pack.request,
        mode=mode,
        where="Les Acacias, accueil",
        by=partners.mediator,
        **when,  # type: ignore[arg-type]
    )


def _hand_over(partners: Partners, handover: HandOver) -> HandOver:
    """The whole wizard, as the mediator goes through it with the person."""
    by = partners.mediator
    handover = actions.begin_handover(handover=handover, by=by)
    handover = actions.check_person(
        handover=handover, identity_check=IdentityCheck.BROUGHT, by=by
    )
    seen = [line.uuid for line in lines_to_see(handover)]
    handover = actions.check_contents(handover=handover, seen=seen, by=by)
    language = SpokenLanguage(handover.language)
    handover = actions.explain_conditions(handover=handover, language=language, by=by)
    signed = Signed(SignatureKind.DRAWN, picture=read_drawing(_drawing(STROKES)))
    return actions.sign_handover(handover=handover, signature=signed, by=by)


def _take_back(partners: Partners, name: str) -> None:
    """A loan ends early: its machine is to be erased again."""
    handover = partners.people[name].handovers.get()
    out = [line.uuid for line in lines_to_see(handover)]
    actions.return_loan(
        loan=handover.loan,
        conditions=dict.fromkeys(out, Condition.GOOD),
        reason=ReturnReason.NOT_NEEDED,
        by=partners.mediator,
    )


def _appointment_today(supplies: Supplies) -> None:
    partners = supplies.partners
    request = accept(partners, ask(partners, YOUTH, "Enzo"), LOAN)
    pack = _pack(supplies, "ThinkPad T480", request, with_card=False)
    told_at = timezone.localtime(partners.workshop.story.told_at)
    at = after(told_at.replace(hour=16, minute=30, second=0, microsecond=0))
    due_on = partners.today + 120 * DAY
    _plan(partners, pack, "Enzo", LOAN, planned_at=at, due_on=due_on)


def _packs_to_finish(supplies: Supplies) -> None:
    """Of a workshop's four, one is whole and one wants its machine still."""
    partners = supplies.partners
    request = ask_for_four(partners)
    none_left = SubstitutionReason.OUT_OF_STOCK
    _pack(supplies, "Latitude 5490", request, with_card=False, instead=none_left)
    short = actions.begin_pack(
        version=supplies.laptops,
        site=partners.workshop.site,
        request=request,
        by=partners.packer,
    )
    mouse = supplies.counted["SOURIS"]
    actions.put_in(pack=short, unit=mouse, by=partners.packer)


def _hotspot(supplies: Supplies) -> None:
    """A pack for whoever has a computer and no line, begun for the shelf."""
    by = supplies.partners.packer
    site = supplies.partners.workshop.site
    pack = actions.begin_pack(version=supplies.connections, site=site, by=by)
    actions.put_in(pack=pack, unit=Modem.objects.get(), by=by)


def _kept(partners: Partners) -> None:
    """A filter of everybody's, and a webhook that nothing is sent to."""
    by = partners.coordinator
    actions.save_filter(
        listing=Listing.LOANS,
        name="En retard",
        query=QueryDict("show=overdue"),
        is_shared=True,
        by=by,
    )
    url, topics = "https://exemple.test/rebond", list(Topic)
    webhook, _secret = actions.add_webhook(
        name="Tableau de bord", url=url, topics=topics, by=by
    )
    actions.amend_webhook(
        webhook=webhook, url=url, topics=topics, is_active=False, by=by
    )


def _drawing(points: Sequence[tuple[int, int]]) -> bytes:
    """What a pad sends: strokes on nothing."""
    pad = Image.new("RGBA", (600, 200), (0, 0, 0, 0))
    ImageDraw.Draw(pad).line(list(points), "black", 5)
    sent = io.BytesIO()
    pad.save(sent, "PNG")
    return sent.getvalue()
