"""The assembly page: one scan, one line filled; and all of it without a scanner."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import permission_required, user_passes_test
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from backoffice.core.actors import At
from backoffice.core.errors import DomainError
from backoffice.core.models import User
from backoffice.core.once import AnsweredBefore, Once
from backoffice.core.requests import UserRequest, acting
from inventory.models import Place
from inventory.scanner import Command
from lending import actions
from lending.actions.pack_access import CARRY, MAKE
from lending.actions.units import found_by
from lending.errors import CriteriaUnmet
from lending.forms.packs import AttachForm, PlaceForm
from lending.models import Pack
from lending.views.packs import answers
from lending.views.packs.board import board_of, page_of
from lending.views.packs.history import history_of

Decorator = Callable[..., Callable[..., HttpResponse]]
LONGEST = 512
looks = permission_required("lending.view_pack", raise_exception=True)


def one_of(permissions: tuple[str, ...]) -> Decorator:
    """Open to whoever holds one of these somewhere; the act asks where."""

    def may(user: User | AnonymousUser) -> bool:
        if any(user.has_perm(permission) for permission in permissions):
            return True
        raise PermissionDenied

    return user_passes_test(may)


makes = one_of(MAKE)
carries = one_of(CARRY)


@looks
@require_safe
def pack_detail(request: UserRequest, pack_tag: str) -> HttpResponse:
    pack = found_pack(request, pack_tag)
    return render(request, "lending/pack_detail.html", page_of(pack, request.user))


@makes
@require_POST
def pack_scan(request: UserRequest, pack_tag: str) -> HttpResponse:
    """One scan: a thing to put in, the place of the pack, or “Finish”."""
    pack = found_pack(request, pack_tag)
    code = request.POST.get("code", "")[:LONGEST]
    physical = request.POST.get("physical", "")[:LONGEST]
    by = _scanning(request)
    if by is None:
        return render(request, "inventory/station_not_taken.html", status=400)
    answer = None
    if not (by.once and by.once.first_answer()):
        answer = _answered(pack, code, physical, by)
    return drawn(request, found_pack(request, pack_tag), answer)


@makes
@require_POST
def pack_close(request: UserRequest, pack_tag: str) -> HttpResponse:
    return _pressed(request, pack_tag, actions.close_pack, _("The pack is closed."))


@makes
@require_POST
def pack_reopen(request: UserRequest, pack_tag: str) -> HttpResponse:
    return _pressed(
        request, pack_tag, actions.reopen_pack, _("The pack is open again.")
    )


@carries
@require_POST
def pack_deliver(request: UserRequest, pack_tag: str) -> HttpResponse:
    done = _("The pack is with the structure.")
    return _pressed(request, pack_tag, actions.deliver_pack, done)


@carries
@require_POST
def pack_take_back(request: UserRequest, pack_tag: str) -> HttpResponse:
    return _pressed(
        request, pack_tag, actions.take_pack_back, _("The pack is back here.")
    )


@makes
@require_POST
def pack_dismantle(request: UserRequest, pack_tag: str) -> HttpResponse:
    done = _("The pack is taken apart: everything in it is free again.")
    return _pressed(request, pack_tag, actions.dismantle_pack, done)


@makes
@require_POST
def pack_place(request: UserRequest, pack_tag: str) -> HttpResponse:
    pack = found_pack(request, pack_tag)
    form = PlaceForm(request.POST, user=request.user, pack=pack)
    if form.is_valid():
        place = form.cleaned_data["place"]
        try:
            actions.place_pack(pack=pack, place=place, by=acting(request))
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            said = _("It stands in “%(place)s”.") % {"place": place}
            messages.success(request, said)
            return redirect("lending:pack-detail", pack.tag)
    shown = page_of(pack, request.user, place_form=form)
    return render(request, "lending/pack_detail.html", shown, status=form.status)


@makes
@require_POST
def pack_attach(request: UserRequest, pack_tag: str) -> HttpResponse:
    pack = found_pack(request, pack_tag)
    form = AttachForm(request.POST, user=request.user)
    if form.is_valid():
        try:
            actions.attach_to_request(
                pack=pack, request=form.chosen, by=acting(request)
            )
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            said = _("The pack is for the request %(request)s.")
            messages.success(request, said % {"request": form.chosen})
            return redirect("lending:pack-detail", pack.tag)
    shown = page_of(pack, request.user, attach_form=form)
    return render(request, "lending/pack_detail.html", shown, status=form.status)


def found_pack(request: UserRequest, tag: str) -> Pack:
    """A pack by its tag; what this person may not see is not found."""
    seen = Pack.objects.visible_to(request.user).for_list()
    return get_object_or_404(seen.distinct(), tag=tag)


def drawn(
    request: UserRequest, pack: Pack, answer: answers.Answer | None
) -> HttpResponse:
    """The answer and what it changed; without a script, the whole page.

    What was said before goes: it is no longer so.
    """
    status = answer.status if answer else 200
    if request.htmx:
        events, holds = history_of(pack)
        board = board_of(pack, request.user, answer)
        shown = {**board, "events": events, "holds": holds}
        return render(request, "lending/pack_answer.html", shown, status=status)
    shown = page_of(pack, request.user, answer=answer)
    return render(request, "lending/pack_detail.html", shown, status=status)


def _scanning(request: UserRequest) -> At | None:
    """Who scans, with the nonce of this one scan; None for what no page of ours sent."""
    try:
        nonce = uuid.UUID(request.POST.get("nonce", ""))
    except ValueError:
        return None
    request.once = Once(request.user, nonce, request.path)
    return acting(request)


def _answered(pack: Pack, code: str, physical: str, by: At) -> answers.Answer | None:
    """Do what a scan asks for; None where it was done a moment ago."""
    shown = "".join(c if c.isprintable() else "\ufffd" for c in code.strip()[:80])
    assert by.user is not None  # noqa: S101 - pages are for people
    found = found_by(code, by.user, physical=physical)
    try:
        match found:
            case None:
                return answers.unknown(shown)
            case Command.FINISH:
                return answers.closed(actions.close_pack(pack=pack, by=by))
            case Command():
                return answers.no_command(str(found.label))
            case Pack():
                return answers.other_pack(found, pack)
            case Place():
                moved = actions.place_pack(pack=pack, place=found, by=by)
                return answers.placed(moved, found)
            case _:
                line = actions.put_in(pack=pack, unit=found, by=by)
                return answers.filled(line, found)
    except CriteriaUnmet as refusal:
        return answers.less(refusal, pack, shown)
    except DomainError as refusal:
        return answers.refused(refusal, code=shown)
    except AnsweredBefore:
        return None


def _pressed(
    request: UserRequest, tag: str, act: Callable[..., Pack], done: str
) -> HttpResponse:
    """A button of the page: the act and its page again, or why not."""
    pack = found_pack(request, tag)
    try:
        act(pack=pack, by=acting(request))
    except DomainError as refusal:
        shown = page_of(pack, request.user, answer=answers.refused(refusal))
        return render(request, "lending/pack_detail.html", shown, status=refusal.status)
    messages.success(request, done)
    return redirect("lending:pack-detail", pack.tag)
