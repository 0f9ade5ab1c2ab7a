"""A world with one of everything, and what each part of an address stands for in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID, uuid4

from django.http import QueryDict
from django.utils import timezone

from backoffice.core.actions import create_token
from backoffice.core.models import ApiToken, Document, User
from backoffice.core.models.token import TokenScope
from backoffice.core.photos import read_photo
from backoffice.core.roles import Role
from inventory import actions
from inventory.actions.scans import Scanned
from inventory.models import (
    Certificate,
    CertificateRun,
    Destruction,
    Device,
    DonorMail,
    Erasure,
    ResultImport,
    Scan,
    ScanOutcome,
    StationMode,
    StationScanner,
    StorageDrive,
)
from inventory.models.erasure import DestructionMethod
from inventory.tags import TagKind, format_tag
from lending import actions as lending
from lending.links import calendar_link, invitation_link
from lending.models import SavedFilter
from lending.models.desk import Listing
from provisioning.actions import ask_job, begin_upload, order_erasure, propose_merge
from provisioning.kinds import ResourceKind
from provisioning.models import (
    Agent,
    Channel,
    Correction,
    Difference,
    EnvironmentProfile,
    ErasureRun,
    Job,
    JobKind,
    Likeness,
    Report,
    Resource,
    Upload,
)
from tests.inventory.imports.logs import log_of
from tests.lending.scene import Lent
from tests.photo import taken
from tests.provisioning.assigned import differing
from tests.provisioning.environments.world import published
from tests.provisioning.files import in_library
from tests.provisioning.hardware import box, started
from tests.provisioning.machines import FakeMachine
from tests.world import World, person


@dataclass
class Scene:
    """One of each thing that an address may name, all at the world's site."""

    world: World

    @cached_property
    def lent(self) -> Lent:
        """The things of lending, all of one structure; a parameter names each."""
        return Lent(self.world.site)

    @cached_property
    def device(self) -> Device:
        return self.world.receive()

    @cached_property
    def drive(self) -> StorageDrive:
        return self.device.drives.get()

    @cached_property
    def scanner(self) -> StationScanner:
        lead = self.world.lead
        return actions.let_scanner_in(site=self.world.site, station="x", by=lead)[0]

    @cached_property
    def account(self) -> User:
        return person(Role.TECHNICIAN, name="Somebody else")

    @cached_property
    def token(self) -> ApiToken:
        made, _secret = create_token(
            name="x", scope=TokenScope.READ, days=1, by=self.account
        )
        return made

    @cached_property
    def invitation(self) -> str:
        """What the link in an invited person’s mail ends in."""
        link = invitation_link(self.lent.invited)
        return link.rstrip("/").rpartition("/")[2]

    @cached_property
    def calendar(self) -> str:
        """What the address of somebody’s calendar ends in."""
        made = lending.make_calendar_address(by=self.lent.partners.coordinator)
        return calendar_link(made).rpartition("/")[2].removesuffix(".ics")

    @cached_property
    def saved_filter(self) -> SavedFilter:
        return lending.save_filter(
            listing=Listing.PACKS,
            name="x",
            query=QueryDict(""),
            is_shared=False,
            by=self.account,
        )

    @cached_property
    def receipt(self) -> Document:
        _received = self.device
        return actions.issue_donation_receipt(
            donation=self.world.donation, language="fr", by=self.world.lead
        )

    @cached_property
    def certificate(self) -> Certificate:
        erasure = self.world.erase(self.world.receive().drives.get())
        return actions.issue_certificate(
            erasure=erasure, language="fr", by=self.world.officer
        )

    @cached_property
    def certificate_run(self) -> CertificateRun:
        self.world.erase(self.world.receive().drives.get())
        return actions.ask_certificates(
            lot=self.world.lot, language="fr", by=self.world.officer
        )

    @cached_property
    def donor_mail(self) -> DonorMail:
        _certified = self.certificate
        return actions.ask_donor_mail(
            summary=actions.issue_lot_summary(
                lot=self.world.lot, language="fr", by=self.world.officer
            ),
            address="dsi@mairie.exemple.test",
            by=self.world.officer,
        )

    @property
    def printed(self) -> str:
        """The first part of what there is to print: there is something."""
        return "1" if self.certificate.pk else ""

    @cached_property
    def erasure(self) -> Erasure:
        """With exceptions, waiting for a second person."""
        return self.world.erase_with_exceptions(self.world.receive().drives.get())

    @cached_property
    def results(self) -> ResultImport:
        """Another tool’s report of the drive, that nobody has applied."""
        return actions.take_in_results(
            body=log_of(self.drive).encode(),
            file_name="nwipe.log",
            site=self.world.site,
            by=self.world.technician,
        )

    @cached_property
    def difference(self) -> Difference:
        """What a packed machine says of itself, and its pack does not."""
        return differing(self.world)[1]

    @cached_property
    def destruction(self) -> Destruction:
        """Waiting for a second person."""
        return actions.record_destruction(
            drive=self.world.receive().drives.get(),
            method=DestructionMethod.SHRED,
            place=self.world.cupboard,
            destroyed_on=timezone.localdate(),
            photo=read_photo(taken()),
            by=self.world.technician,
        )

    @cached_property
    def scan(self) -> Scan:
        """Of the world's technician: a scan belongs to whoever scanned."""
        return actions.note_scan(
            scan=Scanned(nonce=uuid4(), mode=StationMode.LOOK_UP, code="UNKNOWN1"),
            outcome=ScanOutcome.ATTENTION,
            by=self.world.technician,
        )

    @cached_property
    def machine(self) -> FakeMachine:
        machine = FakeMachine()
        machine.join(self.world, self.world.technician)
        return machine

    @cached_property
    def agent(self) -> Agent:
        assert self.machine.agent
        return self.machine.agent

    @cached_property
    def report(self) -> Report:
        _joined = self.agent
        return self.machine.send().report

    @cached_property
    def likeness(self) -> Likeness:
        """A machine with the serial number of a device that somebody typed."""
        self.world.receive(serial="PF000001")
        found = started(self.world, box(1)).agent
        return Likeness.objects.get(agent=found)

    @cached_property
    def correction(self) -> Correction:
        return propose_merge(
            device=self.device,
            other=self.world.receive(),
            reason="Received twice",
            by=self.world.technician,
        )

    @cached_property
    def job(self) -> Job:
        return ask_job(agent=self.agent, kind=JobKind.REPORT, by=self.world.technician)

    @cached_property
    def run(self) -> ErasureRun:
        """An order for a device that no machine is known of."""
        device = self.world.receive()
        drives = list(device.drives.all())
        return order_erasure(device=device, drives=drives, by=self.world.technician)[0]

    @cached_property
    def resource(self) -> Resource:
        return in_library(self.world.lead)

    @cached_property
    def profile(self) -> EnvironmentProfile:
        return published(self.world.lead).profiles.get(channel=Channel.STABLE)

    @cached_property
    def upload(self) -> Upload:
        return begin_upload(
            name="fiche.pdf",
            size=20,
            changed=1,
            kind=ResourceKind.SHEET,
            by=self.world.lead,
        )


@dataclass(frozen=True)
class Parameter:
    """How a part of an address is filled in."""

    of: Callable[[Scene], str | UUID]
    # What it names is seen only by those whose role reaches its site.
    of_site: bool = True


PARAMETERS: Mapping[str, Parameter] = {
    "account": Parameter(lambda scene: scene.account.uuid, of_site=False),
    "site": Parameter(lambda scene: scene.world.site.uuid, of_site=False),
    "token": Parameter(lambda scene: scene.token.uuid, of_site=False),
    "invitation": Parameter(lambda scene: scene.invitation, of_site=False),
    "uidb36": Parameter(lambda scene: "1", of_site=False),
    "key": Parameter(lambda scene: "abc123-0123456789abcdef", of_site=False),
    "tag": Parameter(lambda scene: scene.device.tag),
    "code": Parameter(lambda scene: scene.device.tag),
    "step": Parameter(lambda scene: "keep", of_site=False),
    "resource": Parameter(lambda scene: scene.resource.uuid, of_site=False),
    "environment": Parameter(
        lambda scene: scene.profile.version.environment.uuid, of_site=False
    ),
    "layer": Parameter(
        lambda scene: scene.profile.version.environment.base.uuid, of_site=False
    ),
    "section": Parameter(lambda _scene: "programs", of_site=False),
    "upload": Parameter(lambda scene: scene.upload.uuid, of_site=False),
    "ab": Parameter(lambda scene: scene.resource.blob.sha256[:2], of_site=False),
    "sha256": Parameter(lambda scene: scene.resource.blob.sha256, of_site=False),
    "profile_slug": Parameter(
        lambda scene: scene.profile.version.environment.slug, of_site=False
    ),
    "profile_sha256": Parameter(lambda scene: scene.profile.sha256, of_site=False),
    "drive_uuid": Parameter(lambda scene: scene.drive.uuid),
    "erasure_uuid": Parameter(lambda scene: scene.erasure.uuid),
    "report_uuid": Parameter(lambda scene: scene.results.uuid),
    "destruction_uuid": Parameter(lambda scene: scene.destruction.uuid),
    # Donors belong to the association as a whole.
    "donor_uuid": Parameter(
        lambda scene: scene.world.donation.donor.uuid, of_site=False
    ),
    "donation_uuid": Parameter(lambda scene: scene.world.donation.uuid),
    "lot_uuid": Parameter(lambda scene: scene.world.lot.uuid),
    "lot_code": Parameter(lambda scene: scene.world.lot.code),
    "place_tag": Parameter(lambda scene: scene.world.room.tag),
    "document_uuid": Parameter(lambda scene: scene.receipt.uuid),
    "certificate_uuid": Parameter(lambda scene: scene.certificate.document.uuid),
    "run_uuid": Parameter(lambda scene: scene.certificate_run.uuid),
    "mail_uuid": Parameter(lambda scene: scene.donor_mail.uuid),
    "public_id": Parameter(lambda scene: scene.certificate.public_id, of_site=False),
    "part": Parameter(lambda scene: scene.printed, of_site=False),
    "place_uuid": Parameter(lambda scene: scene.world.room.uuid),
    "scanner": Parameter(lambda scene: scene.scanner.uuid),
    "scan_uuid": Parameter(lambda scene: scene.scan.uuid, of_site=False),
    "agent": Parameter(lambda scene: scene.agent.uuid),
    "report": Parameter(lambda scene: scene.report.report_id),
    "likeness": Parameter(lambda scene: scene.likeness.uuid),
    "correction": Parameter(lambda scene: scene.correction.uuid),
    "capability": Parameter(lambda scene: "laptop", of_site=False),
    "calendar": Parameter(lambda scene: scene.calendar, of_site=False),
    "saved": Parameter(lambda scene: scene.saved_filter.uuid, of_site=False),
    # Programmes belong to the association as a whole.
    "webhook": Parameter(lambda scene: scene.lent.webhook.uuid, of_site=False),
    "delivery": Parameter(lambda scene: scene.lent.delivery.uuid, of_site=False),
    "programme": Parameter(lambda scene: scene.lent.programme.uuid, of_site=False),
    "decision": Parameter(lambda scene: "take-up", of_site=False),
    "pack_tag": Parameter(lambda scene: scene.lent.pack.tag),
    "pack_line": Parameter(lambda scene: scene.lent.line.wanted.uuid, of_site=False),
    # Templates belong to the association as a whole.
    "template": Parameter(
        lambda scene: scene.lent.version.template.uuid, of_site=False
    ),
    "loan": Parameter(lambda scene: scene.lent.loan.uuid),
    "handover": Parameter(lambda scene: scene.lent.handover.uuid),
    "slip": Parameter(lambda scene: scene.lent.slip, of_site=False),
    "handover_paper": Parameter(lambda scene: scene.lent.handover_paper.uuid),
    # Belongs to no site: who settles messages settles all of them.
    "outgoing": Parameter(lambda scene: scene.lent.stuck.uuid, of_site=False),
    "given": Parameter(lambda scene: scene.lent.given.uuid),
    "return_photo": Parameter(lambda scene: scene.lent.return_photo.uuid),
    "return_receipt": Parameter(lambda scene: scene.lent.return_receipt.uuid),
    "delivery_note": Parameter(lambda scene: scene.lent.delivery_note.uuid),
    "sim_tag": Parameter(lambda scene: scene.lent.sim.tag),
    "modem_tag": Parameter(lambda scene: scene.lent.modem.tag),
    # What operators sell, what is counted and the rules are the same at every site.
    "apn": Parameter(lambda scene: scene.lent.apn.uuid, of_site=False),
    "plan": Parameter(lambda scene: scene.lent.plan.uuid, of_site=False),
    "kind": Parameter(lambda scene: scene.lent.counted.uuid, of_site=False),
    "country": Parameter(lambda scene: "BE", of_site=False),
    "name": Parameter(lambda scene: "model", of_site=False),
    "answer": Parameter(lambda scene: "accept", of_site=False),
    "job": Parameter(lambda scene: scene.job.uuid),
    "difference": Parameter(lambda scene: scene.difference.uuid),
    "run": Parameter(lambda scene: scene.run.uuid),
    "number": Parameter(lambda scene: "1", of_site=False),
    # What belongs to a structure; see tests/lending/scene.py.
    "structure": Parameter(lambda scene: scene.lent.structure.uuid),
    "membership": Parameter(lambda scene: scene.lent.membership.uuid),
    "invited": Parameter(lambda scene: scene.lent.invited.uuid),
    "person": Parameter(lambda scene: scene.lent.person.uuid),
    "merged_person": Parameter(lambda scene: scene.lent.merged_person.uuid),
    "quoted": Parameter(lambda scene: scene.lent.quota.programme.uuid, of_site=False),
    "pack_uuid": Parameter(lambda scene: scene.lent.pack.uuid),
    "sim_uuid": Parameter(lambda scene: scene.lent.sim.uuid),
    "request_uuid": Parameter(lambda scene: scene.lent.request.uuid),
    "question": Parameter(lambda scene: "goals", of_site=False),
    "purpose": Parameter(lambda scene: "photo", of_site=False),
}

# Something of the same shape that nothing has.
UNKNOWN: Mapping[str, str | UUID] = {
    **dict.fromkeys(PARAMETERS, uuid4()),
    "tag": format_tag(TagKind.COMPUTER, 999_999),
    "code": format_tag(TagKind.COMPUTER, 999_999),
    "pack_tag": format_tag(TagKind.PACK, 999_999),
    "lot_code": "L-1999-001",
    "place_tag": format_tag(TagKind.PLACE, 999_999),
    "number": "999999",
    "section": "no-such-section",
    "profile_slug": "no-such-environment",
    "profile_sha256": "f" * 64,
    "sim_tag": format_tag(TagKind.SIM, 999_999),
    "modem_tag": format_tag(TagKind.PERIPHERAL, 999_999),
    "country": "XX",
    "public_id": "f" * 32,
    "part": "99",
    "step": "no-such-step",
    "name": "no-such-value",
    "answer": "no-such-answer",
    "question": "no-such-question",
    "decision": "no-such-decision",
    "purpose": "no-such-purpose",
    "uidb36": "zzz",
    "invitation": "no:such:link",
    "calendar": "no:such:link",
    "capability": "no-such-capability",
    "slip": "no:such:link",
    "key": "zzz-zzz",
}
