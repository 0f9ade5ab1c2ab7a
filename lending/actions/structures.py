"""Partner structures: registered, amended, authorised, closed by the association."""

from __future__ import annotations

import dataclasses

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.actors import Actor, permit
from backoffice.core.models import Site
from lending.actions.access import require_open
from lending.errors import AuthorisationUnchanged, StructureClosed, StructureKnown
from lending.kinds import Authorisation, Country, StructureKind
from lending.models import Structure, StructureEvent
from lending.registration import NO_NUMBERS, Registration

MANAGE = "lending.manage_structure"


@dataclasses.dataclass(frozen=True)
class StructureFacts:
    """What is written down of a structure; `registration` as `registration.read` gives."""

    name: str
    kind: StructureKind
    country: Country = Country.FRANCE
    registration: Registration = NO_NUMBERS
    address: str = ""
    postcode: str = ""
    commune: str = ""
    email: str = ""
    phone: str = ""

    def columns(self) -> dict[str, str]:
        columns = {
            field.name: getattr(self, field.name)
            for field in dataclasses.fields(self)
            if field.name != "registration"
        }
        return columns | dataclasses.asdict(self.registration)


@transaction.atomic(durable=True)
def register_structure(*, facts: StructureFacts, site: Site, by: Actor) -> Structure:
    """Write down a partner, served by one of our sites; it may not ask for packs yet."""
    permit(by, MANAGE, at=site.pk)
    try:
        with transaction.atomic(savepoint=True):
            structure = Structure.objects.create(site=site, **facts.columns())
    except IntegrityError as taken:
        raise _known() from taken
    StructureEvent.append(structure, "registered", by=by, data={"kind": facts.kind})
    return structure


@transaction.atomic(durable=True)
def amend_structure(
    *, structure: Structure, facts: StructureFacts, by: Actor
) -> Structure:
    """Change what is written down; the event says which fields, never to what."""
    structure = Structure.objects.lock(structure.pk)
    permit(by, MANAGE, at=structure.site_id)
    require_open(structure)
    wanted = facts.columns()
    changed = [
        field for field, new in wanted.items() if getattr(structure, field) != new
    ]
    if not changed:
        return structure
    for field in changed:
        setattr(structure, field, wanted[field])
    try:
        with transaction.atomic(savepoint=True):
            structure.save(update_fields=changed)
    except IntegrityError as taken:
        raise _known() from taken
    StructureEvent.append(structure, "amended", by=by, data={"fields": changed})
    return structure


@transaction.atomic(durable=True)
def authorise_structure(
    *, structure: Structure, to: Authorisation, by: Actor
) -> Structure:
    """Decide whether a structure may ask for packs; dated and signed."""
    structure = Structure.objects.lock(structure.pk)
    user = permit(by, MANAGE, at=structure.site_id)
    require_open(structure)
    was = structure.authorisation
    if to in {was, Authorisation.NOT_SET}:
        raise AuthorisationUnchanged(
            _("%(structure)s stays “%(now)s”.")
            % {"structure": structure, "now": structure.get_authorisation_display()},
            authorisation=was,
        )
    structure.authorisation = to
    structure.authorised_at = timezone.now()
    structure.authorised_by = user
    structure.save(update_fields=["authorisation", "authorised_at", "authorised_by"])
    StructureEvent.append(
        structure, "authorisation_set", by=by, data={"from": was, "to": to.value}
    )
    return structure


@transaction.atomic(durable=True)
def close_structure(*, structure: Structure, by: Actor) -> Structure:
    """End the partnership: its members see nothing any more, and nothing is deleted."""
    structure = Structure.objects.lock(structure.pk)
    permit(by, MANAGE, at=structure.site_id)
    require_open(structure)
    structure.is_active = False
    structure.save(update_fields=["is_active"])
    StructureEvent.append(structure, "closed", by=by)
    return structure


@transaction.atomic(durable=True)
def reopen_structure(*, structure: Structure, by: Actor) -> Structure:
    """Take a partnership up again, with the members it had."""
    structure = Structure.objects.lock(structure.pk)
    permit(by, MANAGE, at=structure.site_id)
    if structure.is_active:
        raise StructureClosed(_("%(it)s is open already.") % {"it": structure})
    structure.is_active = True
    structure.save(update_fields=["is_active"])
    StructureEvent.append(structure, "reopened", by=by)
    return structure


def _known() -> StructureKnown:
    return StructureKnown(
        _("There is already a structure of this kind with this registration number."),
        advice=_("Look for it in the list, under its number."),
    )
