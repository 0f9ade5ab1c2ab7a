"""Several packs given to a structure in one go: scanned or ticked; and their note."""

from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db.models import Count, Prefetch, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from backoffice.core import pdf
from backoffice.core.documents import content_hash
from backoffice.core.errors import DomainError
from backoffice.core.models import Document
from backoffice.core.requests import UserRequest, acting
from lending import actions
from lending.actions.deliveries import MOST_PACKS, why_it_stays
from lending.documents.delivery import delivery_spec, notes_of
from lending.forms.deliveries import DeliveryForm
from lending.models import EquipmentRequest, HandOver, Pack, Structure
from lending.states import PackStatus
from lending.views.handovers.found import HAND, LOOK, scanned_pack
from lending.views.sides import two_sided

hands = permission_required(HAND, raise_exception=True)
_STATES = (
    *(PackStatus.DRAFT, PackStatus.COMPLETE, PackStatus.READY),
    PackStatus.AT_STRUCTURE,
)
NOTES_SHOWN = 5


@dataclasses.dataclass(frozen=True)
class Chosen:
    """To whom, and for which of their requests; all of them where none is said."""

    structure: Structure
    request: EquipmentRequest | None = None


@hands
@require_http_methods(["GET", "HEAD", "POST"])
def pack_delivery(request: UserRequest) -> HttpResponse:
    """Whose packs, then which of them: each scan ticks one, one button delivers all."""
    chosen = _chosen(request)
    if chosen is None:
        return _whose(request)
    packs = _packs_of(request, chosen)
    ready = [pack for pack in packs if pack.status == PackStatus.READY]
    stays = {pack: why_it_stays(pack, chosen.structure) for pack in ready[:MOST_PACKS]}
    offered = [pack for pack, why in stays.items() if not why]
    sends = request.method == "POST" and "deliver" in request.POST
    ticked = request.POST.getlist("packs") or request.GET.getlist("pack")
    if request.method == "POST" and not sends:
        ticked += _scanned(request, chosen)
    shown = {*offered, *(pack for pack in ready if str(pack.uuid) in ticked)}
    form = DeliveryForm(
        request.POST if sends else None,
        packs=packs,
        shown=shown,
        initial={"packs": ticked},
    )
    if form.is_valid():
        try:
            note = actions.deliver_packs(
                packs=form.chosen, structure=chosen.structure, by=acting(request)
            )
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _delivered(len(form.chosen)))
            return redirect("lending:delivery-note", document=note.uuid)
    context = {
        "form": form,
        "structure": chosen.structure,
        "asked": chosen.request,
        "any_shown": bool(shown),
        "staying": {pack: " ".join(why.values()) for pack, why in stays.items() if why},
        "more": len(ready) > MOST_PACKS,
        "most": MOST_PACKS,
    }
    status = form.status if sends else 200
    return render(request, "lending/deliveries/packs.html", context, status=status)


@two_sided(LOOK)
@require_safe
def delivery_note(request: UserRequest, document: uuid.UUID) -> HttpResponse:
    """For the staff, and for the members of the structure that keeps it."""
    note = _note(request, document)
    context = {
        "document": note,
        "spec": delivery_spec(note),
        "is_intact": content_hash(note) == note.sha256,
        "for_staff": request.user.has_perm(LOOK),
    }
    return render(request, "lending/deliveries/note.html", context)


@two_sided(LOOK)
@require_safe
def delivery_note_pdf(request: UserRequest, document: uuid.UUID) -> HttpResponse:
    note = _note(request, document)
    return HttpResponse(
        pdf.render(delivery_spec(note)),
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{note.number}.pdf"'},
    )


def _whose(request: UserRequest) -> HttpResponse:
    """The structures that have packs ready; the scan of a pack leads to its own."""
    if request.method == "POST":
        found = _found(request)
        if (address := _address_of(found)) is not None:
            return redirect(address)
        messages.error(request, _no_structure(found))
    structures = _structures(request).filter(
        requests__packs__in=Pack.objects.visible_to(request.user),
        requests__packs__status=PackStatus.READY,
    )
    named = structures.annotate(ready=Count("requests__packs", distinct=True))
    context = {
        "structures": named.order_by("name", "pk"),
        "notes": notes_of(_structures(request).values("uuid"))[:NOTES_SHOWN],
    }
    return render(request, "lending/deliveries/whose.html", context)


def _scanned(request: UserRequest, chosen: Chosen) -> list[str]:
    """What a scan ticks: one pack, or those of a request; why not is said above."""
    found = _found(request)
    packs = _packs_of(request, chosen)
    if isinstance(found, EquipmentRequest):
        ready = [pack for pack in packs if pack.status == PackStatus.READY]
        ticked = [pack for pack in ready if pack.request_id == found.pk]
        if not ticked:
            told = _("The request %(request)s has no pack here that is ready.")
            messages.error(request, told % {"request": found})
        return [str(pack.uuid) for pack in ticked]
    if found is None:
        messages.error(request, _("No pack and no request has this code."))
        return []
    why = why_it_stays(found, chosen.structure)
    for words in why.values():
        messages.error(request, words)
    if why:
        return []
    messages.success(request, _("Ticked: %(pack)s") % {"pack": found})
    return [str(found.uuid)]


def _chosen(request: UserRequest) -> Chosen | None:
    """What the address names, as far as this person sees it."""
    structures = _structures(request)
    asked: EquipmentRequest | None = _named(
        EquipmentRequest.objects.visible_to(request.user), request.GET.get("request")
    )
    if asked is not None:
        structure = structures.filter(pk=asked.structure_id).first()
        return Chosen(structure, asked) if structure else None
    structure = _named(structures, request.GET.get("structure"))
    return Chosen(structure) if structure else None


def _packs_of(request: UserRequest, chosen: Chosen) -> Sequence[Pack]:
    """On their way to the structure, or there, as they came."""
    packs = Pack.objects.visible_to(request.user).for_list()
    theirs = packs.filter(request__structure=chosen.structure, status__in=_STATES)
    theirs = theirs.prefetch_related(
        Prefetch(
            "handovers",
            HandOver.objects.visible_to(request.user).open(),
            to_attr="planned",
        )
    )
    if chosen.request is not None:
        theirs = theirs.filter(request=chosen.request)
    return list(theirs.order_by("request_id", "pk"))


def _address_of(found: Pack | EquipmentRequest | None) -> str | None:
    """Where a pack, or the packs of a request, are ticked; None where for nobody."""
    page = reverse("lending:pack-delivery")
    if isinstance(found, EquipmentRequest):
        return f"{page}?{urlencode({'request': found.uuid})}"
    if found is None or found.request is None:
        return None
    told = {"structure": found.request.structure.uuid, "pack": found.uuid}
    return f"{page}?{urlencode(told)}"


def _no_structure(found: Pack | EquipmentRequest | None) -> str:
    if found is None:
        return _("No pack and no request has this code.")
    return _("%(pack)s: no structure asked for it.") % {"pack": found}


def _delivered(count: int) -> str:
    return ngettext(
        "%(count)d pack is with the structure; print the note that goes with it.",
        "%(count)d packs are with the structure; print the note that goes with them.",
        count,
    ) % {"count": count}


def _note(request: UserRequest, document: uuid.UUID) -> Document:
    """Of the structures that somebody sees."""
    seen = Structure.objects.visible_to(request.user).values("uuid")
    return get_object_or_404(notes_of(seen), uuid=document)


def _structures(request: UserRequest) -> QuerySet[Structure]:
    return Structure.objects.visible_to(request.user).filter(is_active=True)


def _found(request: UserRequest) -> Pack | EquipmentRequest | None:
    """What was scanned or typed, by either reading of the keys."""
    typed = (request.POST.get(name, "").strip()[:60] for name in ("code", "physical"))
    found = (scanned_pack(request, code) for code in typed if code)
    return next((each for each in found if each), None)


def _named(rows: Any, text: str | None) -> Any:
    try:
        return rows.filter(uuid=uuid.UUID(text or "")).first()
    except ValueError:
        return None
