"""A pack lent or given to somebody, with a machine, a card, mice and a screen."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from backoffice.core.documents import issue_document
from backoffice.core.models import DocumentKind
from inventory import actions as actions_of_inventory
from inventory.actions.status import change_status as move_device
from inventory.models import Device, DeviceKind
from inventory.models.tag_counter import next_tag
from inventory.states import DeviceStatus
from inventory.tags import TagKind
from lending import actions
from lending.actions import PersonFacts
from lending.actions.loans import start_loan
from lending.actions.pack_moves import hand_pack_over
from lending.actions.pack_units import put_unit
from lending.kinds import Channel, SpokenLanguage
from lending.models import (
    Beneficiary,
    CountedKind,
    HandOver,
    Loan,
    Pack,
    PackLine,
    PackTemplate,
    SimCard,
    TemplateLine,
    TemplateVersion,
)
from lending.states import (
    Condition,
    HandOverMode,
    HandOverStatus,
    IdentityCheck,
    LineNature,
    PackStatus,
    SignatureKind,
)
from tests.kept import kept
from tests.lending.world import Partners, make_partners
from tests.world import Numbers, World, make_world

G, W, D, M = Condition.GOOD, Condition.WORN, Condition.DAMAGED, Condition.MISSING


@dataclass
class Lending:
    """A workshop and a structure at one site, and what is handed over there."""

    world: World
    partners: Partners
    mice: CountedKind
    version: TemplateVersion
    numbers: Numbers = field(default_factory=lambda: Numbers(9))

    def person(self, **facts: object) -> Beneficiary:
        told: dict[str, object] = {"first_name": "Samira", "last_name": "Benali"}
        return actions.open_beneficiary(
            structure=self.partners.structure,
            facts=PersonFacts(**{**told, **facts}),  # type: ignore[arg-type]
            notice_language=SpokenLanguage.FRENCH,
            by=self.partners.admin,
        )

    def mailed(self) -> Beneficiary:
        return self.person(channel=Channel.EMAIL, contact="samira@exemple.test")

    def card(self) -> SimCard:
        return actions.receive_sim(
            iccid=f"8933010000{next(self.numbers):08d}0",
            site=self.partners.site,
            by=self.partners.coordinator,
        )

    def screen(self) -> Device:
        """Ready, and nothing in it that could hold data."""
        device = self.world.receive(kind=DeviceKind.SCREEN, drives=())
        self.world.to_check(device)
        by = self.world.technician
        lines = self.world.good_lines(device)
        actions_of_inventory.pass_quality_check(device=device, lines=lines, by=by)  # type: ignore[arg-type]
        return actions_of_inventory.declare_ready(device=device, by=by)

    def hand_over(
        self,
        person: Beneficiary | None = None,
        mode: HandOverMode = HandOverMode.LOAN,
        due_on: dt.date | None = None,
        *,
        screen: bool = False,
        card: bool = False,
    ) -> HandOver:
        """Packed from the shelf and signed for, through the steps that acts take."""
        person = person or self.person()
        units: dict[int, Model] = {1: self.world.ready(), 2: self.mice}
        units |= {3: self.screen()} if screen else {}
        units |= {4: self.card()} if card else {}
        with transaction.atomic():
            pack = self._packed(units)
            handover = self._signed(pack, person, mode)
            hand_pack_over(pack, mode, person, self.partners.coordinator)
            if mode is HandOverMode.LOAN:
                out = dict.fromkeys((str(line.uuid) for line in pack.lines.all()), G)
                start_loan(handover, due_on, out, self.partners.coordinator)
        return handover

    def lend(self, person: Beneficiary | None = None, **how: object) -> Loan:
        """Until in 90 days, unless told."""
        wanted: dict[str, object] = {"due_on": timezone.localdate() + dt.timedelta(90)}
        return self.hand_over(person, **{**wanted, **how}).loan  # type: ignore[arg-type]

    def _packed(self, units: dict[int, Model]) -> Pack:
        by = self.partners.coordinator
        pack = Pack.objects.create(
            tag=next_tag(TagKind.PACK),
            version=self.version,
            site=self.partners.site,
            status_since=timezone.now(),
            begun_by=by,
        )
        for wanted in self.version.lines.filter(position__in=units):
            line = PackLine(pack=pack, wanted=wanted, nature=wanted.nature)
            line.save()
            put_unit(line, units[wanted.position], count=2, by=by)  # type: ignore[arg-type]
        for line in pack.lines.filter(device__isnull=False):
            assert line.device is not None
            device = Device.objects.lock(line.device.pk)
            move_device(device, DeviceStatus.PACKED, "packed", by=by)
        pack.status = PackStatus.READY
        pack.save(update_fields=["status"])
        return pack

    def _signed(self, pack: Pack, person: Beneficiary, mode: HandOverMode) -> HandOver:
        by, now = self.partners.coordinator, timezone.now()
        handover = HandOver.objects.create(
            pack=pack,
            structure=self.partners.structure,
            site=self.partners.site,
            beneficiary=person,
            mode=mode,
            status_since=now,
        )
        handover.slip = issue_document(
            kind=DocumentKind.HANDOVER_SLIP,
            language="fr",
            template_version=1,
            site=self.partners.site,
            subject="handover",
            subject_uuid=handover.uuid,
            content={},
            by=by,
        )
        handover.status = HandOverStatus.SIGNED
        handover.signed_at, handover.handed_over_by = now, by
        handover.signature_kind = SignatureKind.PAPER
        handover.identity_check = IdentityCheck.KNOWN
        handover.save()
        return handover


@kept
def make_lending() -> Lending:
    world = make_world()
    partners = make_partners(world.site)
    mice = actions.open_counted_kind(
        code="SOURIS", name="Souris", by=partners.coordinator
    )
    actions.receive_counted(
        kind=mice, site=world.site, count=20, by=partners.coordinator
    )
    return Lending(world, partners, mice, _recipe(mice))


def _recipe(mice: CountedKind) -> TemplateVersion:
    template = PackTemplate.objects.create(name="Pack emploi")
    version = TemplateVersion.objects.create(
        template=template, number=1, published_at=timezone.now()
    )
    wanted = (
        (LineNature.MAIN, "L’ordinateur", None, 1),
        (LineNature.COUNTED, "Deux souris", mice, 2),
        (LineNature.DEVICE, "L’écran", None, 1),
        (LineNature.CONNECTION, "La carte SIM", None, 1),
    )
    for position, (nature, label, kind, quantity) in enumerate(wanted, start=1):
        TemplateLine.objects.create(
            version=version,
            position=position,
            nature=nature,
            label=label,
            counted_kind=kind,
            quantity=quantity,
        )
    return version


def all_good(loan: Loan) -> dict[object, Condition]:
    lines = loan.handover.pack.lines.filter(released_at=None)
    return dict.fromkeys(lines.values_list("uuid", flat=True), G)
