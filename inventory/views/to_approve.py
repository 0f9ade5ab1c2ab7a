"""What other apps leave to a second person: shown and counted with our own."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence

from django.conf import settings
from django.utils.module_loading import import_string

from backoffice.core.models import User


@dataclasses.dataclass(frozen=True)
class ToApprove:
    """`template` draws `rows`, all that this person may see; `count` up to a limit.

    Both are asked only of who holds the permission.
    """

    template: str
    permission: str
    rows: Callable[[User], Sequence[object]]
    count: Callable[[User], int]


@dataclasses.dataclass(frozen=True)
class Waiting:
    template: str
    rows: Sequence[object]


def waiting_elsewhere(user: User) -> list[Waiting]:
    """The parts of the page of approvals that have something in them."""
    parts = [Waiting(each.template, each.rows(user)) for each in _for(user)]
    return [part for part in parts if part.rows]


def count_elsewhere(user: User) -> int:
    return sum(each.count(user) for each in _for(user))


def _for(user: User) -> list[ToApprove]:
    every: list[ToApprove] = [import_string(path) for path in settings.TO_APPROVE]
    return [each for each in every if user.has_perm(each.permission)]
