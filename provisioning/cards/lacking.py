"""What a device lacks before a learning environment can come onto it, and what to do."""

from __future__ import annotations

from typing import Final, NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _

from inventory.models import Device
from inventory.states import IN_A_PACK, DeviceStatus
from provisioning.models import Agent, Assignment

_AT_WORK: Final = frozenset(
    {
        *(DeviceStatus.ANNOUNCED, DeviceStatus.RECEIVED, DeviceStatus.IN_TRIAGE),
        *(DeviceStatus.TO_PROCESS, DeviceStatus.IN_REFURBISHMENT),
        *(DeviceStatus.AWAITING_PARTS, DeviceStatus.IN_QUALITY_CHECK),
        *(DeviceStatus.RETURNED, DeviceStatus.IN_SUPPORT),
    }
)
_TO_PACK: Final = IN_A_PACK | {DeviceStatus.READY}


class Lacking(NamedTuple):
    """One thing, in a sentence, and the next step; `address` is where that is done."""

    message: str
    advice: str
    address: str = ""
    label: str = ""


def nothing_asked(device: Device, asked: Assignment | None) -> Lacking | None:
    """Why no environment is to come onto a device; None where one is asked for.

    None too where nobody would expect one: it is with a person, or gone.
    """
    if asked is not None and asked.environment:
        return None
    if asked is not None:
        return Lacking(
            _("Its pack asks for no learning environment."),
            _("If it is to have one, add it to the recipe of such packs."),
        )
    if device.status in _AT_WORK:
        return Lacking(
            _("It is not ready yet, so no pack asks for an environment on it."),
            _("Finish what the workshop has to do, up to “Ready”; then pack it."),
        )
    if device.status in _TO_PACK:
        return Lacking(
            _("No closed pack asks for an environment on it yet."),
            _("Put it into a pack that has one, and close the pack."),
        )
    return None


def no_passphrase_asked(device: Device, asked: Assignment | None) -> Lacking | None:
    """Why there is nobody to print a passphrase for; None where a pack asks for one."""
    if asked is not None and asked.environment:
        return None
    return nothing_asked(device, asked) or Lacking(
        _("No pack asks for an environment on it."),
        _("There is nobody to print a passphrase for."),
    )


def no_machine(device: Device, agent: Agent | None) -> Lacking | None:
    """Why nothing can be installed on a device; None where its machine can be asked."""
    if agent is None:
        return Lacking(
            _("No machine is bound to %(device)s: nothing can be installed on it.")
            % {"device": device},
            _("Start it with the agent, let it join with a code, then bind it."),
            reverse("provisioning:machine-list"),
            _("Machines seen"),
        )
    if agent.approved_at is None:
        return Lacking(
            _("Nobody has approved the machine of %(device)s yet.")
            % {"device": device},
            _("Approve it on its page."),
            reverse("provisioning:machine-detail", args=[agent.uuid]),
            _("The machine’s own page"),
        )
    return None
