"""Reports that came by stick: journals say who ran the machine, and who brought them."""

from __future__ import annotations

import dataclasses

from django.db import transaction
from django.db.models import QuerySet

from backoffice.core.actors import Actor, beside, permit
from backoffice.core.models import Site, SiteEvent, User
from backoffice.core.transactions import require_transaction
from inventory.models import DriveEvent, Erasure
from provisioning.models import Agent, AgentEvent, Report


@dataclasses.dataclass(frozen=True)
class Brought:
    """By whom a stick was brought, and who ran the erasures at the machine.

    `ran_by` is None for somebody without an account here.
    """

    ran_by: User | None
    by: Actor


def who_may_have_run(user: User) -> QuerySet[User]:
    """The people of the sites where this person may bring sticks."""
    sites = user.site_ids("provisioning.enrol_agent")
    people: QuerySet[User] = User.objects.with_role_at(sites)
    return people


@transaction.atomic(durable=True)
def note_import(*, agent: Agent, reports: int, by: Actor) -> None:
    """Keep who brought so many reports of a machine from a stick."""
    permit(by, "provisioning.enrol_agent", at=agent.answering_site_id)
    agent = Agent.objects.lock(agent.pk)
    AgentEvent.append(agent, "reports_carried", by=by, data={"reports": reports})


@transaction.atomic(durable=True)
def note_refused_file(
    *, site: Site, rule: str, sha256: str, size_bytes: int, by: Actor
) -> None:
    """Keep that a file from a stick was refused whole, by which rule, and its hash."""
    permit(by, "provisioning.enrol_agent", at=site.pk)
    site = Site.objects.lock(site.pk)
    data: dict[str, object] = {"rule": rule, "sha256": sha256, "size_bytes": size_bytes}
    SiteEvent.append(site, "stick_refused", by=beside(by), data=data)


def note_carried(kept: Report, brought: Brought) -> None:
    """Say in the journal of a held drive who had a hand in its erasure: a step.

    Neither of them is its second person.
    """
    require_transaction()
    found = Erasure.objects.filter(evidence_sha256=kept.sha256).select_related("drive")
    for erasure in found:
        data: dict[str, object] = {
            "erasure": str(erasure.uuid),
            "cycle": erasure.cycle,
            "ran_by": str(brought.ran_by.uuid) if brought.ran_by else None,
        }
        by = beside(brought.by)
        DriveEvent.append(erasure.drive, "erasure_carried", by=by, data=data)
