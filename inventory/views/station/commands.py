"""The printed commands: they answer the scan before them, or change the mode."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from functools import partial

from inventory import actions
from inventory.cards import Kind, Said
from inventory.models import CheckOutcome, Scan, StationMode
from inventory.models.quality import checklist
from inventory.scanner import Command
from inventory.states import DeviceStatus
from inventory.views.station import erasure, reception
from inventory.views.station.asking import MODE, PLACE, Ask, kind_of
from inventory.views.station.undoing import undo_newest

_MODES = {
    Command.MODE_RECEPTION: StationMode.RECEPTION,
    Command.MODE_LOOK_UP: StationMode.LOOK_UP,
    Command.MODE_MOVE: StationMode.MOVE,
    Command.MODE_ERASURE: StationMode.ERASURE,
    Command.MODE_QUALITY_CHECK: StationMode.QUALITY_CHECK,
}
COMMAND_OF_MODE = {mode: command for command, mode in _MODES.items()}
# More scans than a person makes in a day.
_DAY = 5000


def obey(ask: Ask, command: Command) -> None:
    if command in _MODES:
        _change_mode(ask, _MODES[command])
    else:
        COMMANDS[command](ask)


def _change_mode(ask: Ask, mode: StationMode) -> None:
    ask.ok(Kind.MODE, mode=mode.value)
    ask.request.session[MODE] = mode.value
    ask.request.session.pop(PLACE, None)


def _confirm(ask: Ask) -> None:
    """Yes to what the scan before asked, or the card whose button was pressed."""
    asked = ask.question()
    if asked is None or not _agreed(ask, asked):
        ask.say(Said.NOTHING_TO_CONFIRM)


def _agreed(ask: Ask, asked: Scan) -> bool:
    """Do what was asked; False where nothing was."""
    match kind_of(asked):
        case Kind.NEW_SERIAL if asked.card.get("lot") and asked.card["open"]:
            reception.receive_like(ask, asked)
        case Kind.DRIVES if asked.card["drive"]:
            erasure.confirm(ask, asked)
        case Kind.CHECKLIST:
            _pass(ask, asked)
        case Kind.PASSED if device := asked.device:
            act = partial(actions.declare_ready, device=device)
            ask.attempt(act, device=device, guarded=True)
        case _:
            return False
    return True


def _pass(ask: Ask, asked: Scan) -> None:
    """The whole checklist works."""
    if device := asked.device:
        lines = dict.fromkeys(checklist(device.kind), CheckOutcome.OK)
        act = partial(actions.pass_quality_check, device=device, lines=lines)
        ask.attempt(act, device=device, guarded=True)


def _refuse(ask: Ask) -> None:
    asked = ask.question()
    if asked is not None and kind_of(asked) in {Kind.CHECKLIST, Kind.PASSED}:
        ask.attention(Kind.FAULTS, device=asked.device)
    else:
        ask.say(Said.NOTHING_TO_REFUSE)


def _print(ask: Ask) -> None:
    device = ask.last_device()
    if device is None:
        ask.say(Said.NOTHING_TO_PRINT)
    else:
        ask.ok(Kind.PRINT, device=device)


def _keep_for_parts(ask: Ask) -> None:
    device = ask.last_device()
    if device is None:
        ask.say(Said.NOTHING_FOR_PARTS)
    elif device.status != DeviceStatus.NOT_REUSABLE:
        ask.say(Said.PARTS_AFTER_SETTING_ASIDE, device=device)
    else:
        act = partial(actions.keep_for_parts, device=device)
        ask.attempt(act, device=device, guarded=True)


def _finish(ask: Ask) -> None:
    """What was done here today, and the place put down."""
    scans = Scan.objects.visible_to(ask.user)
    today = scans.listed_today(ask.by.station, most=_DAY)
    verbs = Counter(scan.event.verb for scan in today if scan.event)
    outcomes = Counter(scan.outcome for scan in today)
    ask.ok(Kind.FINISHED, verbs=dict(verbs), outcomes=dict(outcomes))
    ask.request.session.pop(PLACE, None)


COMMANDS: Mapping[Command, Callable[[Ask], None]] = {
    Command.OK: _confirm,
    Command.UNDO: undo_newest,
    Command.REFUSE: _refuse,
    Command.PRINT: _print,
    Command.PARTS: _keep_for_parts,
    Command.FINISH: _finish,
    Command.NEXT: lambda ask: ask.ok(Kind.SAID, said=Said.NEXT.value),
    Command.ERASE: erasure.confirm_order,
}
