"""Buttons that ask machines for work, let them in, and bring what they wrote to a stick."""

from __future__ import annotations

import ast
import datetime as dt
import io
import struct
import zipfile
from pathlib import Path

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from agent import wire
from backoffice.core.errors import NotPermitted
from backoffice.core.models import RoleAssignment, Site
from backoffice.core.roles import Role
from provisioning import actions
from provisioning.errors import CloneSuspected, ImportUnreadable, ReportPruned
from provisioning.models import (
    Agent,
    AgentEvent,
    Approval,
    Job,
    JobKind,
    JobState,
    Report,
    ReportPayload,
)
from provisioning.views.history import _VERBS
from tests.provisioning.machines import FakeMachine, drive
from tests.sources import calls, rooms
from tests.world import World, make_world, person

pytestmark = pytest.mark.django_db
IMPORT = "/machines/import/"
NOW = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def machine(world: World) -> FakeMachine:
    fake = FakeMachine()
    fake.join(world, world.technician, world.receive(drives=()))
    fake.send(drive())
    return fake


@pytest.fixture
def agent(machine: FakeMachine) -> Agent:
    assert machine.agent
    return machine.agent


def of(agent: Agent, name: str) -> str:
    return reverse(f"provisioning:{name}", args=[agent.uuid])


# ------------------------------------------------------------------ asking


@pytest.mark.parametrize("kind", ["report", "tests"])
def test_one_button_asks_and_one_cancels(
    client: Client, world: World, agent: Agent, kind: str
) -> None:
    client.force_login(world.technician)
    client.post(of(agent, "job-ask"), {"kind": kind})
    job = Job.objects.get()
    assert (job.kind, job.asked_by) == (kind, world.technician)
    page = client.get(of(agent, "machine-detail")).content.decode()
    assert "waits for the machine" in page
    client.post(reverse("provisioning:job-cancel", args=[job.uuid]))
    assert Job.objects.get().state == JobState.CANCELLED


@pytest.mark.parametrize("kind", ["", "erase", "x" * 4000, "\x00"])
def test_what_nobody_can_ask_is_refused(
    client: Client, world: World, agent: Agent, kind: str
) -> None:
    client.force_login(world.technician)
    assert client.post(of(agent, "job-ask"), {"kind": kind}).status_code == 400
    assert not Job.objects.exists()


def test_a_button_leads_back_to_the_page_it_stands_on(
    client: Client, world: World, agent: Agent
) -> None:
    client.force_login(world.technician)
    asked = client.post(of(agent, "job-ask") + "?back=device", {"kind": "report"})
    assert agent.device
    assert asked["Location"] == f"/d/{agent.device.tag}/"
    cancel = reverse("provisioning:job-cancel", args=[Job.objects.get().uuid])
    assert client.post(cancel + "?back=bench")["Location"] == "/bench/"


def test_a_second_job_is_refused_in_words(
    client: Client, world: World, agent: Agent
) -> None:
    client.force_login(world.technician)
    client.post(of(agent, "job-ask"), {"kind": "tests"})
    answer = client.post(of(agent, "job-ask"), {"kind": "report"})
    assert answer.status_code == 409
    assert "has not finished" in answer.content.decode()
    assert Job.objects.count() == 1


def test_the_device_s_page_asks_its_machine(
    client: Client, world: World, agent: Agent
) -> None:
    client.force_login(world.technician)
    assert agent.device
    page = client.get(f"/d/{agent.device.tag}/machine/").content.decode()
    assert "Ask for a report now" in page
    assert "Run the tests" in page


def test_what_came_of_the_tests_is_said_not_tested_too(
    client: Client, world: World, machine: FakeMachine, agent: Agent
) -> None:
    tests = [
        wire.Test(name=name, result=result, by=wire.Judge.MEASURED, reason=why, at=NOW)
        for name, result, why in (
            (wire.Check.MEMORY, wire.Result.PASS, ""),
            (wire.Check.CAMERA, wire.Result.NOT_TESTED, "No camera <b>seen</b>"),
            (wire.Check.UNKNOWN, wire.Result.UNKNOWN, ""),
        )
    ]
    machine.send(kind=wire.Kind.TESTS, tests=tuple(tests))
    client.force_login(world.technician)
    page = client.get(of(agent, "machine-detail")).content.decode()
    for said in ("What came of its tests", "Not tested", "No camera &lt;b&gt;seen"):
        assert said in page
    assert "Drives it sees" in page


def test_the_machine_s_page_tells_who_asked_what_of_it(
    client: Client, world: World, agent: Agent
) -> None:
    job = actions.ask_job(agent=agent, kind=JobKind.TESTS, by=world.technician)
    actions.cancel_job(job=job, by=world.lead)
    client.force_login(world.technician)
    page = client.get(of(agent, "machine-detail")).content.decode()
    for said in ("Joined with a code", "Bound to a device", "Asked for", "Over"):
        assert said in page
    assert "Tests · Cancelled" in page
    assert world.lead.name in page


def test_every_word_of_a_machine_s_journal_is_known() -> None:
    written = {
        verb
        for module in rooms("actions")
        if module.dotted.startswith("provisioning.")
        for name, call in calls(module.tree)
        if name == "append" and "AgentEvent" in ast.unparse(call.func)
        for verb in _texts(call.args[1])
    }
    assert {"job_ended", "enrolled_again"} <= written
    assert written - {"reported"} <= _VERBS.keys()


def _texts(node: ast.expr) -> set[str]:
    """Every text that an expression may be."""
    found = (each for each in ast.walk(node) if isinstance(each, ast.Constant))
    return {str(each.value) for each in found}


# ------------------------------------------------------------------ letting in


def test_a_site_asks_for_approval_and_a_lead_approves(
    client: Client, world: World
) -> None:
    client.force_login(world.lead)
    setting = reverse("provisioning:site-approval", args=[world.site.uuid])
    client.post(setting, {"wanted": "yes"})
    agent = FakeMachine().join(world, world.technician)
    assert "Wait for approval" in client.get("/machines/").content.decode()
    client.post(of(agent, "machine-approve"))
    assert Agent.objects.get().approved_at
    client.post(setting, {"wanted": "no"})
    assert FakeMachine().join(world, world.technician).approved_at


def test_a_setting_that_is_none_changes_nothing(client: Client, world: World) -> None:
    client.force_login(world.lead)
    setting = reverse("provisioning:site-approval", args=[world.site.uuid])
    assert client.post(setting, {"wanted": "maybe"}).status_code == 400
    assert not Approval.objects.exists()


def test_a_machine_that_waits_shows_no_work_and_no_binding(
    client: Client, world: World
) -> None:
    actions.want_approval(site=world.site, wanted=True, by=world.lead)
    agent = FakeMachine().join(world, world.technician)
    client.force_login(world.technician)
    page = client.get(of(agent, "machine-detail")).content.decode()
    assert "Is this machine one of ours?" in page
    assert "Run the tests" not in page
    assert "Which device is it?" not in page


def test_two_machines_with_one_identity_are_said_so(
    client: Client, world: World, agent: Agent
) -> None:
    refusal = CloneSuspected("", seq=1)
    actions.note_clone(agent=agent, refusal=refusal)
    client.force_login(world.technician)
    for page in (of(agent, "machine-detail"), "/bench/"):
        shown = client.get(page).content.decode()
        assert "Two machines with one identity" in shown


def test_a_pruned_report_says_that_its_text_is_gone(
    client: Client, world: World, machine: FakeMachine, agent: Agent
) -> None:
    gone = machine.send(drive()).report
    machine.send(drive())
    ReportPayload.objects.filter(report=gone).prune()
    client.force_login(world.technician)
    raw = client.get(reverse("provisioning:report-raw", args=[gone.report_id]))
    assert raw.status_code == ReportPruned.status
    page = client.get(of(agent, "machine-detail")).content.decode()
    assert "past its time" in page


# ------------------------------------------------------------------ from a stick


def exported(machine: FakeMachine, count: int = 2) -> bytes:
    """An export as the agent writes it, of the next reports in the chain."""
    assert machine.agent
    packed, listed = io.BytesIO(), []
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for _turn in range(count):
            report = machine.report(drive())
            envelope = machine.seal(report)
            machine.seq, machine.previous = report.seq, envelope.sha256
            name = f"{report.seq:08d}.json"
            archive.writestr(name, envelope.to_bytes())
            listed.append(
                wire.Listed(
                    name=name,
                    report_id=report.report_id,
                    seq=report.seq,
                    sha256=envelope.sha256,
                    size_bytes=len(envelope.payload),
                )
            )
        manifest = wire.Manifest(
            agent_id=machine.agent.uuid,
            agent_version="0.1.0",
            reports=tuple(reversed(listed)),
        )
        archive.writestr(wire.MANIFEST, manifest.to_bytes())
    return packed.getvalue()


def upload(client: Client, content: bytes) -> tuple[int, str]:
    file = SimpleUploadedFile("export.zip", content)
    answer = client.post(IMPORT, {"file": file, "ran_by": "nobody"})
    return answer.status_code, answer.content.decode()


def test_reports_from_a_stick_count_once(
    client: Client, world: World, machine: FakeMachine
) -> None:
    client.force_login(world.technician)
    packed = exported(machine)
    assert "2 reports kept" in upload(client, packed)[1]
    assert "2 were known before" in upload(client, packed)[1]
    assert Report.objects.count() == 3
    assert AgentEvent.objects.filter(verb="reports_carried").count() == 1


def test_the_command_reads_a_stick_too(
    machine: FakeMachine, tmp_path: object, capsys: pytest.CaptureFixture[str]
) -> None:
    packed = tmp_path / "export.zip"  # type: ignore[operator]
    packed.write_bytes(exported(machine))
    call_command("import_reports", "--ran-by", "nobody", str(packed))
    assert "Kept 2, known before 0, refused 0." in capsys.readouterr().out
    packed.write_bytes(b"PK not")
    with pytest.raises(CommandError):
        call_command("import_reports", "--ran-by", "nobody", str(packed))


def test_who_had_the_machine_erase_is_asked(
    client: Client, world: World, machine: FakeMachine, tmp_path: Path
) -> None:
    client.force_login(world.technician)
    file = SimpleUploadedFile("export.zip", exported(machine))
    stranger = str(person(Role.TECHNICIAN, site=Site.objects.create(name="Gare")).uuid)
    for ran_by in ("", stranger, "x\0"):
        assert client.post(IMPORT, {"file": file, "ran_by": ran_by}).status_code == 400
    with pytest.raises(CommandError, match="no account"):
        call_command("import_reports", "--ran-by", "x@exemple.test", str(tmp_path))
    assert Report.objects.count() == 1


def test_a_report_that_was_altered_on_the_way_is_refused_by_name(
    client: Client, world: World, machine: FakeMachine
) -> None:
    client.force_login(world.technician)
    packed = io.BytesIO(exported(machine, 1))
    altered = io.BytesIO()
    with zipfile.ZipFile(packed) as old, zipfile.ZipFile(altered, "w") as new:
        for name in old.namelist():
            body = old.read(name)
            new.writestr(name, body.replace(b'"signature":"', b'"signature":"AAAA', 1))
    status, page = upload(client, altered.getvalue())
    assert status == 200
    assert "00000002.json" in page
    assert Report.objects.count() == 1


def test_reports_of_a_machine_of_another_site_are_refused(
    client: Client, world: World, machine: FakeMachine
) -> None:
    elsewhere = Site.objects.create(name="Rive droite")
    client.force_login(person(Role.TECHNICIAN, site=elsewhere))
    _status, page = upload(client, exported(machine))
    assert "not known here" in page
    assert Report.objects.count() == 1


def test_reports_of_a_machine_that_one_may_only_look_at_are_refused(
    client: Client, world: World, machine: FakeMachine
) -> None:
    """The role that brings sticks holds elsewhere; here the person only looks."""
    elsewhere = Site.objects.create(name="Rive droite")
    looks = person(Role.AUDITOR, site=world.site)
    brings = Group.objects.get(name=Role.TECHNICIAN.value)
    RoleAssignment.objects.create(user=looks, role=brings, site=elsewhere)
    seen = looks.site_ids("provisioning.view_agent")
    assert seen
    assert world.site.pk in seen
    client.force_login(looks)
    _status, page = upload(client, exported(machine))
    assert "not known here" in page
    assert Report.objects.count() == 1


def test_nobody_of_another_site_brings_reports_here(world: World, agent: Agent) -> None:
    stranger = person(Role.TECHNICIAN, site=Site.objects.create(name="Rive droite"))
    with pytest.raises(NotPermitted):
        actions.note_import(agent=agent, reports=1, by=stranger)
    assert not AgentEvent.objects.filter(verb="reports_carried").exists()


def repacked(export: bytes, method: int) -> bytes:
    """Its reports packed another way; the manifest as it was."""
    packed, whole = io.BytesIO(), io.BytesIO(export)
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(packed, "w") as new:
        for name in old.namelist():
            how = zipfile.ZIP_DEFLATED if name == wire.MANIFEST else method
            new.writestr(name, old.read(name), how)
    return packed.getvalue()


def zipped(**files: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "."), content)
    return packed.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"x",
        b"PK\x03\x04" + b"\x00" * 400,
        zipped(),
        zipped(manifest__json=b"{"),
        zipped(manifest__json=b"\xff"),
        zipped(manifest__json=b" " * 60_000_000),
    ],
)
def test_a_file_that_is_no_export_is_refused_whole(
    client: Client, world: World, machine: FakeMachine, content: bytes
) -> None:
    client.force_login(world.technician)
    status, page = upload(client, content)
    assert status == ImportUnreadable.status
    assert "no export" in page
    assert Report.objects.count() == 1


@pytest.mark.parametrize("method", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_a_part_packed_as_no_agent_does_is_refused_by_name(
    client: Client, world: World, machine: FakeMachine, method: int
) -> None:
    client.force_login(world.technician)
    status, page = upload(client, repacked(exported(machine), method))
    assert status == 200
    assert page.count("cannot be read") == 2
    assert Report.objects.count() == 1


@pytest.mark.parametrize("harm", [b"\xff\xfe\xff", b"\x00" * 3])
def test_a_part_whose_own_name_is_no_text_is_refused_by_name(
    client: Client, world: World, machine: FakeMachine, harm: bytes
) -> None:
    client.force_login(world.technician)
    packed = bytearray(exported(machine, 1))
    # The flags of the part, which say that its name is UTF-8, and the name.
    packed[6:8] = (0x800).to_bytes(2, "little")
    packed[30:33] = harm
    status, page = upload(client, bytes(packed))
    assert status == 200
    assert "cannot be read" in page


def test_who_brought_a_stick_is_kept_where_it_stops_in_the_middle(
    client: Client,
    world: World,
    machine: FakeMachine,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client.force_login(world.technician)
    accept, calls_made = actions.accept_report, []

    def stops(**fields: object) -> object:
        calls_made.append(fields)
        if len(calls_made) > 1:
            raise RuntimeError("out of room")
        return accept(**fields)  # type: ignore[arg-type]

    monkeypatch.setattr(actions, "accept_report", stops)
    with pytest.raises(RuntimeError):
        upload(client, exported(machine))
    told = AgentEvent.objects.get(verb="reports_carried")
    assert (told.data, told.actor) == ({"reports": 1}, world.technician)


def test_a_bomb_is_not_unpacked(
    client: Client,
    world: World,
    machine: FakeMachine,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("provisioning.exports.archive.MAX_UNPACKED_BYTES", 1_000_000)
    client.force_login(world.technician)
    status, page = upload(client, zipped(a=b"0" * 2_000_000))
    assert status == 400
    assert "more than an export may" in page


def end_saying(content: bytes, parts: int, directory: int) -> bytes:
    """The file, whose last record says something else of its directory."""
    said = struct.pack("<2HL", parts, parts, directory)
    return content[:-14] + said + content[-6:]


def with_long_end(content: bytes) -> bytes:
    locator = b"PK\x06\x07" + bytes(16)
    return content[:-22] + locator + content[-22:]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (end_saying(zipped(a=b"0"), wire.MAX_EXPORTED + 2, 47), "more than an export"),
        (end_saying(zipped(a=b"0"), 1, 2**32 - 1), "more than an export"),
        (with_long_end(zipped(a=b"0")), "no export"),
        (zipped(a=b"0") + b"PK", "no export"),
    ],
)
def test_a_long_directory_is_refused_before_it_is_read(
    client: Client,
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    content: bytes,
    words: str,
) -> None:
    monkeypatch.delattr(zipfile, "ZipFile")
    client.force_login(world.technician)
    status, page = upload(client, content)
    assert status == ImportUnreadable.status
    assert words in page


def test_a_file_that_is_too_large_is_not_opened(
    client: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("provisioning.exports.archive.MAX_FILE_BYTES", 10)
    client.force_login(world.technician)
    status, page = upload(client, b"PK" + b"0" * 20)
    assert status == 400
    assert "larger than an export" in page


def test_nothing_chosen_is_said_at_the_field(client: Client, world: World) -> None:
    client.force_login(world.technician)
    assert client.post(IMPORT).status_code == 400
