"""At the packing bench: what goes into a pack, comes out of it, or stands in for it."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.actors import Actor, person
from backoffice.core.errors import DomainError
from backoffice.core.transactions import require_transaction
from inventory.actions.scans import Scanned, keep_scan
from lending.actions.fitting import (
    Unit,
    first_fitting,
    misfit,
    named,
    natures_of,
    unfit,
)
from lending.actions.pack_access import lock_pack, require_being_made
from lending.actions.pack_questions import is_asked
from lending.actions.pack_units import (
    lock_unit,
    put_unit,
    refuse_taken,
    refuse_unusable,
    take_unit,
)
from lending.errors import (
    CriteriaUnmet,
    LeavingUnexplained,
    LineEmpty,
    LineFilled,
    LineNeeded,
    NothingWantsIt,
)
from lending.models import CountedKind, Pack, PackEvent, PackLine, TemplateLine
from lending.states import LeavingReason, LineNature, SubstitutionReason


@transaction.atomic(durable=True)
def put_in(
    *,
    pack: Pack,
    unit: Unit,
    count: int = 1,
    scan: Scanned | None = None,
    by: Actor,
) -> PackLine:
    """Put a unit into the first line that asks for it; `count` of a counted thing.

    Refuses what is not ready, held, not proven, not here, another pack’s, or what no
    line asks for.
    """
    pack, _user = lock_pack(pack, by)
    require_being_made(pack)
    line = fill_line(pack, unit, count=count, by=by)
    if line.device is not None and scan is not None:
        event = line.device.events.latest("sequence")
        keep_scan(scan, device=line.device, event=event, by=by)
    return line


def fill_line(
    pack: Pack, unit: Unit, *, count: int = 1, explained: bool = False, by: Actor
) -> PackLine:
    """Put a unit into the first line of a locked pack that asks for it: a step.

    `explained`: somebody said why a machine is taken that the request asks more of.
    """
    require_transaction()
    unit = lock_unit(unit)
    refuse_taken(unit, pack)
    line = _empty_line_for(pack, unit, explained=explained)
    put_unit(line, unit, count=count, by=by)
    _note_shortage(pack)
    _log(pack, "filled", line, by=by)
    return line


@transaction.atomic(durable=True)
def take_out(*, line: PackLine, by: Actor) -> PackLine:
    """Take out what a line holds, or want it again where it was left out.

    The line asks for a unit anew.
    """
    pack, line = _locked(line, by)
    if line.filled_at is None and not line.quantity:
        raise LineEmpty(
            _("There is nothing in “%(line)s”.") % {"line": line.wanted.label}
        )
    _log(pack, "taken_out", line, by=by)
    return _emptied(pack, line, by=by)


@transaction.atomic(durable=True)
def substitute(
    *,
    line: PackLine,
    unit: Unit,
    reason: SubstitutionReason,
    count: int = 1,
    by: Actor,
) -> PackLine:
    """Put another unit in the place of what a line asks for, and say why.

    What the line holds is taken out first. The unit still has to be ready, here and
    nobody’s; only what the line asks for beyond its nature is overlooked.
    """
    pack, line = _locked(line, by)
    if line.nature not in natures_of(unit):
        raise _cannot_stand_in(unit, line)
    if reason is SubstitutionReason.LEFT_OUT:
        raise LineNeeded(
            _("Say why this stands in for “%(line)s”.") % {"line": line.wanted.label}
        )
    unit = lock_unit(unit)
    if line.filled_at is not None or line.quantity:
        line = _emptied(pack, line, by=by)
    whole = line.wanted.quantity if isinstance(unit, CountedKind) else 1
    put_unit(line, unit, count=max(count, whole), substitution=reason, by=by)
    _note_shortage(pack)
    _log(pack, "substituted", line, by=by)
    return line


@transaction.atomic(durable=True)
def replace_unit(*, line: PackLine, unit: Unit, by: Actor) -> PackLine:
    """Put a unit that fits in the place of the one a line holds, which is free again."""
    pack, line = _locked(line, by)
    if refusal := unfit(unit, line.wanted, pack.request):
        raise refusal
    unit = lock_unit(unit)
    if line.filled_at is not None or line.quantity:
        line = _emptied(pack, line, by=by)
    put_unit(line, unit, count=line.wanted.quantity, by=by)
    _note_shortage(pack)
    _log(pack, "replaced", line, by=by)
    return line


@transaction.atomic(durable=True)
def leave_out(
    *, line: PackLine, reason: LeavingReason | None = None, by: Actor
) -> PackLine:
    """Let a pack go without what a line asks for and does not insist on.

    What the request of the pack asks for is left out only with a reason.
    """
    pack, line = _locked(line, by)
    if not line.wanted.is_optional:
        raise LineNeeded(
            _("“%(line)s” may not be left out.") % {"line": line.wanted.label},
            advice=_("Put another one in its place, with a reason."),
        )
    if reason is None and is_asked(pack, line):
        raise LeavingUnexplained(
            _("The request %(request)s asks for “%(line)s”.")
            % {"request": pack.request, "line": line.wanted.label},
            advice=_("Put it in, or say why the pack goes without it."),
            line=str(line.wanted.uuid),
        )
    if line.filled_at is not None or line.quantity:
        line = _emptied(pack, line, by=by)
    line.substitution = SubstitutionReason.LEFT_OUT
    line.filled_at = timezone.now()
    line.filled_by = person(by)
    line.save(update_fields=["substitution", "filled_at", "filled_by"])
    _note_shortage(pack)
    _log(pack, "left_out", line, reason=reason, by=by)
    return line


def empty_lines(pack: Pack) -> list[PackLine]:
    """The lines that still ask for something at the bench, in the recipe’s order.

    The learning environment is none of them: it is proven on the machine, later.
    """
    waiting = pack.lines.filter(released_at=None, filled_at=None)
    return list(
        waiting.exclude(nature=LineNature.ENVIRONMENT).select_related("wanted", "pack")
    )


def _locked(line: PackLine, by: Actor) -> tuple[Pack, PackLine]:
    """The locked pack that is being made, and its line read anew."""
    require_transaction()
    pack, _user = lock_pack(line.pack, by)
    require_being_made(pack)
    live = pack.lines.filter(released_at=None).select_related("wanted")
    found = live.filter(wanted=line.wanted_id).get()
    found.pack = pack
    return pack, found


def _empty_line_for(pack: Pack, unit: Unit, *, explained: bool) -> PackLine:
    def why_not(unit: Unit, wanted: TemplateLine) -> DomainError | None:
        return misfit(unit, wanted) if explained else unfit(unit, wanted, pack.request)

    waiting = {line.wanted: line for line in empty_lines(pack)}
    wanted, refusal = first_fitting(unit, list(waiting), why_not)
    if wanted is not None:
        line = waiting[wanted]
        line.pack = pack
        return line
    filled = pack.lines.filter(released_at=None, filled_at__isnull=False)
    for line in filled.select_related("wanted"):
        if misfit(unit, line.wanted) is None:
            # Room made for what may not go in would be made for nothing.
            refuse_unusable(unit, pack)
            raise _no_room(line)
    if isinstance(refusal, CriteriaUnmet):
        # What nobody has measured yet looks as if it were too little.
        refuse_unusable(unit, pack)
    raise refusal


def _cannot_stand_in(unit: Unit, line: PackLine) -> NothingWantsIt:
    return NothingWantsIt(
        _("“%(line)s” takes this: “%(nature)s”. %(unit)s is something else.")
        % {
            "line": line.wanted.label,
            "nature": line.get_nature_display(),
            "unit": named(unit),
        },
        advice=_("No reason makes it fit: choose something of that nature."),
    )


def _no_room(line: PackLine) -> LineFilled:
    names = {"line": line.wanted.label}
    if line.substitution == SubstitutionReason.LEFT_OUT:
        return LineFilled(
            _("“%(line)s” was left out.") % names,
            advice=_("Ask for it again in its line, then scan this one."),
            line=str(line.uuid),
        )
    return LineFilled(
        _("“%(line)s” is there already.") % names,
        advice=_("Take it out first, if this one is to go in its place."),
        line=str(line.uuid),
    )


def _emptied(pack: Pack, line: PackLine, *, by: Actor) -> PackLine:
    """Free what a line holds; the new line that asks for it again."""
    require_transaction()
    take_unit(line, by=by)
    anew = PackLine.objects.create(
        pack=pack,
        wanted=line.wanted,
        nature=line.nature,
        environment=line.environment,
    )
    _note_shortage(pack)
    return anew


def _note_shortage(pack: Pack) -> None:
    """Keep since when something is missing, as long as something is."""
    require_transaction()
    short = bool(empty_lines(pack))
    if short != (pack.short_since is not None):
        pack.short_since = timezone.now() if short else None
        pack.save(update_fields=["short_since"])


def _log(
    pack: Pack,
    verb: str,
    line: PackLine,
    *,
    reason: LeavingReason | None = None,
    by: Actor,
) -> None:
    require_transaction()
    unit = line.device or line.sim or line.modem
    facts: dict[str, object] = {"line": str(line.wanted.uuid)}
    if unit is not None:
        facts["unit"] = unit.tag
    elif line.counted_kind is not None:
        facts |= {"unit": line.counted_kind.code, "count": line.quantity}
    if reason or line.substitution:
        facts["reason"] = reason or line.substitution
    PackEvent.append(pack, verb, by=by, data=facts)
