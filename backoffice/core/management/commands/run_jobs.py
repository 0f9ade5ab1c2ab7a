from __future__ import annotations

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand

from backoffice.core import periodic


class Command(BaseCommand):
    help = (
        "Run the periodic jobs until stopped (for installations with several workers)."
    )

    def handle(self, **options: Any) -> None:
        stop = threading.Event()
        for wanted in (signal.SIGINT, signal.SIGTERM):
            signal.signal(wanted, lambda *_: stop.set())
        periodic.loop(stop)
