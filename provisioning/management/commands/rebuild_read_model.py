from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from provisioning.actions import rebuild_agent
from provisioning.models import Agent


class Command(BaseCommand):
    help = "Make what reports feed anew from the reports that are retained."

    def handle(self, **options: Any) -> None:
        machines = 0
        for agent in Agent.objects.order_by("pk").iterator(chunk_size=200):
            rebuild_agent(agent=agent)
            machines += 1
        self.stdout.write(f"Made anew: {machines} machines.")
