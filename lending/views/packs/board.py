"""What the assembly page shows of a pack: its recipe, what blocks it, what comes next."""

from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backoffice.core.models import User
from lending.actions.fitting import Unit
from lending.actions.pack_access import CARRY, MAKE
from lending.actions.pack_questions import (
    Blocker,
    blockers_of,
    lines_of,
    what_is_missing,
)
from lending.actions.units import fitting_units
from lending.forms.packs import AttachForm, PlaceForm, code_of, in_words
from lending.kinds import Capability
from lending.models import Pack, PackLine
from lending.states import LineNature, PackStatus, SubstitutionReason
from lending.views.packs.answers import Answer
from lending.views.packs.history import history_of

SHUT = frozenset({PackStatus.COMPLETE, PackStatus.READY})


@dataclasses.dataclass(frozen=True)
class BoardLine:
    """One line of the recipe as it stands."""

    line: PackLine
    blockers: Sequence[Blocker] = ()

    @property
    def left_out(self) -> bool:
        return self.line.substitution == SubstitutionReason.LEFT_OUT

    @property
    def done(self) -> bool:
        return self.line.is_filled

    @property
    def at_bench(self) -> bool:
        """Whether somebody puts something in; the environment is proven later."""
        return self.line.nature != LineNature.ENVIRONMENT

    @property
    def code(self) -> str:
        """The tag of what fills it; a counted thing has none."""
        line = self.line
        return str(line.device or line.modem or line.sim or "")

    @property
    def what(self) -> str:
        """What fills it, in words."""
        line = self.line
        if line.device is not None:
            return line.device.title or line.device.get_kind_display()
        if line.modem is not None:
            return f"{line.modem.make} {line.modem.model}".strip()
        if line.sim is not None:
            return line.sim.operator
        return line.environment or str(line.counted_kind or "")

    @property
    def address(self) -> str:
        device = self.line.device
        if device is None:
            return ""
        return reverse("inventory:device-detail", args=[device.tag])

    @property
    def in_it(self) -> bool:
        return bool(self.line.quantity) or self.left_out


@dataclasses.dataclass(frozen=True)
class Obstacle:
    """A blocker, and the unit that could take the place of what it is about."""

    blocker: Blocker
    instead: Unit | None = None

    @property
    def code(self) -> str:
        return code_of(self.instead) if self.instead else ""

    @property
    def words(self) -> str:
        return in_words(self.instead) if self.instead else ""


def board_of(pack: Pack, user: User, answer: Answer | None = None) -> dict[str, Any]:
    """Everything on the page of a pack, of which a scan’s answer shows a part."""
    lines = lines_of(pack)
    for line in lines:
        line.pack = pack
    blockers = blockers_of(pack, lines)
    missing = what_is_missing(pack, lines)
    wanted = [line for line in lines if line.nature != LineNature.ENVIRONMENT]
    status = PackStatus(pack.status)
    return {
        "pack": pack,
        "lines": [_board_line(line, blockers) for line in lines],
        "wanted": len(wanted),
        "there": len(wanted) - len(missing),
        "missing": missing,
        "obstacles": _obstacles(pack, blockers, user),
        "blocked_in_words": _blocked_in_words(len({b.line.pk for b in blockers})),
        "being_made": status is PackStatus.DRAFT,
        "shut": status in SHUT,
        "takes_scans": status is PackStatus.DRAFT or status in SHUT,
        "may_pack": may(user, MAKE, pack),
        "may_carry": may(user, CARRY, pack),
        "asked": _asked(pack),
        "next_in_words": _next(pack, bool(missing), bool(blockers)),
        "answer": answer,
    }


def page_of(pack: Pack, user: User, **shown: Any) -> dict[str, Any]:
    """The board, and what stands around it on the whole page.

    `shown`: an answer, or a form of this page that was refused, by its name.
    """
    forms = {
        "place_form": PlaceForm(user=user, pack=pack),
        "attach_form": None if pack.request_id else AttachForm(user=user),
    }
    answer = shown.pop("answer", None)
    events, holds = history_of(pack)
    return {
        **forms,
        "nonce": uuid.uuid4(),
        "events": events,
        "holds": holds,
        **board_of(pack, user, answer),
        **shown,
    }


def may(user: User, permissions: Sequence[str], pack: Pack) -> bool:
    """Whether this person holds one of these where the pack is made."""
    reach = [user.site_ids(permission) for permission in permissions]
    return any(sites is None or pack.site_id in sites for sites in reach)


def _board_line(line: PackLine, blockers: Sequence[Blocker]) -> BoardLine:
    return BoardLine(line, [each for each in blockers if each.line.pk == line.pk])


def _obstacles(pack: Pack, blockers: Sequence[Blocker], user: User) -> list[Obstacle]:
    if pack.status != PackStatus.DRAFT:
        return [Obstacle(blocker) for blocker in blockers]
    offered: dict[int, list[Unit]] = {
        blocker.line.pk: fitting_units(blocker.line, user) for blocker in blockers
    }
    found = []
    for blocker in blockers:
        units = offered[blocker.line.pk]
        # Two lines that are blocked are not offered the same unit.
        found.append(Obstacle(blocker, units[0] if units else None))
        for others in offered.values():
            others[:] = [unit for unit in others if unit not in units[:1]]
        offered[blocker.line.pk] = units[:1]
    return found


def _blocked_in_words(count: int) -> str:
    return ngettext(
        "%(count)d thing keeps the pack from leaving",
        "%(count)d things keep the pack from leaving",
        count,
    ) % {"count": count}


def _asked(pack: Pack) -> str:
    """What the request asks of the equipment, in words."""
    if pack.request is None:
        return ""
    known: Mapping[str, Any] = dict(Capability.choices)
    asked = [str(known[each]) for each in pack.request.capabilities if each in known]
    return ", ".join(asked)


def _next(pack: Pack, missing: bool, blocked: bool) -> str:
    match PackStatus(pack.status):
        case PackStatus.DRAFT if missing:
            return _("Scan the next thing, or choose it in its line.")
        case PackStatus.DRAFT if blocked:
            return _("Replace or take out what is blocked.")
        case PackStatus.DRAFT:
            return _("All is there: close the pack, or scan “Finish”.")
        case PackStatus.COMPLETE:
            return _("Scan the place where the pack is put.")
        case PackStatus.READY:
            return _("It waits for its hand-over.")
        case PackStatus.AT_STRUCTURE:
            return _("The structure hands it over.")
    return ""
