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
from inventory.models import Device
from lending.actions.fitting import Unit
from lending.actions.pack_access import CARRY, MAKE
from lending.actions.pack_environment import first_card
from lending.actions.pack_questions import (
    Blocker,
    Missing,
    blockers_of,
    goes_without,
    is_asked,
    lines_of,
    warning_of,
    what_is_missing,
)
from lending.actions.units import fitting_units
from lending.errors import PackBlocked
from lending.forms.packs import AttachForm, PlaceForm, code_of, in_words
from lending.kinds import Capability
from lending.models import Pack, PackLine
from lending.states import LineNature, PackStatus, SubstitutionReason
from lending.views.packs.answers import FINISH, Answer
from lending.views.packs.history import history_of
from provisioning.actions.card_seen import CardSeen, cards_seen
from provisioning.cards.environment import (
    EnvironmentCard,
    environment_card,
    lacking_for,
)
from provisioning.cards.lacking import Lacking

SHUT = frozenset({PackStatus.COMPLETE, PackStatus.READY})


@dataclasses.dataclass(frozen=True)
class BoardLine:
    """One line of the recipe as it stands."""

    line: PackLine
    blockers: Sequence[Blocker] = ()
    # How far the machine is with it, once the pack is closed.
    environment: EnvironmentCard | None = None
    # What to know of it, though it stops nothing.
    warning: str = ""
    # What the machine shows of this card, once the pack is closed.
    card: CardSeen | None = None
    # What the machine lacks to be given the environment, while the pack is made.
    lacking: Lacking | None = None
    # Whether the request of the pack asks for it: it is then left out with a reason.
    is_asked: bool = False

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
    """All that blocks a line, and the unit that could take the place of what is in it."""

    line: PackLine
    blockers: Sequence[Blocker]
    instead: Unit | None = None

    @property
    def messages(self) -> list[str]:
        return [blocker.message for blocker in self.blockers]

    @property
    def advice(self) -> str:
        """What to do next: the first that somebody can do; one thing at a time."""
        return next((each.advice for each in self.blockers if each.advice), "")

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
    obstacles = _obstacles(pack, blockers, user)
    machine, card = _machine(lines), _card(pack, lines)
    board_lines = [_board_line(line, blockers, machine, card) for line in lines]
    without = goes_without(pack, lines)
    status = PackStatus(pack.status)
    return {
        "pack": pack,
        "lines": board_lines,
        "wanted": len(wanted),
        "there": len(wanted) - len(missing),
        "missing": missing,
        "without": without,
        "obstacles": obstacles,
        "blocked_in_words": _blocked_in_words(len(obstacles)),
        # The answer that names what blocks is the one box that says so.
        "answer_is_blocked": bool(
            obstacles and answer and answer.rule == PackBlocked.code
        ),
        "being_made": status is PackStatus.DRAFT,
        "shut": status in SHUT,
        "takes_scans": status is PackStatus.DRAFT or status in SHUT,
        "may_pack": may(user, MAKE, pack),
        "may_carry": may(user, CARRY, pack),
        "asked": _asked(pack),
        "next_in_words": _next(
            pack,
            [each for each in missing if not is_optional(each.line)],
            may_leave=bool(missing),
            without=without,
            blocked=bool(blockers),
            warned=any(each.warning for each in board_lines),
        ),
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


def is_optional(line: PackLine) -> bool:
    return line.wanted.is_optional and not is_asked(line.pack, line)


def may(user: User, permissions: Sequence[str], pack: Pack) -> bool:
    """Whether this person holds one of these where the pack is made."""
    reach = [user.site_ids(permission) for permission in permissions]
    return any(sites is None or pack.site_id in sites for sites in reach)


def _board_line(
    line: PackLine,
    blockers: Sequence[Blocker],
    machine: Device | None,
    card: tuple[PackLine, CardSeen] | None,
) -> BoardLine:
    own = [each for each in blockers if each.line.pk == line.pk]
    asked = line.nature == LineNature.ENVIRONMENT and line.environment
    if not asked or machine is None:
        shown = card[1] if card and card[0].pk == line.pk else None
        return BoardLine(
            line,
            own,
            warning=warning_of(line),
            card=shown,
            is_asked=is_asked(line.pack, line),
        )
    if line.pack.status in SHUT:
        return BoardLine(line, own, environment_card(machine, line.environment))
    lacking = None
    if line.pack.status == PackStatus.DRAFT:
        lacking = lacking_for(machine, line.environment)
    return BoardLine(line, own, warning=warning_of(line), lacking=lacking)


def _card(pack: Pack, lines: Sequence[PackLine]) -> tuple[PackLine, CardSeen] | None:
    """The card that the machine is asked for, and whether it showed it."""
    first = first_card(lines)
    if first is None:
        return None
    line, card = first
    seen = cards_seen({pack.uuid: card.iccid}).get(pack.uuid)
    return (line, seen) if seen else None


def _machine(lines: Sequence[PackLine]) -> Device | None:
    """The one that is to have the environment."""
    main = (line.device for line in lines if line.nature == LineNature.MAIN)
    return next(main, None)


def _obstacles(pack: Pack, blockers: Sequence[Blocker], user: User) -> list[Obstacle]:
    """One for each line that is blocked, whatever number of rules it breaks."""
    blocked: dict[int, list[Blocker]] = {}
    for blocker in blockers:
        blocked.setdefault(blocker.line.pk, []).append(blocker)
    found: list[Obstacle] = []
    for own in blocked.values():
        line, instead = own[0].line, None
        if pack.status == PackStatus.DRAFT:
            # Two lines that are blocked are not offered the same unit.
            taken = [each.instead for each in found]
            free = (unit for unit in fitting_units(line, user) if unit not in taken)
            instead = next(free, None)
        found.append(Obstacle(line, own, instead))
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


def _next(
    pack: Pack,
    missing: Sequence[Missing],
    *,
    may_leave: bool,
    without: Sequence[str],
    blocked: bool,
    warned: bool,
) -> str:
    match PackStatus(pack.status):
        case PackStatus.DRAFT:
            if may_leave and not missing:
                return _(
                    "Only what may be left out is missing: put it in, or leave it out."
                )
            return _next_at_bench(missing, without, blocked=blocked, warned=warned)
        case PackStatus.COMPLETE:
            return _("Scan the place where the pack is put.")
        case PackStatus.READY if blocked:
            return _("See to what keeps the pack from leaving.")
        case PackStatus.READY if warned:
            return _("It waits for its hand-over; a plan in it ends soon.")
        case PackStatus.READY:
            return _("It waits for its hand-over.")
        case PackStatus.AT_STRUCTURE:
            return _("The structure hands it over.")
    return ""


def _next_at_bench(
    missing: Sequence[Missing],
    without: Sequence[str],
    *,
    blocked: bool,
    warned: bool,
) -> str:
    if missing:
        return _("Scan the next thing, or choose it in its line.")
    if blocked:
        return _("See to what keeps the pack from leaving.")
    if warned:
        return _(
            "All is there, but a plan ends soon: renew it or take another card, "
            "then close the pack."
        )
    if without:
        return _("It can be closed without what the request asks for: %(what)s.") % {
            "what": ", ".join(without)
        }
    told = _("All is there: close the pack, or scan “%(command)s” (%(code)s).")
    return told % FINISH
