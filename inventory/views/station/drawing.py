"""The station's page, and the parts of it that an answer changes."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from backoffice.core.requests import UserRequest
from inventory import gate
from inventory.cards import SHOWN, Card, Kind, SessionList
from inventory.forms.labels import Paper, Printing
from inventory.forms.station import ChecklistForm, DriveErasureForm
from inventory.gate import Blocker
from inventory.models import Device, Scan, StationMode, StorageDrive
from inventory.scanner import Command
from inventory.views.labels import print_address
from inventory.views.station.asking import MODE, PLACE
from inventory.views.station.commands import COMMAND_OF_MODE
from inventory.views.station.erasure import is_to_erase, usual

LIKE_THE_LAST = ("tool", "tool_version", "technique")
Row = tuple[StorageDrive, DriveErasureForm | None, Blocker | None]
# The printed sheet's commands, and a picture for each.
_BUTTONS = (
    (Command.OK, "check"),
    (Command.UNDO, "arrow-back-up"),
    (Command.PRINT, "printer"),
    (Command.NEXT, "arrow-right"),
    (Command.REFUSE, "x"),
    (Command.PARTS, "tools"),
    (Command.FINISH, "flag"),
    (Command.ERASE, "eraser"),
)


def mode_of(request: UserRequest) -> StationMode:
    """The mode this browser's station is in."""
    kept = request.session.get(MODE, "")
    return StationMode(kept) if kept in StationMode.values else StationMode.LOOK_UP


def draw_page(
    request: UserRequest,
    scan: Scan | None,
    *,
    status: int = 200,
    forms: Mapping[str, object] | None = None,
    arrived: Mapping[str, object] | None = None,
) -> HttpResponse:
    """The whole station, with the answer to one scan or none.

    `arrived`: what a serial scanner posted, where one does.
    """
    context = _context(request, scan, forms or {})
    context |= {"session": _session(request), "commands": _BUTTONS}
    context |= {"arrivals": arrived}
    return render(request, "inventory/station.html", context, status=status)


def draw(
    request: UserRequest,
    scan: Scan,
    *,
    fresh: bool = False,
    status: int = 0,
    forms: Mapping[str, object] | None = None,
) -> HttpResponse:
    """The answer to a scan: for htmx what changes, else the whole page.

    A fresh answer is one more line of the session's list; otherwise the list is drawn
    again. `forms` replace a card's own by those just filled in.
    """
    status = status or Card(scan).status
    if not request.htmx:
        return draw_page(request, scan, status=status, forms=forms)
    context = _context(request, scan, forms or {})
    scans = Scan.objects.visible_to(request.user)
    context["total"] = scans.today_at(request.session.get("station", "")).count()
    one_more = fresh and "open" not in scan.card and context["total"] > 1
    context["session"] = None if one_more else _session(request)
    return render(request, "inventory/station_answer.html", context, status=status)


def _session(request: UserRequest) -> SessionList:
    scans = Scan.objects.visible_to(request.user)
    rows = scans.listed_today(request.session.get("station", ""), most=SHOWN)
    return SessionList.of(list(rows))


def _context(
    request: UserRequest, scan: Scan | None, forms: Mapping[str, object]
) -> dict[str, Any]:
    card = Card(scan) if scan else None
    return {
        "card": card,
        "mode": mode_of(request),
        "modes": [(mode, COMMAND_OF_MODE[mode].value) for mode in StationMode],
        "place": request.session.get(PLACE),
        "nonces": [uuid.uuid4() for _each in range(4)],
        "problem": "",
        "typed": "",
        **(parts(request, card) if card else {}),
        **forms,
    }


def parts(request: UserRequest, card: Card) -> dict[str, Any]:
    """What a card shows beside the scan itself: the drives, the list, the devices."""
    match card.kind:
        case Kind.DRIVES:
            return {"drives": _drives(request, card)}
        case Kind.CHECKLIST | Kind.FAULTS if card.device:
            return {"checklist": ChecklistForm(device=card.device)}
        case Kind.DRIVE:
            return {"found_drives": _listed(request, [card.facts["drive"]])}
        case Kind.SEVERAL:
            return {"tags": card.facts["tags"]}
        case Kind.FINISHED:
            return {"waiting": len(_session(request).waiting)}
        case Kind.PRINT if card.device:
            return _label(request, card.device)
        case _:
            return {}


def _label(request: UserRequest, device: Device) -> dict[str, Any]:
    """Tape is printed at once, when asked for; a sheet asks for its first free cell."""
    printing = Printing.of(request.session)
    at_once = request.method == "POST" and printing.paper == Paper.TAPE
    return {"label_address": print_address([device.tag], printing), "at_once": at_once}


def _drives(request: UserRequest, card: Card) -> list[Row]:
    """Each drive with its form, where one can be filled in, and what it waits for."""
    drives = _listed(request, card.facts["drives"])
    return [drive_row(drive, _form(request, drive)) for drive in drives]


def _listed(request: UserRequest, uuids: list[str]) -> Iterable[StorageDrive]:
    return (
        StorageDrive.objects.visible_to(request.user).for_list().filter(uuid__in=uuids)
    )


def drive_row(drive: StorageDrive, form: DriveErasureForm | None) -> Row:
    blockers = gate.blockers(drive.host or drive.last_host, [drive])
    return drive, form, None if drive.is_proven else next(iter(blockers), None)


def _form(request: UserRequest, drive: StorageDrive) -> DriveErasureForm | None:
    if not is_to_erase(drive):
        return None
    last = usual(drive, user=request.user)
    same = {name: last[name] for name in LIKE_THE_LAST if name in last}
    return DriveErasureForm(drive=drive, initial=same)
