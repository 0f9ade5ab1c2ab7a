"""What a machine that never joined says of one drive: evidence, and never a proof."""

from __future__ import annotations

from django.db import transaction

from backoffice.core.actors import Actor, permit
from backoffice.core.models import Site
from inventory.actions.imports import apply_held, name_of
from inventory.actions.kept_evidence import keep_evidence
from inventory.imports.result import Result
from inventory.models import ErasureException, Evidence, ImportedResult, ResultImport

MEDIA_TYPE = "application/json"


@transaction.atomic(durable=True)
def take_in_carried(
    *, body: bytes, result: Result, file_name: str, site: Site, by: Actor
) -> ResultImport | None:
    """Keep the record of one drive, and match it as another tool’s line is matched.

    A success waits for a second person, whatever it is; a doubtful one first for
    somebody to say which drive it is. Returns None where these bytes are known.
    """
    user = permit(by, "inventory.record_erasure", at=site.pk)
    unordered = ErasureException.WITHOUT_ORDER in result.exceptions
    if not result.is_ours or not (result.weakness or unordered):
        raise ValueError("nobody ordered what a machine that never joined erased")
    sha256 = keep_evidence(body, MEDIA_TYPE)
    report, is_new = ResultImport.objects.get_or_create(
        site=site,
        evidence=Evidence.objects.get(sha256=sha256),
        defaults={"file_name": name_of(file_name), "imported_by": user},
    )
    if not is_new:
        return None
    ImportedResult.objects.create(report=report, number=1, said=result.facts)
    report = ResultImport.objects.select_related("site", "evidence").lock(report.pk)
    apply_held(report, user=user, by=by)
    return report
