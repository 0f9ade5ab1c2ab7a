"""What a machine said of itself, beside the lines of the quality check it concerns.

A hint and no more: a person decides what they write on the line.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from inventory.health import (
    Facts,
    Finding,
    Item,
    Verdict,
    part,
    sentence,
    subject,
)
from inventory.models import Device, DeviceHealth
from inventory.models.quality import CheckSubject
from inventory.templatetags.workshop import untested_chip, verdict_chip

_C = CheckSubject
_OF_TEST: Mapping[str, CheckSubject] = {
    "keyboard": _C.KEYBOARD,
    "touchpad": _C.POINTER,
    "screen": _C.SCREEN,
    "speakers": _C.SOUND,
    "microphone": _C.SOUND,
    "camera": _C.CAMERA,
    "usb_ports": _C.PORTS,
    "wifi": _C.NETWORK,
    "battery_discharge": _C.BATTERY,
}
_OF_ITEM: Mapping[Item, CheckSubject] = {
    Item.BATTERY: _C.BATTERY,
    Item.LOCKS: _C.FIRMWARE,
}


def health_of(device: Device) -> DeviceHealth | None:
    return getattr(device, "health", None)


def hints_of(health: DeviceHealth | None) -> Mapping[str, SafeString]:
    """By subject of the checklist; empty where the machine never reported."""
    if health is None:
        return {}
    of_line: dict[str, list[Finding]] = {}
    for finding in health.found:
        of_line.setdefault(_line_of(finding).value, []).append(finding)
    facts = health.known
    return {line: _said(found, facts) for line, found in of_line.items()}


def _line_of(finding: Finding) -> CheckSubject:
    """Drives, memory, heat and clock tell whether it starts and stays on."""
    if finding.item is Item.TEST:
        return _OF_TEST.get(finding.about, _C.STARTS)
    return _OF_ITEM.get(finding.item, _C.STARTS)


def _said(found: Sequence[Finding], facts: Facts) -> SafeString:
    """What is wrong, each with its sentence, then what nobody tested; else, as one,
    all that is in order.
    """
    bad = [finding for finding in found if finding.verdict is not Verdict.PASS]
    untested = [finding for finding in bad if finding.is_untested]
    lines = [
        (verdict_chip(finding.verdict), _in_words(finding, facts))
        for finding in bad
        if not finding.is_untested
    ]
    if untested:
        lines.append((untested_chip(), _names(untested)))
    if not bad:
        lines = [(verdict_chip(Verdict.PASS), _names(found))]
    joined = format_html_join("", "<li>{}<span>{}</span></li>", lines)
    return format_html('<ul class="health-lines">{}</ul>', joined)


def _names(found: Sequence[Finding]) -> str:
    return " · ".join(dict.fromkeys(subject(finding) for finding in found))


def _in_words(finding: Finding, facts: Facts) -> str:
    named = (subject(finding), part(finding, facts))
    return f"{' '.join(filter(None, named))} – {sentence(finding)}"
