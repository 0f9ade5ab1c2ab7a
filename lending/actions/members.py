"""Who belongs to a structure: invited, joined, named administrator, left."""

from __future__ import annotations

import datetime as dt

from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.actors import Actor, person
from backoffice.core.models import AccountEvent, RoleAssignment, User
from backoffice.core.roles import Role
from backoffice.core.transactions import require_transaction
from lending.actions.access import require_open, require_side
from lending.actions.structures import MANAGE
from lending.errors import (
    AlreadyInvited,
    AlreadyMember,
    InvitationOfAnother,
    InvitationOver,
    LastStructureAdministrator,
    MemberLeft,
)
from lending.links import invitation_id
from lending.mail import mail_invitation
from lending.models import Invitation, Membership, Structure, StructureEvent

GOOD_FOR = dt.timedelta(days=14)


@transaction.atomic(durable=True)
def invite_member(
    *, structure: Structure, email: str, name: str, as_admin: bool = False, by: Actor
) -> Invitation:
    """Ask a professional to join a structure, by a link that is good for 14 days."""
    structure = Structure.objects.lock(structure.pk)
    user, _member = require_side(by, structure, MANAGE, administering=True)
    require_open(structure)
    email = User.objects.normalised(email)
    active = Membership.objects.active().filter(structure=structure)
    if active.filter(user__email=email).exists():
        raise AlreadyMember(_("This person is a member of the structure already."))
    now = timezone.now()
    waiting = Invitation.objects.pending().filter(structure=structure, email=email)
    waiting.filter(expires_at__lte=now).update(cancelled_at=now)
    try:
        with transaction.atomic(savepoint=True):
            invitation = Invitation.objects.create(
                structure=structure,
                email=email,
                name=name,
                as_admin=as_admin,
                invited_by=user,
                invited_at=now,
                expires_at=now + GOOD_FOR,
            )
    except IntegrityError as twice:
        raise AlreadyInvited(
            _("This person has been invited already."),
            advice=_("Cancel that invitation first, or wait for the answer."),
        ) from twice
    StructureEvent.append(
        structure, "member_invited", by=by, data={"invitation": str(invitation.uuid)}
    )
    mail_invitation(invitation, language=user.language, by=by)
    return invitation


def invited_by(token: str) -> Invitation | None:
    """The invitation of a signed link, which is a door of its own; None for any other."""
    uuid = invitation_id(token)
    found = Invitation.objects.select_related("structure")
    return found.filter(uuid=uuid).first() if uuid else None


@transaction.atomic(durable=True)
def cancel_invitation(*, invitation: Invitation, by: Actor) -> Invitation:
    """Take an invitation back before it is used."""
    structure = Structure.objects.lock(invitation.structure_id)
    require_side(by, structure, MANAGE, administering=True)
    invitation = _waiting(invitation)
    invitation.cancelled_at = timezone.now()
    invitation.save(update_fields=["cancelled_at"])
    StructureEvent.append(
        structure,
        "invitation_cancelled",
        by=by,
        data={"invitation": str(invitation.uuid)},
    )
    return invitation


@transaction.atomic(durable=True)
def join_structure(*, invitation: Invitation, by: Actor) -> Membership:
    """Accept an invitation with the account that it was sent to."""
    user = person(by)
    structure = Structure.objects.lock(invitation.structure_id)
    invitation = _waiting(invitation)
    if user.email != invitation.email:
        raise InvitationOfAnother(
            _("This invitation was sent to another address than yours."),
            advice=_("Sign in with the address that received it."),
        )
    return _join(structure, invitation, user, by=by)


@transaction.atomic(durable=True)
def join_with_new_account(
    *, invitation: Invitation, name: str, language: str, password: str, by: Actor
) -> Membership:
    """Accept an invitation, and open the account it needs; `by` is whoever asks.

    `password` has passed the validators. Raises InvitationOfAnother where the address
    has an account: its owner signs in.
    """
    structure = Structure.objects.lock(invitation.structure_id)
    invitation = _waiting(invitation)
    try:
        with transaction.atomic(savepoint=True):
            user: User = User.objects.create_user(
                invitation.email, password, name=name, language=language
            )
    except IntegrityError as taken:
        raise InvitationOfAnother(
            _("This address has an account already."),
            advice=_("Sign in, then open the link again."),
        ) from taken
    AccountEvent.append(
        user, "opened", by=by, data={"invitation": str(invitation.uuid)}
    )
    return _join(structure, invitation, user, by=user)


@transaction.atomic(durable=True)
def name_administrator(*, membership: Membership, by: Actor) -> Membership:
    """Let a member administer the structure: its members and its requests."""
    structure, membership = _lock(membership)
    require_side(by, structure, MANAGE, administering=True)
    if not membership.is_admin:
        membership.is_admin = True
        membership.save(update_fields=["is_admin"])
        _note(structure, "administrator_named", membership, by=by)
    return membership


@transaction.atomic(durable=True)
def withdraw_administrator(*, membership: Membership, by: Actor) -> Membership:
    """Make an administrator a plain member again; never the last one."""
    structure, membership = _lock(membership)
    require_side(by, structure, MANAGE, administering=True)
    if membership.is_admin:
        _refuse_last(structure, membership)
        membership.is_admin = False
        membership.save(update_fields=["is_admin"])
        _note(structure, "administrator_withdrawn", membership, by=by)
    return membership


@transaction.atomic(durable=True)
def end_membership(*, membership: Membership, by: Actor) -> Membership:
    """A member leaves: sees nothing of the structure from this moment; history stays.

    Members may leave by themselves; the last administrator names another one first.
    """
    structure, membership = _lock(membership)
    if person(by) != membership.user:
        require_side(by, structure, MANAGE, administering=True)
    _refuse_last(structure, membership)
    now = timezone.now()
    membership.is_active = membership.is_admin = False
    membership.left_at = now
    membership.save(update_fields=["is_active", "is_admin", "left_at"])
    Invitation.objects.pending().filter(
        structure=structure, invited_by=membership.user_id
    ).update(cancelled_at=now)
    _note(structure, "member_left", membership, by=by)
    _take_portal(membership.user, by=by)
    return membership


def _join(
    structure: Structure, invitation: Invitation, user: User, *, by: Actor
) -> Membership:
    require_transaction()
    require_open(structure)
    now = timezone.now()
    active = Membership.objects.active().filter(structure=structure)
    is_admin = invitation.as_admin or not active.exists()
    membership, made = Membership.objects.get_or_create(
        structure=structure,
        user=user,
        defaults={"is_admin": is_admin, "joined_at": now},
    )
    if not made:
        membership.is_active, membership.is_admin = True, is_admin
        membership.joined_at, membership.left_at = now, None
        membership.save(update_fields=["is_active", "is_admin", "joined_at", "left_at"])
    invitation.accepted_at = now
    invitation.save(update_fields=["accepted_at"])
    _note(structure, "member_joined", membership, by=by)
    _give_portal(user, by=by)
    return membership


def _waiting(invitation: Invitation) -> Invitation:
    """The locked invitation, while it can be used."""
    invitation = Invitation.objects.lock(invitation.pk)
    used = invitation.accepted_at is not None or invitation.cancelled_at is not None
    if used or invitation.expires_at <= timezone.now():
        raise InvitationOver(
            _("This invitation is no longer good."),
            advice=_("Ask the structure for a new one."),
        )
    return invitation


def _lock(membership: Membership) -> tuple[Structure, Membership]:
    structure = Structure.objects.lock(membership.structure_id)
    membership = Membership.objects.select_related("user").lock(membership.pk)
    if not membership.is_active:
        raise MemberLeft(_("This person has left the structure."))
    return structure, membership


def _refuse_last(structure: Structure, membership: Membership) -> None:
    others = Membership.objects.active().filter(structure=structure, is_admin=True)
    if membership.is_admin and not others.exclude(pk=membership.pk).exists():
        raise LastStructureAdministrator(
            _("Nobody would administer %(structure)s any more.")
            % {"structure": structure},
            advice=_("Name another administrator first."),
        )


def _note(
    structure: Structure, verb: str, membership: Membership, *, by: Actor
) -> None:
    data = {"account": str(membership.user.uuid), "is_admin": membership.is_admin}
    StructureEvent.append(structure, verb, by=by, data=data)


def _give_portal(user: User, *, by: Actor) -> None:
    group = Group.objects.get(name=Role.PARTNER_MEMBER)
    _row, made = RoleAssignment.objects.get_or_create(user=user, role=group, site=None)
    if made:
        AccountEvent.append(
            user, "role_given", by=by, data={"role": Role.PARTNER_MEMBER, "site": None}
        )


def _take_portal(user: User, *, by: Actor) -> None:
    if Membership.objects.active().filter(user=user).exists():
        return
    held = RoleAssignment.objects.filter(
        user=user, role__name__in=[Role.PARTNER_MEMBER, Role.PARTNER_ADMINISTRATOR]
    )
    for assignment in held.select_related("role"):
        data = {"role": assignment.role.name, "site": None}
        assignment.delete()
        AccountEvent.append(user, "role_taken", by=by, data=data)
