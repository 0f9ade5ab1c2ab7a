"""Accounts: opened, amended, given roles, closed. Only administrators do this."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.actors import Actor, person
from backoffice.core.errors import (
    AccountClosed,
    AccountOpen,
    EmailTaken,
    LastAdministrator,
    NoSecondFactor,
    NotPermitted,
    RoleEverywhere,
    RoleHeld,
    RoleNotHeld,
)
from backoffice.core.mail import send_invitation
from backoffice.core.models import AccountEvent, RoleAssignment, Site, User
from backoffice.core.roles import Role

MANAGE = "core.manage_accounts"


@transaction.atomic(durable=True)
def open_account(*, email: str, name: str, language: str, by: Actor) -> User:
    """Make an account without roles and without a password; see `invite`."""
    administer(by)
    _refuse_taken(email)
    try:
        account: User = User.objects.create_user(email, name=name, language=language)
    except IntegrityError as twice:  # pressed twice at the same moment
        raise _email_taken() from twice
    AccountEvent.append(account, "opened", by=by)
    return account


@transaction.atomic(durable=True)
def invite(*, account: User, by: Actor) -> User:
    """Mail the person a link to choose a password, once this is committed.

    Raises OSError (smtplib's errors are) where the mail server takes no mail:
    the account and the event stand.
    """
    administer(by)
    account = _open(account)
    AccountEvent.append(account, "invited", by=by)
    transaction.on_commit(lambda: send_invitation(account))
    return account


@transaction.atomic(durable=True)
def amend_account(
    *, account: User, name: str, email: str, language: str, by: Actor
) -> User:
    """Change a name, an address, a language: one's own name and language, or anybody's.

    The event says which of them changed, never to what.
    """
    person(by)
    account = User.objects.lock(account.pk)
    email = User.objects.normalised(email)
    wanted = {"name": name, "email": email, "language": language}
    changed = [field for field, new in wanted.items() if getattr(account, field) != new]
    if by.user != account or "email" in changed:
        administer(by)
    if not changed:
        return account
    if "email" in changed:
        _refuse_taken(email)
    for field in changed:
        setattr(account, field, wanted[field])
    try:
        account.save(update_fields=changed)
    except IntegrityError as twice:  # somebody else took it at the same moment
        raise _email_taken() from twice
    AccountEvent.append(account, "amended", by=by, data={"fields": changed})
    return account


@transaction.atomic(durable=True)
def give_role(
    *, account: User, role: Role, site: Site | None = None, by: Actor
) -> RoleAssignment:
    """Let a person do what a role does, at one site or (None) at every site."""
    administer(by)
    account = _open(account)
    if site is not None and role == Role.ADMINISTRATOR:
        raise RoleEverywhere(
            _("An administrator administers every site."),
            advice=_("Give the role for every site, or give another role."),
        )
    group = Group.objects.get(name=role)
    if account.role_assignments.filter(role=group, site=site).exists():
        raise RoleHeld(_("This person already holds this role there."))
    given = RoleAssignment.objects.create(user=account, role=group, site=site)
    AccountEvent.append(account, "role_given", by=by, data=_where(role, site))
    return given


@transaction.atomic(durable=True)
def take_role(
    *, account: User, role: Role, site: Site | None = None, by: Actor
) -> User:
    """Take a role back, where it was given."""
    administer(by)
    account = _lock_with_administrators(account)
    held = account.role_assignments.filter(role__name=role, site=site)
    if not held.exists():
        raise RoleNotHeld(_("This person does not hold this role there."))
    if role == Role.ADMINISTRATOR:
        _refuse_last(account)
    held.delete()
    AccountEvent.append(account, "role_taken", by=by, data=_where(role, site))
    return account


@transaction.atomic(durable=True)
def close_account(*, account: User, by: Actor) -> User:
    """Shut a person out at once and for good: sessions, password and tokens end.

    Roles stay written down; a reopened account has them again.
    """
    administer(by)
    account = _open(_lock_with_administrators(account))
    _refuse_last(account)
    tokens = account.api_tokens.filter(revoked_at=None)
    revoked = [str(uuid) for uuid in tokens.values_list("uuid", flat=True)]
    tokens.update(revoked_at=timezone.now())
    account.is_active = False
    # What is signed with the old password (sessions, links in mails) dies with it.
    account.set_unusable_password()
    account.save(update_fields=["is_active", "password"])
    AccountEvent.append(account, "closed", by=by, data={"tokens": revoked})
    return account


@transaction.atomic(durable=True)
def reopen_account(*, account: User, by: Actor) -> User:
    """Let a person in again; they choose a new password (`invite`)."""
    administer(by)
    account = User.objects.lock(account.pk)
    if account.is_active:
        raise AccountOpen(_("This account is open already."))
    account.is_active = True
    account.save(update_fields=["is_active"])
    AccountEvent.append(account, "reopened", by=by)
    return account


@transaction.atomic(durable=True)
def remove_second_factor(*, account: User, by: Actor) -> User:
    """For a person who lost their telephone and their recovery codes."""
    administer(by)
    account = User.objects.lock(account.pk)
    if by.user == account:
        raise NotPermitted(
            _("Nobody removes their own second factor here."),
            advice=_("Use the page “Two-step sign-in” of your account."),
        )
    if not _forget_second_factor(account):
        raise NoSecondFactor(_("This account has no second factor."))
    AccountEvent.append(account, "second_factor_removed", by=by)
    return account


@transaction.atomic(durable=True)
def install_administrator(*, email: str, name: str, by: Actor) -> User:
    """Open the door from the server's console: the first administrator, or one locked out.

    Opens or reopens the account, gives the role, forgets the second factor.
    Whoever has the console has the database too: no permission is asked.
    """
    if by.user is not None:
        raise NotPermitted(_("Only the server’s console may do this."))
    found = User.objects.filter(email=User.objects.normalised(email)).first()
    found = found or User.objects.create_user(email, name=name)
    account: User = User.objects.lock(found.pk)
    account.is_active = True
    account.save(update_fields=["is_active"])
    RoleAssignment.objects.get_or_create(
        user=account, role=Group.objects.get(name=Role.ADMINISTRATOR), site=None
    )
    _forget_second_factor(account)
    AccountEvent.append(account, "installed", by=by)
    return account


def administer(by: Actor) -> User:
    """Refuse unless the person administers every site: accounts belong to none."""
    user = person(by)
    if user.site_ids(MANAGE) is not None:
        raise NotPermitted(_("Only an administrator may do this."), permission=MANAGE)
    return user


def _open(account: User) -> User:
    """The account, locked; closed ones are refused."""
    locked: User = User.objects.lock(account.pk)
    if not locked.is_active:
        raise AccountClosed(
            _("This account is closed."), advice=_("Reopen the account first.")
        )
    return locked


def _lock_with_administrators(account: User) -> User:
    """The account, locked together with every administrator's.

    Two administrators who remove each other at the same moment meet here.
    """
    rows: list[User] = User.objects.lock_with_administrators(account.pk)
    return next(row for row in rows if row.pk == account.pk)


def _refuse_last(account: User) -> None:
    others = User.objects.administrators().exclude(pk=account.pk)
    if account in User.objects.administrators() and not others.exists():
        raise LastAdministrator(
            _("This is the last administrator: nobody could manage accounts any more."),
            advice=_("Give the role to another person first."),
        )


def _refuse_taken(email: str) -> None:
    """A clear word; the unique address in the database is what holds."""
    if User.objects.filter(email=User.objects.normalised(email)).exists():
        raise _email_taken()


def _email_taken() -> EmailTaken:
    return EmailTaken(_("There is already an account with this address."))


def _forget_second_factor(account: User) -> int:
    forgotten: int
    forgotten, _by_table = Authenticator.objects.filter(user=account).delete()
    return forgotten


def _where(role: Role, site: Site | None) -> dict[str, object]:
    return {"role": role.value, "site": str(site.uuid) if site else None}
