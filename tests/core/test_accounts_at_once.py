"""Two people at the same moment, in transactions of their own, on both databases."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from backoffice.core import actions
from backoffice.core.errors import DomainError
from backoffice.core.models import AccountEvent, Site, User
from backoffice.core.roles import Role
from tests.world import person

pytestmark = pytest.mark.django_db(transaction=True)


# The second finds itself the last, or finds that it is no administrator any more.
ONE_REFUSED = (["done", "last_administrator"], ["done", "not_permitted"])


def at_once(*acts: Callable[[], object]) -> list[str]:
    """The outcome of each: "done", or the code of its refusal."""
    start = threading.Barrier(len(acts))
    outcomes: list[str] = []

    def run(act: Callable[[], object]) -> None:
        start.wait()
        try:
            act()
        except DomainError as refusal:
            outcomes.append(refusal.code)
        else:
            outcomes.append("done")
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)


def test_two_administrators_who_close_each_other_leave_one() -> None:
    ada, bob = person(Role.ADMINISTRATOR), person(Role.ADMINISTRATOR)
    outcomes = at_once(
        lambda: actions.close_account(account=bob, by=ada),
        lambda: actions.close_account(account=ada, by=bob),
    )
    assert outcomes in ONE_REFUSED
    assert User.objects.administrators().count() == 1


def test_two_administrators_who_take_each_other_s_role_leave_one() -> None:
    ada, bob = person(Role.ADMINISTRATOR), person(Role.ADMINISTRATOR)
    role = Role.ADMINISTRATOR
    outcomes = at_once(
        lambda: actions.take_role(account=bob, role=role, by=ada),
        lambda: actions.take_role(account=ada, role=role, by=bob),
    )
    assert outcomes in ONE_REFUSED
    assert User.objects.administrators().count() == 1


def test_an_account_opened_twice_at_once_is_one_account() -> None:
    ada = person(Role.ADMINISTRATOR)
    wanted = {"email": "nadia@exemple.test", "name": "Nadia", "language": "fr"}
    outcomes = at_once(*[lambda: actions.open_account(**wanted, by=ada)] * 4)
    assert outcomes == ["done", *["email_taken"] * 3]
    assert AccountEvent.objects.filter(verb="opened").count() == 1


def test_a_site_opened_twice_at_once_is_one_site() -> None:
    ada = person(Role.ADMINISTRATOR)
    outcomes = at_once(*[lambda: actions.open_site(name="Acacias", by=ada)] * 4)
    assert outcomes == ["done", *["site_name_taken"] * 3]
    assert Site.objects.count() == 1


def test_a_role_given_twice_at_once_is_held_once() -> None:
    ada, user = person(Role.ADMINISTRATOR), person(Role.TECHNICIAN)
    give = {"account": user, "role": Role.AUDITOR, "by": ada}
    outcomes = at_once(*[lambda: actions.give_role(**give)] * 4)  # type: ignore[arg-type]
    assert outcomes == ["done", *["role_held"] * 3]
    assert user.role_assignments.count() == 2


def test_one_address_and_one_name_are_given_once_to_two_who_are_amended() -> None:
    ada = person(Role.ADMINISTRATOR)
    accounts = [person(Role.TECHNICIAN), person(Role.TECHNICIAN)]
    sites = [Site.objects.create(name="Acacias"), Site.objects.create(name="Tilleuls")]

    def amend(account: User) -> Callable[[], object]:
        email = "un@exemple.test"
        return lambda: actions.amend_account(
            account=account, name="A", email=email, language="fr", by=ada
        )

    def rename(site: Site) -> Callable[[], object]:
        return lambda: actions.amend_site(site=site, name="Ormes", by=ada)

    assert at_once(*map(amend, accounts)) == ["done", "email_taken"]
    assert at_once(*map(rename, sites)) == ["done", "site_name_taken"]
