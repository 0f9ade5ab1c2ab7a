"""Results of other tools: looked at first, then applied whole; doubts wait for a person."""

from __future__ import annotations

import dataclasses
import functools
import hashlib
from collections.abc import Callable, Sequence
from typing import ParamSpec, TypeVar, cast

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.actors import Actor, beside, keep_form, permit
from backoffice.core.models import Site, SiteEvent, User
from backoffice.core.transactions import require_transaction
from inventory.actions.drive_moves import lock_with_host
from inventory.actions.erasure import write_erasure
from inventory.actions.evidence import Origin
from inventory.actions.imported_claims import claim_of, own_origin, refused_for
from inventory.actions.kept_evidence import keep_evidence
from inventory.actions.matching_results import Match, matches
from inventory.actions.status import refresh_data_state
from inventory.errors import DriveElsewhere, ResultsDecided, ResultsUnreadable
from inventory.imports.reading import is_pdf, read
from inventory.imports.result import Weakness
from inventory.models import (
    DriveEvent,
    Erasure,
    ErasureSource,
    Evidence,
    ImportedResult,
    ResultImport,
    StorageDrive,
)

P = ParamSpec("P")
R = TypeVar("R")
NAME_KEPT = 120


def unreadable_kept(act: Callable[P, R]) -> Callable[P, R]:
    """Decorate the act that takes reports in: what is none stands in the site’s journal."""

    @functools.wraps(act)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return act(*args, **kwargs)
        except ResultsUnreadable:
            site, body, by = (kwargs[name] for name in ("site", "body", "by"))
            _note_unreadable(
                cast("Site", site), cast("bytes", body), by=cast("Actor", by)
            )
            raise

    return guarded


def _note_unreadable(site: Site, body: bytes, *, by: Actor) -> None:
    """Keep the hash of a file that was refused: the file itself is not kept."""
    with transaction.atomic(durable=True):
        site = Site.objects.lock(site.pk)
        data: dict[str, object] = {
            "rule": ResultsUnreadable.code,
            "sha256": hashlib.sha256(body).hexdigest(),
            "size_bytes": len(body),
        }
        SiteEvent.append(site, "results_refused", by=beside(by), data=data)


@unreadable_kept
@transaction.atomic(durable=True)
def take_in_results(
    *, body: bytes, file_name: str, site: Site, by: Actor
) -> ResultImport:
    """Keep another tool’s report as evidence, and its lines to be looked at.

    Proves nothing yet. The same bytes taken in again are the report that is there.
    Raises ResultsUnreadable, with nothing kept.
    """
    user = permit(by, "inventory.record_erasure", at=site.pk)
    results = read(body)
    sha256 = keep_evidence(body, "application/pdf" if is_pdf(body) else "text/plain")
    report, is_new = ResultImport.objects.get_or_create(
        site=site,
        evidence=Evidence.objects.get(sha256=sha256),
        defaults={"file_name": name_of(file_name), "imported_by": user},
    )
    if is_new:
        ImportedResult.objects.bulk_create(
            ImportedResult(report=report, number=number, said=result.facts)
            for number, result in enumerate(results, start=1)
        )
    keep_form(by)
    return report


@dataclasses.dataclass(frozen=True)
class Prospect:
    """What would become of one line, were its report applied now."""

    line: ImportedResult
    match: Match

    @property
    def refused(self) -> str:
        return self.match.refused


def look_ahead(report: ResultImport) -> list[Prospect]:
    """The dry run: what each line would become, with nothing written."""
    lines = list(report.results.all())
    found = matches([line.result for line in lines], report.site)
    for match in found:
        if not match.refused and match.drive is not None and match.doubt is None:
            match.refused = refused_for(match.drive, match.result, report)
        elif not match.refused and match.result.weakness:
            match.refused = match.result.weakness
    return [Prospect(line, match) for line, match in zip(lines, found, strict=True)]


@transaction.atomic(durable=True)
def apply_results(*, report: ResultImport, by: Actor) -> ResultImport:
    """Accept what holds, refuse the rest saying why, and leave the doubtful open.

    Each accepted line is an erasure of its own, by whoever applies the report.
    """
    report = ResultImport.objects.select_related("site", "evidence").lock(report.pk)
    user = permit(by, "inventory.record_erasure", at=report.site_id)
    if report.applied_at is not None:
        raise ResultsDecided(_("These results have been applied already."))
    apply_held(report, user=user, by=by)
    return report


def apply_held(report: ResultImport, *, user: User, by: Actor) -> None:
    """Say of each line of a held report what becomes of it: a step."""
    require_transaction()
    for prospect in _in_order(look_ahead(report)):
        line, match = prospect.line, prospect.match
        line.drive = match.drive
        line.doubt = match.doubt or ""
        if match.refused:
            _refuse(report, line, match.refused, by=by)
        elif match.doubt is None:
            _accept(report, line, user=user, by=by)
        line.save(update_fields=["drive", "doubt", "refused", "erasure"])
    report.applied_at = timezone.now()
    report.save(update_fields=["applied_at"])
    _note_applied(report, by=by)


def _note_applied(report: ResultImport, *, by: Actor) -> None:
    """Say in the journal of the site what became of each line: a step.

    One that is about no drive here has no other.
    """
    require_transaction()
    site = Site.objects.lock(report.site_id)
    rules = dict(report.results.exclude(refused="").values_list("number", "refused"))
    data: dict[str, object] = {
        "report": str(report.uuid),
        "evidence": report.evidence.sha256,
        "accepted": report.results.exclude(erasure=None).count(),
        "refused": {str(number): rule for number, rule in rules.items()},
    }
    SiteEvent.append(site, "results_applied", by=by, data=data)


@transaction.atomic(durable=True)
def decide_result(
    *, line: ImportedResult, drive: StorageDrive | None, by: Actor
) -> ImportedResult:
    """Say which drive a doubtful line is about, or None: that it is none of them.

    An erasure matched so is one with exceptions: a second person looks at it.
    """
    report = ResultImport.objects.select_related("site", "evidence").lock(
        line.report_id
    )
    user = permit(by, "inventory.record_erasure", at=report.site_id)
    line = report.results.get(pk=line.pk)
    if report.applied_at is None or not line.is_open:
        raise ResultsDecided(_("This line waits for no decision."))
    if drive is not None and drive not in candidates(line):
        raise DriveElsewhere(
            _("The line cannot be about %(drive)s.") % {"drive": drive},
            drive=str(drive.uuid),
        )
    line.decided_by, line.drive = user, drive
    if drive is None:
        line.refused = Weakness.NONE_OF_THESE.value
    else:
        _accept(report, line, user=user, by=by)
    line.save(update_fields=["decided_by", "drive", "refused", "erasure"])
    keep_form(by)
    return line


def candidates(line: ImportedResult) -> Sequence[StorageDrive]:
    """The drives that a doubtful line may be about."""
    lines = [each.result for each in line.report.results.all()]
    return matches(lines, line.report.site)[line.number - 1].drives


def _accept(
    report: ResultImport, line: ImportedResult, *, user: User, by: Actor
) -> None:
    """Write a line’s erasure, or the rule that speaks against it: a step."""
    require_transaction()
    drive, result = line.drive, line.result
    if drive is None:
        raise ValueError("a line is accepted for a drive")
    device, drive = lock_with_host(drive)
    if refused := refused_for(drive, result, report, doubt=line.doubt):
        _refuse(report, line, refused, by=by)
        return
    claim, origin = claim_of(drive, result, doubt=line.doubt), _origin(report, line)
    operator = None if result.is_ours else user
    line.erasure = write_erasure(
        device, drive, claim, operator=operator, origin=origin, by=by
    )
    if result.is_ours:
        _note_carried(line.erasure, result.ran_by, by=by)
    refresh_data_state(device, by=by)


def _note_carried(erasure: Erasure, ran_by: str | None, *, by: Actor) -> None:
    """Say in the drive’s journal who had a machine erase it that never joined: a step."""
    require_transaction()
    data: dict[str, object] = {
        "erasure": str(erasure.uuid),
        "cycle": erasure.cycle,
        "ran_by": ran_by,
    }
    DriveEvent.append(erasure.drive, "erasure_carried", by=by, data=data)


def _refuse(report: ResultImport, line: ImportedResult, why: str, *, by: Actor) -> None:
    """Keep that a line proves nothing, and by which rule, in its drive’s journal too."""
    line.refused = why
    if line.drive is not None:
        data = {
            "rule": why,
            "evidence": report.evidence.sha256,
            "source": ErasureSource.IMPORT.value,
        }
        DriveEvent.append(line.drive, "result_refused", by=by, data=data)


def _origin(report: ResultImport, line: ImportedResult) -> Origin:
    """Who says it. The tool’s clock is taken for ours only to order what was done: its
    times stay in the details, as they were written.
    """
    if line.result.is_ours:
        return own_origin(line.result, report.evidence.sha256)
    said, ended = line.result.facts, line.result.ended
    names = ("run", "said", "method", "model", "serial", "started", "ended")
    return Origin(
        source=ErasureSource.IMPORT,
        over_at=timezone.make_aware(ended) if ended else None,
        evidence_sha256=report.evidence.sha256,
        details={"written": {name: said[name] for name in names}},
    )


def _in_order(prospects: list[Prospect]) -> list[Prospect]:
    """By device and drive, as they are held everywhere."""

    def held(prospect: Prospect) -> tuple[int, int]:
        drive = prospect.match.drive
        return (drive.host_id or drive.last_host_id, drive.pk) if drive else (0, 0)

    return sorted(prospects, key=held)


def name_of(file_name: str) -> str:
    """The last part of a file’s name, as far as it can be printed."""
    last = file_name.replace("\\", "/").rpartition("/")[2]
    return "".join(sign for sign in last if sign.isprintable())[:NAME_KEPT] or "?"
