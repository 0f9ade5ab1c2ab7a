"""A pack to choose from a list: which one it is, what is in it, and where it stands."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, QuerySet

from lending.forms.fields import ByPublicId
from lending.models import Pack, PackLine


class PackChoice(ByPublicId):
    """Its number alone tells nobody which box it is."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=Pack.objects.none(), **kwargs)

    def offer(self, packs: QuerySet[Pack]) -> None:
        machines = Prefetch(
            "lines", queryset=PackLine.machines(), to_attr="machines_inside"
        )
        told = packs.select_related("version__template", "place", "request")
        self.queryset = told.prefetch_related(machines)

    def label_from_instance(self, pack: Any) -> str:
        machines = [
            f"{line.device.make} {line.device.model}".strip()
            for line in pack.machines_inside
            if line.device
        ]
        request = pack.request.number if pack.request else ""
        place = pack.stands_in.name if pack.stands_in else ""
        told = (str(pack), pack.version.template.name, *machines, request, place)
        return " · ".join(part for part in told if part)
