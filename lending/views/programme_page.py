"""What a programme’s page shows: its quotas, what is left to share out, its history."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Sum
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.core import journal
from backoffice.core.models import User
from backoffice.core.pagination import Slice
from lending.forms.act import ActForm
from lending.forms.programmes import MoveForm, QuotaForm
from lending.models import Programme, ProgrammeEvent, Quota, Structure

# Verb: family of the mark, icon, words.
_VERBS: Mapping[str, tuple[str, str, Promise]] = {
    "opened": ("done", "flag", gettext_lazy("Programme opened")),
    "amended": ("progress", "pencil", gettext_lazy("Programme changed")),
    "closed": ("out", "lock", gettext_lazy("Programme closed")),
    "quota_set": ("progress", "packages", gettext_lazy("Quota set")),
    "quota_moved": ("progress", "arrows-exchange", gettext_lazy("Quota moved")),
}
_FIELDS: Mapping[str, Promise] = {
    "name": gettext_lazy("name"),
    "target": gettext_lazy("packs to hand over"),
    "starts_on": gettext_lazy("start"),
    "ends_on": gettext_lazy("end"),
    "funders": gettext_lazy("funders"),
    "priority": gettext_lazy("priority"),
}


def page_of(
    programme: Programme,
    reader: User,
    *,
    page: str | None = None,
    typed: ActForm | None = None,
) -> dict[str, Any]:
    """`page`: of its quotas; `typed`: a form that was refused, shown as it was sent."""
    quotas = Quota.objects.visible_to(reader).for_list().filter(programme=programme)
    together = quotas.order_by().aggregate(
        packs=Coalesce(Sum("packs"), 0), promised=Coalesce(Sum("promised"), 0)
    )
    shared = together["packs"]
    seen = Structure.objects.visible_to(reader).filter(is_active=True).order_by("name")
    seen = seen.only("uuid", "name")
    giving = seen.filter(quotas__programme=programme)
    fresh = QuotaForm(structures=seen), MoveForm(giving=giving, structures=seen)
    events, holds = _history_of(programme, reader)
    return {
        "programme": programme,
        "quotas": Slice(quotas, page),
        "shared_out": shared,
        "to_share": programme.target - shared,
        "promised": together["promised"],
        "quota_form": typed if isinstance(typed, QuotaForm) else fresh[0],
        "move_form": typed if isinstance(typed, MoveForm) else fresh[1],
        "unfold_move": isinstance(typed, MoveForm),
        "events": events,
        "holds": holds,
    }


def _history_of(
    programme: Programme, reader: User
) -> tuple[list[dict[str, Any]], bool]:
    found: list[ProgrammeEvent] = list(
        programme.events.select_related("actor").order_by("-sequence")
    )
    for event in found:
        event.subject = programme
    named = {str(value) for event in found for value in _structures(event)}
    seen = Structure.objects.visible_to(reader).filter(uuid__in=named)
    names = {str(each.uuid): each.name for each in seen}
    entries = [_entry(event, names) for event in found]
    return entries, journal.verify_subject(found[::-1])


def _structures(event: ProgrammeEvent) -> list[object]:
    keys = ("structure", "source", "target") if event.verb != "amended" else ()
    return [event.data[key] for key in keys if isinstance(event.data.get(key), str)]


def _entry(event: ProgrammeEvent, names: Mapping[str, str]) -> dict[str, Any]:
    family, picture, title = _VERBS[event.verb]
    return {
        "family": family,
        "picture": picture,
        "title": title,
        "detail": _detail(event.verb, event.data, names),
        "at": event.recorded_at,
        "by": str(event.actor) if event.actor else _("The server"),
        "station": event.station,
    }


def _detail(verb: str, data: Mapping[str, Any], names: Mapping[str, str]) -> str:
    elsewhere = _("a structure of another site")
    if verb == "quota_set":
        before, after = data["packs"]
        who = names.get(data["structure"], elsewhere)
        return f"{who} · {before} → {after}"
    if verb == "quota_moved":
        giving = names.get(data["source"], elsewhere)
        taking = names.get(data["target"], elsewhere)
        return f"{giving} → {taking} · {data['packs']}"
    if verb == "opened":
        return _("Packs to hand over: %(target)s") % {"target": data["target"]}
    told = ", ".join(str(_FIELDS[field]) for field in data.get("fields", ()))
    if "target" in data:
        before, after = data["target"]
        return f"{told} · {before} → {after}"
    return told
