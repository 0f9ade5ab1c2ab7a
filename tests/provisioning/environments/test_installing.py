"""Machines are given exact bytes to obey, with the values of the person and no more."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoCaptureOnCommitCallbacks
from pytest_django.fixtures import Settings

from agent import wire
from backoffice.core.errors import DomainError, NotPermitted
from inventory.models import Device
from provisioning import actions, passphrases
from provisioning.errors import (
    DowngradeUnasked,
    EnvironmentUnknown,
    NoMachine,
    NothingPublished,
    ValuesMissing,
    VersionElsewhere,
)
from provisioning.models import Assignment, Job, JobKind, RunAim
from tests.provisioning.assigned import assigned
from tests.provisioning.environments.world import (
    PERSONAL,
    at_the_bench,
    done,
    next_version,
    published,
    stable,
    tell,
)
from tests.provisioning.machines import FakeMachine
from tests.world import World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def device_of(machine: FakeMachine) -> Device:
    assert machine.agent is not None
    assert machine.agent.device is not None
    return machine.agent.device


def asked(client: Client, machine: FakeMachine) -> wire.Job | None:
    """What the machine is told when it asks."""
    answer = client.get(
        wire.ASSIGNMENT_PATH, headers={"Authorization": f"Bearer {machine.token}"}
    )
    return wire.Assignment.from_bytes(answer.content).job


def ordered(client: Client, machine: FakeMachine) -> wire.ProfileOrder:
    job = asked(client, machine)
    assert job is not None
    assert job.args.profile is not None
    return job.args.profile


def test_a_machine_that_asks_for_work_is_given_what_its_pack_waits_for(
    world: World, client: Client
) -> None:
    version = published(world.lead)
    machine = at_the_bench(world)
    order = ordered(client, machine)
    assert (order.slug, order.version, order.aim) == ("emploi-fr", 1, wire.Pass.INSTALL)
    assert order.sha256 == stable(version).sha256
    assert order.values == ()
    assert Job.objects.get().kind == JobKind.PROVISION


def test_a_pack_that_is_closed_gives_its_machine_the_order_at_once(
    world: World,
    client: Client,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    published(world.lead)
    with django_capture_on_commit_callbacks(execute=True):
        machine = at_the_bench(world)
    given = Job.objects.get()
    assert given.device == device_of(machine)
    assert given.asked_by == Assignment.objects.get().made_by
    for _again in range(2):
        assert asked(client, machine) is not None
        assert machine.agent is not None
        assert actions.give_waiting_environment(agent=machine.agent) is None
    assert Job.objects.get() == given


def test_a_passphrase_that_is_printed_gives_the_order_at_once(
    world: World,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    published(world.lead, **PERSONAL)
    with django_capture_on_commit_callbacks(execute=True):
        machine = at_the_bench(world)
    assert not Job.objects.exists()
    with django_capture_on_commit_callbacks(execute=True):
        actions.print_passphrase(device=device_of(machine), by=world.technician)
    assert Job.objects.get().kind == JobKind.PROVISION


def test_it_is_given_once_and_not_again_when_that_failed(
    world: World, client: Client
) -> None:
    published(world.lead)
    machine = at_the_bench(world)
    assert asked(client, machine) is not None
    actions.cancel_job(job=Job.objects.get(), by=world.lead)
    assert machine.agent is not None
    assert actions.give_waiting_environment(agent=machine.agent) is None
    assert Job.objects.count() == 1


@pytest.mark.parametrize("environment", ["", "linux-emploi"])
def test_what_is_but_a_name_is_given_to_nobody(
    world: World, client: Client, environment: str
) -> None:
    published(world.lead)
    assert asked(client, at_the_bench(world, environment)) is None
    assert not Job.objects.exists()


def test_an_account_waits_for_its_printed_passphrase(
    world: World, client: Client
) -> None:
    published(world.lead, **PERSONAL)
    machine = at_the_bench(world)
    assert asked(client, machine) is None
    with pytest.raises(ValuesMissing, match="passphrase"):
        actions.install_environment(device=device_of(machine), by=world.technician)
    assert not Job.objects.exists()
    said = actions.print_passphrase(device=device_of(machine), by=world.technician)
    assert actions.give_waiting_environment(agent=machine.agent)  # type: ignore[arg-type]
    values = {each.name: each.value for each in ordered(client, machine).values}
    assert values.keys() == {"user.login", "user.name", "user.password_hash"}
    assert passphrases.is_hash_of(values["user.password_hash"], said)


def test_a_passphrase_is_kept_nowhere_and_its_hash_goes_with_the_pack(
    world: World,
) -> None:
    published(world.lead, **PERSONAL)
    machine = at_the_bench(world)
    device = device_of(machine)
    said = actions.print_passphrase(device=device, by=world.technician)
    actions.install_environment(device=device, by=world.technician)
    row = Assignment.objects.get()
    assert said not in str(vars(row)) + str(Job.objects.get().args)
    assert row.passphrase_hash not in str(Job.objects.get().args)
    assert said not in str(list(device.events.values_list("data", flat=True)))
    with transaction.atomic():
        actions.end_assignment(Device.objects.lock(device.pk), by=world.technician)
    row.refresh_from_db()
    assert (row.passphrase_hash, row.values) == ("", {})


def test_a_passphrase_is_printed_for_a_pack_and_by_who_may(world: World) -> None:
    device = world.ready()
    with pytest.raises(EnvironmentUnknown):
        actions.print_passphrase(device=device, by=world.technician)
    assigned(world, device, "emploi-fr")
    with pytest.raises(NotPermitted):
        actions.print_passphrase(device=device, by=world.officer)
    assert Assignment.objects.get().passphrase_hash == ""


def test_values_of_the_pack_are_taken_in_their_form_only(
    world: World, client: Client, settings: Settings
) -> None:
    settings.BLOB_MIRRORS = ["http://10.0.0.2/"]
    parts = {"account": {"login": "{{user.login}}", "first_login": "autologin"}}
    published(world.lead, **PERSONAL | parts)
    device = world.ready(world.drive(serial="EX-PACKED-1"))
    machine = FakeMachine()
    machine.join(world, world.lead, device)
    row = assigned(world, device, "emploi-fr")
    given = {"user.login": "awa", "user.name": "A\nB", "user.password_hash": "$y$j"}
    given |= {"structure.name": "CCAS"}
    with transaction.atomic():
        held = Device.objects.lock(device.pk)
        actions.end_assignment(held, by=world.technician)
        row = actions.assign_environment(
            *(held,),
            pack=row.pack,
            environment="emploi-fr",
            iccid="",
            values=given,
            by=world.technician,
        )
    assert row.values == {"user.login": "awa"}
    order = ordered(client, machine)
    assert {each.name: each.value for each in order.values} == {"user.login": "awa"}
    assert order.mirrors == ("http://10.0.0.2/",)


def test_a_later_version_is_left_only_where_somebody_says_so(world: World) -> None:
    first = published(world.lead)
    later = next_version(world.lead, first.environment, "gimp")
    machine = at_the_bench(world)
    device = device_of(machine)
    tell(machine, done(stable(later)))
    with pytest.raises(DowngradeUnasked):
        actions.install_environment(device=device, version=first, by=world.technician)
    assert not Job.objects.exists()
    job = actions.install_environment(
        device=device, version=first, downgrade=True, by=world.technician
    )
    order = wire.JobArgs.from_json(job.args).profile
    assert order is not None
    assert (order.version, order.downgrade) == (1, True)


def test_a_withdrawn_version_goes_to_no_machine(world: World) -> None:
    version = published(world.lead)
    machine = at_the_bench(world)
    actions.withdraw_version(version=version, because="Wrong sheet.", by=world.lead)
    version.refresh_from_db()
    with pytest.raises(VersionElsewhere, match="Wrong sheet"):
        actions.install_environment(
            device=device_of(machine), version=version, by=world.technician
        )
    with pytest.raises(NothingPublished):
        actions.install_environment(device=device_of(machine), by=world.technician)
    assert not Job.objects.exists()


def test_what_a_machine_has_is_checked_or_taken_back(world: World) -> None:
    version = published(world.lead)
    machine = at_the_bench(world)
    device = device_of(machine)
    with pytest.raises(NothingPublished):
        actions.install_environment(
            device=device, aim=RunAim.VERIFY, by=world.technician
        )
    tell(machine, done(stable(version)))
    job = actions.install_environment(
        device=device, aim=RunAim.VERIFY, by=world.technician
    )
    order = wire.JobArgs.from_json(job.args).profile
    assert order is not None
    assert (order.aim, order.sha256) == (wire.Pass.VERIFY, stable(version).sha256)


def test_a_device_without_a_machine_or_a_right_gets_no_job(world: World) -> None:
    published(world.lead)
    device = world.ready()
    assigned(world, device, "emploi-fr")
    refused: dict[type[DomainError], object] = {
        NoMachine: world.technician,
        NotPermitted: world.officer,
    }
    for refusal, by in refused.items():
        with pytest.raises(refusal):
            actions.install_environment(device=device, by=by)  # type: ignore[arg-type]
    assert not Job.objects.exists()


def test_bytes_signature_and_keys_are_for_machines_and_cached_as_they_may_be(
    world: World, client: Client
) -> None:
    kept = stable(published(world.lead))
    machine = at_the_bench(world)
    named = {
        "profile_slug": "emploi-fr",
        "number": "1",
        "profile_sha256": kept.sha256,
    }
    address = reverse("provisioning-api:profile", kwargs=named)
    assert address == f"{wire.PROFILES_PATH}emploi-fr/1/{kept.sha256}.json"
    assert client.get(address).status_code == 401
    client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {machine.token}"
    answer = client.get(address)
    assert answer.content == bytes(kept.body)
    assert "immutable" in answer["Cache-Control"]
    again = client.get(address, headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    signature = client.get(f"{address}.minisig")
    assert signature.content.decode() == kept.signatures.get().text
    assert signature["Cache-Control"] == "private, no-cache"
    other = reverse("provisioning-api:profile", kwargs={**named, "number": "2"})
    assert client.get(other).status_code == 404


def test_the_keys_are_vouched_for_by_the_server(world: World, client: Client) -> None:
    from provisioning.actions.steps import is_signed
    from provisioning.server_key import public_key

    machine = at_the_bench(world)
    client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {machine.token}"
    answer = client.get(wire.PROFILE_KEYS_PATH)
    keys = wire.ProfileKeys.from_bytes(answer.content)
    import base64

    assert is_signed(keys.signed, base64.b64decode(keys.signature), public_key())
    assert len(keys.keys) == 2
