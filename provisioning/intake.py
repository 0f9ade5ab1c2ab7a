"""A file that is here becomes a resource: looked at, hashed, kept, then written down.

The long work is done before the act, which holds the database for a moment only.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from backoffice.core.actors import Actor, permit
from provisioning import actions
from provisioning.actions.resources import (
    MANAGE,
    Kept,
    ResourceFacts,
    refuse_known,
    refuse_without_source,
)
from provisioning.errors import UploadTorn
from provisioning.kinds import ResourceKind
from provisioning.models import Resource
from provisioning.store import store
from provisioning.store.incoming import Incoming, hash_of
from provisioning.store.media import look


def take_in(
    incoming: Incoming,
    kind: ResourceKind,
    facts: ResourceFacts,
    *,
    sha256: str = "",
    by: Actor,
) -> Resource:
    """The resource that a whole file became. `sha256`: what it has to be, where known.

    Refused, the file stays where it came in: with another kind it may pass.
    """
    permit(by, MANAGE)
    refuse_without_source(facts)
    size = incoming.received
    media = look(incoming.path, kind)
    found = hash_of(incoming.path)
    if sha256 and found != sha256:
        raise UploadTorn(
            _("The file is not the one that was announced: its SHA-256 is another."),
            advice=_("Fetch it again where it comes from."),
            sha256=found,
        )
    refuse_known(found)
    store().keep(incoming.path, found)
    kept = Kept(sha256=found, size=size, media=media, kind=kind)
    return actions.add_resource(file=kept, facts=facts, by=by)
