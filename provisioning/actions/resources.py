"""The library of resources: what came in, how it is described, and that it is withdrawn."""

from __future__ import annotations

import dataclasses
import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.actors import Actor, permit
from backoffice.core.transactions import require_transaction
from provisioning.errors import ResourceKnown, ResourceWithdrawn, SourceMissing
from provisioning.kinds import ContentLanguage, Licence, ResourceKind, Withdrawal
from provisioning.models import Blob, Resource, ResourceEvent

MANAGE = "provisioning.manage_resource"


@dataclasses.dataclass(frozen=True, slots=True)
class ResourceFacts:
    """What one has to know of a file before giving it away."""

    title_fr: str
    title_en: str
    language: ContentLanguage
    licence: Licence
    source_url: str


@dataclasses.dataclass(frozen=True, slots=True)
class Kept:
    """A file that was looked at, and is in the store. `size` in bytes."""

    sha256: str
    size: int
    media: str
    kind: ResourceKind


def refuse_known(sha256: str) -> None:
    """Refuse bytes that the library has: they are found there, or were withdrawn."""
    known = Resource.objects.filter(blob__sha256=sha256).first()
    if known is None:
        return
    said = _("The library has this very file already: “%(title)s”.")
    advice = ""
    if known.withdrawn_at is not None:
        said = _("This very file was withdrawn from the library: “%(title)s”.")
        advice = known.get_withdrawn_because_display()
    raise ResourceKnown(
        said % {"title": known.title}, advice=advice, resource=str(known.uuid)
    )


def refuse_without_source(facts: ResourceFacts) -> None:
    """Refuse what others wrote where nobody says where it comes from."""
    if facts.licence is not Licence.OWN and not facts.source_url:
        raise SourceMissing(
            _("Say where it comes from: only what we wrote needs none.")
        )


@transaction.atomic(durable=True)
def add_resource(*, file: Kept, facts: ResourceFacts, by: Actor) -> Resource:
    """Write a file that the store has into the library, once."""
    user = permit(by, MANAGE)
    refuse_without_source(facts)
    now = timezone.now()
    blob, _made = Blob.objects.get_or_create(
        sha256=file.sha256,
        defaults={"size": file.size, "media": file.media, "kept_at": now},
    )
    # Whoever adds the same file at the same moment waits here, and then finds it.
    Blob.objects.select_for_update().get(pk=blob.pk)
    refuse_known(file.sha256)
    resource = Resource.objects.create(
        **dataclasses.asdict(facts),
        blob=blob,
        kind=file.kind,
        added_at=now,
        added_by=user,
    )
    data = {"sha256": file.sha256, "kind": file.kind.value, "licence": facts.licence}
    ResourceEvent.append(resource, "resource_added", by=by, data=data)
    return resource


@transaction.atomic(durable=True)
def amend_resource(*, resource: Resource, facts: ResourceFacts, by: Actor) -> Resource:
    """Describe a resource anew; its file stays what it is."""
    permit(by, MANAGE)
    resource = Resource.objects.lock(resource.pk)
    refuse_without_source(facts)
    described = dataclasses.asdict(facts)
    changed = [name for name in described if getattr(resource, name) != described[name]]
    for name in changed:
        setattr(resource, name, described[name])
    if changed:
        resource.save(update_fields=changed)
        data = {"fields": changed, "licence": facts.licence}
        ResourceEvent.append(resource, "resource_amended", by=by, data=data)
    return resource


@transaction.atomic(durable=True)
def withdraw_resource(*, resource: Resource, reason: Withdrawal, by: Actor) -> Resource:
    """Offer it for no environment any more. Machines that have it can be found."""
    permit(by, "provisioning.withdraw_resource")
    resource = Resource.objects.lock(resource.pk)
    if resource.withdrawn_at is not None:
        raise ResourceWithdrawn(_("This resource is withdrawn already."))
    _mark(resource, timezone.now(), reason.value)
    ResourceEvent.append(
        resource, "resource_withdrawn", by=by, data={"reason": reason.value}
    )
    return resource


@transaction.atomic(durable=True)
def bring_back_resource(*, resource: Resource, by: Actor) -> Resource:
    """Offer a withdrawn resource again: what spoke against it holds no longer."""
    permit(by, "provisioning.withdraw_resource")
    resource = Resource.objects.lock(resource.pk)
    if resource.withdrawn_at is None:
        raise ResourceWithdrawn(_("This resource is not withdrawn."))
    _mark(resource, None, "")
    ResourceEvent.append(resource, "resource_brought_back", by=by)
    return resource


def _mark(resource: Resource, at: dt.datetime | None, because: str) -> None:
    """Withdrawn since then for that reason, or not: a step."""
    require_transaction()
    resource.withdrawn_at = at
    resource.withdrawn_because = because
    resource.save(update_fields=["withdrawn_at", "withdrawn_because"])
