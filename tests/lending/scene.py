"""One of each thing of lending that an address may name, all of one structure.

Whoever asks in a test belongs to another structure, or to this one: `join` says which.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from django.db import transaction
from django.utils import timezone

from backoffice.core.documents import issue_document
from backoffice.core.models import Document, DocumentKind, Outgoing, Site, User
from backoffice.core.photos import read_photo
from backoffice.core.roles import Role
from inventory.tags import TagKind, format_tag
from lending import actions
from lending.actions import PersonFacts
from lending.actions.handover_papers import draft_of
from lending.documents.delivery import SUBJECT as DELIVERY
from lending.documents.delivery import TEMPLATE, delivery_content
from lending.documents.returning import return_content
from lending.kinds import Authorisation, Situation, SpokenLanguage, StructureKind
from lending.links import slip_link
from lending.models import (
    ApnProfile,
    Beneficiary,
    CountedKind,
    Delivery,
    EquipmentRequest,
    HandOver,
    Invitation,
    Loan,
    Membership,
    Modem,
    ModemKind,
    Pack,
    PackLine,
    PackTemplate,
    Plan,
    Programme,
    Quota,
    ReturnPhoto,
    Signature,
    SimCard,
    Structure,
    TemplateLine,
    TemplateVersion,
    Topic,
    Webhook,
)
from lending.states import (
    HandOverMode,
    HandOverStatus,
    IdentityCheck,
    LineNature,
    RequestStatus,
    ReturnReason,
    SignatureKind,
)
from tests.lending.world import Partners, make_partners
from tests.photo import taken
from tests.world import person

PARTNER_ROLES = {Role.PARTNER_MEMBER, Role.PARTNER_ADMINISTRATOR}
# Words that nobody of another structure ever reads, in any page, list or refusal.
PERSON = PersonFacts(
    first_name="Philomène",
    last_name="Quatremer",
    birth_year=1987,
    commune="Sablières-sur-Garonne",
)


@dataclass
class Lent:
    """What a structure has asked for and received, at the site of the scene."""

    site: Site

    @cached_property
    def partners(self) -> Partners:
        return make_partners(self.site)

    @property
    def structure(self) -> Structure:
        return self.partners.structure

    @cached_property
    def foreign(self) -> Structure:
        """Another structure, served by the same site."""
        made = self.partners.register("Mission locale des Tilleuls", StructureKind.ML)
        return actions.authorise_structure(
            structure=made,
            to=Authorisation.VALIDATED,
            by=self.partners.coordinator,
        )

    def join(self, user: User, structure: Structure | None = None) -> Membership:
        """Let somebody with a partner’s role be a member: of this structure, unless told."""
        is_admin = user.role_assignments.filter(
            role__name=Role.PARTNER_ADMINISTRATOR
        ).exists()
        return Membership.objects.create(
            structure=structure or self.structure,
            user=user,
            is_admin=is_admin,
            joined_at=timezone.now(),
        )

    @cached_property
    def membership(self) -> Membership:
        """A plain member, who may leave."""
        return self.partners.join(self.structure, "membre@sablieres.exemple.test")

    @cached_property
    def invited(self) -> Invitation:
        return self.partners.invite("invited@exemple.test")

    @cached_property
    def person(self) -> Beneficiary:
        return actions.open_beneficiary(
            structure=self.structure,
            facts=PERSON,
            notice_language=SpokenLanguage.FRENCH,
            by=self.partners.admin,
        )

    @cached_property
    def merged_person(self) -> Beneficiary:
        """Another file, that turned out to be of the same person."""
        other = actions.open_beneficiary(
            structure=self.structure,
            facts=PERSON,
            notice_language=SpokenLanguage.FRENCH,
            by=self.partners.admin,
        )
        actions.merge_beneficiaries(
            kept=self.person, absorbed=other, by=self.partners.coordinator
        )
        other.refresh_from_db()
        return other

    @cached_property
    def programme(self) -> Programme:
        return self.partners.programme(name="Programme de Sablières")

    @cached_property
    def quota(self) -> Quota:
        return actions.set_quota(
            programme=self.programme,
            structure=self.structure,
            packs=10,
            by=self.partners.coordinator,
        )

    @cached_property
    def request(self) -> EquipmentRequest:
        """Sent, for one person, read by nobody yet."""
        now = timezone.now()
        return EquipmentRequest.objects.create(
            number="DEM-2026-04242",
            structure=self.structure,
            site=self.site,
            asked_by=self.partners.admin,
            for_one=True,
            beneficiary=self.person,
            situation=Situation.NONE,
            goals=["job_search"],
            capabilities=["laptop"],
            status=RequestStatus.SUBMITTED,
            status_since=now,
            submitted_at=now,
            last_news_at=now,
        )

    @cached_property
    def draft(self) -> EquipmentRequest:
        """A request that its structure is still writing."""
        now = timezone.now()
        return EquipmentRequest.objects.create(
            structure=self.structure,
            site=self.site,
            asked_by=self.partners.admin,
            status_since=now,
            last_news_at=now,
        )

    @cached_property
    def template(self) -> PackTemplate:
        return PackTemplate.objects.create(name="Portable et connexion")

    @cached_property
    def version(self) -> TemplateVersion:
        version = TemplateVersion.objects.create(
            template=self.template, number=1, published_at=timezone.now()
        )
        TemplateLine.objects.create(
            version=version,
            position=1,
            nature=LineNature.MAIN,
            label="Un portable",
            criteria={"kinds": ["laptop"]},
        )
        return version

    def another_pack(self, number: int) -> Pack:
        pack = Pack.objects.create(
            tag=format_tag(TagKind.PACK, number),
            version=self.version,
            request=self.request,
            site=self.site,
            status_since=timezone.now(),
            begun_by=self.partners.coordinator,
        )
        PackLine.objects.create(
            pack=pack, wanted=self.version.lines.get(), nature=LineNature.MAIN
        )
        return pack

    @cached_property
    def pack(self) -> Pack:
        """Being made for the request, with nothing in it."""
        return self.another_pack(424_201)

    @property
    def line(self) -> PackLine:
        return self.pack.lines.get()

    def another_handover(self, pack: Pack) -> HandOver:
        return HandOver.objects.create(
            pack=pack,
            request=self.request,
            structure=self.structure,
            site=self.site,
            beneficiary=self.person,
            mode=HandOverMode.LOAN,
            planned_at=timezone.now() + dt.timedelta(days=2),
            where="Antenne des Sablières",
            status_since=timezone.now(),
        )

    @cached_property
    def handover(self) -> HandOver:
        """An appointment to come."""
        return self.another_handover(self.another_pack(424_202))

    @cached_property
    def loan(self) -> Loan:
        """Under way."""
        return Loan.objects.create(
            handover=self.another_handover(self.another_pack(424_203)),
            starts_on=timezone.localdate(),
            due_on=timezone.localdate() + dt.timedelta(days=180),
            status_since=timezone.now(),
        )

    @cached_property
    def stuck(self) -> Outgoing:
        """A message that the mail server refused once."""
        now = timezone.now()
        return Outgoing.objects.create(
            key="scene:stuck",
            to="somebody@exemple.test",
            language="fr",
            written_at=now,
            next_try_at=now,
            tries=1,
            problem="550",
        )

    @cached_property
    def given(self) -> HandOver:
        """Signed for: another pack of the structure is with its person."""
        handover = self.another_handover(self.another_pack(424_204))
        with transaction.atomic():
            said = self._signed_on_paper(handover)
            handover.slip = self.paper(DocumentKind.HANDOVER_SLIP, handover, said)
        handover.signed_at = timezone.now()
        handover.handed_over_by = self.partners.coordinator
        handover.signature_kind = SignatureKind.PAPER
        handover.identity_check = IdentityCheck.KNOWN
        handover.status = HandOverStatus.SIGNED
        handover.save()
        Signature.objects.create(
            handover=handover,
            media_type="application/pdf",
            image=b"%PDF-",
            signed_at=handover.signed_at,
        )
        return handover

    def _signed_on_paper(self, handover: HandOver) -> Mapping[str, object]:
        """What a slip says; the scan of its paper is kept nowhere."""
        user = self.partners.coordinator
        signed = {
            "at": timezone.now().isoformat(timespec="seconds"),
            "kind": SignatureKind.PAPER.value,
            "name": "",
            "by": user.name,
        }
        draft = draft_of(handover, user)
        return {**draft, "check": slip_link(handover), "signed": signed}

    @cached_property
    def slip(self) -> str:
        """What the link on a signed slip ends in."""
        return slip_link(self.given).rstrip("/").rpartition("/")[2]

    @property
    def handover_paper(self) -> Document:
        slip = self.given.slip
        assert slip is not None
        return slip

    @cached_property
    def return_photo(self) -> ReturnPhoto:
        """As if something of that pack had come back broken."""
        return ReturnPhoto.objects.create(
            handover=self.given,
            jpeg=read_photo(taken()).jpeg,
            sha256="0" * 64,
            taken_at=timezone.now(),
            taken_by=self.partners.coordinator,
        )

    @cached_property
    def return_receipt(self) -> Document:
        """As if that pack had come back with nothing in it."""
        user = self.partners.coordinator
        content = return_content(self.given, None, (), reason=ReturnReason.END, by=user)
        with transaction.atomic():
            return self.paper(DocumentKind.RETURN_RECEIPT, self.given, content)

    @cached_property
    def delivery_note(self) -> Document:
        """As if a pack with nothing in it had been delivered to the structure."""
        user = self.partners.coordinator
        content = delivery_content(self.structure, [(self.pack, ())], who=user.name)
        with transaction.atomic():
            return issue_document(
                kind=DocumentKind.DELIVERY_NOTE,
                language="fr",
                template_version=TEMPLATE,
                site=self.site,
                subject=DELIVERY,
                subject_uuid=self.structure.uuid,
                content=content,
                by=user,
            )

    def paper(
        self, kind: DocumentKind, handover: HandOver, content: Mapping[str, object]
    ) -> Document:
        returned = kind is DocumentKind.RETURN_RECEIPT
        return issue_document(
            kind=kind,
            language="fr",
            template_version=1,
            site=self.site,
            subject="return" if returned else "handover",
            subject_uuid=handover.uuid,
            content=content,
            by=self.partners.coordinator,
        )

    @cached_property
    def sim(self) -> SimCard:
        return actions.receive_sim(
            iccid="8933010000000000010", site=self.site, by=self.partners.coordinator
        )

    @cached_property
    def modem(self) -> Modem:
        return actions.receive_modem(
            imei="350000000000014",
            kind=ModemKind.HOTSPOT,
            site=self.site,
            by=self.partners.coordinator,
        )

    @cached_property
    def apn(self) -> ApnProfile:
        return ApnProfile.objects.create(operator="Exemple", name="x", apn="exemple")

    @cached_property
    def plan(self) -> Plan:
        return Plan.objects.create(operator="Exemple", name="10 Go par mois")

    @cached_property
    def _everywhere(self) -> User:
        return person(Role.COORDINATOR, name="Coordonne tous les sites")

    @cached_property
    def webhook(self) -> Webhook:
        made, _secret = actions.add_webhook(
            name="Tableau de bord",
            url="https://exemple.test/rebond",
            topics=list(Topic),
            by=self._everywhere,
        )
        return made

    @cached_property
    def delivery(self) -> Delivery:
        return actions.test_webhook(webhook=self.webhook, by=self._everywhere)

    @cached_property
    def counted(self) -> CountedKind:
        return CountedKind.objects.create(code="SOURIS", name="Souris")

    @property
    def secrets(self) -> list[str]:
        """What names this structure, its people and its things, in any writing."""
        return [
            PERSON.first_name,
            PERSON.last_name,
            self.structure.name,
            self.person.code,
            self.request.number,
            self.partners.admin.email,
            str(self.pack),
            self.pack.tag,
            str(self.person.uuid),
            str(self.request.uuid),
            str(self.structure.uuid),
            str(self.handover.uuid),
            str(self.loan.uuid),
        ]
