"""Refused acts of custody are events too: that somebody tried is part of history."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from django.db import transaction

from backoffice.core.actors import Actor, beside
from backoffice.core.errors import DomainError, NotPermitted
from inventory.models import Device, DeviceEvent, Place
from inventory.models.device import DeviceQuerySet

P = ParamSpec("P")
R = TypeVar("R")


def refusals_kept(act: Callable[P, R]) -> Callable[P, R]:
    """Decorate an act of custody: its refusals are logged on its `device`.

    The refusal is written after the act was rolled back, in a transaction of its
    own. A lack of permission is not logged here: it says nothing of the device.
    """

    @functools.wraps(act)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return act(*args, **kwargs)
        except NotPermitted:
            raise
        except DomainError as refusal:
            note_refusal(_device(kwargs), act.__name__, refusal, by=_actor(kwargs))
            raise

    return guarded


@transaction.atomic(durable=True)
def note_refusal(device: Device, act: str, refusal: DomainError, *, by: Actor) -> None:
    """Log that an act was refused, and by which rule."""
    device = Device.objects.lock(device.pk)
    DeviceEvent.append(
        device, "refused", by=beside(by), data={"act": act, "rule": refusal.code}
    )


def is_seen_by(thing: Device | Place, by: Actor) -> bool:
    """Whether a refusal may name this: what another site has is not told."""
    sites = by.user.site_ids(DeviceQuerySet.PERMISSION) if by.user else ()
    return sites is None or thing.site_id in sites


def _device(kwargs: Any) -> Device:
    device: Device = kwargs["device"]
    return device


def _actor(kwargs: Any) -> Actor:
    actor: Actor = kwargs["by"]
    return actor
