"""What the page of one device shows, in a constant number of queries."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.db.models import Prefetch
from django.utils import timezone

from backoffice.core.models import Document, User
from inventory import gate, provenance
from inventory.actions.undo import UNDOABLE
from inventory.models import Device, Erasure
from inventory.states import FINAL, OUT
from inventory.views import offers
from inventory.views.health_card import card_of
from inventory.views.history import history_of

CHECKS_SHOWN = 5


def page_of(device: Device, user: User, *, whole_history: bool) -> dict[str, Any]:
    """The context of inventory/device_detail.html."""
    drives = list(_drives(device, user))
    checks = list(device.checks.select_related("checked_by")[:CHECKS_SHOWN])
    passed = any(check.passed and not check.void for check in checks)
    offered = offers.offers(device, user)
    values = provenance.values_of(device)
    following = offers.next_offer(device, drives, user, offered, passed=passed)
    return {
        "device": device,
        "drives": drives,
        "may_erase": offers.may(user, "inventory.record_erasure", device),
        "may_handle_drives": offers.may(user, "inventory.refurbish_device", device),
        "may_declare": "declare-drive" in offered,
        "blockers": [] if device.status in OUT else gate.blockers(device, drives),
        "checks": checks,
        "aliases": device.aliases.all(),
        "documents": _documents(device, user),
        "following": following,
        "next_in_words": offers.next_in_words(device, drives, following),
        "others": [
            offer
            for offer in offered.values()
            if following is None or offer.name != following.name
        ],
        "is_final": device.status in FINAL,
        "history": history_of(device, user, whole=whole_history),
        "undoable": _undoable(device, user),
        "health": card_of(device),
        "values": values,
        "differing": sum(value.differs for value in values),
        "hardware": provenance.hardware_of(device),
        "may_describe": offers.may(user, "inventory.refurbish_device", device),
    }


def _drives(device: Device, user: User) -> Any:
    """The drives inside, each with its attempts, newest first."""
    attempts = Erasure.objects.visible_to(user).for_list().order_by("-pk")
    attempts = attempts.prefetch_related("certificates__document")
    listed = Prefetch("erasures", queryset=attempts, to_attr="attempts")
    return device.drives.order_by("pk").prefetch_related(listed)


def _documents(device: Device, user: User) -> Any:
    """Documents about the donation it came with, where this person may see them."""
    of_donation = Document.objects.visible_to(user).filter(
        subject="donation", subject_uuid=device.lot.donation.uuid
    )
    return of_donation[:20]


def _undoable(device: Device, user: User) -> int:
    """For how many seconds this person may still take back the last act; 0: not."""
    last = device.events.order_by("-sequence").first()
    if last is None or last.actor_id != user.uuid or last.verb not in UNDOABLE:
        return 0
    until = last.recorded_at + dt.timedelta(seconds=settings.UNDO_SECONDS)
    return max(int((until - timezone.now()).total_seconds()), 0)
