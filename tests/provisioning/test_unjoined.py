"""What a machine erased that never joined: evidence from its stick, never a proof."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import uuid
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse_lazy

from agent import identity, leaving, methods, wire
from agent.__main__ import main
from agent.erase.ownkey import OwnKey
from agent.tell import Exit
from backoffice.core.errors import NotPermitted, SamePerson
from backoffice.core.models import RoleAssignment, Site, User
from backoffice.core.roles import Role
from inventory import actions as inventory_actions
from inventory.imports.result import Weakness
from inventory.models import (
    Doubt,
    Erasure,
    ErasureException,
    ImportedResult,
    StorageDrive,
)
from inventory.states import DriveStatus
from provisioning import actions as provisioning_actions
from provisioning.actions import Brought
from provisioning.actions.unjoined import lone_result
from provisioning.errors import ImportAltered, ImportUnreadable, VersionUnsupported
from provisioning.exports import Carried, archive, carry_in
from provisioning.models import Agent, Report
from tests.agent.erase.loops import needs_root
from tests.agent.erase.test_alone import Bench as LoopBench
from tests.agent.samples import NOW
from tests.provisioning.erasing import SIZE, Bench, verified
from tests.provisioning.machines import FakeMachine
from tests.provisioning.machines import drive as seen
from tests.unchanged import rows
from tests.world import World, make_world, person

pytestmark = pytest.mark.django_db

PAGE = reverse_lazy("provisioning:reports-import")
SERIAL = "EX-HD-LONE-1"


@pytest.fixture
def then() -> Iterator[None]:
    """The hour at which the agent’s bench of the tests erases."""
    with time_machine.travel(NOW + dt.timedelta(hours=1)):
        yield


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def drive(world: World) -> StorageDrive:
    declared = world.drive(serial=SERIAL, size_bytes=SIZE)
    return world.receive(declared).drives.get()


class Unseen(Bench):
    """A bench of which the server has heard nothing."""

    def __post_init__(self) -> None:
        pass


class Stick:
    """A machine that never joined, and what it writes to a stick."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.own = OwnKey(agent_id=uuid.uuid4(), private_key=identity.new_key())
        self.machine = FakeMachine()
        self.sealed: list[wire.Envelope] = []

    @property
    def key(self) -> bytes:
        return identity.public_key(self.own.private_key)

    def erase(self, serial: str = SERIAL, **said: Any) -> wire.Envelope:
        """The sealed record of a drive, overwritten unless `said` otherwise."""
        record = Unseen(self.world, (serial,)).record(**said)
        return self.say(kind=wire.Kind.ERASURE, erasure=record)

    def say(self, **fields: Any) -> wire.Envelope:
        envelope = self.own.seal(self.machine.report(**fields))
        self.machine.seq += 1
        self.machine.previous = envelope.sha256
        self.sealed.append(envelope)
        return envelope

    def write(self, folder: Path) -> Path:
        leaving.write(folder / "stick.zip", self.sealed, self.own)
        return folder / "stick.zip"


@pytest.fixture
def stick(world: World) -> Stick:
    return Stick(world)


def bring(
    path: Path, world: World, *, by: User | None = None, ran_by: User | None = None
) -> Carried:
    carried, brought = Carried(), Brought(ran_by, by or world.technician)
    with path.open("rb") as file:
        carry_in(file, Agent.objects.for_list(), carried, brought, world.site)
    return carried


def test_a_success_is_evidence_that_waits_for_a_second_person(
    world: World, drive: StorageDrive, stick: Stick, tmp_path: Path
) -> None:
    envelope = stick.erase()
    carried = bring(stick.write(tmp_path), world)
    assert (carried.kept_count, carried.known, carried.refused) == (1, 0, [])
    drive.refresh_from_db()
    erasure = drive.erasures.get()
    assert (drive.status, drive.proof) == (DriveStatus.EXCEPTIONS_TO_APPROVE, None)
    assert erasure.exceptions == [ErasureException.WITHOUT_ORDER]
    assert erasure.evidence_sha256 == envelope.sha256
    assert erasure.operator is None
    assert not Report.objects.exists()
    assert not Agent.objects.exists()


def test_an_order_that_it_names_makes_it_no_proof(
    world: World, drive: StorageDrive, stick: Stick, tmp_path: Path
) -> None:
    (run,) = provisioning_actions.order_erasure(
        device=drive.last_host, drives=[drive], by=world.technician
    )
    given = provisioning_actions.run_of(run)
    stick.erase(run_id=given.run_id, token=given.token, cycle=given.cycle)
    bring(stick.write(tmp_path), world)
    drive.refresh_from_db()
    assert drive.proof is None
    assert drive.erasures.get().exceptions == [ErasureException.WITHOUT_ORDER]


def test_only_an_officer_who_had_no_hand_in_it_makes_it_a_proof(
    world: World, drive: StorageDrive, stick: Stick, tmp_path: Path
) -> None:
    brought, ran = (both(world) for _ in range(2))
    stick.erase()
    bring(stick.write(tmp_path), world, by=brought, ran_by=ran)
    erasure, before = Erasure.objects.get(), rows()
    for hand in (brought, ran):
        with pytest.raises(SamePerson):
            inventory_actions.approve_exceptions(erasure=erasure, by=hand)
    assert rows() == before
    inventory_actions.approve_exceptions(erasure=erasure, by=world.officer)
    drive.refresh_from_db()
    assert (drive.status, drive.proof) == (DriveStatus.ERASED, erasure)


def test_who_ran_it_does_not_accept_what_was_matched_later_either(
    world: World, drive: StorageDrive, stick: Stick, tmp_path: Path
) -> None:
    ran = both(world)
    stick.erase(drive=seen(serial=SERIAL, model="ZX9000"))
    bring(stick.write(tmp_path), world, ran_by=ran)
    line = ImportedResult.objects.get()
    assert (line.doubt, line.is_open) == (Doubt.MODEL_DIFFERS, True)
    assert not Erasure.objects.exists()
    inventory_actions.decide_result(line=line, drive=drive, by=world.technician)
    erasure = Erasure.objects.get()
    assert erasure.exceptions == ["matched_by_hand", "without_order"]
    with pytest.raises(SamePerson):
        inventory_actions.approve_exceptions(erasure=erasure, by=ran)


def test_the_same_file_twice_changes_nothing(
    world: World, drive: StorageDrive, stick: Stick, tmp_path: Path
) -> None:
    stick.erase()
    path = stick.write(tmp_path)
    bring(path, world)
    before = rows()
    carried = bring(path, world)
    assert (carried.kept_count, carried.known) == (0, 1)
    assert rows() == before


def test_a_later_file_brings_only_what_is_new(
    world: World, drive: StorageDrive, stick: Stick, tmp_path: Path
) -> None:
    stick.erase()
    bring(stick.write(tmp_path), world)
    stick.erase("EX-HD-NOBODY-S")
    carried = bring(stick.write(tmp_path), world)
    assert (carried.kept_count, carried.known) == (1, 1)
    assert drive.erasures.count() == 1


def test_once_it_joined_what_the_stick_had_brought_is_not_counted_again(
    world: World, drive: StorageDrive, stick: Stick, tmp_path: Path
) -> None:
    stick.erase()
    bring(stick.write(tmp_path), world)
    joined = FakeMachine()
    agent = joined.join(world, world.technician, drive.last_host)
    again = wire.Envelope.seal(agent.uuid, stick.sealed[0].report(), joined.key.sign)
    provisioning_actions.accept_report(agent=agent, envelope=again)
    assert drive.erasures.count() == 1
    refusal = agent.events.get(verb="erasure_refused")
    assert refusal.data["rule"] == "result_known"


@pytest.mark.parametrize(
    ("said", "rule"),
    [
        ({"ended": methods.Ended.FAILED}, Weakness.NOT_ERASED),
        ({"verified": verified(mismatches=1)}, Weakness.EVIDENCE_INCOMPLETE),
        ({"bytes_erased": SIZE - 512}, Weakness.EVIDENCE_INCOMPLETE),
    ],
)
def test_what_holds_no_success_is_kept_and_refused_as_proof(
    world: World,
    drive: StorageDrive,
    stick: Stick,
    tmp_path: Path,
    said: dict[str, Any],
    rule: Weakness,
) -> None:
    stick.erase(**said)
    bring(stick.write(tmp_path), world)
    assert ImportedResult.objects.get().refused == rule
    assert not Erasure.objects.exists()
    assert drive.events.filter(verb="result_refused", data__rule=rule).exists()


def test_a_failure_afterwards_speaks_against_the_success_before(
    world: World, drive: StorageDrive, stick: Stick, tmp_path: Path
) -> None:
    stick.erase()
    stick.erase(ended=methods.Ended.FAILED)
    bring(stick.write(tmp_path), world)
    found = ImportedResult.objects.order_by("pk").values_list("refused", flat=True)
    assert list(found) == [Weakness.NOT_ERASED, Weakness.NEWER_ATTEMPT]
    assert not Erasure.objects.exists()


def test_other_reports_of_such_a_machine_are_refused_by_name(
    world: World, stick: Stick, tmp_path: Path
) -> None:
    stick.say(kind=wire.Kind.INVENTORY)
    ((_name, why),) = bring(stick.write(tmp_path), world).refused
    assert "only erasures" in why
    assert not ImportedResult.objects.exists()


def test_a_file_altered_by_one_byte_is_refused_whole(
    client: Client, world: World, drive: StorageDrive, stick: Stick, tmp_path: Path
) -> None:
    """Every part of it, its manifest too; and a part that is gone, or one too many."""
    stick.erase()
    stick.erase("EX-HD-OTHER-1")
    whole = parts(stick.write(tmp_path))
    before = rows()
    altered = list(_each_altered(whole))
    for content in altered:
        with pytest.raises((ImportUnreadable, VersionUnsupported)):
            bring(packed(tmp_path, content), world)
    assert len(altered) > 20
    assert rows() == before


def _each_altered(whole: dict[str, bytes]) -> Iterator[dict[str, bytes]]:
    for name, body in whole.items():
        for place in range(5, len(body), len(body) // 12):
            flipped = bytes([body[place] ^ 1])
            yield {**whole, name: body[:place] + flipped + body[place + 1 :]}
        if name != wire.MANIFEST:
            yield {each: what for each, what in whole.items() if each != name}
    yield {**whole, "reports/one-more.json": b"{}"}


def test_records_sealed_by_another_key_than_the_file_s_are_refused(
    world: World, drive: StorageDrive, stick: Stick, tmp_path: Path
) -> None:
    stick.erase()
    other = stick.own.but(private_key=identity.new_key())
    leaving.write(tmp_path / "stick.zip", stick.sealed, other)
    with pytest.raises(ImportAltered):
        bring(tmp_path / "stick.zip", world)
    assert not ImportedResult.objects.exists()


def test_a_file_that_is_refused_stands_in_the_journal_of_the_site(
    client: Client, world: World, stick: Stick, tmp_path: Path
) -> None:
    stick.erase()
    whole = parts(stick.write(tmp_path))
    manifest = whole[wire.MANIFEST]
    later = {**whole, wire.MANIFEST: manifest.replace(b'"version":1', b'"version":2')}
    cut = {**whole, wire.MANIFEST: manifest.replace(b"0.1.0", b"0.1.1")}
    client.force_login(world.technician)
    for content, status, rule in (
        (later, 422, VersionUnsupported.code),
        (cut, 400, ImportAltered.code),
        ({}, 400, ImportUnreadable.code),
    ):
        path = packed(tmp_path, content)
        assert upload(client, path)[0] == status
        event = world.site.events.filter(verb="stick_refused").latest("sequence")
        assert (event.data["rule"], event.actor) == (rule, world.technician)
        assert event.data["size_bytes"] == path.stat().st_size
    assert not ImportedResult.objects.exists()


def test_who_works_at_several_sites_says_at_which(
    client: Client, world: World, drive: StorageDrive, stick: Stick, tmp_path: Path
) -> None:
    stick.erase()
    path, elsewhere = stick.write(tmp_path), Site.objects.create(name="Rive droite")
    as_technician = Group.objects.get(name=Role.TECHNICIAN)
    RoleAssignment.objects.create(
        user=world.technician, role=as_technician, site=elsewhere
    )
    client.force_login(User.objects.get(pk=world.technician.pk))
    assert upload(client, path)[0] == 400
    assert not ImportedResult.objects.exists()
    assert upload(client, path, site=str(world.site.uuid))[0] == 200
    assert drive.erasures.count() == 1


def test_a_huge_file_is_refused_and_journaled_unopened(
    client: Client, world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(archive, "MAX_FILE_BYTES", 10)
    monkeypatch.delattr(zipfile, "ZipFile")
    (tmp_path / "huge.zip").write_bytes(b"PK" + bytes(20))
    client.force_login(world.technician)
    status, page = upload(client, tmp_path / "huge.zip")
    assert (status, "larger than an export" in page) == (400, True)
    assert world.site.events.get(verb="stick_refused").data["size_bytes"] == 22


def test_the_page_says_what_such_a_signature_is_worth(
    client: Client, world: World, drive: StorageDrive, stick: Stick, tmp_path: Path
) -> None:
    stick.erase()
    client.force_login(world.technician)
    status, page = upload(client, stick.write(tmp_path))
    assert status == 200
    assert "nothing was altered since, not who wrote it" in page
    result = ImportedResult.objects.get().report
    assert f"/{result.uuid}/" in page


def test_a_drive_of_another_site_is_not_found(
    world: World, stick: Stick, drive: StorageDrive, tmp_path: Path
) -> None:
    elsewhere = Site.objects.create(name="Rive droite")
    stick.erase()
    carried, lead = Carried(), person(Role.TECHNICIAN, site=elsewhere)
    with stick.write(tmp_path).open("rb") as file:
        agents = Agent.objects.for_list()
        carry_in(file, agents, carried, Brought(None, lead), elsewhere)
    assert ImportedResult.objects.get().refused == Weakness.NO_DRIVE
    assert not drive.erasures.exists()


def test_who_may_record_no_erasure_there_brings_none(
    world: World, stick: Stick, drive: StorageDrive, tmp_path: Path
) -> None:
    stick.erase()
    path, before = stick.write(tmp_path), rows()
    stranger = person(Role.TECHNICIAN, site=Site.objects.create(name="Rive droite"))
    with pytest.raises(NotPermitted):
        bring(path, world, by=stranger)
    assert rows() == before


def test_a_result_that_claims_more_than_evidence_is_not_taken_in(
    world: World, stick: Stick, drive: StorageDrive
) -> None:
    envelope = stick.erase()
    brought = Brought(None, world.technician)
    honest = lone_result(envelope, stick.key, brought)
    before = rows()
    for forged in ({"exceptions": ()}, {"executed": None}):
        with pytest.raises(ValueError, match="nobody ordered"):
            inventory_actions.take_in_carried(
                body=envelope.payload,
                result=dataclasses.replace(honest, **forged),
                file_name="stick.zip",
                site=world.site,
                by=world.technician,
            )
    assert rows() == before


def test_only_who_brings_sticks_there_journals_a_refused_file(world: World) -> None:
    stranger = person(Role.TECHNICIAN, site=Site.objects.create(name="Rive droite"))
    before = world.site.events.count()
    with pytest.raises(NotPermitted):
        provisioning_actions.note_refused_file(
            site=world.site,
            rule=ImportAltered.code,
            sha256="0" * 64,
            size_bytes=22,
            by=stranger,
        )
    assert world.site.events.count() == before


def test_the_command_asks_at_which_site_and_who_brings_it(
    world: World,
    drive: StorageDrive,
    stick: Stick,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    stick.erase()
    words = ["--ran-by", "nobody", str(stick.write(tmp_path))]
    with pytest.raises(CommandError, match="belongs to no site"):
        call_command("import_reports", *words)
    assert not ImportedResult.objects.exists()
    named = ["--brought-by", world.technician.email, "--site", world.site.name]
    call_command("import_reports", *named, *words)
    assert "Kept 1, known before 0, refused 0." in capsys.readouterr().out
    assert drive.erasures.get().exceptions == [ErasureException.WITHOUT_ORDER]


@pytest.mark.root
@needs_root
@pytest.mark.usefixtures("then")
def test_a_drive_erased_by_a_machine_that_knows_no_server_is_accepted_by_an_officer(
    world: World,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The agent’s own commands, a block device, the file, the server, an officer."""
    size = 3 * 2**20
    declared = world.drive(
        serial="FICTIF-00001", make="", model="EXAMPLE HDD 1", size_bytes=size
    )
    drive = world.receive(declared).drives.get()
    with contextlib.ExitStack() as stack:
        bench = LoopBench(tmp_path, stack, size)
        bench.erase(monkeypatch, "0001\n", "/dev/sda")
        assert not bench.files[0].read_bytes().strip(b"\0")
    state, path = str(bench.state), tmp_path / "stick.zip"
    assert main(["--state", state, "export", str(path)]) is Exit.DONE
    bring(path, world)
    erasure = drive.erasures.get()
    assert ErasureException.WITHOUT_ORDER in erasure.exceptions
    inventory_actions.approve_exceptions(erasure=erasure, by=world.officer)
    drive.refresh_from_db()
    assert (drive.status, drive.proof) == (DriveStatus.ERASED, erasure)


def both(world: World) -> User:
    """A data-security officer who works at the bench too."""
    officer = person(Role.DATA_SECURITY_OFFICER, site=world.site)
    as_technician = Group.objects.get(name=Role.TECHNICIAN)
    RoleAssignment.objects.create(user=officer, role=as_technician)
    afresh: User = User.objects.get(pk=officer.pk)
    return afresh


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(folder: Path, content: dict[str, bytes]) -> Path:
    path = folder / "packed.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, body in content.items():
            archive.writestr(name, body)
    return path


def upload(client: Client, path: Path, **said: str) -> tuple[int, str]:
    file = SimpleUploadedFile("export.zip", path.read_bytes())
    answer = client.post(PAGE, {"file": file, "ran_by": "nobody", **said})
    return answer.status_code, answer.content.decode()
