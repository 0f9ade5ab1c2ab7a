"""One sentence: what should be done next with a device."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventory.models import Device
from inventory.states import SAFE, DataState, DeviceStatus

S = DeviceStatus
# Where the drives decide what comes next.
_ON_THE_BENCH = frozenset(
    {S.TO_PROCESS, S.IN_REFURBISHMENT, S.AWAITING_PARTS, S.IN_QUALITY_CHECK}
)


_HERE = gettext_lazy("Scan it in the Reception mode once it is here.")
_REFURBISH = gettext_lazy("Refurbish it, then scan it in the Quality check mode.")
_RECYCLE = gettext_lazy("It goes to recycling once every drive is proven or taken out.")
_BY_STATE: Mapping[DeviceStatus, str | Promise] = {
    S.ANNOUNCED: _HERE,
    S.MISSING: _HERE,
    S.RECEIVED: gettext_lazy("Scan it in the Reception mode to start its triage."),
    S.IN_TRIAGE: gettext_lazy(
        "Scan it in the Reception mode to keep it, or set it aside."
    ),
    S.TO_PROCESS: _REFURBISH,
    S.IN_REFURBISHMENT: _REFURBISH,
    S.AWAITING_PARTS: gettext_lazy("Take it back to the bench once the part is here."),
    S.IN_QUALITY_CHECK: gettext_lazy(
        "Scan it in the Quality check mode: its list, then the ready shelf."
    ),
    S.READY: gettext_lazy("Put it on the ready shelf."),
    S.RETURNED: gettext_lazy("Take it back into the workshop: it holds data again."),
    S.NOT_REUSABLE: gettext_lazy("Keep it for parts, or have it recycled."),
    S.SCRAPPED: _RECYCLE,
    S.FOR_PARTS: _RECYCLE,
}


def next_step(device: Device) -> str:
    """What to do next, in the reader's language; empty where nothing waits."""
    if device.is_held:
        return _("It is on hold: ask the workshop lead before you go on.")
    if device.status in _ON_THE_BENCH and device.data_state not in SAFE:
        return _about_drives(device)
    return str(_BY_STATE.get(DeviceStatus(device.status), ""))


def _about_drives(device: Device) -> str:
    if device.data_state == DataState.UNKNOWN:
        return _("Say on its page which drives are inside, or that there is none.")
    if device.drives.filter(ordered_at__isnull=False).exists():
        return _(
            "Its machine has the order to erase: scan its tag, then XXVIDER, where it waits."
        )
    return _("Erase its drives, then record it in the Erasure mode.")
