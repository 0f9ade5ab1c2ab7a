"""Lists of devices as CSV, row by row: no list is too long to be exported.

A sheet opens it in one go: UTF-8 with its mark, semicolons where numbers use the
comma (French), and no cell that a sheet would run as a formula. What people gave is
named by its lot: nothing in it is about a person.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from inventory import tags
from inventory.health import Verdict
from inventory.models import Device, DeviceHealth, DeviceKind
from inventory.models.device import DeviceQuerySet
from inventory.states import DataState, DeviceStatus, HoldReason

BYTE_ORDER_MARK = "\ufeff"
_RUN_BY_SHEETS = ("=", "+", "-", "@", "\t", "\r", "\n")


class _Echo:
    """A file that gives back what is written to it."""

    def write(self, text: str) -> str:
        return text


def device_lines(devices: DeviceQuerySet) -> Iterator[str]:
    """The lines of a CSV file, the header first, in the reader's language.

    Words are looked up before the first line leaves: by the time the others do,
    the request's language is gone.
    """
    words = _words()
    header = _header()
    write = csv.writer(_Echo(), delimiter=_delimiter()).writerow
    related = devices.select_related("lot", "place", "site", "health")
    rows = related.defer("health__facts", "health__findings").iterator(chunk_size=1000)

    def lines() -> Iterator[str]:
        yield BYTE_ORDER_MARK + write(header)
        for device in rows:
            yield write([plain_cell(cell) for cell in _cells(device, words)])

    return lines()


def plain_cell(text: str) -> str:
    """The text as a sheet shows it: what it would run is quoted first."""
    return f"'{text}" if text.startswith(_RUN_BY_SHEETS) else text


def _delimiter() -> str:
    return ";" if (get_language() or "").startswith("fr") else ","


def _header() -> Sequence[str]:
    return [
        *(_("Tag"), _("Kind"), _("Make"), _("Model"), _("Serial number")),
        *(_("State"), _("In this state since"), _("Data"), _("Hold")),
        *(_("Site"), _("Place"), _("Lot"), _("Received on"), _("Mass (g)")),
        *(_("Mass was measured"), _("Health")),
    ]


def _words() -> Mapping[str, str]:
    """Every code that a row may hold, in words; `no` and `yes` among them."""
    return {
        **{f"kind:{kind.value}": str(kind.label) for kind in DeviceKind},
        **{f"state:{state.value}": str(state.label) for state in DeviceStatus},
        **{f"data:{state.value}": str(state.label) for state in DataState},
        **{f"hold:{reason.value}": str(reason.label) for reason in HoldReason},
        **{f"health:{verdict.value}": str(verdict.label) for verdict in Verdict},
        "hold:": "",
        "yes": _("yes"),
        "no": _("no"),
    }


def _cells(device: Device, words: Mapping[str, str]) -> Iterator[str]:
    yield tags.display(device.tag)
    yield words[f"kind:{device.kind}"]
    yield device.make
    yield device.model
    yield device.serial
    yield words[f"state:{device.status}"]
    yield timezone.localdate(device.status_since).isoformat()
    yield words[f"data:{device.data_state}"]
    yield words[f"hold:{device.hold_reason}"]
    yield device.site.name
    yield device.stands_in.name if device.stands_in else ""
    yield device.lot.code
    received = device.received_at
    yield timezone.localdate(received).isoformat() if received else ""
    yield "" if device.mass_grams is None else str(device.mass_grams)
    yield words["yes" if device.mass_measured else "no"]
    health: DeviceHealth | None = getattr(device, "health", None)
    yield words[f"health:{health.verdict}"] if health else ""
