"""What machines without a network wrote to a stick, read in: nothing in it is trusted."""

from __future__ import annotations

import dataclasses
import zipfile
from typing import IO

from django.utils.translation import gettext as _

from agent import wire
from backoffice.core.actors import beside
from backoffice.core.errors import DomainError
from backoffice.core.models import Site
from inventory.actions import take_in_carried
from inventory.models import ResultImport
from provisioning import actions
from provisioning.actions.unjoined import lone_result
from provisioning.errors import ImportUnreadable
from provisioning.exports.archive import (
    fingerprint_of,
    manifest_of,
    names,
    opened,
    read,
)
from provisioning.exports.sealed import sealer
from provisioning.models import Agent
from provisioning.models.agent import AgentQuerySet

__all__ = ["Carried", "carry_in", "fingerprint_of"]


@dataclasses.dataclass
class Carried:
    """What became of an export: reports kept, known before, and refused by name.

    `evidence` is what a machine that never joined erased, each drive for itself.
    """

    kept: dict[Agent, int] = dataclasses.field(default_factory=dict)
    evidence: list[ResultImport] = dataclasses.field(default_factory=list)
    known: int = 0
    refused: list[tuple[str, str]] = dataclasses.field(default_factory=list)

    @property
    def kept_count(self) -> int:
        return sum(self.kept.values()) + len(self.evidence)


def carry_in(
    file: IO[bytes],
    agents: AgentQuerySet,
    carried: Carried,
    brought: actions.Brought,
    site: Site | None = None,
) -> None:
    """Hand every report of an export to the same act as the network does.

    `agents` are the machines that whoever `brought` it may speak for; `carried` says
    what became of it, also where this stops in the middle. What a machine that never
    joined erased becomes evidence at `site`. Raises ImportUnreadable,
    VersionUnsupported, and for such a machine ImportAltered, before anything is kept.
    """
    with opened(file) as archive:
        manifest = manifest_of(archive)
        if manifest.own_key is None and manifest.signature is None:
            _carry_reports(archive, manifest, agents, carried, brought)
        else:
            key = sealer(archive, manifest)
            _carry_evidence(archive, manifest, key, carried, brought, site)


def _carry_reports(
    archive: zipfile.ZipFile,
    manifest: wire.Manifest,
    agents: AgentQuerySet,
    carried: Carried,
    brought: actions.Brought,
) -> None:
    known: dict[str, Agent | None] = {}
    for name in names(manifest):
        try:
            envelope = wire.Envelope.from_bytes(read(archive, name))
            agent = _agent(envelope, agents, known)
            accepted = actions.accept_report(
                agent=agent, envelope=envelope, brought=brought
            )
        except wire.Malformed as unfit:
            carried.refused.append((name, str(unfit)))
        except DomainError as refusal:
            carried.refused.append((name, refusal.message))
        else:
            if accepted.created:
                carried.kept[agent] = carried.kept.get(agent, 0) + 1
            else:
                carried.known += 1


def _carry_evidence(
    archive: zipfile.ZipFile,
    manifest: wire.Manifest,
    key: bytes,
    carried: Carried,
    brought: actions.Brought,
    site: Site | None,
) -> None:
    """Newest first: what was done to a drive later speaks against what was before."""
    if site is None:
        raise ImportUnreadable(
            _("A machine that never joined belongs to no site."),
            advice=_("Say at which site it erased, and who brings the file."),
        )
    for name in reversed(list(names(manifest))):
        try:
            envelope = wire.Envelope.from_bytes(read(archive, name))
            taken = take_in_carried(
                body=envelope.payload,
                result=lone_result(envelope, key, brought),
                file_name=name,
                site=site,
                by=beside(brought.by),
            )
        except ImportUnreadable as refusal:
            carried.refused.append((name, refusal.message))
        else:
            if taken is None:
                carried.known += 1
            else:
                carried.evidence.append(taken)


def _agent(
    envelope: wire.Envelope, agents: AgentQuerySet, known: dict[str, Agent | None]
) -> Agent:
    key = str(envelope.agent_id)
    if key not in known:
        known[key] = agents.filter(uuid=envelope.agent_id).first()
    agent = known[key]
    if agent is None:
        raise ImportUnreadable(_("This machine is not known here."))
    return agent
