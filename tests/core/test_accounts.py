"""Accounts are opened, given roles and closed; every refusal changes nothing."""

from __future__ import annotations

import smtplib
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks

from backoffice.core import actions, journal
from backoffice.core.actors import Machine
from backoffice.core.countries import Country
from backoffice.core.errors import (
    AccountClosed,
    AccountOpen,
    DomainError,
    EmailTaken,
    LastAdministrator,
    NoSecondFactor,
    NotPermitted,
    RoleEverywhere,
    RoleHeld,
    RoleNotHeld,
    SiteNameTaken,
)
from backoffice.core.mail import password_link
from backoffice.core.models import (
    AccountEvent,
    RoleAssignment,
    Site,
    SiteEvent,
    User,
)
from backoffice.core.models.token import TokenScope
from backoffice.core.roles import Role
from backoffice.core.views.history import history_of
from tests.world import PASSWORD, person

pytestmark = pytest.mark.django_db
NEW = {"email": "Nadia@Exemple.test", "name": "Nadia T.", "language": "fr"}


@pytest.fixture
def administrator() -> User:
    return person(Role.ADMINISTRATOR, name="Ada")


@pytest.fixture
def site() -> Site:
    return Site.objects.create(name="Les Acacias")


def everything() -> list[object]:
    """What a refused act must leave as it was."""
    return [
        list(User.objects.order_by("pk").values()),
        list(RoleAssignment.objects.order_by("pk").values()),
        list(AccountEvent.objects.order_by("pk").values("hash")),
        list(Site.objects.order_by("pk").values()),
        list(SiteEvent.objects.order_by("pk").values("hash")),
        list(Authenticator.objects.order_by("pk").values("pk")),
    ]


def refused(error: type[DomainError], act: Callable[..., object], **facts: Any) -> None:
    before = everything()
    with pytest.raises(error):
        act(**facts)
    assert everything() == before


def verbs(account: User) -> list[str]:
    return [event.verb for event in account.events.oldest_first()]


def last_event(account: User) -> AccountEvent:
    return account.events.latest("sequence")


# ------------------------------------------------------------------ opening


def test_an_account_is_opened_without_a_password_and_without_a_role(
    administrator: User,
) -> None:
    account = actions.open_account(**NEW, by=administrator)
    assert account.email == "nadia@exemple.test"
    assert not account.has_usable_password()
    assert not account.get_all_permissions()
    assert verbs(account) == ["opened"]


def test_two_accounts_cannot_share_an_address(administrator: User) -> None:
    actions.open_account(**NEW, by=administrator)
    refused(EmailTaken, actions.open_account, **NEW, by=administrator)


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
def test_nobody_but_an_administrator_opens_an_account(role: Role) -> None:
    refused(NotPermitted, actions.open_account, **NEW, by=person(role))


def test_an_administrator_of_one_site_manages_no_accounts(site: Site) -> None:
    limited = person(Role.ADMINISTRATOR, site=site)
    other = person(Role.TECHNICIAN)
    refused(NotPermitted, actions.open_account, **NEW, by=limited)
    assert list(User.objects.visible_to(limited)) == [limited]
    refused(
        NotPermitted, actions.give_role, account=limited, role=Role.AUDITOR, by=limited
    )
    refused(NotPermitted, actions.close_account, account=other, by=limited)


def test_an_invitation_lets_the_person_choose_a_password(
    administrator: User,
    client: Client,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    account = actions.open_account(**NEW, by=administrator)
    with django_capture_on_commit_callbacks(execute=True):
        actions.invite(account=account, by=administrator)
    (letter,) = mail.outbox
    assert letter.to == ["nadia@exemple.test"]
    link = next(word for word in str(letter.body).split() if "/password/reset/" in word)
    form = client.get(link.removeprefix("http://127.0.0.1:8000"), follow=True)
    address = form.redirect_chain[-1][0]
    client.post(address, {"password1": PASSWORD, "password2": PASSWORD})
    account.refresh_from_db()
    assert account.check_password(PASSWORD)
    assert b"opens nothing any more" in client.get(link).content


def test_an_invitation_is_written_in_the_person_s_language(
    administrator: User,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    account = actions.open_account(**NEW, by=administrator)
    with django_capture_on_commit_callbacks(execute=True):
        actions.invite(account=account, by=administrator)
    assert "Choisissez votre mot de passe ici" in mail.outbox[0].body


def test_a_closed_account_is_not_invited(administrator: User) -> None:
    account = actions.open_account(**NEW, by=administrator)
    actions.close_account(account=account, by=administrator)
    refused(AccountClosed, actions.invite, account=account, by=administrator)


# ------------------------------------------------------------------ changing


def test_the_journal_keeps_that_a_name_changed_never_the_name(
    administrator: User,
) -> None:
    account = actions.open_account(**NEW, by=administrator)
    wanted = {"name": "Nadia Tazi", "email": "tazi@exemple.test", "language": "fr"}
    actions.amend_account(account=account, **wanted, by=administrator)
    assert last_event(account).data == {"fields": ["name", "email"]}
    assert "adia" not in str(list(AccountEvent.objects.values()))


def test_one_changes_one_s_own_name_but_not_one_s_address() -> None:
    user = person(Role.TECHNICIAN)
    wanted = {"name": "Farid", "language": "en"}
    actions.amend_account(account=user, email=user.email, **wanted, by=user)
    assert User.objects.get(pk=user.pk).name == "Farid"
    refused(
        NotPermitted,
        actions.amend_account,
        account=user,
        email="other@exemple.test",
        **wanted,
        by=user,
    )


def test_nobody_changes_the_name_of_another() -> None:
    user, other = person(Role.WORKSHOP_LEAD), person(Role.TECHNICIAN)
    wanted = {"email": other.email, "name": "X", "language": "fr"}
    refused(NotPermitted, actions.amend_account, account=other, **wanted, by=user)


def test_an_address_in_use_is_not_taken_over(administrator: User) -> None:
    user = person(Role.TECHNICIAN)
    wanted = {"email": administrator.email, "name": "X", "language": "fr"}
    refused(EmailTaken, actions.amend_account, account=user, **wanted, by=administrator)


def test_saving_what_stands_already_writes_nothing(administrator: User) -> None:
    account = actions.open_account(**NEW, by=administrator)
    actions.amend_account(account=account, **NEW, by=administrator)
    assert verbs(account) == ["opened"]


# ------------------------------------------------------------------ roles


def test_a_role_is_given_at_one_site_and_taken_back(
    administrator: User, site: Site
) -> None:
    account = actions.open_account(**NEW, by=administrator)
    where: dict[str, Any] = {"account": account, "role": Role.TECHNICIAN, "site": site}
    actions.give_role(**where, by=administrator)
    assert User.objects.get(pk=account.pk).site_ids("inventory.receive_device") == {
        site.pk
    }
    actions.take_role(**where, by=administrator)
    assert not User.objects.get(pk=account.pk).grants
    assert verbs(account) == ["opened", "role_given", "role_taken"]
    assert last_event(account).data == {"role": "technician", "site": str(site.uuid)}


def test_a_role_is_held_once_per_place(administrator: User, site: Site) -> None:
    user = person(Role.TECHNICIAN)
    where: dict[str, Any] = {
        "account": user,
        "role": Role.TECHNICIAN,
        "by": administrator,
    }
    refused(RoleHeld, actions.give_role, **where)
    actions.give_role(**where, site=site)
    refused(RoleHeld, actions.give_role, **where, site=site)


def test_a_role_that_is_not_held_is_not_taken(administrator: User, site: Site) -> None:
    user = person(Role.TECHNICIAN)
    where: dict[str, Any] = {"account": user, "role": Role.TECHNICIAN, "site": site}
    refused(RoleNotHeld, actions.take_role, **where, by=administrator)


def test_administering_is_not_limited_to_a_site(
    administrator: User, site: Site
) -> None:
    user = person(Role.TECHNICIAN)
    where: dict[str, Any] = {"account": user, "role": Role.ADMINISTRATOR, "site": site}
    refused(RoleEverywhere, actions.give_role, **where, by=administrator)


def test_a_closed_account_is_given_no_role(administrator: User) -> None:
    user = person(Role.TECHNICIAN)
    actions.close_account(account=user, by=administrator)
    where: dict[str, Any] = {"account": user, "role": Role.AUDITOR}
    refused(AccountClosed, actions.give_role, **where, by=administrator)


def test_the_last_administrator_stays(administrator: User) -> None:
    role: dict[str, Any] = {"account": administrator, "role": Role.ADMINISTRATOR}
    refused(LastAdministrator, actions.take_role, **role, by=administrator)
    refused(
        LastAdministrator,
        actions.close_account,
        account=administrator,
        by=administrator,
    )


def test_a_closed_administrator_does_not_count_as_one(administrator: User) -> None:
    other = person(Role.ADMINISTRATOR)
    actions.close_account(account=other, by=administrator)
    refused(
        LastAdministrator,
        actions.close_account,
        account=administrator,
        by=administrator,
    )


def test_one_of_two_administrators_may_go(administrator: User) -> None:
    other = person(Role.ADMINISTRATOR)
    actions.take_role(account=administrator, role=Role.ADMINISTRATOR, by=other)
    assert list(User.objects.administrators()) == [other]


# ------------------------------------------------------------------ closing


def test_a_closed_account_loses_sessions_password_and_keys_at_once(
    administrator: User, client: Client
) -> None:
    user = person(Role.TECHNICIAN)
    _token, secret = actions.create_token(
        name="x", scope=TokenScope.READ, days=1, by=user
    )
    client.force_login(user)
    assert client.get("/me/").status_code == 200
    actions.close_account(account=user, by=administrator)
    assert client.get("/me/").status_code == 302
    assert user.api_tokens.by_secret(secret) is None
    assert not User.objects.get(pk=user.pk).has_usable_password()


def test_a_reopened_account_has_its_roles_but_no_old_session_and_no_old_key(
    administrator: User, client: Client
) -> None:
    user = person(Role.TECHNICIAN)
    _token, secret = actions.create_token(
        name="x", scope=TokenScope.READ, days=1, by=user
    )
    client.force_login(user)
    actions.close_account(account=user, by=administrator)
    reopened = actions.reopen_account(account=user, by=administrator)
    assert reopened.has_perm("inventory.receive_device")
    assert client.get("/me/").status_code == 302
    assert user.api_tokens.by_secret(secret) is None


def test_a_link_from_before_the_closing_opens_nothing(
    administrator: User, client: Client
) -> None:
    account = actions.open_account(**NEW, by=administrator)
    link = password_link(account).removeprefix("http://127.0.0.1:8000")
    actions.close_account(account=account, by=administrator)
    assert b"opens nothing any more" in client.get(link, follow=True).content
    actions.reopen_account(account=account, by=administrator)
    assert b"opens nothing any more" in client.get(link, follow=True).content


def test_an_account_is_closed_and_reopened_once(administrator: User) -> None:
    user = person(Role.TECHNICIAN)
    refused(AccountOpen, actions.reopen_account, account=user, by=administrator)
    actions.close_account(account=user, by=administrator)
    refused(AccountClosed, actions.close_account, account=user, by=administrator)


# ------------------------------------------------------------------ second factor


def test_an_administrator_removes_a_lost_second_factor(administrator: User) -> None:
    user = person(Role.TECHNICIAN)
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={})
    actions.remove_second_factor(account=user, by=administrator)
    assert not Authenticator.objects.filter(user=user).exists()
    refused(
        NoSecondFactor,
        actions.remove_second_factor,
        account=user,
        by=administrator,
    )


def test_nobody_removes_their_own_second_factor_as_an_administrator(
    administrator: User,
) -> None:
    Authenticator.objects.create(
        user=administrator, type=Authenticator.Type.TOTP, data={}
    )
    refused(
        NotPermitted,
        actions.remove_second_factor,
        account=administrator,
        by=administrator,
    )


# ------------------------------------------------------------------ the console


def test_the_console_makes_the_first_administrator() -> None:
    said = StringIO()
    call_command("open_administrator", "Ada@Exemple.test", name="Ada", stdout=said)
    (account,) = User.objects.administrators()
    assert (account.email, account.name) == ("ada@exemple.test", "Ada")
    assert "http://127.0.0.1:8000/account/password/reset/" in said.getvalue()
    event = account.events.get()
    assert (event.verb, event.agent, event.actor) == ("installed", "console", None)


def test_the_console_lets_a_locked_out_administrator_in_again(
    administrator: User,
) -> None:
    other = person(Role.ADMINISTRATOR)
    Authenticator.objects.create(user=other, type=Authenticator.Type.TOTP, data={})
    actions.close_account(account=other, by=administrator)
    call_command("open_administrator", other.email, stdout=StringIO())
    other.refresh_from_db()
    assert other.is_active
    assert not Authenticator.objects.exists()


def test_the_console_wants_an_address() -> None:
    with pytest.raises(CommandError, match="not an e-mail address"):
        call_command("open_administrator", "ada", stdout=StringIO())
    assert not User.objects.exists()


def test_a_person_is_not_the_console(administrator: User) -> None:
    facts = {"email": administrator.email, "name": "x"}
    refused(NotPermitted, actions.install_administrator, **facts, by=administrator)


def test_a_machine_opens_no_account() -> None:
    refused(NotPermitted, actions.open_account, **NEW, by=Machine("agent"))


# ------------------------------------------------------------------ sites


def test_a_site_is_opened_and_renamed(administrator: User) -> None:
    site = actions.open_site(name="Les Acacias", by=administrator)
    actions.amend_site(site=site, name="Les Tilleuls", by=administrator)
    assert [event.verb for event in site.events.oldest_first()] == ["opened", "amended"]
    actions.amend_site(site=site, name="Les Tilleuls", by=administrator)
    assert site.events.count() == 2


def test_a_site_is_in_a_country_and_stays_there_until_another_is_said(
    administrator: User,
) -> None:
    site = actions.open_site(
        name="Anneessens", country=Country.BELGIUM, by=administrator
    )
    site = actions.amend_site(site=site, name="Midi", by=administrator)
    assert site.country == Country.BELGIUM
    site = actions.amend_site(
        site=site, name="Midi", country=Country.FRANCE, by=administrator
    )
    assert site.country == Country.FRANCE


def test_two_sites_cannot_share_a_name(administrator: User, site: Site) -> None:
    other = actions.open_site(name="Les Tilleuls", by=administrator)
    refused(SiteNameTaken, actions.open_site, name=site.name, by=administrator)
    refused(
        SiteNameTaken, actions.amend_site, site=other, name=site.name, by=administrator
    )


def test_only_an_administrator_opens_or_renames_a_site(site: Site) -> None:
    lead = person(Role.WORKSHOP_LEAD)
    refused(NotPermitted, actions.open_site, name="X", by=lead)
    refused(NotPermitted, actions.amend_site, site=site, name="X", by=lead)


# ------------------------------------------------------------------ history


def test_the_history_of_accounts_and_sites_is_verified_and_has_words(
    administrator: User, site: Site
) -> None:
    account = actions.open_account(**NEW, by=administrator)
    role: dict[str, Any] = {"account": account, "role": Role.TECHNICIAN, "site": site}
    actions.give_role(**role, by=administrator)
    actions.take_role(**role, by=administrator)
    actions.open_site(name="Les Tilleuls", by=administrator)
    entries, holds = history_of(account.events.for_timeline(), administrator)
    assert holds
    assert journal.verify().holds
    assert [str(entry["title"]) for entry in entries] == [
        "Role taken back",
        "Role given",
        "Account opened",
    ]
    assert entries[0]["detail"] == "Technician · Les Acacias"


# ------------------------------------------------------------------ pages


@pytest.fixture
def office(administrator: User, client: Client) -> Client:
    Authenticator.objects.create(
        user=administrator, type=Authenticator.Type.TOTP, data={}
    )
    client.force_login(administrator)
    return client


def test_an_administrator_opens_an_account_on_the_page(
    office: Client,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        page = office.post("/accounts/new/", NEW, follow=True)
    assert b"on its way to nadia@exemple.test" in page.content
    assert len(mail.outbox) == 1
    assert b"Account opened" in page.content
    assert b"History holds" in page.content


def test_a_mail_server_that_refuses_leaves_the_account_and_is_said(
    office: Client,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(*args: object, **kwargs: object) -> int:
        raise smtplib.SMTPServerDisconnected

    monkeypatch.setattr("backoffice.core.mail.send_mail", broken)
    monkeypatch.setattr("django.db.transaction.on_commit", lambda run, **kwargs: run())
    page = office.post("/accounts/new/", NEW, follow=True)
    assert b"The mail could not be sent" in page.content


def test_a_refused_form_keeps_what_was_typed(office: Client) -> None:
    typed = {**NEW, "email": "technician.2@exemple.test"}
    person(Role.TECHNICIAN)
    page = office.post("/accounts/new/", typed)
    assert page.status_code == 409
    assert b"already an account with this address" in page.content
    assert b'value="Nadia T."' in page.content


@pytest.mark.parametrize("name", ["", "x" * 4000, "a\x00b", "a\x07b", "\ud800"])
def test_a_name_that_cannot_be_printed_is_refused_in_words(
    office: Client, name: str
) -> None:
    body = f"name={'%ED%A0%80' if name == chr(0xD800) else name}&language=fr&email=n%40exemple.test"
    page = office.post(
        "/accounts/new/", body, content_type="application/x-www-form-urlencoded"
    )
    assert page.status_code in {302, 400}
    assert not User.objects.filter(name__contains="\x07").exists()


def test_roles_are_given_and_taken_on_the_page(office: Client, site: Site) -> None:
    user = person(Role.TECHNICIAN)
    where = {"role": "auditor", "site": str(site.uuid)}
    page = office.post(f"/accounts/{user.uuid}/roles/give/", where, follow=True)
    assert b"Auditor \xc2\xb7 Les Acacias" in page.content
    office.post(f"/accounts/{user.uuid}/roles/take/", where)
    assert user.role_assignments.get().role.name == "technician"


@pytest.mark.parametrize("bad", [{"role": "king"}, {"role": "auditor", "site": "x"}])
@pytest.mark.parametrize("verb", ["give", "take"])
def test_a_role_that_is_none_is_refused(
    office: Client, bad: dict[str, str], verb: str
) -> None:
    user = person(Role.TECHNICIAN)
    page = office.post(f"/accounts/{user.uuid}/roles/{verb}/", bad)
    assert page.status_code == 400
    assert user.role_assignments.count() == 1


def test_an_account_is_closed_and_reopened_on_the_page(office: Client) -> None:
    user = person(Role.TECHNICIAN)
    assert (
        b"Reopen" in office.post(f"/accounts/{user.uuid}/close/", follow=True).content
    )
    office.post(f"/accounts/{user.uuid}/reopen/")
    assert User.objects.get(pk=user.pk).is_active


def test_the_last_administrator_is_told_why_they_stay(
    office: Client, administrator: User
) -> None:
    page = office.post(f"/accounts/{administrator.uuid}/close/")
    assert page.status_code == 409
    assert b"last_administrator" in page.content


def test_sites_are_opened_and_renamed_on_the_page(office: Client) -> None:
    office.post("/sites/new/", {"name": "Les Acacias", "country": "FR"})
    site = Site.objects.get()
    told = {"name": "Tilleuls", "country": "BE"}
    page = office.post(f"/sites/{site.uuid}/", told, follow=True)
    assert b"Tilleuls" in page.content
    assert b"Site changed" in office.get(f"/sites/{site.uuid}/").content


def test_one_account_costs_as_many_queries_as_twenty(
    office: Client, count_queries: Callable[[str], int]
) -> None:
    person(Role.TECHNICIAN)
    one = count_queries("/accounts/")
    for _number in range(19):
        person(Role.TECHNICIAN)
    assert count_queries("/accounts/") == one


def test_nobody_is_made_to_stand_above_the_roles() -> None:
    before = User.objects.count()
    with pytest.raises(CommandError, match=r"open_administrator ada@exemple\.test"):
        call_command("createsuperuser", email="ada@exemple.test", noinput=True)
    assert User.objects.count() == before
