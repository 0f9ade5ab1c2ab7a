"""What each role may do, and where; how passwords are kept."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import AnonymousUser, Group
from django.db import IntegrityError, transaction
from django.test import Client
from pytest_django.fixtures import Settings

from backoffice import settings as real
from backoffice.core.actors import Machine, permit
from backoffice.core.errors import NotPermitted
from backoffice.core.models import RoleAssignment, Site, User
from backoffice.core.roles import Role
from tests.world import PASSWORD, person

pytestmark = pytest.mark.django_db
LOOK = "inventory.view_device"
AGENTS = "provisioning.view_agent"

# Who meets people: at the reception, and coordinating.
MEETS_PEOPLE = {
    "lending.decide_request",
    "lending.hand_over",
    "lending.manage_beneficiary",
    "lending.manage_sim",
    "lending.top_up_sim",
    "lending.view_beneficiary",
    "lending.view_handover",
    "lending.view_pack",
    "lending.view_programme",
    "lending.view_request",
    "lending.view_sim",
    "lending.view_sim_secret",
    "lending.view_structure",
}
# Every permission of every role. A migration that changes what somebody may do
# changes this table with it.
GRANTS: Mapping[Role, set[str]] = {
    Role.TECHNICIAN: {
        LOOK,
        AGENTS,
        "inventory.check_device",
        "inventory.declare_ready",
        "inventory.join_scanner",
        "inventory.move_device",
        "inventory.receive_device",
        "inventory.record_erasure",
        "inventory.refurbish_device",
        "lending.count_stock",
        "lending.make_pack",
        "lending.view_pack",
        "lending.view_sim",
        "provisioning.ask_job",
        "provisioning.bind_agent",
        "provisioning.check_environment",
        "provisioning.enrol_agent",
        "provisioning.order_erasure",
        "provisioning.install_environment",
        "provisioning.view_environment",
        "provisioning.view_resource",
    },
    Role.WORKSHOP_LEAD: {
        LOOK,
        AGENTS,
        "inventory.change_health_limits",
        "inventory.check_device",
        "inventory.declare_ready",
        "inventory.dispose_device",
        "inventory.export_device",
        "inventory.hold_device",
        "inventory.issue_certificate",
        "inventory.join_scanner",
        "inventory.manage_donation",
        "inventory.manage_place",
        "inventory.merge_device",
        "inventory.move_device",
        "inventory.receive_device",
        "inventory.record_erasure",
        "inventory.refurbish_device",
        "inventory.view_certificate",
        "inventory.view_donation",
        "lending.count_stock",
        "lending.make_pack",
        "lending.view_pack",
        "lending.view_sim",
        "lending.manage_sim",
        "lending.manage_template",
        "lending.view_request_coded",
        "provisioning.approve_agent",
        "provisioning.ask_job",
        "provisioning.bind_agent",
        "provisioning.check_environment",
        "provisioning.enrol_agent",
        "provisioning.order_erasure",
        "provisioning.revoke_agent",
        "provisioning.settle_difference",
        "provisioning.edit_environment",
        "provisioning.install_environment",
        "provisioning.manage_resource",
        "provisioning.publish_environment",
        "provisioning.view_environment",
        "provisioning.view_resource",
        "provisioning.withdraw_resource",
    },
    Role.DATA_SECURITY_OFFICER: {
        LOOK,
        AGENTS,
        "core.verify_journal",
        "inventory.approve_erasure",
        "inventory.export_device",
        "inventory.hold_device",
        "inventory.issue_certificate",
        "inventory.merge_device",
        "inventory.record_erasure",
        "inventory.view_certificate",
        "inventory.view_donation",
        "provisioning.order_erasure",
        "provisioning.rotate_profile_key",
        "provisioning.view_environment",
    },
    Role.COORDINATOR: MEETS_PEOPLE
    | {
        LOOK,
        AGENTS,
        "core.manage_outgoing",
        "core.verify_journal",
        "inventory.export_device",
        "inventory.hold_device",
        "inventory.issue_certificate",
        "inventory.manage_donation",
        "inventory.manage_place",
        "inventory.view_certificate",
        "inventory.view_donation",
        "lending.allocate_pack",
        "lending.count_stock",
        "lending.manage_plan",
        "lending.manage_programme",
        "lending.manage_structure",
        "lending.manage_template",
        "lending.merge_beneficiary",
        "lending.manage_webhook",
        "lending.override_top_up",
        "provisioning.settle_difference",
        "provisioning.edit_environment",
        "provisioning.manage_resource",
        "provisioning.publish_environment",
        "provisioning.view_environment",
        "provisioning.view_resource",
        "provisioning.withdraw_resource",
    },
    Role.MEDIATOR: MEETS_PEOPLE
    | {
        LOOK,
        "provisioning.edit_environment",
        "provisioning.manage_resource",
        "provisioning.view_environment",
        "provisioning.view_resource",
    },
    Role.AUDITOR: {
        LOOK,
        AGENTS,
        "core.verify_journal",
        "inventory.export_device",
        "inventory.view_certificate",
        "inventory.view_donation",
        "lending.view_handover",
        "lending.view_pack",
        "lending.view_programme",
        "lending.view_request_coded",
        "lending.view_sim",
        "lending.view_structure",
        "provisioning.view_environment",
        "provisioning.view_resource",
    },
    Role.ADMINISTRATOR: {
        LOOK,
        AGENTS,
        "core.manage_accounts",
        "core.manage_outgoing",
        "core.verify_journal",
        "inventory.manage_place",
        "lending.manage_programme",
        "lending.manage_structure",
        "lending.manage_webhook",
        "lending.view_programme",
        "lending.view_structure",
        "provisioning.approve_agent",
        "provisioning.enrol_agent",
        "provisioning.revoke_agent",
        "provisioning.rotate_profile_key",
        "provisioning.view_environment",
        "provisioning.view_resource",
    },
    Role.PARTNER_MEMBER: {"lending.use_portal"},
    Role.PARTNER_ADMINISTRATOR: {"lending.use_portal"},
}


@pytest.fixture
def sites() -> tuple[Site, Site]:
    return Site.objects.create(name="A"), Site.objects.create(name="B")


@pytest.mark.parametrize("role", Role)
def test_a_role_holds_these_permissions_and_no_other(role: Role) -> None:
    assert person(role).get_all_permissions() == GRANTS[role]


def test_every_group_is_a_role_with_a_name_for_people() -> None:
    assert set(Group.objects.values_list("name", flat=True)) == set(Role.values)


def test_a_role_at_one_site_holds_there_only(sites: tuple[Site, Site]) -> None:
    here, there = sites
    user = person(Role.TECHNICIAN, site=here)
    assert user.has_perm(LOOK)
    assert permit(user, LOOK, at=here.pk) == user
    with pytest.raises(NotPermitted):
        permit(user, LOOK, at=there.pk)


def test_two_roles_add_up_and_everywhere_wins(sites: tuple[Site, Site]) -> None:
    here, there = sites
    user = person(Role.TECHNICIAN, site=here)
    groups = {group.name: group for group in Group.objects.all()}
    RoleAssignment.objects.create(user=user, role=groups["technician"], site=there)
    RoleAssignment.objects.create(user=user, role=groups["auditor"])
    user = User.objects.get(pk=user.pk)
    assert user.site_ids("inventory.receive_device") == {here.pk, there.pk}
    assert user.site_ids(LOOK) is None


def test_a_role_is_held_once_per_place_whoever_writes(sites: tuple[Site, Site]) -> None:
    for site in (None, sites[0]):
        held = person(Role.TECHNICIAN, site=site).role_assignments.get()
        held.pk = None
        with pytest.raises(IntegrityError), transaction.atomic():
            held.save()


def test_a_closed_account_may_nothing() -> None:
    user = person(Role.WORKSHOP_LEAD)
    user.is_active = False
    assert not user.has_perm(LOOK)
    assert user.site_ids(LOOK) == frozenset()
    assert not user.has_module_perms("inventory")


def test_nobody_may_nothing() -> None:
    assert not AnonymousUser().has_perm(LOOK)
    assert not User.objects.visible_to(AnonymousUser()).exists()
    with pytest.raises(NotPermitted):
        permit(Machine("agent"), LOOK)


def test_permissions_cost_one_query(
    django_assert_num_queries: pytest.FixtureRequest,
) -> None:
    user = User.objects.get(pk=person(Role.WORKSHOP_LEAD).pk)
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert user.has_perm(LOOK)
        assert not user.has_perm("core.manage_accounts")


# ------------------------------------------------------------------ passwords


def test_passwords_are_kept_with_argon2(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = real.PASSWORD_HASHERS
    assert make_password(PASSWORD).startswith("argon2$argon2id$")


def test_an_older_hash_is_replaced_at_the_next_sign_in(
    settings: Settings, client: Client
) -> None:
    settings.PASSWORD_HASHERS = real.PASSWORD_HASHERS
    user = person(Role.TECHNICIAN)
    older = make_password(PASSWORD, hasher="pbkdf2_sha256")
    get_user_model().objects.filter(pk=user.pk).update(password=older)
    client.post("/account/login/", {"login": user.email, "password": PASSWORD})
    user.refresh_from_db()
    assert user.password.startswith("argon2$")


@pytest.mark.parametrize("weak", ["short", "password1234", "technician.1", "é" * 11])
def test_a_weak_password_is_refused_in_words(client: Client, weak: str) -> None:
    user = person(Role.TECHNICIAN)
    client.post("/account/login/", {"login": user.email, "password": PASSWORD})
    typed = {"oldpassword": PASSWORD, "password1": weak, "password2": weak}
    page = client.post("/account/password/", typed)
    assert page.status_code == 200
    assert b"field-invalid" in page.content
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_a_changed_password_ends_the_other_sessions(client: Client) -> None:
    user = person(Role.TECHNICIAN)
    elsewhere = Client()
    for browser in (client, elsewhere):
        browser.post("/account/login/", {"login": user.email, "password": PASSWORD})
    wanted = "a quite different staple"
    typed = {"oldpassword": PASSWORD, "password1": wanted, "password2": wanted}
    client.post("/account/password/", typed)
    assert client.get("/me/").status_code == 200
    assert elsewhere.get("/me/").status_code == 302


@pytest.mark.parametrize(
    "unwanted",
    ["signup/", "email/", "login/code/", "password/set/", "2fa/webauthn/", "3rdparty/"],
)
def test_what_is_not_wanted_of_the_library_is_not_there(
    client: Client, unwanted: str
) -> None:
    client.force_login(person(Role.TECHNICIAN))
    assert client.get(f"/account/{unwanted}").status_code == 404
