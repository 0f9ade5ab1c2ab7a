"""What a line of another tool’s report claims of a drive, and what speaks against it."""

from __future__ import annotations

import copy
import datetime as dt

from django.utils import timezone

from backoffice.core.errors import DomainError
from inventory.actions.drive_cycle import is_before_this_cycle
from inventory.actions.evidence import (
    Claim,
    Origin,
    adopt_exact_size,
    refuse_gone,
    refuse_impossible,
    refuse_incomplete,
)
from inventory.imports.result import Hidden, Result, Weakness
from inventory.methods import Medium
from inventory.models import (
    DeviceEvent,
    Doubt,
    ErasureException,
    ErasureResult,
    ErasureSource,
    ResultImport,
    StorageDrive,
)

# Where an area can be hidden by HPA or DCO.
HIDES = frozenset({Medium.HDD, Medium.SATA_SSD})


def claim_of(drive: StorageDrive, result: Result, *, doubt: str = "") -> Claim:
    """The claim of a line that holds by itself; what is odd makes it exceptional."""
    if result.ended is None:
        raise ValueError("a line without a time claims nothing")
    odd = _exceptions(drive, result, doubt)
    return Claim(
        result=ErasureResult.ERASED_WITH_EXCEPTIONS if odd else ErasureResult.ERASED,
        technique=result.technique,
        tool=result.tool,
        tool_version=result.tool_version or "?",
        verification=result.verification,
        erased_on=result.ended.date(),
        bytes_erased=result.bytes_erased,
        exceptions=sorted(odd),
    )


def own_origin(result: Result, sha256: str) -> Origin:
    """Who says it where our own agent does: a machine, by its own clock."""
    started, ended = (
        timezone.make_aware(each) if each else None
        for each in (result.started, result.ended)
    )
    return Origin(
        source=ErasureSource.AGENT,
        started_at=started,
        ended_at=ended,
        over_at=ended,
        evidence_sha256=sha256,
        details=result.executed or {},
    )


def _exceptions(
    drive: StorageDrive, result: Result, doubt: str
) -> set[ErasureException]:
    odd = {ErasureException(each) for each in result.exceptions}
    if result.through_bridge:
        odd.add(ErasureException.SERIAL_THROUGH_BRIDGE)
    if result.hidden is Hidden.LEFT:
        odd.add(ErasureException.HIDDEN_AREA_LEFT)
    elif result.hidden is Hidden.UNKNOWN and drive.medium in HIDES:
        odd.add(ErasureException.HIDDEN_AREA_UNKNOWN)
    if result.ended and (result.is_ours or not _came_with_its_machine(drive)):
        ended = timezone.make_aware(result.ended)
        if is_before_this_cycle(drive, ended):
            odd.add(ErasureException.BEFORE_CYCLE)
    if doubt:
        odd.add(ErasureException.MATCHED_BY_HAND)
    if doubt == Doubt.SERIAL_MISSING:
        odd.add(ErasureException.SERIAL_MISSING)
    return odd


def refused_for(
    drive: StorageDrive, result: Result, report: ResultImport, *, doubt: str = ""
) -> str:
    """The rule that a line breaks for this drive; "" where it proves it."""
    if result.weakness or result.ended is None:
        return result.weakness or Weakness.DATE_UNKNOWN.value
    if drive.last_host.site_id != report.site_id:
        return Weakness.NO_DRIVE.value
    if drive.erasures.filter(evidence_sha256=report.evidence.sha256).exists():
        return Weakness.EVIDENCE_USED.value
    if _is_before_this_cycle(drive, result.ended):
        return Weakness.DATE_IMPOSSIBLE.value
    if _is_outdated(drive, result.ended, report):
        return Weakness.NEWER_ATTEMPT.value
    return refused_by_rule(drive, claim_of(drive, result, doubt=doubt))


def refused_by_rule(drive: StorageDrive, claim: Claim) -> str:
    """The code of the rule that a claim breaks; looks at a copy of the drive."""
    looked_at = copy.copy(drive)
    try:
        refuse_gone(drive.last_host, looked_at)
        refuse_impossible(looked_at, claim)
        adopt_exact_size(looked_at, claim)
        refuse_incomplete(looked_at, claim)
    except DomainError as refusal:
        known = refusal.code in Weakness.values
        return refusal.code if known else Weakness.EVIDENCE_INCOMPLETE.value
    return ""


def _came_with_its_machine(drive: StorageDrive) -> bool:
    """Whether it was written down as its machine was received, if only afterwards.

    One that somebody found in a machine later may have been anywhere before.
    """
    first = drive.events.order_by("sequence").first()
    tag = first.data.get("device") if first else None
    received = DeviceEvent.objects.filter(subject__tag=tag, verb="received")
    return any(str(drive.uuid) in event.data.get("drives", ()) for event in received)


def _is_before_this_cycle(drive: StorageDrive, ended: dt.datetime) -> bool:
    """Whether somebody else had the drive in their hands after it was erased.

    The tool’s clock is taken for ours: an erasure on the day of the return may be
    refused for that, and is then written down by hand.
    """
    opened = drive.events.filter(verb="cycle_opened").order_by("-sequence").first()
    return opened is not None and timezone.make_aware(ended) < opened.occurred_at


def _is_outdated(drive: StorageDrive, ended: dt.datetime, report: ResultImport) -> bool:
    """Whether something newer is known to have been done to the drive, or tried."""
    if drive.erasures.filter(erased_on__gt=ended.date()).exists():
        return True
    others = drive.imported.exclude(report=report)
    moments = (other.result.ended for other in others)
    return any(moment is not None and moment > ended for moment in moments)
