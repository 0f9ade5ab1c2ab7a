"""Whether a unit is what a line of a recipe asks for: reads, writes nothing.

The score is the field's rule of thumb for a machine that is reused (memory and drive,
0 to 4 points each, values tolerated 6 % low): the rule of LaCollecte.tech without its
points for the processor, which no report measures. Unknown counts as nothing, and a
machine without a drive can do nothing at all, however much memory it has.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from inventory.methods import Medium
from inventory.models import (
    CheckOutcome,
    Device,
    DeviceHardware,
    StorageDrive,
)
from lending.actions.needs import COMPUTERS, Needs, needs_of
from lending.errors import CriteriaUnmet, NothingWantsIt
from lending.models import (
    CountedKind,
    EquipmentRequest,
    Modem,
    SimCard,
    TemplateLine,
)
from lending.states import LineNature

GIB = 1024**3
GB = 10**9
BEST_SCORE = 8
TOLERANCE = 0.94
MEMORY_GIB = (4, 5, 8, 16)
SSD_GB = (64, 128, 200, 500)
HDD_GB = (160, 257)
SLOW = frozenset({Medium.HDD, Medium.SAS_HDD, Medium.UNKNOWN})

Unit = Device | SimCard | Modem | CountedKind


def score_of(device: Device) -> int:
    """How much a machine can do, 0 to 8: memory and its best drive; 0 without a drive."""
    drives = [_drive_points(drive) for drive in device.drives.all()]
    if not drives:
        return 0
    return _points(memory_gib(device), MEMORY_GIB) + max(drives)


def memory_gib(device: Device) -> float:
    """As its newest report says; 0 where none has."""
    try:
        facts = device.hardware.facts
    except DeviceHardware.DoesNotExist:
        return 0
    return float(facts.get("memory_bytes", 0)) / GIB


def has_camera(device: Device) -> bool:
    """Whether the quality check that counts found one that works."""
    check = device.checks.filter(passed=True, void=False).order_by("-pk").first()
    return check is not None and check.lines.get("camera") == CheckOutcome.OK


def natures_of(unit: Unit) -> frozenset[LineNature]:
    """Which lines such a thing may stand in."""
    if isinstance(unit, Device):
        return frozenset({LineNature.MAIN, LineNature.DEVICE})
    if isinstance(unit, CountedKind):
        return frozenset({LineNature.COUNTED})
    return frozenset({LineNature.CONNECTION})


def misfit(unit: Unit, wanted: TemplateLine) -> DomainError | None:
    """Why a unit is not what a line asks for; None where it is."""
    if wanted.nature not in natures_of(unit):
        return _not_such(unit, wanted)
    if isinstance(unit, Device):
        return _machine_misfit(unit, wanted)
    if isinstance(unit, CountedKind):
        same = unit.pk == wanted.counted_kind_id
        return None if same else _not_such(unit, wanted)
    return _connection_misfit(unit, wanted)


def unfit(
    unit: Unit, wanted: TemplateLine, request: EquipmentRequest | None
) -> DomainError | None:
    """As `misfit`, and why a machine is not what the request of its pack asks for.

    What is refused here goes in only by a person’s choice, with a reason.
    """
    why = misfit(unit, wanted)
    if why or not isinstance(unit, Device) or wanted.nature != LineNature.MAIN:
        return why
    lacks = lacks_of(unit, needs_of(request) if request else None)
    return _less(unit, wanted, lacks) if lacks else None


def lacks_of(device: Device, needs: Needs | None) -> list[str]:
    """What a machine is short of for a request, in words: the rule of the proposals.

    Without a request, only what no pack can do without: storage.
    """
    lacks = []
    if device.kind in COMPUTERS and not device.drives.all():
        lacks.append(_("no storage in it"))
    if needs is None or not needs.machine:
        return lacks
    if device.kind not in needs.kinds:
        lacks.append(_("another kind of machine than the request asks for"))
    score = score_of(device)
    if score < needs.score:
        told = _("score %(has)s, the request needs %(asked)s")
        lacks.append(told % {"has": score, "asked": needs.score})
    if needs.camera and not has_camera(device):
        lacks.append(_("no camera that was seen to work"))
    return lacks


def first_fitting(
    unit: Unit,
    lines: Sequence[TemplateLine],
    why_not: Callable[[Unit, TemplateLine], DomainError | None] = misfit,
) -> tuple[TemplateLine | None, DomainError]:
    """The first of these lines that a unit fits, and why the others refuse it.

    The refusal is the most telling one: of a line of its own kind, if there is any.
    """
    nothing = NothingWantsIt(
        _("Nothing in this pack asks for %(unit)s.") % {"unit": named(unit)},
        advice=_("Put it back; or put it in place of a line, with a reason."),
    )
    telling: DomainError | None = None
    for wanted in lines:
        why = why_not(unit, wanted)
        if why is None:
            return wanted, nothing
        if isinstance(why, CriteriaUnmet) and telling is None:
            telling = why
    return None, telling or nothing


def named(unit: Unit) -> str:
    """A unit in a sentence: its tag and what it is."""
    if isinstance(unit, Device):
        return f"{unit} ({unit.title or unit.get_kind_display()})"
    if isinstance(unit, CountedKind):
        return unit.name
    return str(unit)


def _machine_misfit(device: Device, wanted: TemplateLine) -> DomainError | None:
    asked = wanted.criteria
    if device.kind not in asked.get("kinds", ()):
        return _not_such(device, wanted)
    lacks = []
    if memory_gib(device) < asked.get("memory_gib", 0) * TOLERANCE:
        lacks.append(
            _("memory %(has).0f GB, asked %(asked)s")
            % {"has": memory_gib(device), "asked": asked["memory_gib"]}
        )
    if asked.get("score", 0) and score_of(device) < asked["score"]:
        lacks.append(
            _("score %(has)s, asked %(asked)s")
            % {"has": score_of(device), "asked": asked["score"]}
        )
    if asked.get("camera") and not has_camera(device):
        lacks.append(_("no camera that was seen to work"))
    return _less(device, wanted, lacks) if lacks else None


def _connection_misfit(
    unit: SimCard | Modem, wanted: TemplateLine
) -> DomainError | None:
    asked = wanted.criteria
    if isinstance(unit, Modem) != bool(asked.get("modem")):
        return _not_such(unit, wanted)
    card = unit.sim if isinstance(unit, Modem) else unit
    if not asked.get("data_mb"):
        return None
    if card is None or card.plan is None:
        return _less(unit, wanted, [_("no plan known")])
    data = card.plan.data_mb
    if data is not None and data < asked["data_mb"]:
        told = _("%(has)s MB in its plan, asked %(asked)s")
        return _less(unit, wanted, [told % {"has": data, "asked": asked["data_mb"]}])
    return None


def _not_such(unit: Unit, wanted: TemplateLine) -> NothingWantsIt:
    return NothingWantsIt(
        _("“%(line)s” does not ask for %(unit)s.")
        % {"line": wanted.label, "unit": named(unit)},
        advice=_("Put it back; or put it in place of a line, with a reason."),
    )


def _less(unit: Unit, wanted: TemplateLine, lacks: list[str]) -> CriteriaUnmet:
    return CriteriaUnmet(
        _("%(unit)s is less than “%(line)s” asks for: %(lacks)s.")
        % {"unit": named(unit), "line": wanted.label, "lacks": "; ".join(lacks)},
        advice=_("Take another one; or put it in place of the line, with a reason."),
        line=str(wanted.uuid),
        lacks="; ".join(lacks),
    )


def _drive_points(drive: StorageDrive) -> int:
    gigabytes = (drive.size_bytes or 0) / GB
    return _points(gigabytes, HDD_GB if drive.medium in SLOW else SSD_GB)


def _points(value: float, thresholds: Sequence[int]) -> int:
    return sum(value >= threshold * TOLERANCE for threshold in thresholds)
