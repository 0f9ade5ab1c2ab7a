"""Members join by invitation and leave without trace of others’ rights."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from backoffice.core.models import User
from backoffice.core.roles import Role
from backoffice.core.sending import send_outgoing
from lending import actions
from lending.errors import (
    AlreadyInvited,
    AlreadyMember,
    InvitationOfAnother,
    InvitationOver,
    LastStructureAdministrator,
    MemberLeft,
    NotAMember,
)
from lending.links import invitation_link
from lending.models import Invitation, Membership, Structure
from tests.lending.world import ANYBODY, Partners
from tests.unchanged import refused, rows
from tests.world import PASSWORD, person

NEW = "leo@sablieres.exemple.test"


def invite(partners: Partners, email: str = NEW, **fields: object) -> Invitation:
    wanted: dict[str, object] = {
        "structure": partners.structure,
        "name": "Léo",
        "by": partners.admin,
    }
    return actions.invite_member(email=email, **{**wanted, **fields})  # type: ignore[arg-type]


def test_the_first_member_administers_the_structure(partners: Partners) -> None:
    mine = Membership.objects.get(user=partners.admin)
    assert mine.is_admin
    assert partners.join(partners.structure, NEW).is_admin is False


def test_an_invitation_is_mailed_with_a_link_good_for_two_weeks(
    partners: Partners,
) -> None:
    mail.outbox.clear()
    invitation = invite(partners)
    send_outgoing()
    sent = mail.outbox[-1]
    assert sent.to == [NEW]
    assert invitation_link(invitation) in sent.body
    assert invitation.expires_at - invitation.invited_at == dt.timedelta(days=14)


def test_only_an_administrator_or_the_association_invites(partners: Partners) -> None:
    plain = partners.join(partners.structure, NEW).user
    for by in (plain, person(Role.TECHNICIAN)):
        with refused(NotAMember):
            invite(partners, "autre@exemple.test", by=by)


def test_nobody_is_invited_twice_at_a_time(partners: Partners) -> None:
    waiting = invite(partners)
    with refused(AlreadyInvited):
        invite(partners)
    actions.cancel_invitation(invitation=waiting, by=partners.admin)
    invite(partners)


def test_a_member_is_not_invited_again(partners: Partners) -> None:
    with refused(AlreadyMember):
        invite(partners, partners.admin.email.upper())


def test_an_old_or_cancelled_invitation_opens_nothing(partners: Partners) -> None:
    cancelled = invite(partners)
    actions.cancel_invitation(invitation=cancelled, by=partners.admin)
    old = invite(partners, "vieux@exemple.test")
    with time_machine.travel(timezone.now() + dt.timedelta(days=15), tick=False):
        for invitation in (cancelled, old):
            with refused(InvitationOver):
                actions.join_with_new_account(
                    invitation=invitation,
                    name="Léo",
                    language="fr",
                    password=PASSWORD,
                    by=ANYBODY,
                )
    with refused(InvitationOver):
        actions.cancel_invitation(invitation=cancelled, by=partners.admin)


def test_an_invitation_is_for_the_address_it_was_sent_to(partners: Partners) -> None:
    invitation = invite(partners)
    with refused(InvitationOfAnother):
        actions.join_structure(invitation=invitation, by=person(Role.MEDIATOR))


def test_an_address_with_an_account_signs_in_to_join(partners: Partners) -> None:
    known = User.objects.create_user(NEW, PASSWORD, name="Léo")
    invitation = invite(partners)
    with refused(InvitationOfAnother):
        actions.join_with_new_account(
            invitation=invitation,
            name="Léo",
            language="fr",
            password=PASSWORD,
            by=ANYBODY,
        )
    mine = actions.join_structure(invitation=invitation, by=known)
    assert mine.is_active
    assert User.objects.get(pk=known.pk).has_perm("lending.use_portal")


def test_somebody_belongs_to_several_structures(partners: Partners) -> None:
    second = partners.register("Mission locale du Val d’Olt")
    invitation = invite(
        partners, partners.admin.email, structure=second, by=partners.coordinator
    )
    actions.join_structure(invitation=invitation, by=partners.admin)
    admin = User.objects.get(pk=partners.admin.pk)
    assert set(Structure.objects.visible_to(admin)) == {partners.structure, second}


def test_who_leaves_sees_nothing_and_stays_in_history(partners: Partners) -> None:
    membership = partners.join(partners.structure, NEW)
    user = membership.user
    actions.end_membership(membership=membership, by=user)
    user = User.objects.get(pk=user.pk)
    assert not Structure.objects.visible_to(user).exists()
    assert not user.has_perm("lending.use_portal")
    assert Membership.objects.filter(pk=membership.pk, is_active=False).exists()
    with refused(MemberLeft):
        actions.end_membership(membership=membership, by=partners.admin)


def test_invitations_of_who_leaves_fall(partners: Partners) -> None:
    second = partners.join(partners.structure, NEW, as_admin=True)
    waiting = invite(partners, "autre@exemple.test", by=second.user)
    actions.end_membership(membership=second, by=partners.admin)
    waiting.refresh_from_db()
    assert waiting.cancelled_at is not None


def test_a_structure_is_never_without_an_administrator(partners: Partners) -> None:
    mine = Membership.objects.get(user=partners.admin)
    for act in (actions.end_membership, actions.withdraw_administrator):
        with refused(LastStructureAdministrator):
            act(membership=mine, by=partners.admin)
    other = partners.join(partners.structure, NEW)
    actions.name_administrator(membership=other, by=partners.admin)
    actions.withdraw_administrator(membership=mine, by=other.user)
    actions.end_membership(membership=mine, by=partners.admin)


def test_who_comes_back_is_the_same_member(partners: Partners) -> None:
    first = partners.join(partners.structure, NEW)
    actions.end_membership(membership=first, by=first.user)
    again = actions.join_structure(invitation=invite(partners), by=first.user)
    assert again.pk == first.pk
    assert again.left_at is None


def test_no_row_says_that_who_left_administers(partners: Partners) -> None:
    mine = Membership.objects.get(user=partners.admin)
    mine.is_active = False
    with pytest.raises(IntegrityError), transaction.atomic():
        mine.save()


# ------------------------------------------------------------------ the page


def test_the_link_opens_an_account_and_the_portal(partners: Partners) -> None:
    link = invitation_link(invite(partners))
    client = Client()
    assert b"Sabli" in client.get(link).content
    answer = client.post(
        link, {"name": "Léo Marchand", "language": "fr", "password": PASSWORD}
    )
    assert answer.status_code == 302
    leo = User.objects.get(email=NEW)
    assert leo.check_password(PASSWORD)
    assert list(Structure.objects.visible_to(leo)) == [partners.structure]


def test_a_weak_password_is_refused_and_nothing_is_lost(partners: Partners) -> None:
    link = invitation_link(invite(partners))
    before = rows()
    answer = Client().post(
        link, {"name": "Léo Marchand", "language": "fr", "password": "leo"}
    )
    assert rows() == before
    assert answer.status_code == 400
    assert "Léo Marchand" in answer.content.decode()
    assert b'value="leo"' not in answer.content


def test_a_link_that_was_not_signed_leads_nowhere(partners: Partners) -> None:
    link = invitation_link(invite(partners))
    assert Client().get(f"{link.rstrip('/')}x/").status_code == 404


def test_with_an_account_one_press_joins(partners: Partners) -> None:
    User.objects.create_user(NEW, PASSWORD, name="Léo")
    client = Client()
    client.force_login(User.objects.get(email=NEW))
    link = invitation_link(invite(partners))
    assert client.get(link).status_code == 200
    assert client.post(link).status_code == 302
    assert Membership.objects.filter(user__email=NEW, is_active=True).exists()
