"""Fills the database of the walk over every page: the demo world, and who sees all.

Run as a program with the settings of the server under test, like tests/browser/seed.py,
and like it says as JSON what is there: `values` holds, for each parameter of an
address, what it can be.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any
from uuid import uuid4

import django
import time_machine
from django.conf import settings

django.setup()

from allauth.account.internal.flows.login import (  # noqa: E402
    record_authentication,
)
from allauth.account.utils import user_pk_to_url_str  # noqa: E402
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes  # noqa: E402
from allauth.mfa.totp.internal.auth import TOTP  # noqa: E402
from django.contrib.auth.models import Group  # noqa: E402
from django.db.models import F  # noqa: E402
from django.test import Client, RequestFactory  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402
from django.utils.module_loading import import_string  # noqa: E402

from agent import wire  # noqa: E402
from backoffice.core import actions as accounts  # noqa: E402
from backoffice.core.actions import sign_checkpoint  # noqa: E402
from backoffice.core.models import (  # noqa: E402
    ApiToken,
    Document,
    RoleAssignment,
    Site,
    User,
)
from backoffice.core.models.token import TokenScope  # noqa: E402
from backoffice.core.roles import Role  # noqa: E402
from backoffice.demo import history, people  # noqa: E402
from backoffice.demo.shreds import photo_of_shreds  # noqa: E402
from inventory import actions as stock  # noqa: E402
from inventory.models import (  # noqa: E402
    CancelReason,
    Certificate,
    Destruction,
    DestructionMethod,
    Device,
    Donation,
    Donor,
    Erasure,
    Lot,
    Place,
    ResultImport,
    Scan,
    StationMode,
    StationScanner,
    StorageDrive,
)
from inventory.scanner import Command  # noqa: E402
from inventory.states import DeviceStatus, DriveStatus  # noqa: E402
from provisioning import actions as machines  # noqa: E402
from provisioning.errors import CloneSuspected  # noqa: E402
from provisioning.kinds import ResourceKind, Withdrawal  # noqa: E402
from provisioning.models import (  # noqa: E402
    Agent,
    Environment,
    EnvironmentProfile,
    Job,
    JobKind,
    Layer,
    Report,
    Resource,
    Upload,
)
from tests.browser import environment_world, lending_world  # noqa: E402
from tests.browser.seed import session_of  # noqa: E402
from tests.inventory.imports.logs import log_of  # noqa: E402
from tests.provisioning.files import in_library, pdf  # noqa: E402
from tests.provisioning.machines import FakeMachine, drive  # noqa: E402

# Seconds after which the browser would be asked for its password again: more than a walk.
LONG_WALK = 7200
TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
ALL_ROLES = "tout@exemple.test"


def person_with_every_role() -> User:
    """Sees all that anybody sees, behind a second factor."""
    user = User.objects.create_user(ALL_ROLES, people.PASSWORD, name="Alix Toutes")
    for role in Role:
        group = Group.objects.get(name=role.value)
        RoleAssignment.objects.create(user=user, role=group, site=None)
    TOTP.activate(user, TOTP_SECRET)
    RecoveryCodes.activate(user)
    accounts.create_token(name="Tableau", scope=TokenScope.READ, days=30, by=user)
    return user


def library(by: User) -> None:
    """A sheet that is offered, one that was withdrawn, and a file that came in half."""
    for text in ("offered", "withdrawn"):
        resource = in_library(by, pdf(text))
    machines.withdraw_resource(resource=resource, reason=Withdrawal.OUTDATED, by=by)
    machines.begin_upload(
        name="vidéo.mp4", size=2000, changed=1, kind=ResourceKind.VIDEO, by=by
    )


def seen_machines(by: User) -> None:
    """One machine that is a device, and one that nobody has bound yet."""
    site = Site.objects.get(name="Les Acacias")
    for bound in (True, False):
        machine = FakeMachine()
        _row, code = machines.create_join_code(site=site, device=None, by=by)
        enrolled = machines.enrol_agent(request=machine.enrol_request(code))
        machine.agent, machine.token = enrolled.agent, enrolled.token
        machine.send(drive(in_use=bound))
        if bound:
            device = Device.objects.filter(status=DeviceStatus.TO_PROCESS).latest("pk")
            # The label of the fictional device is not this machine’s.
            machines.bind_agent(agent=enrolled.agent, device=device, sure=True, by=by)


def busy_machines(by: User) -> None:
    """One at work on its tests, one that waits for approval, two with one identity."""
    present = Agent.objects.filter(revoked_at=None)
    at_work, doubled = present.filter(device=None)[0], present.bound()[0]
    job = machines.ask_job(agent=at_work, kind=JobKind.TESTS, by=by)
    event = wire.Event(
        seq=1,
        job_id=job.uuid,
        step="memory",
        state=wire.Stage.PROGRESS,
        percent=40,
        message="Mémoire : premier passage",
        seconds_left=300,
        at=timezone.now(),
        monotonic_ms=1000,
    )
    machines.note_events(agent=at_work, told=wire.Events(events=(event,)))
    machines.note_clone(agent=doubled, refusal=CloneSuspected("", seq=1))
    machines.want_approval(site=at_work.site, wanted=True, by=by)
    _row, code = machines.create_join_code(site=at_work.site, device=None, by=by)
    machines.enrol_agent(request=FakeMachine().enrol_request(code))


def signed_in_now(user: User) -> Client:
    """A browser that need not confirm its password again while the walk lasts."""
    client = Client(headers={"host": "127.0.0.1"})
    client.cookies[settings.SESSION_COOKIE_NAME] = session_of(user)
    asked = RequestFactory().get("/")
    asked.session = client.session
    with time_machine.travel(time.time() + LONG_WALK, tick=False):
        record_authentication(asked, user, "password", reauthenticated=True)
    asked.session.save()
    return client


def at_work(client: Client) -> None:
    """A lot to receive into, a station that was started, and a card of each kind."""
    lot = Lot.objects.filter(closed_at=None).latest("pk")
    post(client, "reception-choose", lot.uuid)
    post(client, "station-start", station="Établi 2", mode=StationMode.LOOK_UP)
    devices = [d.tag for d in one_device_per_state()]
    drive_serial = StorageDrive.objects.filter(status=DriveStatus.FAILED)[0].serial
    place = Place.objects.filter(name="Étagère B").get().tag
    odd = ["INCONNU42", devices[0][:-1], f"{devices[0]}{devices[1]}", "PC9999990"]
    for mode in StationMode:
        # A place last: from then on devices move.
        for code in [*devices, *odd, drive_serial, *COMMANDS, place, devices[0]]:
            post(client, "station-scan", code=code, mode=mode, nonce=str(uuid4()))


def certified(by: User) -> None:
    """A certificate that counts, a cancelled one, and the summary of a lot."""
    proofs = Erasure.objects.filter(drive__proof_id=F("pk")).order_by("pk")
    cancelled, _valid = (
        stock.issue_certificate(erasure=proof, language="fr", by=by)
        for proof in proofs[:2]
    )
    stock.cancel_certificate(
        certificate=cancelled, reason=CancelReason.DONOR_WRONG, by=by
    )
    lot = Lot.objects.filter(closed_at=None)[0]
    stock.issue_lot_summary(lot=lot, language="fr", by=by)


def told_by_another_tool(by: User) -> ResultImport:
    """A log of nwipe about a drive that waits, which nobody has applied."""
    waiting = StorageDrive.objects.filter(status=DriveStatus.AWAITING_ERASURE)
    drive = waiting.exclude(serial="").exclude(host=None).order_by("pk")[0]
    assert drive.host is not None
    return stock.take_in_results(
        body=log_of(drive).encode(), file_name="nwipe.log", site=drive.host.site, by=by
    )


def destroyed(by: User) -> None:
    """A drive that is in pieces on a picture, and waits for a second person’s word."""
    waiting = StorageDrive.objects.filter(status=DriveStatus.AWAITING_ERASURE)
    drive = waiting.exclude(host=None).exclude(serial="").latest("pk")
    cupboard = Place.objects.get(for_drives=True)
    drive = stock.take_drive_out(drive=drive, custody=cupboard, by=by)
    stock.record_destruction(
        drive=drive,
        method=DestructionMethod.SHRED,
        place=cupboard,
        destroyed_on=timezone.localdate(),
        photo=photo_of_shreds(seed=1),
        by=by,
    )


COMMANDS = [command.value for command in Command if "MODE" not in command.name]


def post(client: Client, name: str, *args: object, **fields: str) -> None:
    answer = client.post(reverse(f"inventory:{name}", args=args), fields)
    if answer.status_code not in {200, 302, 409}:
        message = f"{name} {fields}: {answer.status_code}"
        raise RuntimeError(message)


def one_device_per_state() -> list[Device]:
    known = {device.status: device for device in Device.objects.order_by("pk")}
    return [known[status] for status in DeviceStatus if status in known]


def one_scan_per_card() -> list[Scan]:
    """A scan for each answer that the station drew in another way."""
    known = {
        (scan.outcome, scan.card.get("kind"), scan.card.get("reason")): scan
        for scan in Scan.objects.order_by("pk")
    }
    return list(known.values())


def values() -> dict[str, list[str]]:
    """Every parameter of an address; where kinds differ on the page, one of each."""
    tags = {device.status: device.tag for device in one_device_per_state()}
    present = Agent.objects.filter(revoked_at=None).order_by("pk")
    bound = present.exclude(device=None).get()
    to_process = tags.pop(DeviceStatus.TO_PROCESS)
    rows: dict[str, Any] = {
        "donor_uuid": Donor.objects.order_by("pk")[:1],
        "donation_uuid": Donation.objects.order_by("-pk")[1:3],
        "lot_uuid": Lot.objects.filter(closed_at=None)[:1],
        "place_uuid": Place.objects.order_by("pk")[:1],
        "document_uuid": Document.objects.order_by("pk")[:1],
        "drive_uuid": [
            StorageDrive.objects.filter(status=status).latest("pk")
            for status in DriveStatus
            if StorageDrive.objects.filter(status=status).exists()
        ],
        "erasure_uuid": Erasure.objects.order_by("pk")[:1],
        "destruction_uuid": Destruction.objects.exclude(photo=None).order_by("pk")[:1],
        "agent": [*present, *Agent.objects.exclude(revoked_at=None)[:1]],
        "job": Job.objects.order_by("pk")[:1],
        "account": User.objects.filter(email=people.PEOPLE[0].email),
        "site": Site.objects.order_by("pk")[:1],
        "token": ApiToken.objects.all()[:1],
        "scan_uuid": one_scan_per_card(),
        "report_uuid": ResultImport.objects.all()[:1],
        "resource": Resource.objects.order_by("pk"),
        "upload": Upload.objects.all(),
        "environment": Environment.objects.order_by("pk")[:1],
        "layer": Layer.objects.order_by("pk")[:1],
        "scanner": StationScanner.objects.all(),
    }
    found = {name: [str(row.uuid) for row in some] for name, some in rows.items()}
    assert bound.device is not None
    return found | {
        "certificate_uuid": [str(p.document.uuid) for p in Certificate.objects.all()],
        "public_id": [paper.public_id for paper in Certificate.objects.all()],
        "part": ["1"],
        "number": ["1"],
        "profile_sha256": [first_description().sha256],
        "tag": [to_process, bound.device.tag, *tags.values()],
        "code": [to_process],
        "section": ["programs", "home", "sheets", "account"],
        "step": ["triage"],
        "name": ["model"],
        "answer": ["keep"],
        # Only answers to POST have these in their address: no page shows one.
        "correction": [str(uuid4())],
        "run": [str(uuid4())],
        "run_uuid": [str(uuid4())],
        "mail_uuid": [str(uuid4())],
        "message": [str(uuid4())],
        "difference": [str(uuid4())],
        "likeness": [str(uuid4())],
        "report": [str(r.report_id) for r in Report.objects.all()[:1]],
        **reset_link(),
        **environment_world.values(),
        **lending_world.values(),
    }


def first_description() -> EnvironmentProfile:
    """What machines are given of the first version of the first environment."""
    environment = Environment.objects.order_by("pk").first()
    found = EnvironmentProfile.objects.filter(version__environment=environment)
    return found.filter(version__number=1).earliest("pk")


def reset_link() -> dict[str, list[str]]:
    """The address in the mail to somebody who forgot the password."""
    user = User.objects.get(email=people.PEOPLE[1].email)
    tokens = import_string(settings.ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR)()
    return {"uidb36": [user_pk_to_url_str(user)], "key": [tokens.make_token(user)]}


def main() -> None:
    history.tell()
    sign_checkpoint()
    technician = User.objects.get(email=people.PEOPLE[0].email)
    seen_machines(technician)
    everyone = person_with_every_role()
    busy_machines(everyone)
    library(everyone)
    clients = {
        "everyone": signed_in_now(everyone),
        "technician": signed_in_now(technician),
        "partner": signed_in_now(User.objects.get(email=lending_world.PARTNER)),
    }
    at_work(clients["everyone"])
    certified(everyone)
    told_by_another_tool(everyone)
    destroyed(everyone)
    acacias = Site.objects.get(name="Les Acacias")
    stock.let_scanner_in(site=acacias, station="Banc 1", by=everyone)
    environment_world.tell(everyone)
    lending_world.tell(everyone)
    found = {
        "people": {
            who: client.cookies[settings.SESSION_COOKIE_NAME].value
            for who, client in clients.items()
        },
        "values": values(),
    }
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
