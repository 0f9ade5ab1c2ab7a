"""A refusal leaves nothing behind: every row is as it was."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.apps import apps
from django.db.models import Model

from backoffice.core.errors import DomainError
from inventory.models import DeviceEvent

APPS = ("inventory", "lending")


def rows(*left_out: type[Model]) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table of the inventory and of lending, but those left out."""
    models = [m for app in APPS for m in apps.get_app_config(app).get_models()]
    return {
        model.__name__: list(model._default_manager.order_by("pk").values())
        for model in models
        if model not in left_out
    }


@contextmanager
def refused(error: type[DomainError]) -> Iterator[None]:
    """The block raises this refusal, and changes not one row."""
    before = rows()
    with pytest.raises(error):
        yield
    assert rows() == before


@contextmanager
def refused_and_kept(error: type[DomainError], act: str) -> Iterator[None]:
    """As `refused`, with one event that says which act was refused, and why."""
    before, events = rows(DeviceEvent), DeviceEvent.objects.count()
    with pytest.raises(error):
        yield
    assert rows(DeviceEvent) == before
    assert DeviceEvent.objects.count() == events + 1
    last = DeviceEvent.objects.order_by("-pk")[0]
    assert (last.verb, last.data) == ("refused", {"act": act, "rule": error.code})
