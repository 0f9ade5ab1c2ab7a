"""What the journals of everything say together."""

from __future__ import annotations

import datetime as dt

from django.apps import apps

from backoffice.core.models import Event


def instants() -> set[dt.datetime]:
    """When anything happened."""
    journals = [model for model in apps.get_models() if issubclass(model, Event)]
    return {
        at
        for each in journals
        for at in each.objects.values_list("occurred_at", flat=True)
    }
