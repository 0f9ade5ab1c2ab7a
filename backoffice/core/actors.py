"""Who acts: a person, a person at a station, an agent, or a job of the server."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Protocol

from django.utils.translation import gettext as _

from backoffice.core.errors import NotPermitted

if TYPE_CHECKING:
    from backoffice.core.models import User
    from backoffice.core.once import Once


class Actor(Protocol):
    """What an act wants to know of whoever does it. A `User` is one."""

    @property
    def user(self) -> User | None: ...
    @property
    def agent(self) -> str: ...
    @property
    def station(self) -> str: ...


@dataclasses.dataclass(frozen=True)
class At:
    """A person at a named station."""

    user: User | None
    station: str = ""
    agent: str = ""
    # The form that the act answers: the act's first event keeps its nonce.
    once: Once | None = dataclasses.field(default=None, compare=False)


@dataclasses.dataclass(frozen=True)
class Machine:
    """An agent (its public id), or a job of the server (its name)."""

    agent: str
    user: User | None = None
    station: str = ""


def beside(by: Actor) -> Actor:
    """The same actor, for what is written beside the act and answers no form."""
    return dataclasses.replace(by, once=None) if isinstance(by, At) else by


def keep_form(by: Actor) -> None:
    """Keep the nonce of the form that this act answers, if it answers one: a step.

    Every event does it; an act that writes none calls it itself.
    """
    if isinstance(by, At) and by.once is not None:
        by.once.claim()


def person(by: Actor) -> User:
    """The person behind an act that only a person may do."""
    if by.user is None:
        raise NotPermitted(_("Only a person may do this."))
    return by.user


def permit(by: Actor, permission: str, *, at: int | None = None) -> User:
    """Refuse unless the person holds the permission at this site (its pk).

    `at` None: anywhere will do, for what belongs to no site.
    """
    user = person(by)
    sites = user.site_ids(permission)
    if sites is not None and (not sites if at is None else at not in sites):
        raise NotPermitted(
            _("Your role does not allow this at this site."),
            advice=_("Ask your workshop lead."),
            permission=permission,
        )
    return user
