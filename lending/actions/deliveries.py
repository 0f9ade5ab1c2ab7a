"""Several packs given to a structure in one go, with the note that it keeps."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backoffice.core.actors import Actor, person
from backoffice.core.documents import issue_document
from backoffice.core.models import Document, DocumentKind
from lending.actions.handover_access import HAND_OVER
from lending.actions.handover_papers import LANGUAGE
from lending.actions.pack_access import lock_pack
from lending.actions.pack_questions import blockers_of, lines_of
from lending.actions.packs import leave_for_structure
from lending.documents.delivery import SUBJECT, TEMPLATE, delivery_content
from lending.errors import (
    PackBlocked,
    PackForAnother,
    PackForNobody,
    PackNotReady,
    PacksMiscounted,
    PacksStay,
)
from lending.models import Pack, Structure
from lending.states import PackStatus

# As many as a van takes; each of them passes the gate again while the others wait.
MOST_PACKS = 30


@transaction.atomic(durable=True)
def deliver_packs(
    *, packs: Sequence[Pack], structure: Structure, by: Actor
) -> Document:
    """Give ready packs to the structure that asked for them, all or none; a note lists them."""
    user = person(by)
    keys = sorted({pack.pk for pack in packs})
    if not 0 < len(keys) <= MOST_PACKS:
        raise PacksMiscounted(
            _("From one pack to %(most)s are delivered in one go; these are %(count)s.")
            % {"most": MOST_PACKS, "count": len(keys)},
            advice=_("Deliver them in several goes."),
            most=MOST_PACKS,
        )
    # Always in the order of their rows, so that two deliveries never wait for each other.
    locked = [
        lock_pack(pack, by, allowed=(HAND_OVER,))[0]
        for pack in Pack.objects.filter(pk__in=keys).order_by("pk")
    ]
    _refuse_staying(locked, structure)
    note = issue_document(
        kind=DocumentKind.DELIVERY_NOTE,
        language=LANGUAGE,
        template_version=TEMPLATE,
        site=structure.site,
        subject=SUBJECT,
        subject_uuid=structure.uuid,
        content=delivery_content(
            structure, [(pack, lines_of(pack)) for pack in locked], who=user.name
        ),
        by=user,
    )
    for pack in locked:
        leave_for_structure(pack, facts={"note": note.number}, by=by)
    return note


def why_it_stays(pack: Pack, structure: Structure) -> dict[str, str]:
    """What keeps a pack from going to this structure, in words by the code of the rule."""
    if pack.request is None:
        told = _("%(pack)s: no structure asked for it.")
        return {PackForNobody.code: told % {"pack": pack}}
    if pack.request.structure_id != structure.pk:
        told = _("%(pack)s: it is for another structure.")
        return {PackForAnother.code: told % {"pack": pack}}
    if pack.status != PackStatus.READY:
        told = _("%(pack)s: it is “%(now)s”, not ready to leave.")
        now = pack.get_status_display()
        return {PackNotReady.code: told % {"pack": pack, "now": now}}
    blockers = blockers_of(pack)
    if not blockers:
        return {}
    told = " ".join(blocker.message for blocker in blockers)
    return {PackBlocked.code: _("%(pack)s: %(why)s") % {"pack": pack, "why": told}}


def _refuse_staying(packs: Sequence[Pack], structure: Structure) -> None:
    """Raise where one pack may not leave: the others stay with it."""
    stay = {pack.tag: why_it_stays(pack, structure) for pack in packs}
    stay = {tag: why for tag, why in stay.items() if why}
    if stay:
        told = ngettext(
            "Nothing is delivered: %(count)s pack cannot leave.",
            "Nothing is delivered: %(count)s packs cannot leave.",
            len(stay),
        )
        raise PacksStay(
            told % {"count": len(stay)},
            advice=_("Untick what cannot leave, or see to it first."),
            packs={tag: sorted(why) for tag, why in stay.items()},
            reasons=[words for why in stay.values() for words in why.values()],
        )
